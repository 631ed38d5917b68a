import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { openQueue } from './open-queue.js';
import { QueueUnavailableError } from './queue-unavailable-error.js';
import { closeConnection, firstConnectAttempt, openProducerConnection } from './redis-connections.js';

/** What a chunk job carries: only keys; the events are in the inbox. */
export interface ChunkJob {
  readonly keys: readonly string[];
}

export interface PartitionQueuesOptions {
  readonly redisUrl: string;
  /** Names all queues of one installation: `<prefix>-events-<p>`. No `:`. */
  readonly prefix: string;
  readonly partitions: number;
  /** Most event keys in one job. Default 500. */
  readonly chunkSize?: number;
  readonly onConnectionError?: (error: Error) => void;
}

export interface EnqueueOptions {
  /** For events found stuck in the inbox: their chunks go to the head of the queues, for they are the oldest. */
  readonly recovered?: boolean;
}

/** Jobs, not events: a job is a chunk of up to `chunkSize` events. */
export interface PartitionCounts {
  readonly partition: number;
  readonly waiting: number;
  readonly active: number;
  /** Waiting for the next try after a failure. */
  readonly delayed: number;
  /** Given up; the reconciler brings their events back. */
  readonly failed: number;
}

/** The chunks that are being worked on or come next, over all partitions. */
export interface QueueHeads {
  /** When the oldest of them was enqueued, epoch ms; absent when no chunk waits. */
  readonly oldestAt?: number;
  /** True while a chunk that was enqueued as `recovered` is among them. */
  readonly recovered: boolean;
}

/** The producer side of the partition queues. */
export interface PartitionQueues {
  readonly partitions: number;
  /**
   * Puts the keys of each partition on its queue, `chunkSize` keys a job, in the order given. When it throws, some
   * chunks may have been taken: enqueue them all again, processing is idempotent.
   *
   * @param keysByPartition a partition number of a larger, earlier installation is taken modulo `partitions`
   * @throws QueueUnavailableError at once when Redis is down
   */
  enqueue(keysByPartition: ReadonlyMap<number, readonly string[]>, options?: EnqueueOptions): Promise<void>;
  /** @throws QueueUnavailableError */
  counts(): Promise<PartitionCounts[]>;
  /** What stands at the heads of the queues. @throws QueueUnavailableError */
  heads(): Promise<QueueHeads>;
  /** True while the connection to Redis stands. */
  isReady(): boolean;
  close(): Promise<void>;
}

export const DEFAULT_CHUNK_SIZE = 500;

/** The queue of a partition. Kept in one place: workers and producers must agree. */
export function partitionQueueName(prefix: string, partition: number): string {
  return `${prefix}-events-${partition}`;
}

/** More than a key can need (source and id of 256 characters each, escaped); a job above it is a bug, not data. */
const MAX_KEY_BYTES = 4 * 1024;
/** Failed chunks kept in Redis for a look at their stack trace; their events are in the inbox. */
const FAILED_JOBS_KEPT = 200;
/** Job name of a chunk that the reconciler enqueued. */
const RECOVERED = 'recovered-chunk';
/** A ceiling only: the worker's backoff strategy decides when to give up (partition-workers.ts). */
const ATTEMPTS_CEILING = 1_000;

/** Opens one queue a partition, all over one connection. */
export function makePartitionQueues(options: PartitionQueuesOptions): PartitionQueues {
  const { redisUrl, prefix, partitions, chunkSize = DEFAULT_CHUNK_SIZE } = options;
  const redis = openProducerConnection(redisUrl, options.onConnectionError ?? (() => undefined));
  const firstAttempt = firstConnectAttempt(redis);
  const queues = Array.from({ length: partitions }, (_, partition) =>
    openChunkQueue(partitionQueueName(prefix, partition), redis, chunkSize),
  );

  function toChunks(
    keysByPartition: ReadonlyMap<number, readonly string[]>,
  ): { queue: Queue<ChunkJob>; keys: readonly string[] }[] {
    return [...keysByPartition].flatMap(([partition, keys]) => {
      const queue = queues[partition % partitions] as Queue<ChunkJob>;
      const count = Math.ceil(keys.length / chunkSize);
      return Array.from({ length: count }, (_, i) => ({
        queue,
        keys: keys.slice(i * chunkSize, (i + 1) * chunkSize),
      }));
    });
  }

  async function whenReady(doing: string): Promise<void> {
    await firstAttempt;
    if (redis.status !== 'ready') throw new QueueUnavailableError(doing);
  }

  return {
    partitions,

    async enqueue(keysByPartition, { recovered = false } = {}) {
      const chunks = toChunks(keysByPartition);
      if (chunks.length === 0) return;
      const doing = `enqueue ${chunks.length} chunk(s) of events`;
      await whenReady(doing);
      // Concurrency 1 lives in Redis beside the queue and is gone after FLUSHALL, so it travels with the jobs.
      const guards = [...new Set(chunks.map(({ queue }) => queue))].map((queue) =>
        redis.hset(queue.toKey('meta'), 'concurrency', 1),
      );
      // What is put at the head last stands first.
      if (recovered) chunks.reverse();
      const adds = chunks.map(({ queue, keys }) =>
        queue.add(recovered ? RECOVERED : 'chunk', { keys }, { lifo: recovered }),
      );
      const failure = (await Promise.allSettled([...guards, ...adds])).find(
        (result) => result.status === 'rejected',
      );
      if (failure) throw new QueueUnavailableError(doing, failure.reason);
    },

    async counts() {
      await whenReady('count the waiting chunks');
      return asUnavailable('count the waiting chunks', () =>
        Promise.all(
          queues.map(async (queue, partition) => {
            const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
            const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
            return { partition, waiting, active, delayed, failed };
          }),
        ),
      );
    },

    async heads() {
      await whenReady('look at the heads of the queues');
      const jobs = await asUnavailable('look at the heads of the queues', () =>
        Promise.all(
          queues.flatMap((queue) => [
            queue.getJobs(['active'], 0, 0, true),
            queue.getJobs(['waiting'], 0, 0, true),
          ]),
        ),
      );
      const heads = jobs.flat();
      const recovered = heads.some((job) => job.name === RECOVERED);
      return heads.length === 0
        ? { recovered }
        : { recovered, oldestAt: Math.min(...heads.map((job) => job.timestamp)) };
    },

    isReady: () => redis.status === 'ready',

    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      closeConnection(redis);
    },
  };
}

function openChunkQueue(name: string, redis: Redis, chunkSize: number): Queue<ChunkJob> {
  return openQueue<ChunkJob>(name, redis, {
    attempts: ATTEMPTS_CEILING,
    backoff: { type: 'custom' },
    removeOnComplete: true,
    removeOnFail: { count: FAILED_JOBS_KEPT },
    stackTraceLimit: 3,
    sizeLimit: chunkSize * MAX_KEY_BYTES,
  });
}

async function asUnavailable<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new QueueUnavailableError(doing, error);
  }
}
