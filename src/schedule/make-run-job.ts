import { isDate } from '../calendar/civil-date.js';
import type { JsonObject } from '../json.js';
import type { QueueLogger } from '../queue/log-rarely.js';
import { InvalidRequestError } from '../errors.js';
import type { Claim, ClaimResult, JobRun } from './job-run.js';
import type { RunLedger } from './run-ledger.js';

/** What a job may use besides its date. */
export interface JobContext {
  /** Epoch ms. */
  readonly now: () => number;
  /** 1 on the first start. */
  readonly attempt: number;
  /** Aborted when another process has taken the run over, or when this one closes and time is nearly up. */
  readonly signal: AbortSignal;
}

/**
 * The work of a job for one business date. Must be idempotent: after a crash it is run again for the same date. What
 * it returns (counts) is kept in the ledger.
 */
export type DatedJob = (date: string, context: JobContext) => Promise<JsonObject | void>;
/** The work of a job that runs every minute. Must be idempotent. */
export type MinuteJob = (context: JobContext) => Promise<JsonObject | void>;

export interface RunJobDeps {
  readonly jobs: Readonly<Record<string, DatedJob>>;
  readonly minuteJobs?: Readonly<Record<string, MinuteJob>>;
  readonly ledger: RunLedger;
  /** Names this process in the ledger, e.g. host and pid. */
  readonly owner: string;
  readonly now: () => number;
  readonly logger: QueueLogger;
  /** A process that gives no sign of life for so long has lost its run. Default 20 000. */
  readonly leaseMs?: number;
}

export interface RunJobOptions {
  /** Run it though it is done, failed for good or skipped. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export type RunJobResult =
  | { readonly status: 'done'; readonly result?: JsonObject }
  | { readonly status: 'failed'; readonly error: unknown }
  /** Somebody else has done it, is doing it, or has taken it over meanwhile. */
  | { readonly status: 'left'; readonly because: JobRun['status'] | 'taken-over'; readonly leaseUntil?: Date }
  /** Cut off by `signal`; it will be run again. */
  | { readonly status: 'released' };

export interface RunJob {
  /**
   * Runs a job for a date under the ledger's lock, here and now.
   *
   * @throws InvalidRequestError on an unknown job or a date that does not exist
   */
  readonly runJob: (name: string, date: string, options?: RunJobOptions) => Promise<RunJobResult>;
  /** Runs a minute job for the minute that `now` lies in. @throws InvalidRequestError on an unknown job */
  readonly runMinuteJob: (name: string, options?: Pick<RunJobOptions, 'signal'>) => Promise<RunJobResult>;
}

const DEFAULT_LEASE_MS = 20_000;
const HEARTBEATS_A_LEASE = 4;

export function makeRunJob(deps: RunJobDeps): RunJob {
  const { ledger, owner, now, logger, leaseMs = DEFAULT_LEASE_MS } = deps;

  async function runClaimed(
    answer: ClaimResult,
    outer: AbortSignal | undefined,
    work: (context: JobContext) => Promise<JsonObject | void>,
  ): Promise<RunJobResult> {
    if (!answer.claimed) {
      const { status, leaseUntil } = answer;
      return { status: 'left', because: status, ...(leaseUntil ? { leaseUntil } : {}) };
    }
    const { claim } = answer;
    const lease = keepLease(claim);
    const signal = outer ? AbortSignal.any([outer, lease.signal]) : lease.signal;
    try {
      const result = (await work({ now, attempt: claim.attempt, signal })) ?? undefined;
      const ours = await ledger.finish(claim, result);
      if (!ours) return { status: 'left', because: 'taken-over' };
      return { status: 'done', ...(result ? { result } : {}) };
    } catch (error) {
      if (lease.signal.aborted) return { status: 'left', because: 'taken-over' };
      if (outer?.aborted) {
        await ledger.release(claim);
        return { status: 'released' };
      }
      logger.error({ err: error, job: claim.job, date: claim.date, attempt: claim.attempt }, 'job failed');
      await ledger.fail(claim, error);
      return { status: 'failed', error };
    } finally {
      lease.end();
    }
  }

  /** Signs of life while the job runs; aborts when the ledger says that the run is no longer ours. */
  function keepLease(claim: Claim): { signal: AbortSignal; end: () => void } {
    const controller = new AbortController();
    let lastSign = now();
    const beat = async (): Promise<void> => {
      try {
        if (await ledger.heartbeat(claim, leaseMs)) lastSign = now();
        else controller.abort(new Error(`Another process has taken over ${claim.job} ${claim.date ?? ''}.`));
      } catch (error) {
        logger.warn({ err: error, job: claim.job, date: claim.date }, 'job could not give a sign of life');
        if (now() - lastSign > leaseMs) controller.abort(error);
      }
    };
    const timer = setInterval(() => void beat(), leaseMs / HEARTBEATS_A_LEASE);
    return { signal: controller.signal, end: () => clearInterval(timer) };
  }

  return {
    async runJob(name, date, { force = false, signal } = {}) {
      const work = find(deps.jobs, name);
      assertDate(date);
      const answer = await ledger.claim(name, date, owner, leaseMs, { force });
      return runClaimed(answer, signal, (context) => work(date, context));
    },
    async runMinuteJob(name, { signal } = {}) {
      const work = find(deps.minuteJobs ?? {}, name);
      const answer = await ledger.claimMinute(name, Math.floor(now() / 60_000), owner, leaseMs);
      return runClaimed(answer, signal, work);
    },
  };
}

function find<T>(jobs: Readonly<Record<string, T>>, name: string): T {
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job) return job;
  const allowed = Object.keys(jobs).sort();
  throw new InvalidRequestError(`There is no job "${name}". Jobs: ${allowed.join(', ')}.`, {
    fields: [{ path: 'name', message: 'no such job', allowed }],
  });
}

function assertDate(date: string): void {
  if (isDate(date)) return;
  throw new InvalidRequestError(`"${date}" is no date: write YYYY-MM-DD, e.g. 2026-03-02.`, {
    fields: [{ path: 'date', message: 'not a date YYYY-MM-DD' }],
  });
}
