import { randomUUID } from 'node:crypto';
import type { Collection } from 'mongodb';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import type { SubjectType } from '../events/business-event.js';
import { asStoreError, withStoreErrors } from '../events/store-error.js';
import {
  loadRecords,
  RECORD_FIELDS,
  loadRevisions,
  replaceRecords,
  settleRecords,
  toStoredRecord,
  type RecordWrite,
  type ReplaceResult,
  type SettledRecord,
  type StoredRecord,
  type WorkOrderDocument,
} from './record-write-store.js';
import type { DueFields } from './due-fields.js';
import type { RecordQueryFields } from './record-query-fields.js';

export type { RecordWrite, ReplaceResult, StoredRecord } from './record-write-store.js';

/** A record as lists show it, without clocks, findings and history. */
export interface WorkOrderRow extends Omit<RecordQueryFields, keyof DueFields> {
  readonly id: string;
  readonly revision: number;
}

/** Exact matches; an absent field does not restrict. */
export type WorkOrderFilters = Partial<
  Pick<
    RecordQueryFields,
    'status' | 'subjectType' | 'process' | 'orgUnit' | 'managingUnit' | 'customerNo' | 'feed'
  >
>;

/** Where to go on in a list; `cursor` is the `nextCursor` of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Which open records to stream. */
export interface OpenRequest {
  readonly subjectType: SubjectType;
  readonly batchSize: number;
  readonly process?: string;
  /** Only those that this feed tells of. */
  readonly feed?: string;
}

/** The records: collection `workOrders`, one document a record, replaced whole on the revision that was read. */
export interface WorkOrderStore {
  /** Creates the indexes; await it before the first use. */
  init(): Promise<void>;
  /** The records that exist, as fresh objects the caller may change. */
  loadRecords(recordIds: readonly string[]): Promise<Map<string, StoredRecord>>;
  /**
   * Writes each record only where the stored revision is the expected one, with one bulk write. Those that
   * another worker wrote first are `conflicted`: load and fold them again.
   * @param writeId names this write in each record; default: any new one
   * @throws RangeError when a record id is given twice
   */
  replaceRecords(writes: readonly RecordWrite[], writeId?: string): Promise<ReplaceResult>;
  /**
   * The alerts of these revisions, which were written with `alertsOwed`, are stored. Answers how many of the records
   * still have that revision.
   */
  settle(records: readonly SettledRecord[]): Promise<number>;
  /** The revisions of the records that exist. */
  loadRevisions(recordIds: readonly string[]): Promise<Map<string, number>>;
  get(recordId: string): Promise<StoredRecord | undefined>;
  /** One page in the order of record ids. */
  find(
    filters: WorkOrderFilters,
    page: PageRequest,
  ): Promise<{ readonly items: WorkOrderRow[]; readonly nextCursor?: string }>;
  /** The ids of open records in batches, in their order; each batch is read when it is asked for. */
  streamOpen(request: OpenRequest): AsyncGenerator<string[]>;
  /**
   * Records of work orders written at or after an instant, in batches in the order of ids. Reads all work orders by their key (there is no index on
   * when one was written, which every write would pay for): for a job once a day, not for requests.
   */
  streamUpdated(since: Date, batchSize: number): AsyncGenerator<(StoredRecord & { readonly id: string })[]>;
  /** Which of these records exist: their events must be kept for a refold. */
  existingAmong(recordIds: readonly string[]): Promise<Set<string>>;
  /**
   * Retention: removes up to `limit` records last written before `date` that take no part in anything any more:
   * ended work orders, and day records of halls and feeds. Answers their ids.
   */
  removeWrittenBefore(
    date: Date,
    limit: number,
    /** Hears which records are about to go. */
    onRemove?: (recordIds: readonly string[]) => Promise<void>,
  ): Promise<string[]>;
  /** Work orders of a unit archived in [from, to), epoch ms, in the order of ids: the population of the inspection sample. */
  archivedBetween(request: {
    readonly orgUnit: string;
    readonly from: number;
    readonly to: number;
  }): Promise<WorkOrderRow[]>;
}

const MODEL = 'WorkOrderRecord';
/** Everything of a record but what only its own page, and the passes over the due list, look at. */
export const ROW_FIELDS = {
  workOrder: 0,
  clocks: 0,
  findings: 0,
  advancedTo: 0,
  calendarHash: 0,
  writeId: 0,
  alertsOwed: 0,
  nextLookAt: 0,
  overdueAt: 0,
  uncoveredYears: 0,
  openClocks: 0,
} as const;

const recordSchema = new Schema(
  { _id: String },
  { collection: 'workOrders', strict: false, versionKey: false, autoIndex: true },
);
// Only what is open is swept and only what is archived is sampled: partial indexes cost the other writes nothing.
recordSchema.index({ subjectType: 1, _id: 1 }, { partialFilterExpression: { status: 'open' } });
recordSchema.index(
  { orgUnit: 1, archivedAt: 1 },
  { partialFilterExpression: { archivedAt: { $exists: true } } },
);

