import type { Collection, Filter } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import type { Channel } from './channels/channel.js';
import type { Delivery, DeliveryStatus } from './delivery.js';

/** What to list. Lists are alternatives, fields are all required; an empty list matches nothing. */
export interface DeliveryQuery {
  readonly status?: readonly DeliveryStatus[];
  readonly channel?: readonly string[];
  readonly recipient?: readonly string[];
  /** Deliveries that tell of this alert (among the first 100 of a message). */
  readonly alert?: string;
  readonly orgUnits?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly cursor?: string;
}

export interface DeliveryStore {
  init(): Promise<void>;
  /** Channels that have something due. */
  dueChannels(at: Date): Promise<string[]>;
  /** When the next delivery is due. */
  nextDueAt(): Promise<Date | undefined>;
  /**
   * Takes the delivery of a channel that is due first, for `leaseMs`, and writes down that it is being tried. Who takes it
   * must `finish` it; if it dies, the delivery is taken again when the lease is over.
   */
  claim(channel: string, at: Date, leaseMs: number): Promise<Delivery | undefined>;
  /** The end of a try: its outcome, and what becomes of the delivery. */
  finish(
    id: string,
    outcome: { readonly at: Date; readonly error?: string },
    then: { readonly status: 'sent' | 'failed' } | { readonly status: 'pending'; readonly nextAt: Date },
  ): Promise<void>;
  /** Gives a claimed delivery back untried. */
  putBack(id: string, nextAt: Date): Promise<void>;
  /**
   * Takes a place within a channel's limits. @returns undefined when there is one, else when the next one comes free
   */
  takeSlot(channel: Pick<Channel, 'name' | 'limits'>, at: Date): Promise<Date | undefined>;
  /** 410 Gone: nothing more is sent to the channel until a test succeeds. */
  stopChannel(name: string, at: Date, reason: string): Promise<void>;
  startChannel(name: string): Promise<void>;
  stopped(): Promise<{ readonly name: string; readonly at: Date; readonly reason: string }[]>;
  find(query: DeliveryQuery): Promise<{ items: Delivery[]; nextCursor?: string }>;
  get(id: string): Promise<Delivery | undefined>;
  /** Puts a failed delivery back to be tried from the beginning. @returns false when it is not `failed` */
  tryAgain(id: string, at: Date): Promise<boolean>;
  countByStatus(): Promise<Partial<Record<DeliveryStatus, number>>>;
  removeBefore(before: Date): Promise<number>;
}

type Document = Omit<Delivery, 'id'> & { readonly _id: string; readonly leaseUntil?: Date };
interface ChannelState {
  readonly _id: string;
  readonly slots?: readonly Date[];
  readonly stoppedAt?: Date;
  readonly reason?: string;
}

const deliverySchema = new Schema(
  { _id: String },
  { collection: 'notify_deliveries', strict: false, versionKey: false, autoIndex: false },
);
deliverySchema.index({ channel: 1, nextAt: 1 }, { partialFilterExpression: { status: 'pending' } });
deliverySchema.index({ createdAt: -1, _id: -1 });
deliverySchema.index({ 'why.alerts.id': 1 });
const channelSchema = new Schema(
  { _id: String },
  { collection: 'notify_channels', strict: false, versionKey: false, autoIndex: false },
);

