import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueLogger } from './log-rarely.js';

/** Time for the books in Redis to be closed once the work itself is done. */
const BOOKKEEPING_MS = 3_000;

export interface ClosingWorkers {
  readonly workers: readonly Worker[];
  readonly redis: Redis;
  /** The handlers that are running now. */
  readonly running: ReadonlySet<Promise<unknown>>;
  readonly drainMs: number;
  readonly logger: QueueLogger;
}

/**
 * Stops taking jobs, waits for the running ones, then closes. BullMQ's own close waits for Redis, for ever if Redis
 * is away; then (or after the time is up) the connections are cut, and the jobs come again elsewhere.
 */
export async function closeWorkers({
  workers,
  redis,
  running,
  drainMs,
  logger,
}: ClosingWorkers): Promise<void> {
  await Promise.all(workers.map((worker) => worker.pause(true)));
  if (!(await settleWithin(Promise.allSettled(running), drainMs))) {
    logger.warn(
      { jobs: running.size, drainMs },
      'closing while jobs still run; they will be taken over elsewhere',
    );
    await Promise.all(workers.map((worker) => worker.close(true)));
    return;
  }
  if (redis.status !== 'ready') {
    await Promise.all(workers.map((worker) => worker.close(true)));
    return;
  }
  await settleWithin(Promise.all(workers.map((worker) => worker.close())), BOOKKEEPING_MS);
}

async function settleWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