/** All methods throw `StoreUnavailableError` when MongoDB cannot be reached. */
export function makeWorkOrderStore(connection: Connection): WorkOrderStore {
  const model = connection.models[MODEL] ?? connection.model(MODEL, recordSchema);
  const records = model.collection as unknown as Collection<WorkOrderDocument>;

  const calls = withStoreErrors<Omit<WorkOrderStore, 'streamOpen' | 'streamUpdated'>>({
    async init() {
      await model.init();
    },
    loadRecords: (recordIds) => loadRecords(records, recordIds),
    replaceRecords: (writes, writeId = randomUUID()) => replaceRecords(records, writes, writeId),
    settle: (settled) => settleRecords(records, settled),
    loadRevisions: (recordIds) => loadRevisions(records, recordIds),
    get: async (recordId) => (await loadRecords(records, [recordId])).get(recordId),
    async find(filters, { limit, cursor }) {
      const after = cursor === undefined ? {} : { _id: { $gt: readCursor(cursor) } };
      const rows = await records
        .find({ ...filters, ...after })
        .project<WorkOrderDocument>(ROW_FIELDS)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .toArray();
      const items = rows.slice(0, limit).map(toRow);
      const last = items.at(-1);
      return rows.length > limit && last ? { items, nextCursor: makeCursor(last.id) } : { items };
    },
    async existingAmong(recordIds) {
      const found = await records
        .find({ _id: { $in: [...recordIds] } }, { projection: { _id: 1 } })
        .toArray();
      return new Set(found.map((document) => document._id));
    },
    async removeWrittenBefore(date, limit, onRemove) {
      const ended = [
        { status: { $ne: 'open' as const } },
        { subjectType: { $in: ['hall', 'feed'] as const } },
      ];
      const filter = { updatedAt: { $lt: date }, $or: ended };
      const found = await records
        .find(filter, { projection: { _id: 1 } })
        .limit(limit)
        .toArray();
      const ids = found.map((document) => document._id);
      if (ids.length === 0) return ids;
      await onRemove?.(ids);
      await records.deleteMany({ ...filter, _id: { $in: ids } });
      return ids;
    },
    async archivedBetween({ orgUnit, from, to }) {
      const rows = await records
        .find({ orgUnit, archivedAt: { $gte: new Date(from), $lt: new Date(to) } })
        .project<WorkOrderDocument>(ROW_FIELDS)
        .sort({ _id: 1 })
        .toArray();
      return rows.map(toRow);
    },
  });
  return {
    ...calls,
    streamOpen: (request) => streamOpen(records, request),
    streamUpdated: (since, batchSize) => streamUpdated(records, since, batchSize),
  };
}

async function* streamUpdated(
  records: Collection<WorkOrderDocument>,
  since: Date,
  batchSize: number,
): AsyncGenerator<(StoredRecord & { readonly id: string })[]> {
  const filter = { subjectType: 'workOrder' as const, updatedAt: { $gte: since } };
  let after: string | undefined;
  for (;;) {
    const documents = await records
      .find(after === undefined ? filter : { ...filter, _id: { $gt: after } })
      .project<WorkOrderDocument>(RECORD_FIELDS)
      .sort({ _id: 1 })
      .limit(batchSize)
      .toArray()
      .catch((error: unknown) => {
        throw asStoreError(error);
      });
    if (documents.length > 0) yield documents.map((d) => ({ id: d._id, ...toStoredRecord(d) }));
    if (documents.length < batchSize) return;
    after = documents.at(-1)?._id;
  }
}

/** By key instead of a long-lived cursor: the server forgets an idle one, and a sweep may take its time. */
async function* streamOpen(
  records: Collection<WorkOrderDocument>,
  { subjectType, batchSize, process, feed }: OpenRequest,
): AsyncGenerator<string[]> {
  const filter = {
    subjectType,
    status: 'open' as const,
    ...(process !== undefined && { process }),
    ...(feed !== undefined && { 'workOrder.feed': feed }),
  };
  let after: string | undefined;
  for (;;) {
    const documents = await records
      .find(after === undefined ? filter : { ...filter, _id: { $gt: after } })
      .project<{ _id: string }>({ _id: 1 })
      .sort({ _id: 1 })
      .limit(batchSize)
      .toArray()
      .catch((error: unknown) => {
        throw asStoreError(error);
      });
    if (documents.length > 0) yield documents.map(({ _id }) => _id);
    if (documents.length < batchSize) return;
    after = documents.at(-1)?._id;
  }
}

function toRow({ _id, ...fields }: WorkOrderDocument): WorkOrderRow {
  return { id: _id, ...fields };
}

function makeCursor(recordId: string): string {
  return Buffer.from(recordId, 'utf8').toString('base64url');
}

/** Any text is a place in the order of ids, so no cursor can be wrong. */
function readCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8');
}
