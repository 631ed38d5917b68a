import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/**
 * A queue over a connection that is shared, and closed by whoever opened it. It is there without Redis, too: it must work as
 * soon as Redis is back, and say so while it is not.
 */
export function openQueue<Data = unknown>(
  name: string,
  connection: Redis,
  defaultJobOptions?: JobsOptions,
): Queue<Data> {
  const queue = new Queue<Data>(name, {
    connection,
    // These let the constructor finish without Redis.
    skipVersionCheck: true,
    skipWaitingForReady: true,
    skipMetasUpdate: true,
    ...(defaultJobOptions && { defaultJobOptions }),
  });
  // Connection errors are reported once, by the connection itself.
  queue.on('error', () => undefined);
  return queue;
}