/** The delivery log and the queue of what is to be sent: one collection, for a delivery is one until it is the other. */
export function makeDeliveryStore(connection: Connection): DeliveryStore {
  const model = connection.models['NotifyDelivery'] ?? connection.model('NotifyDelivery', deliverySchema);
  const channelModel = connection.models['NotifyChannel'] ?? connection.model('NotifyChannel', channelSchema);
  const deliveries = model.collection as unknown as Collection<Document>;
  const channels = channelModel.collection as unknown as Collection<ChannelState>;

  const due = (at: Date): Filter<Document> => ({
    status: 'pending',
    nextAt: { $lte: at },
    $or: [{ leaseUntil: { $exists: false } }, { leaseUntil: { $lte: at } }],
  });

  return withStoreErrors<DeliveryStore>({
    async init() {
      await model.createIndexes();
      await channelModel.createIndexes();
    },
    async dueChannels(at) {
      return (await deliveries.distinct('channel', due(at))).filter((name) => typeof name === 'string');
    },
    async nextDueAt() {
      const first = await deliveries.findOne({ status: 'pending' }, { sort: { nextAt: 1 } });
      if (!first) return undefined;
      const { nextAt, leaseUntil } = first;
      return leaseUntil && leaseUntil > nextAt ? leaseUntil : nextAt;
    },
    async claim(channel, at, leaseMs) {
      const document = await deliveries.findOneAndUpdate(
        { ...due(at), channel },
        { $set: { leaseUntil: new Date(at.getTime() + leaseMs) }, $push: { attempts: { at } } },
        { sort: { nextAt: 1, _id: 1 }, returnDocument: 'after' },
      );
      return document ? toDelivery(document) : undefined;
    },
    async finish(id, { at, error }, then) {
      const last = await deliveries.findOne({ _id: id }, { projection: { attempts: 1 } });
      const index = Math.max(0, (last?.attempts.length ?? 1) - 1);
      const outcome = {
        at,
        outcome: error === undefined ? 'ok' : 'failed',
        ...(error !== undefined && { error }),
      };
      await deliveries.updateOne(
        { _id: id },
        {
          $set: { [`attempts.${index}`]: outcome, ...then, ...(then.status === 'sent' && { sentAt: at }) },
          $unset: { leaseUntil: '' as const },
        },
      );
    },
    async putBack(id, nextAt) {
      await deliveries.updateOne(
        { _id: id },
        { $set: { nextAt }, $unset: { leaseUntil: '' as const }, $pop: { attempts: 1 } },
      );
    },
    async takeSlot({ name, limits }, at) {
      const longest = Math.max(0, ...limits.map(({ messages }) => messages));
      if (longest === 0) return undefined;
      // Compared and set: two processes never take the same place.
      for (let tries = 0; tries < 20; tries += 1) {
        const slots = (await channels.findOne({ _id: name }))?.slots ?? [];
        const free = freeAt(slots, limits);
        if (free > at.getTime()) return new Date(free);
        const next = [...slots, at].slice(-longest);
        if (slots.length === 0) {
          const { modifiedCount, upsertedCount } = await channels
            .updateOne({ _id: name, slots: { $exists: false } }, { $set: { slots: next } }, { upsert: true })
            .catch((error: unknown) => {
              if ((error as { code?: number }).code === 11000) return { modifiedCount: 0, upsertedCount: 0 };
              throw error;
            });
          if (modifiedCount + upsertedCount === 1) return undefined;
        } else {
          const { modifiedCount } = await channels.updateOne(
            { _id: name, slots: [...slots] },
            { $set: { slots: next } },
          );
          if (modifiedCount === 1) return undefined;
        }
      }
      return new Date(at.getTime() + 1_000);
    },
    async stopChannel(name, stoppedAt, reason) {
      await channels.updateOne({ _id: name }, { $set: { stoppedAt, reason } }, { upsert: true });
    },
    async startChannel(name) {
      await channels.updateOne({ _id: name }, { $unset: { stoppedAt: '' as const, reason: '' as const } });
    },
    async stopped() {
      const documents = await channels.find({ stoppedAt: { $exists: true } }).toArray();
      return documents.flatMap(({ _id, stoppedAt, reason }) =>
        stoppedAt ? [{ name: _id, at: stoppedAt, reason: reason ?? '' }] : [],
      );
    },
    async find({ limit, cursor, ...query }) {
      const filter = filterOf(query);
      const documents = await deliveries
        .find({ $and: [filter, cursor === undefined ? {} : after(cursor)] })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const items = documents.slice(0, limit).map(toDelivery);
      const last = items.at(-1);
      return documents.length > limit && last
        ? { items, nextCursor: writePageCursor([last.createdAt.getTime(), last.id]) }
        : { items };
    },
    async get(id) {
      const document = await deliveries.findOne({ _id: id });
      return document ? toDelivery(document) : undefined;
    },
    async tryAgain(id, at) {
      const { modifiedCount } = await deliveries.updateOne(
        { _id: id, status: 'failed' },
        { $set: { status: 'pending', nextAt: at, attempts: [] } },
      );
      return modifiedCount === 1;
    },
    async countByStatus() {
      const rows = await deliveries
        .aggregate<{ _id: DeliveryStatus; n: number }>([{ $group: { _id: '$status', n: { $sum: 1 } } }])
        .toArray();
      return Object.fromEntries(rows.map(({ _id, n }) => [_id, n]));
    },
    async removeBefore(before) {
      const { deletedCount } = await deliveries.deleteMany({
        createdAt: { $lt: before },
        status: { $ne: 'pending' },
      });
      return deletedCount;
    },
  });
}

/** When the next message may go out, epoch ms: for each limit, when the message so many before it is old enough. */
function freeAt(slots: readonly Date[], limits: Channel['limits']): number {
  return Math.max(
    0,
    ...limits.map(({ messages, perMs }) => {
      const oldest = slots.at(-messages);
      return slots.length < messages || !oldest ? 0 : oldest.getTime() + perMs;
    }),
  );
}

function filterOf({
  status,
  channel,
  recipient,
  alert,
  orgUnits,
  from,
  to,
}: Omit<DeliveryQuery, 'limit' | 'cursor'>): Filter<Document> {
  const any = <Value>(values: readonly Value[] | undefined) => (values ? { $in: [...values] } : undefined);
  const fields = {
    status: any(status),
    channel: any(channel),
    recipient: any(recipient),
    orgUnit: any(orgUnits),
    'why.alerts.id': alert,
    createdAt: from || to ? { ...(from && { $gte: from }), ...(to && { $lt: to }) } : undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function after(cursor: string): Filter<Document> {
  const [time, id] = readPageCursor(cursor);
  const createdAt = new Date(time);
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: id } }] };
}

function toDelivery({ _id, leaseUntil: _, ...rest }: Document): Delivery {
  return { id: _id, ...rest };
}
