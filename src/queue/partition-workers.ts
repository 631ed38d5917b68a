import { UnrecoverableError, Worker } from 'bullmq';
import type { Job, Queue } from 'bullmq';
import { logRarely } from './log-rarely.js';
import type { QueueLogger } from './log-rarely.js';
import { openQueue } from './open-queue.js';
import { partitionQueueName } from './partition-queues.js';
import type { ChunkJob } from './partition-queues.js';
import { gatherWaiting } from './gather-waiting.js';
import { closeConnection, openWorkerConnection } from './redis-connections.js';
import { takeTurns } from './take-turns.js';
import { DEFAULT_RETRY, retryDelay } from './retry-delay.js';
import type { RetryPolicy } from './retry-delay.js';
import { closeWorkers } from './close-workers.js';

/** What the handler of a chunk may want to know besides the keys. */
export interface ChunkContext {
  readonly partition: number;
  /** 1 on the first try; counts failures, not crashes. */
  readonly attempt: number;
  /** No further try by the queue after this one; the reconciler brings the events back later. */
  readonly lastAttempt: boolean;
  /** How often the chunk was started, crashes of a worker included: far above `attempt` = it kills its workers. */
  readonly starts: number;
  /** When it was put on the queue, epoch ms. */
  readonly enqueuedAt: number;
}

export interface ChunkOutcome {
  readonly partition: number;
  readonly keys: readonly string[];
  /** `retry`: it threw and will be tried again; `failed`: it threw for the last time. */
  readonly outcome: 'processed' | 'retry' | 'failed';
  readonly attempt: number;
  /** Time the handler took. */
  readonly tookMs: number;
  readonly error?: unknown;
}

export interface PartitionWorkersOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  /**
   * Processes the events with these keys. Must be idempotent: a chunk comes again after a crash, an error or a wiped
   * Redis. Throwing makes the whole chunk come again; an event that is bad for good is the handler's to set aside.
   */
  readonly handleChunk: (keys: readonly string[], context: ChunkContext) => Promise<void>;
  /**
   * Under a backlog, waiting chunks are handled together up to so many events: many small requests make many small
   * chunks, and a record is read and written once a chunk. Default 0: each by itself.
   */
  readonly gatherUpTo?: number;
  readonly retry?: RetryPolicy;
  readonly logger: QueueLogger;
  /** For counters. Must not throw. */
  readonly onOutcome?: (outcome: ChunkOutcome) => void;
  readonly now: () => number;
  readonly random?: () => number;
  /** How long a worker keeps a partition with a backlog to itself while other processes wait, ms. Default 2 000. */
  readonly turnMs?: number;
  /** How long `close` waits for running chunks, ms. Default 25 000. */
  readonly drainMs?: number;
}

/** Something that takes jobs until it is closed. */
export interface RunningWorkers {
  /** False while Redis is away or a worker's loop has ended. */
  isHealthy(): boolean;
  /** Takes no further chunk, lets the running ones finish (up to `drainMs`), leaves no connection or timer. */
  close(): Promise<void>;
}

/**
 * A killed worker's chunk is taken over when its lock has run out and a check has come by: at most
 * LOCK_MS + 2 × STALLED_CHECK_MS. Crashes are not counted against the chunk (maxStalledCount): it is not lost.
 */
export const WORKER_TIMING = {
  lockDuration: 4_000,
  stalledInterval: 1_500,
  maxStalledCount: 1_000_000,
  /** Seconds an idle worker sleeps; also the longest a chunk waits whose marker another worker took away. */
  drainDelay: 1,
  /** BullMQ's default of 15 s would keep a partition still for so long after each hiccup of Redis. */
  runRetryDelay: 1_000,
} as const;

/** What was taken up sooner had nothing before it: a look at what waits would cost Redis and the process a tenth of a chunk. */
const BEHIND_MS = 20;

/**
 * Starts one worker a partition. Queues allow one running chunk each (global concurrency 1), so the partitions run
 * side by side, two or more bulk writes in flight, while each subject's events stay in order over all processes.
 */
