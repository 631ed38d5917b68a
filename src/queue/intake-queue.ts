import { DelayedError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { JsonValue } from '../json.js';
import { closeWorkers } from './close-workers.js';
import type { NewDeadLetter } from './dead-letter-store.js';
import { logRarely } from './log-rarely.js';
import type { QueueLogger } from './log-rarely.js';
import { WORKER_TIMING } from './partition-workers.js';
import type { RunningWorkers } from './partition-workers.js';
import { closeConnection, openWorkerConnection } from './redis-connections.js';
import { retryDelay } from './retry-delay.js';

/** The queue on which other programs put raw CloudEvents; docs/queue.md tells them how. */
export function intakeQueueName(prefix: string): string {
  return `${prefix}-intake`;
}

/** A raw event that the inbox did not take, by its place in the batch. */
export interface IntakeRejection {
  readonly index: number;
  readonly reason: string;
  readonly error?: string;
}

export interface IntakeWorkerOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  /**
   * Validates, stores and enqueues, as POST /api/events does; answers what it rejected. Throwing means that a store is
   * away: the batch is tried again until it is back. Called again with the same events after a crash.
   */
  readonly accept: (rawEvents: readonly JsonValue[]) => Promise<readonly IntakeRejection[]>;
  readonly deadLetter: (letters: readonly NewDeadLetter[]) => Promise<void>;
  /** Most events given to `accept` at once. Default 1000. */
  readonly batchSize?: number;
  readonly logger: QueueLogger;
  readonly now: () => number;
  readonly random?: () => number;
  readonly drainMs?: number;
}

/** Jobs worked on side by side; order does not matter on the way into the inbox. */
const CONCURRENCY = 4;
/** For ever: the sender has let go of the job, so nobody else would send it again. */
const STORE_AWAY = { attempts: Infinity, firstDelayMs: 500, maxDelayMs: 30_000 };

/** Takes jobs from the intake queue into the inbox. A job is done when each of its events is stored or dead-lettered. */
export function startIntakeWorker(options: IntakeWorkerOptions): RunningWorkers {
  const { redisUrl, prefix, logger, now, random = Math.random, drainMs = 25_000 } = options;
  const reportError = logRarely(logger, 'intake worker: Redis trouble, going on when it is over', now);
  const redis = openWorkerConnection(redisUrl, reportError);
  const running = new Set<Promise<void>>();

  async function takeJob(job: Job<JsonValue>, token: string | undefined): Promise<void> {
    try {
      await takeIn(options, job.data);
    } catch (error) {
      const delay = retryDelay(STORE_AWAY, Math.min(job.attemptsStarted, 30), random);
      logger.warn({ err: error, jobId: job.id, delay }, 'intake job could not be stored, trying again');
      // Not a failed attempt: the sender may have allowed only one.
      await job.moveToDelayed(now() + delay, token);
      throw new DelayedError();
    }
  }

  const worker = new Worker<JsonValue>(
    intakeQueueName(prefix),
    (job, token) => {
      const work = takeJob(job, token).finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    {
      ...WORKER_TIMING,
      connection: redis,
      concurrency: CONCURRENCY,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 200 },
    },
  );
  worker.on('error', reportError);

  return {
    isHealthy: () => redis.status === 'ready' && worker.isRunning(),
    async close() {
      await closeWorkers({ workers: [worker], redis, running, drainMs, logger });
      closeConnection(redis);
    },
  };
}

async function takeIn(
  { accept, deadLetter, batchSize = 1_000 }: IntakeWorkerOptions,
  data: JsonValue,
): Promise<void> {
  const events = rawEventsOf(data);
  if (typeof events === 'string') {
    await deadLetter([{ kind: 'intake', raw: data, reason: 'no-event', error: events }]);
    return;
  }
  for (let from = 0; from < events.length; from += batchSize) {
    const batch = events.slice(from, from + batchSize);
    const rejected = await accept(batch);
    await deadLetter(
      rejected.map(({ index, reason, error }) => ({
        kind: 'intake',
        raw: batch[index] ?? null,
        reason,
        ...(error === undefined ? {} : { error }),
      })),
    );
  }
}

/** A text says what is wrong with the whole job. */
function rawEventsOf(data: JsonValue): readonly JsonValue[] | string {
  const wanted = 'Send one CloudEvent, a list of them, or {"events": [ … ]} as the data of the job.';
  if (Array.isArray(data)) return data.length > 0 ? data : `The list is empty. ${wanted}`;
  if (typeof data !== 'object' || data === null)
    return `The data is ${data === null ? 'null' : typeof data}. ${wanted}`;
  if (!('events' in data) || 'specversion' in data) return [data];
  const { events } = data;
  if (!Array.isArray(events)) return `"events" is no list. ${wanted}`;
  return events.length > 0 ? events : `"events" is empty. ${wanted}`;
}
