import { randomUUID } from 'node:crypto';
import { Schema } from 'mongoose';
import type { Connection, mongo } from 'mongoose';
import type { JsonObject } from '../json.js';
import type { KnownRun } from './due-runs.js';
import type { Claim, ClaimResult, JobRunDocument } from './job-run.js';
import { listJobRuns } from './list-job-runs.js';
import type { JobRunPage, JobRunQuery } from './list-job-runs.js';

/** Collection `jobRuns`, `_id` = `job|date`: what makes each (job, date) run once, whatever the number of schedulers. */
export interface RunLedger {
  init(): Promise<void>;
  /**
   * Takes the right to run: a new (job, date), one whose owner's lease ran out, or one whose retry is due. With `force`
   * also one that is done, failed for good or skipped, but never one that is running.
   */
  claim(
    job: string,
    date: string,
    owner: string,
    leaseMs: number,
    options?: { force?: boolean },
  ): Promise<ClaimResult>;
  /** The same for a job that runs every minute: once for each minute (epoch ms / 60 000), one run at a time. */
  claimMinute(job: string, minute: number, owner: string, leaseMs: number): Promise<ClaimResult>;
  /** Prolongs the lease; false when another owner has taken over: stop. */
  heartbeat(claim: Claim, leaseMs: number): Promise<boolean>;
  /** False when the run had been taken over: then the result is the other's to tell. */
  finish(claim: Claim, result?: JsonObject): Promise<boolean>;
  /** Retried with growing waits until `maxAttempts` are used up. */
  fail(claim: Claim, error: unknown): Promise<boolean>;
  /** Gives the right back unused (shutdown): the next one may start at once, and the attempt is not counted. */
  release(claim: Claim): Promise<boolean>;
  /** Records dates that are not going to be run; leaves rows that exist alone. */
  skip(runs: readonly { readonly job: string; readonly date: string }[]): Promise<void>;
  /** Remembers the date at which each job was first seen; answers it for all of them. */
  installedOn(jobs: readonly string[], date: string): Promise<Map<string, string>>;
  /** What `dueRuns` needs to know: rows from a date on, and each job's newest date. */
  known(
    jobs: readonly string[],
    fromDate: string,
  ): Promise<{ runs: KnownRun[]; newest: Map<string, string> }>;
  /** Newest first. @throws InvalidRequestError on a cursor this list did not give. */
  list(query: JobRunQuery): Promise<JobRunPage>;
}

export interface RunLedgerOptions {
  readonly now: () => number;
  /** Default 5. */
  readonly maxAttempts?: number;
  /** Wait before the second attempt, ms; doubled after each further one, up to an hour. Default 60 000. */
  readonly firstRetryMs?: number;
}

const MAX_RETRY_MS = 3_600_000;
const MAX_ERROR_CHARS = 4_000;

