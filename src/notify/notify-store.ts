import type { Collection } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import type { Delivery } from './delivery.js';
import type { RoutedChange } from './match-routes.js';

/** What a route knows of one alert for one target. */
export interface NotifyItem {
  readonly _id: string;
  readonly alertId: string;
  readonly route: string;
  readonly target: string;
  readonly group: string;
  /** The change feed's seq up to which it was routed. */
  readonly seq: number;
  /** Entries of the alert's history that are still to be told. */
  readonly entries: readonly number[];
  /** They were told of it while it was open. */
  readonly told: boolean;
  /** As last seen. */
  readonly open: boolean;
  readonly at: Date;
}

/** The clocks of a group of alerts. */
export interface NotifyGroup {
  readonly _id: string;
  readonly route: string;
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How many messages it has had. */
  readonly n: number;
  /** Grows with each routed change: tells a flush that something came in between. */
  readonly rev: number;
  /** When to look next; absent = nothing to do. */
  readonly next?: Date;
  /** Of its last message. */
  readonly sentAt?: Date;
  /** Of its last message that told of all that was open. */
  readonly remindedAt?: Date;
}

/** A message as decided: the truth from which deliveries and items are brought up to date, whatever dies in between. */
export interface NotifyMessage {
  readonly _id: string;
  readonly at: Date;
  /** It tells of all that is open in the group. */
  readonly full: boolean;
  /** Items with the entries it tells; of a reminder none. */
  readonly items: readonly {
    readonly id: string;
    readonly entries: readonly number[];
    readonly open: boolean;
  }[];
  readonly deliveries: readonly Delivery[];
}

/** Entries to add to an item. */
export interface ItemAddition {
  readonly alertId: string;
  readonly change: RoutedChange;
  /** The seq the item was read with; undefined = there was none. */
  readonly readSeq: number | undefined;
  readonly seq: number;
  readonly at: Date;
}

export interface NotifyStore {
  init(): Promise<void>;
  position(): Promise<number | undefined>;
  /** Moves on only from where it was read. @returns false when another process was faster */
  moveOn(from: number | undefined, to: number): Promise<boolean>;
  itemsOfAlerts(alertIds: readonly string[]): Promise<NotifyItem[]>;
  /** @returns false when another process routed to one of the items since it was read; then read again */
  addToItems(additions: readonly ItemAddition[]): Promise<boolean>;
  groups(ids: readonly string[]): Promise<NotifyGroup[]>;
  /** Makes each group if need be and brings its next look forward to `next`. */
  wakeGroups(wakes: readonly { readonly change: RoutedChange; readonly next: Date }[]): Promise<void>;
  dueGroups(at: Date, limit: number): Promise<NotifyGroup[]>;
  /** When the next group is due. */
  nextDueAt(): Promise<Date | undefined>;
  /** Items of a group with something to tell, or told and open. */
  itemsOf(group: string, limit: number): Promise<NotifyItem[]>;
  setItems(changes: readonly { readonly id: string; readonly pull: readonly number[]; readonly open: boolean; readonly told?: boolean }[]): Promise<void>;
  message(id: string): Promise<NotifyMessage | undefined>;
  /** Stores it unless it is there. @returns what is there then */
  addMessage(message: NotifyMessage): Promise<NotifyMessage>;
  addDeliveries(deliveries: readonly Delivery[]): Promise<void>;
  /** @returns false when something was routed into the group, or another process flushed it, meanwhile */
  settleGroup(before: NotifyGroup, after: { readonly n: number; readonly sentAt?: Date; readonly remindedAt?: Date; readonly next?: Date }): Promise<boolean>;
  removeBefore(before: Date): Promise<number>;
} // prettier-ignore

type DeliveryDocument = Omit<Delivery, 'id'> & { readonly _id: string };
type State = { readonly _id: string; readonly seq: number };
const DUPLICATE_KEY = 11000;

const schemaOf = (collection: string) =>
  new Schema({ _id: String }, { collection, strict: false, versionKey: false, autoIndex: false });
const itemSchema = schemaOf('notify_items');
itemSchema.index({ alertId: 1 });
itemSchema.index({ group: 1, _id: 1 });
itemSchema.index({ at: 1 });
const groupSchema = schemaOf('notify_groups');
groupSchema.index({ next: 1 }, { partialFilterExpression: { next: { $exists: true } } });
const messageSchema = schemaOf('notify_messages');
messageSchema.index({ at: 1 });
const stateSchema = schemaOf('notify_state');

