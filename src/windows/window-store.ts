import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { EMPTY_WINDOW, type WindowGroup, type WindowRecord } from '../engine/assess-window.js';
import { withStoreErrors } from '../events/store-error.js';
import { insertNew } from '../infra/insert-new.js';

/** An event that belongs to a group; the event itself stays in the inbox. */
export interface WindowEntry {
  readonly group: WindowGroup;
  readonly eventKey: string;
  /** When it occurred, epoch ms. */
  readonly at: number;
}

/** A group with events that have not been judged yet. */
export interface StoredWindow {
  readonly group: WindowGroup;
  /** Counts the replacements of `record`. */
  readonly revision: number;
  /** Counts the hand-overs. */
  readonly handed: number;
  /** The earliest event handed over since it was judged; undefined = all are judged. */
  readonly changedFrom: number | undefined;
  readonly record: WindowRecord;
}

/** A document of `windowEntries`, `_id` = group id, `|`, event key. */
interface EntryDocument {
  _id: string;
  groupId: string;
  at: Date;
  handedAt: Date;
}

/** A document of `windows`, `_id` = group id. */
interface WindowDocument {
  _id: string;
  ruleId: string;
  group: string;
  revision: number;
  handed: number;
  /** Absent = all are judged. */
  changedFrom?: Date;
  record?: WindowRecord;
}

/** Which events belong to which window, and what was found there. */
export interface WindowStore {
  init(): Promise<void>;
  /** Adds events to their groups and marks these as changed. Idempotent; whoever dies half-way hands over again. */
  handOver(entries: readonly WindowEntry[]): Promise<void>;
  /** Groups with events to judge. */
  changedGroups(limit: number, skip: readonly string[]): Promise<string[]>;
  load(groupId: string): Promise<StoredWindow | undefined>;
  /** Replaces the record if neither it nor the events of the group have changed since it was read. */
  replace(read: StoredWindow, record: WindowRecord): Promise<boolean>;
  /** Marks a group as judged, if nothing has changed since `revision` and `handed`. */
  settle(groupId: string, revision: number, handed: number): Promise<boolean>;
  /** Keys of a group's events that occurred after an instant, in order of time, page by page; no instant is split. */
  entriesAfter(groupId: string, after: number): AsyncIterable<readonly string[]>;
  /** Retention: removes up to `limit` entries handed over before a date; answers how many. */
  removeEntriesBefore(date: Date, limit: number): Promise<number>;
}

const PAGE = 1_000;
const DUPLICATE_KEY = 11000;

const entrySchema = new Schema(
  { _id: String },
  { collection: 'windowEntries', strict: false, versionKey: false, autoIndex: false },
);
entrySchema.index({ groupId: 1, at: 1 });
entrySchema.index({ handedAt: 1 });
const windowSchema = new Schema(
  { _id: String },
  { collection: 'windows', strict: false, versionKey: false, autoIndex: false },
);
windowSchema.index({ changedFrom: 1 }, { partialFilterExpression: { changedFrom: { $type: 'date' } } });

