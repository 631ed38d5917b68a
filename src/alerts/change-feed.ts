import type { Collection } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import type { Severity } from '../engine/rule-file.js';
import { withStoreErrors } from '../events/store-error.js';
import type { AlertDocument } from './alert-store.js';

/** One change of an alert, in the one order in which everybody is told of changes. */
export interface AlertChange {
  /** 1, 2, 3 … without gaps: whoever has read up to n goes on at n + 1 and misses nothing. */
  readonly seq: number;
  readonly alertId: string;
  /** `version` of the alert when it was taken. Each version is in the feed once, but a version may be skipped. */
  readonly version: number;
  /** The entries of the alert's `history` this is about: from (included) to (excluded). None: only figures changed. */
  readonly from: number;
  readonly to: number;
  readonly orgUnit?: string;
  readonly severity: Severity;
  /** When it was taken into the feed. */
  readonly at: Date;
}

/** The change feed: collection `alert_changes`. It and the mark on the alert (`outbox`) are the outbox of alerts. */
export interface ChangeFeed {
  init(): Promise<void>;
  /**
   * Takes alerts that are marked into the feed and clears the mark; idempotent, and safe to die at any point and to run
   * in several processes at once.
   * @returns how many alerts were looked at; less than `limit` = nothing is left
   */
  take(limit?: number): Promise<number>;
  /** What follows `seq`, in order. */
  readAfter(seq: number, limit: number): Promise<AlertChange[]>;
  /** First and last seq there are; undefined for an empty feed. */
  bounds(): Promise<{ readonly first: number; readonly last: number } | undefined>;
  /** Marked alerts that wait, and since when the first does. */
  backlog(): Promise<{ readonly waiting: number; readonly since?: Date }>;
  /** Retention; the last change stays, since its number goes on. @returns how many were removed */
  removeBefore(before: Date): Promise<number>;
}

type ChangeDocument = Omit<AlertChange, 'seq'> & { readonly _id: number };
type Marked = Pick<AlertDocument, '_id' | 'version' | 'history' | 'fed' | 'orgUnit' | 'severity' | 'outbox'>;

const DUPLICATE_KEY = 11000;
/** Another process appended in between: look again. */
const MAX_TRIES = 20;

const changeSchema = new Schema(
  { _id: Number },
  { collection: 'alert_changes', strict: false, versionKey: false, autoIndex: false },
);
changeSchema.index({ alertId: 1, version: 1 }, { unique: true });
changeSchema.index({ at: 1 });

export function makeChangeFeed(connection: Connection, now: () => number): ChangeFeed {
  const model = connection.models['AlertChange'] ?? connection.model('AlertChange', changeSchema);
  const changes = () => model.collection as unknown as Collection<ChangeDocument>;
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;

  const lastSeq = async () =>
    (await changes().findOne({}, { sort: { _id: -1 }, projection: { _id: 1 } }))?._id ?? 0;

  async function lastOf(alertIds: readonly string[]): Promise<Map<string, { version: number; to: number }>> {
    const rows = await changes()
      .aggregate<{ _id: string; version: number; to: number }>([
        { $match: { alertId: { $in: alertIds } } },
        { $group: { _id: '$alertId', version: { $max: '$version' }, to: { $max: '$to' } } },
      ])
      .toArray();
    return new Map(rows.map(({ _id, ...rest }) => [_id, rest]));
  }

  /** False when another process appended first; then nothing after its entry was written. */
  async function append(documents: readonly ChangeDocument[]): Promise<boolean> {
    if (documents.length === 0) return true;
    try {
      await changes().insertMany([...documents], { ordered: true });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  async function takeOnce(limit: number): Promise<number | undefined> {
    // The end of the feed is read first: if anybody appends after this, the numbers below are taken and we look again.
    const end = await lastSeq();
    const marked = await alerts
      .find({ outbox: { $exists: true } })
      .sort({ outbox: 1 })
      .limit(limit)
      .project<Marked>({ version: 1, history: 1, fed: 1, orgUnit: 1, severity: 1, outbox: 1 })
      .toArray();
    if (marked.length === 0) return 0;
    const known = await lastOf(marked.map(({ _id }) => _id));
    const fresh = marked.filter(({ _id, version }) => version > (known.get(_id)?.version ?? 0));
    const at = new Date(now());
    const documents = fresh.map(({ _id, version, history, fed, orgUnit, severity }, index) => ({
      _id: end + 1 + index,
      alertId: _id,
      version,
      from: Math.min(history.length, Math.max(fed ?? 0, known.get(_id)?.to ?? 0)),
      to: history.length,
      ...(orgUnit !== undefined && { orgUnit }),
      severity,
      at,
    }));
    if (!(await append(documents))) return undefined;
    await alerts.bulkWrite(
      marked.map(({ _id, version, history }) => ({
        updateOne: {
          filter: { _id, version },
          update: { $unset: { outbox: '' as const }, $set: { fed: history.length } },
        },
      })),
      { ordered: false },
    );
    return marked.length;
  }

  return withStoreErrors<ChangeFeed>({
    async init() {
      await model.createIndexes();
    },
    async take(limit = 500) {
      for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
        const taken = await takeOnce(limit);
        if (taken !== undefined) return taken;
      }
      // The others are busy with the same alerts; the next pass takes what they leave.
      return limit;
    },
    async readAfter(seq, limit) {
      const documents = await changes()
        .find({ _id: { $gt: seq } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return documents.map(({ _id, ...rest }) => ({ seq: _id, ...rest }));
    },
    async bounds() {
      const first = await changes().findOne({}, { sort: { _id: 1 }, projection: { _id: 1 } });
      return first ? { first: first._id, last: await lastSeq() } : undefined;
    },
    async backlog() {
      const filter = { outbox: { $exists: true } };
      const waiting = await alerts.countDocuments(filter);
      const oldest = await alerts.findOne(filter, { sort: { outbox: 1 }, projection: { outbox: 1 } });
      return { waiting, ...(oldest?.outbox && { since: oldest.outbox }) };
    },
    async removeBefore(before) {
      const { deletedCount } = await changes().deleteMany({
        at: { $lt: before },
        _id: { $lt: await lastSeq() },
      });
      return deletedCount;
    },
  });
}