export function startPartitionWorkers(options: PartitionWorkersOptions): RunningWorkers {
  const { redisUrl, prefix, partitions, logger, now, retry = DEFAULT_RETRY, random = Math.random } = options;
  const { turnMs = 2_000 } = options;
  const reportError = logRarely(logger, 'queue worker: Redis trouble, going on when it is over', now);
  const redis = openWorkerConnection(redisUrl, reportError);
  const running = new Set<Promise<void>>();

  const takers = Array.from({ length: partitions }, (_, partition) => {
    const name = partitionQueueName(prefix, partition);
    // To look at what waits.
    const queue = openQueue<ChunkJob>(name, redis);
    const worker = new Worker<ChunkJob>(
      name,
      (job) =>
        track(
          running,
          runChunk(options, retry, { partition, queue }, job).finally(() => turns.afterChunk()),
        ),
      {
        ...WORKER_TIMING,
        connection: redis,
        settings: { backoffStrategy: (attemptsMade) => retryDelay(retry, attemptsMade, random) },
      },
    );
    const turns = takeTurns(worker, { turnMs, now, wake: () => redis.zadd(worker.toKey('marker'), 0, '0') });
    worker.on('error', reportError);
    worker.on('stalled', (jobId) =>
      logger.warn({ partition, jobId }, 'a chunk lost its worker and is taken over'),
    );
    return { worker, queue, turns };
  });

  return {
    isHealthy: () =>
      redis.status === 'ready' && takers.every(({ worker, turns }) => worker.isRunning() || turns.isAside()),
    async close() {
      for (const { turns } of takers) turns.end();
      const workers = takers.map(({ worker }) => worker);
      await closeWorkers({ workers, redis, running, drainMs: options.drainMs ?? 25_000, logger });
      await Promise.all(takers.map(({ queue }) => queue.close()));
      closeConnection(redis);
    },
  };
}

async function runChunk(
  { handleChunk, onOutcome, logger, now, gatherUpTo = 0 }: PartitionWorkersOptions,
  retry: RetryPolicy,
  { partition, queue }: { readonly partition: number; readonly queue: Queue<ChunkJob> },
  job: Job<ChunkJob>,
): Promise<void> {
  const own = keysOf(job);
  const more = isBehind(job) ? await gatherWaiting(queue, gatherUpTo - own.length) : [];
  const keys = more.length === 0 ? own : [own, ...more.map(keysOf)].flat();
  const attempt = job.attemptsMade + 1;
  const lastAttempt = attempt >= retry.attempts;
  const startedAt = now();
  const context = { partition, attempt, lastAttempt, starts: job.attemptsStarted, enqueuedAt: job.timestamp };
  try {
    await handleChunk(keys, context);
  } catch (error) {
    const outcome = lastAttempt ? 'failed' : 'retry';
    logger[lastAttempt ? 'error' : 'warn'](
      { err: error, partition, attempt, events: keys.length, firstKey: keys[0] },
      lastAttempt
        ? 'chunk failed for the last time; its events stay in the inbox for the reconciler'
        : 'chunk failed, trying again',
    );
    onOutcome?.({ partition, keys, outcome, attempt, tookMs: now() - startedAt, error });
    throw error;
  }
  // What stays on the queue because Redis went away is handled once more, which does no harm.
  await Promise.allSettled(more.map((waiting) => waiting.remove()));
  onOutcome?.({ partition, keys, outcome: 'processed', attempt, tookMs: now() - startedAt });
}

/**
 * Others may wait behind it. Only an undisturbed first try takes them along: a chunk that fails, or kills its worker, is then
 * found by itself.
 */
function isBehind({ attemptsStarted, processedOn, timestamp }: Job<ChunkJob>): boolean {
  return attemptsStarted <= 1 && (processedOn ?? Infinity) - timestamp >= BEHIND_MS;
}

/** Only our own producer writes these queues; anything else is kept among the failed jobs to be looked at. */
function keysOf(job: Job<ChunkJob>): readonly string[] {
  const keys: unknown = (job.data as Partial<ChunkJob> | null)?.keys;
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return keys;
  throw new UnrecoverableError(
    `Job ${job.id} on ${job.queueName} carries no list of event keys: {"keys": ["…"]}.`,
  );
}

function track(running: Set<Promise<void>>, work: Promise<void>): Promise<void> {
  const settled = work.finally(() => running.delete(settled));
  running.add(settled);
  return settled;
}
