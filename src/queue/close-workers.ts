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
 * is away; then (or when the time is up) it is cut short, and what still runs is taken over elsewhere.
 */
export async function closeWorkers({
  workers,
  redis,
  running,
  drainMs,
  logger,
}: ClosingWorkers): Promise<void> {
  let expired = false;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      expired = true;
      resolve();
    }, drainMs);
  });
  const drain = () => Promise.race([Promise.allSettled(running), timeUp]);

  await Promise.all(workers.map((worker) => worker.pause(true)));
  await drain();
  if (redis.status !== 'ready' || running.size > 0) {
    await Promise.all(workers.map((worker) => worker.close(true)));
  } else {
    const closed = Promise.all(workers.map((worker) => worker.close()));
    // A job that was being fetched when we paused is run to its end too.
    while (!(await settlesWithin(closed, BOOKKEEPING_MS)) && running.size > 0 && !expired) await drain();
  }
  clearTimeout(timer);
  if (running.size > 0) logger.warn({ jobs: running.size, drainMs }, 'closed while jobs still ran');
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
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
