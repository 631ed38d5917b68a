import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { datedQueueName, minuteQueueName } from '../schedule/schedule-queue.js';
import { openQueue } from './open-queue.js';
import { partitionQueueName } from './partition-queues.js';
import { closeConnection, openProducerConnection } from './redis-connections.js';

/** All queues of the installation, to be looked at. */
export interface BoardQueues {
  /** Opened when they are first asked for. */
  list(): readonly Queue[];
  close(): Promise<void>;
}

/** The queues over a connection of their own: whoever looks at them is not in the way of what works. */
export function makeBoardQueues(options: {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly partitions: number;
}): BoardQueues {
  const { redisUrl, prefix, partitions } = options;
  let redis: Redis | undefined;
  let queues: readonly Queue[] | undefined;
  const names = () => [
    ...Array.from({ length: partitions }, (_, partition) => partitionQueueName(prefix, partition)),
    datedQueueName(prefix),
    minuteQueueName(prefix),
  ];
  return {
    list() {
      if (queues) return queues;
      const connection = openProducerConnection(redisUrl, () => undefined);
      redis = connection;
      queues = names().map((name) => openQueue(name, connection));
      return queues;
    },
    async close() {
      await Promise.all((queues ?? []).map((queue) => queue.close()));
      if (redis) closeConnection(redis);
    },
  };
}
