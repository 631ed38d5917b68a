import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { nextLookAt } from '../engine/advance-clocks.js';
import type { Clock } from '../engine/work-order-record.js';
import type { WorkOrder } from './work-order.js';

/** A clock as the due list sees it; written from the record, never the other way round. */
export interface DeadlineDocument {
  /** `recordId|clock.key`. */
  _id: string;
  recordId: string;
  rule: { id: string; version: number };
  stage?: string;
  anchorAt: Date;
  /** Null while paused or where the calendar does not reach. */
  dueAt: Date | null;
  /** The next warn or due time to look at; null when there is nothing to look at. */
  nextLookAt: Date | null;
  state: Clock['state'];
  /** Years without an official schedule that the budget would cross. */
  uncoveredYears?: number[];
  process?: string;
  orgUnit?: string;
  feed?: string;
  /** Calendar the due time was computed with. */
  calendarHash: string;
  sourceRevision: number;
}

export interface DeadlineWrite {
  readonly workOrder: WorkOrder;
  readonly calendarHash: string;
  readonly revision: number;
  readonly clocks: readonly Clock[];
  /** `clocks` are all of the record: what else the list has of it is of an earlier telling, and goes. */
  readonly complete?: boolean;
}

export interface DueRecord {
  readonly recordId: string;
  readonly feed?: string;
}

/** The due list: which records have a clock to look at. */
export interface DeadlineStore {
  init(): Promise<void>;
  /** Brings clocks to the list; an older revision neither overwrites nor removes what a newer one wrote. */
  write(writes: readonly DeadlineWrite[]): Promise<void>;
  /** Records with a warn or due time before `until`, earliest first, at most `limit`, by index. */
  dueRecords(until: Date, limit: number, skipFeeds?: readonly string[]): Promise<DueRecord[]>;
  /** Work orders whose clocks lack calendar years, by year. */
  countUncovered(): Promise<{ year: number; deadlines: number }[]>;
  /** Records with a clock that was computed with another calendar. Reads the whole list: for a start, not for each minute. */
  staleRecords(calendarHash: string, limit: number): Promise<string[]>;
  removeByRecords(recordIds: readonly string[]): Promise<number>;
}

const DUPLICATE_KEY = 11000;

const deadlineSchema = new Schema(
  { _id: String },
  { collection: 'deadlines', strict: false, versionKey: false, autoIndex: false },
);
deadlineSchema.index({ nextLookAt: 1 }, { partialFilterExpression: { nextLookAt: { $type: 'date' } } });
deadlineSchema.index({ recordId: 1 });
deadlineSchema.index({ uncoveredYears: 1 }, { sparse: true });

/** Deadlines in MongoDB, collection `deadlines`. */
export function makeDeadlineStore(connection: Connection): DeadlineStore {
  const model = connection.models['Deadline'] ?? connection.model('Deadline', deadlineSchema);
  const collection = () => model.collection as unknown as Collection<DeadlineDocument>;
  return {
    init: async () => {
      await model.createIndexes();
    },
    write: async (writes) => {
      const operations = writes.flatMap((write) => [...replaceOperations(write), ...removeOperations(write)]);
      if (operations.length === 0) return;
      try {
        await collection().bulkWrite(operations, { ordered: false });
      } catch (error) {
        if (!onlyStaleWrites(error)) throw error;
      }
    },
    dueRecords: async (until, limit, skipFeeds = []) => {
      const filter = {
        // Without the type the planner does not know that the partial index has them all.
        nextLookAt: { $lt: until, $type: 'date' as const },
        ...(skipFeeds.length > 0 && { feed: { $nin: [...skipFeeds] } }),
      };
      const cursor = collection()
        .find(filter, { projection: { recordId: 1, feed: 1 } })
        .sort({ nextLookAt: 1 })
        .limit(limit);
      const records = new Map<string, DueRecord>();
      for await (const { recordId, feed } of cursor) {
        records.set(recordId, { recordId, ...(feed !== undefined && { feed }) });
      }
      return [...records.values()];
    },
    countUncovered: async () => {
      const groups = collection().aggregate<{ _id: number; deadlines: number }>([
        { $match: { uncoveredYears: { $exists: true }, state: 'running' } },
        { $unwind: '$uncoveredYears' },
        { $group: { _id: '$uncoveredYears', deadlines: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ]);
      return (await groups.toArray()).map(({ _id, deadlines }) => ({ year: _id, deadlines }));
    },
    staleRecords: async (calendarHash, limit) => {
      const filter = {
        calendarHash: { $ne: calendarHash },
        state: { $in: ['running' as const, 'paused' as const] },
      };
      const found = await collection()
        .find(filter, { projection: { recordId: 1 } })
        .limit(limit)
        .toArray();
      return [...new Set(found.map(({ recordId }) => recordId))];
    },
    removeByRecords: async (recordIds) =>
      (await collection().deleteMany({ recordId: { $in: [...recordIds] } })).deletedCount,
  };
}

function replaceOperations({
  workOrder,
  calendarHash,
  revision,
  clocks,
}: DeadlineWrite): AnyBulkWriteOperation<DeadlineDocument>[] {
  return clocks.map((clock) => {
    const _id = `${workOrder.no}|${clock.key}`;
    const { stage, uncoveredYears } = clock;
    const { process, feed } = workOrder;
    const orgUnit = workOrder.orgUnit ?? workOrder.managingUnit;
    const lookAt = nextLookAt(clock);
    const replacement = {
      recordId: workOrder.no,
      rule: clock.rule,
      ...(stage !== undefined && { stage }),
      anchorAt: new Date(clock.anchorAt),
      dueAt: clock.dueAt === undefined ? null : new Date(clock.dueAt),
      nextLookAt: lookAt === undefined ? null : new Date(lookAt),
      state: clock.state,
      ...(uncoveredYears && { uncoveredYears }),
      ...(process !== undefined && { process }),
      ...(orgUnit !== undefined && { orgUnit }),
      ...(feed !== undefined && { feed }),
      calendarHash,
      sourceRevision: revision,
    };
    return { replaceOne: { filter: { _id, sourceRevision: { $lte: revision } }, replacement, upsert: true } };
  });
}

/** A late event may show that a clock never started. */
function removeOperations({
  workOrder: { no: recordId },
  revision,
  clocks,
  complete = false,
}: DeadlineWrite): AnyBulkWriteOperation<DeadlineDocument>[] {
  if (!complete) return [];
  const kept = clocks.map((clock) => `${recordId}|${clock.key}`);
  return [{ deleteMany: { filter: { recordId, _id: { $nin: kept }, sourceRevision: { $lte: revision } } } }];
}

/** An upsert that met a newer revision fails on `_id`; that is the guard at work. */
function onlyStaleWrites(error: unknown): boolean {
  const writeErrors = (error as { writeErrors?: unknown }).writeErrors;
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    code?: number;
  }[];
  return list.length > 0 && list.every(({ code }) => code === DUPLICATE_KEY);
}