/** State of the notifier in MongoDB. Every write may be done twice without harm; docs/notify.md has the order of them. */
export function makeNotifyStore(connection: Connection): NotifyStore {
  const modelOf = (name: string, schema: Schema) => connection.models[name] ?? connection.model(name, schema);
  const models = {
    items: modelOf('NotifyItem', itemSchema),
    groups: modelOf('NotifyGroup', groupSchema),
    messages: modelOf('NotifyMessage', messageSchema),
    state: modelOf('NotifyState', stateSchema),
  };
  const items = models.items.collection as unknown as Collection<NotifyItem>;
  const groups = models.groups.collection as unknown as Collection<NotifyGroup>;
  const messages = models.messages.collection as unknown as Collection<NotifyMessage>;
  const state = models.state.collection as unknown as Collection<State>;
  const deliveries = connection.collection('notify_deliveries') as unknown as Collection<DeliveryDocument>;

  async function bulkWriteSkippingDuplicates(additions: readonly ItemAddition[]) {
    const writes = additions.map(
      ({ alertId, change: { route, target, group, entries }, readSeq, seq, at }) => {
        const _id = itemIdOf(alertId, route, target);
        if (readSeq === undefined)
          return {
            insertOne: {
              document: { _id, alertId, route, target, group, seq, entries, told: false, open: true, at },
            },
          };
        const update = { $set: { seq, at }, $addToSet: { entries: { $each: [...entries] } } };
        return { updateOne: { filter: { _id, seq: readSeq }, update } };
      },
    );
    try {
      return await items.bulkWrite(writes, { ordered: false });
    } catch (error) {
      const { code, result } = error as {
        code?: number;
        result?: { insertedCount: number; matchedCount: number };
      };
      if (code !== DUPLICATE_KEY || !result) throw error;
      return result;
    }
  }

  return withStoreErrors<NotifyStore>({
    async init() {
      for (const model of Object.values(models)) await model.createIndexes();
    },
    async position() {
      return (await state.findOne({ _id: 'router' }))?.seq;
    },
    async moveOn(from, to) {
      if (from === undefined) return unlessThere(state.insertOne({ _id: 'router', seq: to }));
      const { matchedCount } = await state.updateOne({ _id: 'router', seq: from }, { $set: { seq: to } });
      return matchedCount === 1;
    },
    itemsOfAlerts: (alertIds) => items.find({ alertId: { $in: [...alertIds] } }).toArray(),
    async addToItems(additions) {
      if (additions.length === 0) return true;
      const { insertedCount, matchedCount } = await bulkWriteSkippingDuplicates(additions);
      return insertedCount + matchedCount === additions.length;
    },
    groups: (ids) => groups.find({ _id: { $in: [...ids] } }).toArray(),
    async wakeGroups(wakes) {
      if (wakes.length === 0) return;
      await groups.bulkWrite(
        wakes.map(({ change: { group, route, target, labels }, next }) => ({
          updateOne: {
            filter: { _id: group },
            update: { $inc: { rev: 1 }, $min: { next }, $setOnInsert: { route, target, labels, n: 0 } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },
    dueGroups: (at, limit) =>
      groups
        .find({ next: { $lte: at } })
        .sort({ next: 1, _id: 1 })
        .limit(limit)
        .toArray(),
    async nextDueAt() {
      const first = await groups.findOne({ next: { $exists: true } }, { sort: { next: 1 } });
      return first?.next;
    },
    itemsOf: (group, limit) =>
      items
        .find({ group, $or: [{ 'entries.0': { $exists: true } }, { open: true, told: true }] })
        // What is to be told first, lest a crowd of open ones hides it.
        .sort({ 'entries.0': -1, _id: 1 })
        .limit(limit)
        .toArray(),
    async setItems(changes) {
      if (changes.length === 0) return;
      await items.bulkWrite(
        changes.map(({ id, pull, open, told }) => ({
          updateOne: {
            filter: { _id: id },
            update: {
              $pull: { entries: { $in: [...pull] } },
              $set: { open, ...(told && { told }) },
            },
          },
        })),
        { ordered: false },
      );
    },
    async message(id) {
      return (await messages.findOne({ _id: id })) ?? undefined;
    },
    async addMessage(message) {
      if (await unlessThere(messages.insertOne(message))) return message;
      return (await messages.findOne({ _id: message._id })) ?? message;
    },
    async addDeliveries(list) {
      if (list.length === 0) return;
      const documents = list.map(({ id, ...rest }) => ({ _id: id, ...rest }));
      await unlessThere(deliveries.insertMany(documents, { ordered: false }));
    },
    async settleGroup({ _id, n, rev }, { next, ...set }) {
      const { matchedCount } = await groups.updateOne(
        { _id, n, rev },
        { $set: { ...set, ...(next && { next }) }, ...(!next && { $unset: { next: '' as const } }) },
      );
      return matchedCount === 1;
    },
    async removeBefore(before) {
      const removed = [
        await items.deleteMany({ at: { $lt: before }, open: false }),
        await messages.deleteMany({ at: { $lt: before } }),
      ];
      return removed.reduce((sum, { deletedCount }) => sum + deletedCount, 0);
    },
  });
}

export function itemIdOf(alertId: string, route: string, target: string): string {
  return `${alertId}|${route}|${target}`;
}

/** Runs an insert; false when (some of) it was there already. */
async function unlessThere(insert: Promise<unknown>): Promise<boolean> {
  try {
    await insert;
    return true;
  } catch (error) {
    const { code, writeErrors } = error as { code?: number; writeErrors?: unknown };
    const all = (Array.isArray(writeErrors) ? writeErrors : []) as { code?: number }[];
    if (code === DUPLICATE_KEY && all.every((one) => one.code === DUPLICATE_KEY)) return false;
    throw error;
  }
}
