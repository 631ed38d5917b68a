import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { closeWorkers } from '../queue/close-workers.js';
import { logRarely } from '../queue/log-rarely.js';
import { WORKER_TIMING } from '../queue/partition-workers.js';
import type { RunningWorkers } from '../queue/partition-workers.js';
import { closeConnection, openWorkerConnection } from '../queue/redis-connections.js';
import { makeRunJob } from './make-run-job.js';
import type { RunJobDeps, RunJobResult } from './make-run-job.js';
import { datedQueueName, minuteQueueName } from './schedule-queue.js';
import type { ScheduledRun } from './schedule-queue.js';

export interface ScheduleWorkerOptions extends RunJobDeps {
  readonly redisUrl: string;
  readonly prefix: string;
  /** For counters. Must not throw. */
  readonly onOutcome?: (run: ScheduledRun, outcome: RunJobResult) => void;
  /** How long `close` lets jobs run on before it aborts their signal, ms. Default 5 000. */
  readonly graceMs?: number;
  /** How long `close` waits altogether, ms. Default 25 000. */
  readonly drainMs?: number;
}

/** Runs what the schedulers enqueue: dated jobs one after the other, minute jobs beside them. */
export function startScheduleWorker(options: ScheduleWorkerOptions): RunningWorkers {
  const { redisUrl, prefix, minuteJobs = {}, logger, now, graceMs = 5_000, drainMs = 25_000 } = options;
  const reportError = logRarely(logger, 'schedule worker: Redis trouble, going on when it is over', now);
  const redis = openWorkerConnection(redisUrl, reportError);
  const { runJob, runMinuteJob } = makeRunJob(options);
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  const { signal } = closing;

  async function runDated({ job, date = '' }: ScheduledRun): Promise<RunJobResult> {
    const outcome = await runJob(job, date, { signal });
    if (outcome.status !== 'left' || outcome.because !== 'running' || !outcome.leaseUntil) return outcome;
    // Its owner may have died: wait for the lease to run out, so that the next date does not overtake this one.
    await sleep(Math.max(0, outcome.leaseUntil.getTime() - now()) + 50, undefined, { signal }).catch(
      () => undefined,
    );
    return signal.aborted ? outcome : runJob(job, date, { signal });
  }

  async function handle(job: Job<ScheduledRun>): Promise<void> {
    const run = job.data;
    const outcome = run.date === undefined ? await runMinuteJob(run.job, { signal }) : await runDated(run);
    options.onOutcome?.(run, outcome);
  }

  function start(name: string, concurrency: number): Worker<ScheduledRun> {
    const worker = new Worker<ScheduledRun>(
      name,
      (job) => {
        const work = handle(job).finally(() => running.delete(work));
        running.add(work);
        return work;
      },
      { ...WORKER_TIMING, connection: redis, concurrency },
    );
    worker.on('error', reportError);
    // An unknown job (another version of the program) or a store that is away: the next tick enqueues it again.
    worker.on('failed', (job, error) => logger.error({ err: error, run: job?.data }, 'scheduled run failed'));
    return worker;
  }

  const workers = [
    start(datedQueueName(prefix), 1),
    start(minuteQueueName(prefix), Math.max(1, Object.keys(minuteJobs).length)),
  ];

  return {
    isHealthy: () => redis.status === 'ready' && workers.every((worker) => worker.isRunning()),
    async close() {
      const abort = setTimeout(() => closing.abort(), graceMs);
      await closeWorkers({ workers, redis, running, drainMs, logger });
      clearTimeout(abort);
      closeConnection(redis);
    },
  };
}
