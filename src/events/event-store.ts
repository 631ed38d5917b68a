import type { Collection } from 'mongodb';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import { compareEvents } from './business-event.js';
import type { BusinessEvent } from './business-event.js';
import { toBusinessEvent, toStoredEvent } from './event-document.js';
import type { EventDocument, EventStatus, NewEvent, StoredEvent } from './event-document.js';
import { insertEvents } from './insert-events.js';
import type { InsertResult } from './insert-events.js';
import { listDeadEvents } from './list-dead-events.js';
import type { DeadPage, DeadPageRequest } from './list-dead-events.js';
import { removeProcessedEvents } from './remove-processed-events.js';
import type { KeepRecords } from './remove-processed-events.js';
import { withStoreErrors } from './store-error.js';

/** The inbox: every event ever accepted, with what became of it. Collection `events`, `_id` = event key. */
export interface EventStore {
  /** Creates the indexes; await it before the first use. */
  init(): Promise<void>;
  /** Stores what is new; tells resends (same content) from conflicts (other content), within one call too. */
  insertEvents(events: readonly NewEvent[]): Promise<InsertResult>;
  findByKey(key: string): Promise<StoredEvent | undefined>;
  /** Those of the keys that are stored and not dead (processed ones too), in compareEvents order: what a worker folds. */
  loadEvents(keys: readonly string[]): Promise<StoredEvent[]>;
  /** All events of a record that are not dead, in compareEvents order: what a refold folds. */
  loadByRecord(recordId: string): Promise<BusinessEvent[]>;
  /** The same of several records, by record id. */
  loadByRecords(recordIds: readonly string[]): Promise<Map<string, BusinessEvent[]>>;
  /** Those that still wait. Answers those that others had set aside meanwhile, which stay so. */
  markProcessed(keys: readonly string[]): Promise<string[]>;
  /** Sets events aside with a reason, but for those that were processed meanwhile; they are no longer folded, listed by `listDead` and replayed by `revive`. Answers those that were not set aside. */
  markDead(keys: readonly string[], reason: string): Promise<string[]>;
  /** Counts one more attempt on each of the keys that still wait; answers how many they have had so far. */
  countAttempts(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Events received before `olderThan` and still not processed, oldest first: the reconciler enqueues them again. */
  findStuck(request: { readonly olderThan: Date; readonly limit: number }): Promise<StuckEvent[]>;
  /** Of these records, those with an event that is received and not processed yet. */
  waitingRecords(recordIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Newest first. @throws InvalidRequestError on a cursor this store did not give. */
  listDead(request: DeadPageRequest): Promise<DeadPage>;
  /** Dead events back to `received` with no attempts; answers those that were revived, ready to be enqueued. */
  revive(keys: readonly string[]): Promise<StuckEvent[]>;
  /** `received` and `dead` are exact; `processed` is an estimate, which may be off after MongoDB was killed. */
  countByStatus(): Promise<Record<EventStatus, number>>;
  /**
   * Retention: removes up to `limit` processed events received before `date`; answers how many. Events of
   * the records that `keep` answers (those still open: a late event would refold them) stay.
   */
  removeProcessedBefore(date: Date, limit: number, keep?: KeepRecords): Promise<number>;
}

/** What it takes to put an event on its queue again. */
export interface StuckEvent {
  readonly key: string;
  readonly recordId: string;
  /** As of the number of partitions when it was accepted. */
  readonly partition: number;
  /** Epoch ms. */
  readonly receivedAt: number;
}

const MODEL = 'Event';

const eventSchema = new Schema(
  { _id: String },
  { collection: 'events', strict: false, versionKey: false, autoIndex: true },
);
// Every index costs each insert about 6 %: one to refold a record, and two small partial ones.
eventSchema.index({ recordId: 1, at: 1 });
eventSchema.index({ receivedAt: 1 }, { partialFilterExpression: { status: 'received' } });
eventSchema.index({ deadAt: -1, _id: -1 }, { partialFilterExpression: { status: 'dead' } });

const STUCK_FIELDS = { recordId: 1, partition: 1, receivedAt: 1 } as const;

function stuckOf(document: Pick<EventDocument, '_id' | 'recordId' | 'partition' | 'receivedAt'>): StuckEvent {
  const { _id, recordId, partition, receivedAt } = document;
  return { key: _id, recordId, partition, receivedAt: receivedAt.getTime() };
}

/**
 * The inbox on MongoDB. The connection brings the write concern (w:1, j:true): a resolved insert is on disk.
 * All methods throw `StoreUnavailableError` when MongoDB cannot be reached.
 */
export function makeEventStore(connection: Connection, now: () => number = Date.now): EventStore {
  const model = connection.models[MODEL] ?? connection.model(MODEL, eventSchema);
  const events = model.collection as unknown as Collection<EventDocument>;
  const received = { status: 'received' as const };
  const notDead = { status: { $ne: 'dead' as const } };

  /** Those of the keys that have a status. */
  const among = <Status extends EventStatus>(keys: readonly string[], status: Status) => ({
    _id: { $in: [...keys] },
    status,
  });
  const keysThatAreDead = async (keys: readonly string[]): Promise<string[]> => {
    const docs = await events.find(among(keys, 'dead'), { projection: { _id: 1 } }).toArray();
    return docs.map(({ _id }) => _id);
  };

  return withStoreErrors<EventStore>({
    async init() {
      await model.init();
    },
    insertEvents: (batch) => insertEvents(events, batch),
    async findByKey(key) {
      const doc = await events.findOne({ _id: key });
      return doc ? toStoredEvent(doc) : undefined;
    },
    async loadEvents(keys) {
      const docs = await events.find({ _id: { $in: [...keys] }, ...notDead }).toArray();
      return docs.map(toStoredEvent).sort((a, b) => compareEvents(a.event, b.event));
    },
    async loadByRecord(recordId) {
      return (await events.find({ recordId, ...notDead }).toArray()).map(toBusinessEvent).sort(compareEvents);
    },
    async loadByRecords(recordIds) {
      const histories = new Map<string, BusinessEvent[]>(recordIds.map((recordId) => [recordId, []]));
      const found = events.find({ recordId: { $in: [...recordIds] }, ...notDead });
      for await (const document of found) histories.get(document.recordId)?.push(toBusinessEvent(document));
      for (const history of histories.values()) history.sort(compareEvents);
      return histories;
    },
    async markProcessed(keys) {
      const { matchedCount } = await events.updateMany(among(keys, 'received'), {
        $set: { status: 'processed' },
      });
      if (matchedCount === keys.length) return [];
      // Whoever was slow and taken for dead is behind others, who may have processed them, too, or given them up.
      return keysThatAreDead(keys);
    },
    async markDead(keys, reason) {
      await events.updateMany(among(keys, 'received'), {
        $set: { status: 'dead', reason, deadAt: new Date(now()) },
      });
      const dead = new Set(await keysThatAreDead(keys));
      return keys.filter((key) => !dead.has(key));
    },
    async countAttempts(keys) {
      const filter = among(keys, 'received');
      await events.updateMany(filter, { $inc: { attempts: 1 } });
      const docs = await events.find(filter, { projection: { attempts: 1 } }).toArray();
      return new Map(docs.map((doc) => [doc._id, doc.attempts]));
    },
    async findStuck({ olderThan, limit }) {
      const docs = await events
        .find({ ...received, receivedAt: { $lt: olderThan } }, { projection: STUCK_FIELDS })
        .sort({ receivedAt: 1 })
        .limit(limit)
        .toArray();
      return docs.map(stuckOf);
    },
    async waitingRecords(recordIds) {
      const docs = await events
        .find({ recordId: { $in: [...recordIds] }, ...received }, { projection: { recordId: 1 } })
        .toArray();
      return new Set(docs.map(({ recordId }) => recordId));
    },
    listDead: (request) => listDeadEvents(events, request),
    async revive(keys) {
      const filter = among(keys, 'dead');
      const docs = await events.find(filter, { projection: STUCK_FIELDS }).toArray();
      await events.updateMany(filter, {
        $set: { ...received, attempts: 0 },
        $unset: { reason: 1, deadAt: 1 },
      });
      return docs.map(stuckOf);
    },
    async countByStatus() {
      const [all, waiting, dead] = await Promise.all([
        events.estimatedDocumentCount(),
        events.countDocuments(received),
        events.countDocuments({ status: 'dead' }),
      ]);
      return { received: waiting, dead, processed: Math.max(0, all - waiting - dead) };
    },
    removeProcessedBefore: (date, limit, keep) => removeProcessedEvents(events, date, limit, keep),
  });
}
