import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { WorkOrderRecord } from '../engine/work-order-record.js';
import type { RecordQueryFields } from './record-query-fields.js';
import { fromStoredClock, toStoredClock, type StoredClock } from './stored-clock.js';

/** A record as read, with the revision that a replace must name. */
export interface StoredRecord {
  readonly revision: number;
  readonly record: WorkOrderRecord;
  /** Whoever wrote this revision may have died before its alerts: see `RecordWrite`. */
  readonly alertsOwed?: true;
}

/** A record to write. `expectedRevision` is the one that was read; 0 for a record that did not exist. */
export interface RecordWrite {
  readonly id: string;
  readonly expectedRevision: number;
  readonly record: WorkOrderRecord;
  readonly queryFields: RecordQueryFields;
  /**
   * The record goes before its alerts, and nothing but the due list will come back to it: it stays at the head of the
   * due list until `settle` says that the alerts are stored.
   */
  readonly alertsOwed?: boolean;
}

/** Record ids, each list in the order of the input. */
export interface ReplaceResult {
  readonly written: string[];
  readonly conflicted: string[];
}

/** A document of the collection `workOrders`. `writeId` tells which bulk write made this revision. */
export interface WorkOrderDocument extends RecordQueryFields, Omit<WorkOrderRecord, 'clocks'> {
  readonly _id: string;
  readonly revision: number;
  readonly clocks: StoredClock[];
  readonly writeId: string;
  readonly alertsOwed?: true;
}

/** Leaves out what only lists and writers need. */
export const RECORD_FIELDS = {
  revision: 1,
  workOrder: 1,
  clocks: 1,
  findings: 1,
  advancedTo: 1,
  calendarHash: 1,
  alertsOwed: 1,
} as const;

const DUPLICATE_KEY = 11000;
/** Before every other time on the due list. */
const AT_ONCE = new Date(0);

/** Records by id, as fresh objects the caller may change. Ids without a record are left out. */
export async function loadRecords(
  records: Collection<WorkOrderDocument>,
  recordIds: readonly string[],
): Promise<Map<string, StoredRecord>> {
  const found = new Map<string, StoredRecord>();
  if (recordIds.length === 0) return found;
  const cursor = records.find(
    { _id: { $in: [...recordIds] } },
    { projection: RECORD_FIELDS, batchSize: recordIds.length + 1 },
  );
  for (const document of await cursor.toArray()) found.set(document._id, toStoredRecord(document));
  return found;
}

/**
 * Replaces each record only on the revision that was read, all in one unordered bulk write. The answer of a
 * bulk write counts matches without naming them, so only where some are missing the writes are read back by
 * their `writeId`.
 *
 * @throws RangeError when a record id is given twice: the second would meet the first
 */
export async function replaceRecords(
  records: Collection<WorkOrderDocument>,
  writes: readonly RecordWrite[],
  writeId: string,
): Promise<ReplaceResult> {
  const ids = writes.map((write) => write.id);
  if (new Set(ids).size < ids.length) {
    const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
    throw new RangeError(`replaceRecords: record "${repeated ?? ''}" is given twice`);
  }
  if (writes.length === 0) return { written: [], conflicted: [] };
  const done = await runBulk(
    records,
    writes.map((write) => toOperation(write, writeId)),
  );
  if (done === writes.length) return { written: ids, conflicted: [] };
  const mine = await records.find({ _id: { $in: ids }, writeId }, { projection: { _id: 1 } }).toArray();
  const written = new Set(mine.map((document) => document._id));
  return {
    written: ids.filter((id) => written.has(id)),
    conflicted: ids.filter((id) => !written.has(id)),
  };
}

/** What `settleRecords` needs of a record that was written with `alertsOwed`. */
export interface SettledRecord {
  readonly id: string;
  /** Under which it was written. */
  readonly revision: number;
  readonly nextLookAt?: Date;
}

