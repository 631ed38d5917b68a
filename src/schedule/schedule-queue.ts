import type { Queue } from 'bullmq';
import { openQueue } from '../queue/open-queue.js';
import { QueueUnavailableError } from '../queue/queue-unavailable-error.js';
import { closeConnection, firstConnectAttempt, openProducerConnection } from '../queue/redis-connections.js';
import type { DueRun } from './due-runs.js';

/** The date of a dated job; minute jobs have none. */
export interface ScheduledRun {
  readonly job: string;
  readonly date?: string;
}

export interface ScheduleQueueOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly onConnectionError?: (error: Error) => void;
}

/** Wakes the schedule workers. That a run happens once is not its business but the ledger's. */
export interface ScheduleQueue {
  /** Oldest first; a run that waits already is left as it is. @throws QueueUnavailableError */
  enqueueRuns(runs: readonly Pick<DueRun, 'job' | 'date'>[]): Promise<void>;
  /** A minute job that still waits or runs is not put again: no pile grows while workers are away. @throws QueueUnavailableError */
  enqueueMinuteJobs(jobs: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export function datedQueueName(prefix: string): string {
  return `${prefix}-schedule`;
}
export function minuteQueueName(prefix: string): string {
  return `${prefix}-schedule-minute`;
}

export function makeScheduleQueue({
  redisUrl,
  prefix,
  onConnectionError = () => undefined,
}: ScheduleQueueOptions): ScheduleQueue {
  const redis = openProducerConnection(redisUrl, onConnectionError);
  const firstAttempt = firstConnectAttempt(redis);
  // Removed whatever becomes of it: a kept job would swallow the next one with its id.
  const once = { removeOnComplete: true, removeOnFail: true, attempts: 1 };
  const dated = openQueue<ScheduledRun>(datedQueueName(prefix), redis, once);
  const minutes = openQueue<ScheduledRun>(minuteQueueName(prefix), redis, once);

  async function put(queue: Queue<ScheduledRun>, runs: readonly ScheduledRun[]): Promise<void> {
    if (runs.length === 0) return;
    const doing = `schedule ${runs.map(({ job }) => job).join(', ')}`;
    await firstAttempt;
    if (redis.status !== 'ready') throw new QueueUnavailableError(doing);
    try {
      for (const run of runs) {
        await queue.add('run', run, { jobId: run.date === undefined ? run.job : `${run.job}_${run.date}` });
      }
    } catch (error) {
      throw new QueueUnavailableError(doing, error);
    }
  }

  return {
    async enqueueRuns(runs) {
      await firstAttempt;
      // Gone after FLUSHALL; one at a time keeps missed dates in order over all processes.
      if (runs.length > 0 && redis.status === 'ready')
        await redis.hset(dated.toKey('meta'), 'concurrency', 1);
      await put(
        dated,
        runs.map(({ job, date }) => ({ job, date })),
      );
    },
    enqueueMinuteJobs: (jobs) =>
      put(
        minutes,
        jobs.map((job) => ({ job })),
      ),
    async close() {
      await Promise.all([dated.close(), minutes.close()]);
      closeConnection(redis);
    },
  };
}
