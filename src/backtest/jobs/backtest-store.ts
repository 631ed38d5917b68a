import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../../events/store-error.js';
import type { BacktestProgress } from '../run-backtest.js';
import type { BacktestEnd, BacktestJob, BacktestStatus } from './backtest-job.js';

/** A job without its order and result, for lists. */
export type BacktestRow = Omit<BacktestJob, 'result' | 'order' | 'problems'>;

/** Backtests that were asked for: any API process answers for them, any worker may run them. */
export interface BacktestStore {
  init(): Promise<void>;
  add(job: BacktestJob): Promise<void>;
  get(id: string): Promise<BacktestJob | undefined>;
  /** Newest first. */
  list(limit: number): Promise<BacktestRow[]>;
  countWaiting(by?: string): Promise<number>;
  /** Takes the oldest that waits; only one of any number of workers gets it. */
  claim(runner: string, now: Date): Promise<BacktestJob | undefined>;
  /** A sign of life. `gone`: the job is no longer this runner's; `cancelled`: somebody asked to stop. */
  beat(
    id: string,
    runner: string,
    progress: BacktestProgress | undefined,
    now: Date,
  ): Promise<'on' | 'cancelled' | 'gone'>;
  /** Ends a job that this runner still has. */
  finish(id: string, runner: string, end: BacktestEnd, now: Date): Promise<void>;
  /** One that waits is cancelled at once, one that runs at its next sign of life. Answers the job as it is then. */
  cancel(id: string, now: Date): Promise<BacktestJob | undefined>;
  /** Running jobs without a sign of life since `before` are interrupted; answers how many. */
  interruptSilent(before: Date, now: Date): Promise<number>;
  /** Retention: removes those that ended before a date. */
  removeBefore(date: Date): Promise<number>;
}

interface BacktestDocument extends Omit<BacktestJob, 'id'> {
  readonly _id: string;
  /** Who runs it. */
  readonly runner?: string;
}

const INTERRUPTED = 'The process that ran it went away. Ask for it again.';

/** Collection `backtests`, `_id` = job id. All methods throw `StoreUnavailableError` when MongoDB cannot be reached. */
export function makeBacktestStore(connection: Connection): BacktestStore {
  const jobs = connection.collection('backtests') as unknown as Collection<BacktestDocument>;
  return withStoreErrors<BacktestStore>({
    async init() {
      await jobs.createIndex({ status: 1, createdAt: 1 });
      await jobs.createIndex({ createdAt: -1 });
    },
    async add({ id, ...rest }) {
      await jobs.insertOne({ _id: id, ...rest });
    },
    async get(id) {
      const found = await jobs.findOne({ _id: id });
      return found ? toJob(found) : undefined;
    },
    async list(limit) {
      const found = await jobs
        .find({}, { projection: { result: 0, order: 0, problems: 0 } })
        .sort({ createdAt: -1 })
        .limit(limit)
        .toArray();
      return found.map(toJob);
    },
    countWaiting: (by) => jobs.countDocuments({ status: 'waiting', ...(by !== undefined && { by }) }),
    async claim(runner, now) {
      const found = await jobs.findOneAndUpdate(
        { status: 'waiting' },
        { $set: { status: 'running', runner, startedAt: now, aliveAt: now } },
        { sort: { createdAt: 1 }, returnDocument: 'after' },
      );
      return found ? toJob(found) : undefined;
    },
    async beat(id, runner, progress, now) {
      const found = await jobs.findOneAndUpdate(
        { _id: id, runner, status: 'running' },
        { $set: { aliveAt: now, ...(progress && { progress }) } },
        { projection: { cancelled: 1 } },
      );
      if (!found) return 'gone';
      return found.cancelled ? 'cancelled' : 'on';
    },
    async finish(id, runner, end, now) {
      await jobs.updateOne({ _id: id, runner, status: 'running' }, { $set: { ...end, finishedAt: now } });
    },
    async cancel(id, now) {
      await jobs.updateOne(
        { _id: id, status: 'waiting' },
        { $set: { status: 'cancelled', cancelled: true, finishedAt: now } },
      );
      await jobs.updateOne({ _id: id, status: 'running' }, { $set: { cancelled: true } });
      const found = await jobs.findOne({ _id: id });
      return found ? toJob(found) : undefined;
    },
    async interruptSilent(before, now) {
      const { modifiedCount } = await jobs.updateMany(
        { status: 'running', aliveAt: { $lt: before } },
        { $set: { status: 'interrupted', failure: INTERRUPTED, finishedAt: now } },
      );
      return modifiedCount;
    },
    async removeBefore(date) {
      const ended: BacktestStatus[] = ['done', 'failed', 'cancelled', 'interrupted'];
      const { deletedCount } = await jobs.deleteMany({ status: { $in: ended }, finishedAt: { $lt: date } });
      return deletedCount;
    },
  });
}

function toJob({ _id, runner: _, ...rest }: BacktestDocument): BacktestJob {
  return { id: _id, ...rest };
}