/** Windows in MongoDB, collections `windows` and `windowEntries`. */
export function makeWindowStore(connection: Connection, now: () => number): WindowStore {
  const entryModel = connection.models['WindowEntry'] ?? connection.model('WindowEntry', entrySchema);
  const windowModel = connection.models['Window'] ?? connection.model('Window', windowSchema);
  const entries = entryModel.collection as unknown as Collection<EntryDocument>;
  const windows = windowModel.collection as unknown as Collection<WindowDocument>;

  async function* entriesAfter(groupId: string, after: number): AsyncGenerator<readonly string[]> {
    for (let from = new Date(after); ;) {
      const found = await entries
        .find({ groupId, at: { $gt: from } })
        .sort({ at: 1 })
        .limit(PAGE)
        .toArray();
      const last = found.at(-1);
      if (!last) return;
      const isLast = found.length < PAGE;
      const whole = isLast ? found : found.filter(({ at }) => at < last.at);
      const instant = isLast ? [] : await entries.find({ groupId, at: last.at }).toArray();
      yield [...whole, ...instant].map(({ _id }) => _id.slice(groupId.length + 1));
      if (isLast) return;
      from = last.at;
    }
  }

  const calls = withStoreErrors<Omit<WindowStore, 'entriesAfter'>>({
    async init() {
      await entryModel.createIndexes();
      await windowModel.createIndexes();
    },
    async handOver(handed) {
      if (handed.length === 0) return;
      // The entries go first: a group that is marked has all that it was marked for.
      const handedAt = new Date(now());
      await insertNew(
        entries,
        handed.map(({ group: { id: groupId }, eventKey, at }) => ({
          _id: `${groupId}|${eventKey}`,
          groupId,
          at: new Date(at),
          handedAt,
        })),
      );
      await markChanged(windows, earliestOf(handed));
    },
    async changedGroups(limit, skip) {
      const found = await windows
        .find(
          { changedFrom: { $type: 'date' as const }, ...(skip.length > 0 && { _id: { $nin: [...skip] } }) },
          { projection: { _id: 1 } },
        )
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },
    async load(groupId) {
      const document = await windows.findOne({ _id: groupId });
      if (!document) return undefined;
      const { _id, ruleId, group, revision, handed, changedFrom, record } = document;
      return {
        group: { id: _id, ruleId, group },
        revision,
        handed,
        changedFrom: changedFrom?.getTime(),
        record: record ?? EMPTY_WINDOW,
      };
    },
    async replace({ group: { id }, revision, handed }, record) {
      const filter = { _id: id, revision, handed };
      const { matchedCount } = await windows.updateOne(filter, {
        $set: { record, revision: revision + 1 },
      });
      return matchedCount === 1;
    },
    async settle(groupId, revision, handed) {
      const filter = { _id: groupId, revision, handed };
      const { matchedCount } = await windows.updateOne(filter, { $unset: { changedFrom: 1 } });
      return matchedCount === 1;
    },
    async removeEntriesBefore(date, limit) {
      const found = await entries
        .find({ handedAt: { $lt: date } }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray();
      const ids = found.map(({ _id }) => _id);
      return ids.length === 0 ? 0 : (await entries.deleteMany({ _id: { $in: ids } })).deletedCount;
    },
  });
  return { ...calls, entriesAfter };
}

/** Of each group the earliest instant handed over, epoch ms. */
function earliestOf(handed: readonly WindowEntry[]): { group: WindowGroup; at: number }[] {
  const earliest = new Map<string, { group: WindowGroup; at: number }>();
  for (const { group, at } of handed)
    earliest.set(group.id, { group, at: Math.min(at, earliest.get(group.id)?.at ?? at) });
  return [...earliest.values()];
}

/** Most groups exist: one update for all of them, and upserts only where some are new. */
async function markChanged(
  windows: Collection<WindowDocument>,
  changes: readonly { readonly group: WindowGroup; readonly at: number }[],
): Promise<void> {
  const ids = changes.map(({ group: { id } }) => id);
  const times = changes.map(({ at }) => new Date(at));
  const mine = { $arrayElemAt: [{ $literal: times }, { $indexOfArray: [{ $literal: ids }, '$_id'] }] };
  const { matchedCount } = await windows.updateMany({ _id: { $in: ids } }, [
    // $min passes over a field that is missing, as `$min` of a plain update does.
    { $set: { changedFrom: { $min: ['$changedFrom', mine] }, handed: { $add: ['$handed', 1] } } },
  ]);
  if (matchedCount === ids.length) return;
  // Those that exist are marked once more, which does no harm: `handed` only has to change.
  await upsertAll(
    windows,
    changes.map(({ group: { id, ruleId, group }, at }) => ({
      updateOne: {
        filter: { _id: id },
        update: {
          $min: { changedFrom: new Date(at) },
          $inc: { handed: 1 },
          $setOnInsert: { ruleId, group, revision: 0 },
        },
        upsert: true,
      },
    })),
  );
}

/** Two upserts of one new document may meet: one of them fails on `_id`, and is an update the second time. */
async function upsertAll<T extends { _id: string }>(
  collection: Collection<T>,
  operations: AnyBulkWriteOperation<T>[],
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await collection.bulkWrite(operations, { ordered: false });
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY || tries === 3) throw error;
    }
  }
}
