import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { WorkOrderRecord } from '../engine/work-order-record.js';
import { insertNew } from '../infra/insert-new.js';
import type { RecordQueryFields } from './record-query-fields.js';
import { replaceOnRevision } from '../infra/replace-on-revision.js';
import { fromStoredClock, toStoredClock, type StoredClock } from './stored-clock.js';

/** A record as read, with the revision that a replace must name. */
export interface StoredRecord {
  readonly revision: number;
  /** Of the write that made this revision: see `RecordWrite.expectedWriteId`. */
  readonly writeId?: string;
  readonly record: WorkOrderRecord;
  /** Whoever wrote this revision may have died before its alerts: see `RecordWrite`. */
  readonly alertsOwed?: true;
}

/** A record to write. `expectedRevision` is the one that was read; 0 for a record that did not exist. */
export interface RecordWrite {
  readonly id: string;
  readonly expectedRevision: number;
  /**
   * `writeId` of the record that was read. The number alone does not do: an engine that is killed forgets what it had not written
   * to its journal, and then two workers may have seen different revisions of the same number.
   */
  readonly expectedWriteId?: string | undefined;
  readonly record: WorkOrderRecord;
  /** No event was folded since the record was read: `record.workOrder` is what is stored, and is not sent again. */
  readonly sameWorkOrder?: boolean;
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
  writeId: 1,
  workOrder: 1,
  clocks: 1,
  findings: 1,
  advancedTo: 1,
  calendarHash: 1,
  alertsOwed: 1,
} as const;

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
 * Writes each record only on the revision that was read: new ones by one insert, the others by one update. The answers count
 * without naming, so only where some are missing the writes are read back by their `writeId`.
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
  const isNew = ({ expectedRevision }: RecordWrite) => expectedRevision === 0;
  const replacements = writes.filter((write) => !isNew(write));
  const inserts = writes.filter(isNew).map((write) => toDocument(write, writeId));
  const guarded = <D>(write: RecordWrite, document: D) => ({
    expectedRevision: write.expectedRevision,
    expectedWriteId: write.expectedWriteId,
    document,
  });
  const [taken, replaced, keptWorkOrder] = await Promise.all([
    insertNew(records, inserts, { ignoreUndefined: true }),
    replaceOnRevision(
      records,
      replacements
        .filter(({ sameWorkOrder }) => !sameWorkOrder)
        .map((write) => guarded(write, toDocument(write, writeId))),
    ),
    replaceOnRevision(
      records,
      replacements
        .filter(({ sameWorkOrder }) => sameWorkOrder)
        .map((write) => guarded(write, withoutWorkOrder(toDocument(write, writeId)))),
      'workOrder',
    ),
  ]);
  // An id that exists already is a conflict, not a failure.
  const done = inserts.length - taken.length + replaced + keptWorkOrder;
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
  const waiting = settled.filter(({ nextLookAt }) => nextLookAt !== undefined);
  const operations: AnyBulkWriteOperation<WorkOrderDocument>[] = [];
  if (waiting.length > 0) {
    // One statement for all, as in replace-on-revision.ts.
    const ids = waiting.map(({ id }) => id);
    const places = waiting.map(({ revision, nextLookAt }) => ({ revision, nextLookAt }));
    const mine = { $arrayElemAt: [{ $literal: places }, { $indexOfArray: [{ $literal: ids }, '$_id'] }] };
    const isMine = { $eq: ['$revision', { $getField: { field: 'revision', input: mine } }] };
    const place = { $getField: { field: 'nextLookAt', input: mine } };
    operations.push({
      updateMany: {
        filter: { _id: { $in: ids } },
        update: [
          {
            $set: {
              nextLookAt: { $cond: [isMine, place, '$nextLookAt'] },
              alertsOwed: { $cond: [isMine, '$$REMOVE', '$alertsOwed'] },
            },
          },
        ],
      },
    });
  }
  // Most wait for nothing more, and most of a batch have been written equally often: one operation for all of those.
  const done = new Map<number, string[]>();
  for (const { id, revision, nextLookAt } of settled) {
    if (nextLookAt) continue;
    const others = done.get(revision);
    if (others) others.push(id);
    else done.set(revision, [id]);
  }
  for (const [revision, ids] of done) {
    const update = { $unset: { nextLookAt: 1 as const, alertsOwed: 1 as const } };
    operations.push({ updateMany: { filter: { _id: { $in: ids }, revision }, update } });
  }
  // What keeps its place had been replaced, or was settled before: the caller looks again.
  const { modifiedCount } = await records.bulkWrite(operations, { ordered: false });
  return modifiedCount;
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
  const { revision, writeId, workOrder, clocks, findings, advancedTo, calendarHash, alertsOwed } = document;
  const record = { workOrder, clocks: clocks.map(fromStoredClock), findings, advancedTo, calendarHash };
  return { revision, writeId, record, ...(alertsOwed && { alertsOwed }) };
}

function withoutWorkOrder({
  workOrder: _,
  ...rest
}: WorkOrderDocument): Omit<WorkOrderDocument, 'workOrder'> {
  return rest;
}

function toDocument(write: RecordWrite, writeId: string): WorkOrderDocument {
  const { id, expectedRevision, record, queryFields, alertsOwed } = write;
  return {
    _id: id,
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
}
