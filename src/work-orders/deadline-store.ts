import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import type { Clock } from '../engine/work-order-record.js';
import type { WorkOrderDocument } from './record-write-store.js';
import { fromStoredClock } from './stored-clock.js';

/** A record with a clock to look at. */
export interface DueRecord {
  readonly recordId: string;
  readonly feed?: string;
}

/** A running clock with a due time, and whose it is. */
export interface RunningClock {
  /** `recordId|clock.key`. */
  readonly id: string;
  readonly recordId: string;
  readonly clock: Clock & { readonly dueAt: number };
  readonly process?: string;
  readonly orgUnit?: string;
}

/** Which clocks to list: those due in [from, until), behind `after`. */
export interface RunningQuery {
  readonly from?: number;
  readonly until: number;
  readonly process?: readonly string[];
  readonly rule?: readonly string[];
  readonly orgUnits?: readonly string[];
  /** Clocks of rules that are not in force bind nobody. Default: all are. */
  readonly isInForce?: (ruleId: string) => boolean;
  readonly after?: readonly [dueAt: number, id: string];
  readonly limit: number;
}

/** The due list: the records of the collection `workOrders` by what their clocks are waiting for. */
export interface DeadlineStore {
  /** Creates the indexes; await it before the first use. */
  init(): Promise<void>;
  /** Records with a warn or due time before `until`, earliest first, at most `limit`, by index. */
  dueRecords(until: Date, limit: number, skipFeeds?: readonly string[]): Promise<DueRecord[]>;
  /** Running clocks, earliest due time first, ties by id. */
  listRunning(query: RunningQuery): Promise<RunningClock[]>;
  /** Running clocks that lack calendar years, by year. */
  countUncovered(): Promise<{ year: number; deadlines: number }[]>;
  /** Records whose clocks were computed with another calendar. Reads all records: for a start, not for each minute. */
  staleRecords(calendarHash: string, limit: number): Promise<string[]>;
  /** Records with open clocks that were last written under another rule set, in the order of ids, behind `after`. */
  recordsOfOtherRules(ruleSetHash: string, limit: number, after?: string): Promise<string[]>;
  countOfOtherRules(ruleSetHash: string): Promise<number>;
}

/** The due list in MongoDB. All methods throw `StoreUnavailableError` when it cannot be reached. */
export function makeDeadlineStore(connection: Connection): DeadlineStore {
  const records = connection.collection('workOrders') as unknown as Collection<WorkOrderDocument>;
  return withStoreErrors<DeadlineStore>({
    init: async () => {
      // Sparse: a record that waits for nothing, as most ended ones do, costs nothing.
      for (const field of ['nextLookAt', 'overdueAt', 'uncoveredYears'] as const)
        await records.createIndex({ [field]: 1 }, { sparse: true });
    },
    dueRecords: async (until, limit, skipFeeds = []) => {
      const filter = {
        nextLookAt: { $lt: until },
        ...(skipFeeds.length > 0 && { feed: { $nin: [...skipFeeds] } }),
      };
      const found = await records
        .find(filter, { projection: { feed: 1 } })
        .sort({ nextLookAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, feed }) => ({ recordId: _id, ...(feed !== undefined && { feed }) }));
    },
    listRunning: async (query) => {
      // A clock that was looked at is found by the one index, one that was not by the other.
      const parts = await Promise.all([
        readInOrder(records, 'overdueAt', query, ({ expired }) => expired),
        readInOrder(records, 'nextLookAt', query, ({ expired }) => !expired),
      ]);
      return parts.flat().sort(inOrder).slice(0, query.limit);
    },
    countUncovered: async () => {
      const groups = records.aggregate<{ _id: number; deadlines: number }>([
        { $match: { uncoveredYears: { $exists: true } } },
        { $unwind: '$uncoveredYears' },
        { $group: { _id: '$uncoveredYears', deadlines: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ]);
      return (await groups.toArray()).map(({ _id, deadlines }) => ({ year: _id, deadlines }));
    },
    staleRecords: async (calendarHash, limit) => {
      const found = await records
        .find({ calendarHash: { $ne: calendarHash }, openClocks: { $gt: 0 } }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },
    recordsOfOtherRules: async (ruleSetHash, limit, after) => {
      const filter = {
        openClocks: { $gt: 0 },
        ruleSetHash: { $ne: ruleSetHash },
        ...(after !== undefined && { _id: { $gt: after } }),
      };
      const found = records
        .find(filter, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(({ _id }) => _id);
    },
    countOfOtherRules: (ruleSetHash) =>
      records.countDocuments({ openClocks: { $gt: 0 }, ruleSetHash: { $ne: ruleSetHash } }),
  });
}

/**
 * The first clocks of those that `field` leads to. No clock of a record is due before the record's field says, so once
 * enough clocks are due before the field of the record at hand, nothing that is still to be read comes before them.
 */
async function readInOrder(
  records: Collection<WorkOrderDocument>,
  field: 'overdueAt' | 'nextLookAt',
  query: RunningQuery,
  wanted: (clock: Clock) => boolean,
): Promise<RunningClock[]> {
  const found: RunningClock[] = [];
  const cursor = records
    .find(filterOf(field, query), {
      projection: { clocks: 1, process: 1, orgUnit: 1, managingUnit: 1, [field]: 1 },
    })
    .sort({ [field]: 1 })
    .batchSize(query.limit);
  try {
    for await (const document of cursor) {
      const reached = document[field]?.getTime() ?? 0;
      if (found.filter(({ clock }) => clock.dueAt < reached).length >= query.limit) break;
      found.push(...clocksOf(document).filter((item) => wanted(item.clock) && isAsked(item, query)));
    }
  } finally {
    await cursor.close();
  }
  return found.sort(inOrder).slice(0, query.limit);
}

function filterOf(
  field: 'overdueAt' | 'nextLookAt',
  { until, process, orgUnits }: RunningQuery,
): Filter<WorkOrderDocument> {
  const units = orgUnits && { $in: [...orgUnits] };
  return {
    [field]: { $lt: new Date(until) },
    ...(process && { process: { $in: [...process] } }),
    ...(units && { $or: [{ orgUnit: units }, { orgUnit: { $exists: false }, managingUnit: units }] }),
  };
}

function clocksOf({ _id, clocks, process, orgUnit, managingUnit }: WorkOrderDocument): RunningClock[] {
  const unit = orgUnit ?? managingUnit;
  return clocks.map(fromStoredClock).flatMap((clock) => {
    const { dueAt } = clock;
    if (clock.state !== 'running' || dueAt === undefined) return [];
    return {
      id: `${_id}|${clock.key}`,
      recordId: _id,
      clock: { ...clock, dueAt },
      ...(process !== undefined && { process }),
      ...(unit !== undefined && { orgUnit: unit }),
    };
  });
}

function isAsked(
  item: RunningClock,
  { from = -Infinity, until, rule, isInForce, after }: RunningQuery,
): boolean {
  const { dueAt } = item.clock;
  if (dueAt < from || dueAt >= until) return false;
  if (rule && !rule.includes(item.clock.rule.id)) return false;
  if (isInForce && !isInForce(item.clock.rule.id)) return false;
  return !after || dueAt > after[0] || (dueAt === after[0] && item.id > after[1]);
}

function inOrder(a: RunningClock, b: RunningClock): number {
  return a.clock.dueAt - b.clock.dueAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