export function makeRunLedger(connection: Connection, options: RunLedgerOptions): RunLedger {
  const { now, maxAttempts = 5, firstRetryMs = 60_000 } = options;
  const schema = new Schema(
    { _id: String, job: String, date: String, status: String, startedAt: Date },
    { collection: 'jobRuns', strict: false, versionKey: false },
  );
  schema.index({ job: 1, date: -1 });
  schema.index({ date: 1 }, { partialFilterExpression: { date: { $exists: true } } });
  schema.index({ startedAt: -1, _id: -1 });
  const model = connection.models['JobRun'] ?? connection.model('JobRun', schema);
  const rows = connection.collection<JobRunDocument>('jobRuns');

  /** Inserts the row or takes it over when one of `free` holds; atomic, for `_id` is unique. */
  async function take(
    identity: { _id: string; job: string; date?: string },
    free: mongo.Filter<JobRunDocument>[],
    fields: { owner: string; minute?: number },
    leaseMs: number,
    countFrom: 'row' | 'one',
  ): Promise<ClaimResult> {
    const at = now();
    const token = randomUUID();
    const { _id, ...key } = identity;
    try {
      const row = await rows.findOneAndUpdate(
        { _id, $or: free },
        {
          $setOnInsert: key,
          $set: {
            ...fields,
            ...(countFrom === 'one' ? { attempts: 1 } : {}),
            token,
            status: 'running',
            startedAt: new Date(at),
            leaseUntil: new Date(at + leaseMs),
          },
          $unset: { finishedAt: 1, retryAt: 1, result: 1, error: 1 },
          ...(countFrom === 'row' ? { $inc: { attempts: 1 } } : {}),
        },
        { upsert: true, returnDocument: 'after' },
      );
      return { claimed: true, claim: { ...key, attempt: row?.attempts ?? 1, token } };
    } catch (error) {
      // The row exists and is not free: the insert half of the upsert met its _id.
      if ((error as { code?: number }).code !== 11000) throw error;
      const row = await rows.findOne({ _id });
      if (!row) return { claimed: false, status: 'running' };
      const { status, leaseUntil } = row;
      return { claimed: false, status, ...(leaseUntil ? { leaseUntil } : {}) };
    }
  }

  async function settle(claim: Claim, update: mongo.UpdateFilter<JobRunDocument>): Promise<boolean> {
    const { token, job, date } = claim;
    const filter = { _id: idOf(job, date), token, status: 'running' as const };
    return (await rows.updateOne(filter, update)).matchedCount === 1;
  }

  return {
    async init() {
      await model.init();
    },

    async claim(job, date, owner, leaseMs, { force = false } = {}) {
      const at = new Date(now());
      const _id = idOf(job, date);
      const expired = { status: 'running' as const, leaseUntil: { $lte: at } };
      const free: mongo.Filter<JobRunDocument>[] = force
        ? [{ status: { $ne: 'running' } }, expired]
        : [
            { ...expired, attempts: { $lt: maxAttempts } },
            { status: 'failed', retryAt: { $lte: at } },
          ];
      const answer = await take({ _id, job, date }, free, { owner }, leaseMs, force ? 'one' : 'row');
      if (answer.claimed) return answer;
      // A run that has killed its process time and again ends here, for a person to look at.
      const given = await rows.updateOne(
        { _id, ...expired, attempts: { $gte: maxAttempts } },
        {
          $set: {
            status: 'failed',
            finishedAt: at,
            error: `Its process died in each of ${maxAttempts} attempts.`,
          },
          $unset: { leaseUntil: 1, token: 1 },
        },
      );
      return given.modifiedCount === 1 ? { claimed: false, status: 'failed' } : answer;
    },

    claimMinute(job, minute, owner, leaseMs) {
      const at = new Date(now());
      const free: mongo.Filter<JobRunDocument>[] = [
        { minute: { $lt: minute }, status: { $ne: 'running' } },
        { minute: { $lt: minute }, leaseUntil: { $lte: at } },
      ];
      return take({ _id: idOf(job, undefined), job }, free, { owner, minute }, leaseMs, 'one');
    },

    heartbeat(claim, leaseMs) {
      return settle(claim, { $set: { leaseUntil: new Date(now() + leaseMs) } });
    },

    finish(claim, result) {
      return settle(claim, {
        $set: { status: 'done', finishedAt: new Date(now()), ...(result === undefined ? {} : { result }) },
        $unset: { leaseUntil: 1, token: 1 },
      });
    },

    fail(claim, error) {
      const at = now();
      const wait = Math.min(firstRetryMs * 2 ** (claim.attempt - 1), MAX_RETRY_MS);
      // A minute job's retry is its next minute.
      const again = claim.date !== undefined && claim.attempt < maxAttempts;
      return settle(claim, {
        $set: {
          status: 'failed',
          finishedAt: new Date(at),
          error: textOf(error),
          ...(again ? { retryAt: new Date(at + wait) } : {}),
        },
        $unset: { leaseUntil: 1, token: 1 },
      });
    },

    release(claim) {
      return settle(claim, {
        $set: { leaseUntil: new Date(now()) },
        $inc: { attempts: -1 },
        $unset: { token: 1 },
      });
    },

    async skip(runs) {
      if (runs.length === 0) return;
      await rows.bulkWrite(
        runs.map(({ job, date }) => ({
          updateOne: {
            filter: { _id: idOf(job, date) },
            update: { $setOnInsert: { job, date, status: 'skipped', attempts: 0 } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    async installedOn(jobs, date) {
      if (jobs.length === 0) return new Map();
      const ids = jobs.map((job) => `${job}|installed`);
      await rows.bulkWrite(
        ids.map((_id) => ({
          updateOne: { filter: { _id }, update: { $setOnInsert: { installedOn: date } }, upsert: true },
        })),
        { ordered: false },
      );
      const stored = await rows.find({ _id: { $in: ids } }).toArray();
      const byId = new Map(stored.map((row) => [row._id, row.installedOn ?? date]));
      return new Map(jobs.map((job) => [job, byId.get(`${job}|installed`) ?? date]));
    },

    async known(jobs, fromDate) {
      const [recent, ...newest] = await Promise.all([
        rows.find({ date: { $gte: fromDate } }).toArray(),
        ...jobs.map((job) => rows.findOne({ job, date: { $exists: true } }, { sort: { date: -1 } })),
      ]);
      const dated = [];
      for (const row of newest) if (row?.date !== undefined) dated.push([row.job, row.date] as const);
      return { runs: recent.flatMap(toKnownRun), newest: new Map(dated) };
    },

    list: (query) => listJobRuns(rows, query),
  };
}

function idOf(job: string, date: string | undefined): string {
  return `${job}|${date ?? 'every-minute'}`;
}

function toKnownRun({ job, date, status, leaseUntil, retryAt }: JobRunDocument): KnownRun[] {
  if (date === undefined) return [];
  return [{ job, date, status, ...(leaseUntil ? { leaseUntil } : {}), ...(retryAt ? { retryAt } : {}) }];
}

function textOf(error: unknown): string {
  return (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, MAX_ERROR_CHARS);
}