/**
 * Lets records whose alerts are stored take their place on the due list. One that was replaced meanwhile has it already.
 * @returns how many were not replaced meanwhile
 */
export async function settleRecords(
  records: Collection<WorkOrderDocument>,
  settled: readonly SettledRecord[],
): Promise<number> {
  if (settled.length === 0) return 0;
  // Most wait for nothing more, and most of a batch have been written equally often: one operation for all of those.
  const done = new Map<number, string[]>();
  const operations: AnyBulkWriteOperation<WorkOrderDocument>[] = [];
  for (const { id, revision, nextLookAt } of settled) {
    if (nextLookAt) {
      const update = { $set: { nextLookAt }, $unset: { alertsOwed: 1 as const } };
      operations.push({ updateOne: { filter: { _id: id, revision }, update } });
      continue;
    }
    const others = done.get(revision);
    if (others) others.push(id);
    else done.set(revision, [id]);
  }
  for (const [revision, ids] of done) {
    const update = { $unset: { nextLookAt: 1 as const, alertsOwed: 1 as const } };
    operations.push({ updateMany: { filter: { _id: { $in: ids }, revision }, update } });
  }
  const { matchedCount } = await records.bulkWrite(operations, { ordered: false });
  return matchedCount;
}

/** The revisions of the records that exist. */
export async function loadRevisions(
  records: Collection<WorkOrderDocument>,
  recordIds: readonly string[],
): Promise<Map<string, number>> {
  if (recordIds.length === 0) return new Map();
  const found = await records
    .find({ _id: { $in: [...recordIds] } }, { projection: { revision: 1 } })
    .toArray();
  return new Map(found.map(({ _id, revision }) => [_id, revision]));
}

export function toStoredRecord(document: WorkOrderDocument): StoredRecord {
  const { revision, workOrder, clocks, findings, advancedTo, calendarHash, alertsOwed } = document;
  const record = { workOrder, clocks: clocks.map(fromStoredClock), findings, advancedTo, calendarHash };
  return { revision, record, ...(alertsOwed && { alertsOwed }) };
}

function toOperation(write: RecordWrite, writeId: string): AnyBulkWriteOperation<WorkOrderDocument> {
  const { id, expectedRevision, record, queryFields, alertsOwed } = write;
  const document: Omit<WorkOrderDocument, '_id'> = {
    revision: expectedRevision + 1,
    writeId,
    ...queryFields,
    ...(alertsOwed && { alertsOwed, nextLookAt: AT_ONCE }),
    workOrder: record.workOrder,
    clocks: record.clocks.map(toStoredClock),
    findings: record.findings,
    advancedTo: record.advancedTo,
    calendarHash: record.calendarHash,
  };
  return expectedRevision === 0
    ? { insertOne: { document: { _id: id, ...document } } }
    : { replaceOne: { filter: { _id: id, revision: expectedRevision }, replacement: document } };
}

/** How many documents were written. An id that exists already is a conflict, not a failure. */
async function runBulk(
  records: Collection<WorkOrderDocument>,
  operations: AnyBulkWriteOperation<WorkOrderDocument>[],
): Promise<number> {
  try {
    const result = await records.bulkWrite(operations, { ordered: false, ignoreUndefined: true });
    return result.insertedCount + result.matchedCount;
  } catch (error) {
    const errors = writeErrorsOf(error);
    if (errors.length === 0 || errors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return 0;
  }
}

function writeErrorsOf(error: unknown): { code?: number }[] {
  const { writeErrors, result } = (error ?? {}) as {
    writeErrors?: { code?: number } | { code?: number }[];
    result?: { getWriteConcernError?: () => unknown };
  };
  // With the journal not confirmed nothing is promised to be on disk: a failure, not a conflict.
  if (result?.getWriteConcernError?.() !== undefined) return [];
  return writeErrors === undefined ? [] : [writeErrors].flat();
}
