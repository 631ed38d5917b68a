import { randomUUID } from 'node:crypto';
import type { Collection, Filter } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { insertNew, takenPositions } from '../infra/insert-new.js';
import type { Alert } from './alert.js';
import { OUTLIVED } from './merge-alert.js';
import type { AlertWrite } from './raise-alerts.js';

/**
 * Alerts as stored: `_id` is the alert's id. `writeId` names the call of `write` that it stems from: two writers may bring
 * the same content over the same version (two that escalate at the same moment), and only one of them wrote it.
 */
export type AlertDocument = Omit<Alert, 'id'> & { readonly _id: string; readonly writeId?: string };

/** Reading and writing of alerts by the pipeline; what the API reads is in find-alerts.ts. */
export interface AlertStore {
  init(): Promise<void>;
  loadByIds(ids: readonly string[]): Promise<Alert[]>;
  loadByRecords(recordIds: readonly string[]): Promise<Alert[]>;
  /** The open alerts of these fingerprints. */
  loadOpen(fingerprints: readonly string[]): Promise<Alert[]>;
  /** Open alerts of a rule in the order of fingerprints, behind `after`; those of rules in shadow too. */
  loadOpenOfRule(rule: string, limit: number, after?: string): Promise<Alert[]>;
  /** Open alerts whose `nextLookAt` has come, earliest first. */
  loadDue(now: Date, limit: number): Promise<Alert[]>;
  /**
   * Writes each alert only over the version that was read, together with its mark for the change feed (`outbox`); names
   * those that were changed meanwhile.
   */
  write(writes: readonly AlertWrite[]): Promise<{ conflicted: string[] }>;
  /**
   * The records of these alerts are about to be removed. Should a late event make one anew, its revisions begin at 1 again:
   * so the alerts forget which revision they stem from. Nobody is told, for nothing of an alert changes.
   */
  outliveRecords(recordIds: readonly string[]): Promise<void>;
}

const alertSchema = new Schema(
  { _id: String },
  { collection: 'alerts', strict: false, versionKey: false, autoIndex: false },
);
// At most one open alert a fingerprint: the last line of defence behind the fold.
alertSchema.index({ fingerprint: 1 }, { unique: true, partialFilterExpression: { open: true } });
alertSchema.index({ lastAt: -1, _id: -1 });
alertSchema.index({ status: 1, lastAt: -1, _id: -1 });
alertSchema.index({ orgUnit: 1, lastAt: -1, _id: -1 });
alertSchema.index({ recordId: 1 });
// Reports: what was raised, and what was closed, in a period.
alertSchema.index({ raisedAt: -1 });
alertSchema.index({ closedAt: -1 }, { sparse: true });
// Only what waits for the change feed is in it: a handful.
alertSchema.index({ outbox: 1 }, { partialFilterExpression: { outbox: { $exists: true } } });
alertSchema.index({ nextLookAt: 1 }, { partialFilterExpression: { nextLookAt: { $exists: true } } });
alertSchema.index(
  { 'assignee.user': 1 },
  { partialFilterExpression: { 'assignee.user': { $exists: true } } },
);

/**
 * Alerts in MongoDB, collection `alerts`. Who changes an alert by other means than `write` must set `outbox` to the
 * present in the same update (unless `shadow`), or nobody is told.
 */
export function makeAlertStore(connection: Connection, now: () => number = Date.now): AlertStore {
  const model = connection.models['Alert'] ?? connection.model('Alert', alertSchema);
  const collection = () => model.collection as unknown as Collection<AlertDocument>;

  const load = async (filter: Filter<AlertDocument>) =>
    (await collection().find(filter).toArray()).map(toAlert);

  return {
    init: async () => {
      await model.createIndexes();
    },
    loadByIds: async (ids) => (ids.length === 0 ? [] : load({ _id: { $in: [...ids] } })),
    loadByRecords: async (recordIds) =>
      recordIds.length === 0 ? [] : load({ recordId: { $in: [...recordIds] } }),
    loadOpen: async (fingerprints) =>
      fingerprints.length === 0 ? [] : load({ fingerprint: { $in: [...fingerprints] }, open: true }),
    loadOpenOfRule: async (rule, limit, after) => {
      // By the index on fingerprints, which begin with the rule: `}` follows `|`.
      const fingerprint = {
        $lt: `${rule}}`,
        ...(after === undefined ? { $gte: `${rule}|` } : { $gt: after }),
      };
      const found = collection().find({ fingerprint, open: true });
      return (await found.sort({ fingerprint: 1 }).limit(limit).toArray()).map(toAlert);
    },
    loadDue: async (now, limit) => {
      const due = collection().find({ nextLookAt: { $lte: now } });
      return (await due.sort({ nextLookAt: 1 }).limit(limit).toArray()).map(toAlert);
    },
    write: async (changes) => {
      const outbox = new Date(now());
      const writes = changes.map(({ alert, isNew }) => ({
        isNew,
        alert: alert.shadow ? alert : { ...alert, outbox: alert.outbox ?? outbox },
      }));
      // Ordered in two steps: what closes goes first, so that a next episode finds its fingerprint free.
      const closing = writes.filter(({ alert }) => !alert.open);
      const opening = writes.filter(({ alert }) => alert.open);
      const writeId = randomUUID();
      const conflicted = [
        ...(await writeAll(collection(), closing, writeId)),
        ...(await writeAll(collection(), opening, writeId)),
      ];
      return { conflicted };
    },
    outliveRecords: async (recordIds) => {
      await collection().updateMany(
        { recordId: { $in: [...recordIds] } },
        { $set: { sourceRevision: OUTLIVED } },
      );
    },
  };
}

/** Answers the ids of those that another wrote meanwhile, or whose fingerprint is open under another id. */
async function writeAll(
  collection: Collection<AlertDocument>,
  writes: readonly AlertWrite[],
  writeId: string,
): Promise<string[]> {
  const documents = (isNew: boolean) =>
    writes.filter((write) => write.isNew === isNew).map(({ alert }) => toDocument(alert, writeId));
  const inserts = documents(true);
  const updates = documents(false);
  const taken = await insertNew(collection, inserts);
  const conflicted = taken.flatMap((index) => inserts[index]?._id ?? []);
  if (updates.length > 0 && (await replaceAll(collection, updates)) < updates.length) {
    // The answer says how many, not which.
    const ids = updates.map(({ _id }) => _id);
    const own = collection.find({ _id: { $in: ids }, writeId }, { projection: { _id: 1 } });
    const written = new Set((await own.toArray()).map(({ _id }) => _id));
    conflicted.push(...ids.filter((id) => !written.has(id)));
  }
  return conflicted;
}

/** Answers how many were replaced; one whose fingerprint is open under another id is not. */
async function replaceAll(
  collection: Collection<AlertDocument>,
  updates: readonly AlertDocument[],
): Promise<number> {
  try {
    const result = await collection.bulkWrite(
      updates.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id, version: replacement.version - 1 }, replacement },
      })),
      { ordered: false },
    );
    return result.matchedCount;
  } catch (error) {
    takenPositions(error);
    return (error as { matchedCount: number }).matchedCount;
  }
}

export function toAlert({ _id, writeId: _, ...rest }: AlertDocument): Alert {
  return { id: _id, ...rest };
}
function toDocument({ id, ...rest }: Alert, writeId: string): AlertDocument {
  return { _id: id, ...rest, writeId };
}
