import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { makePartitionQueues } from '../../src/queue/partition-queues.js';
import type { ChunkJob, PartitionQueues } from '../../src/queue/partition-queues.js';
import { QueueUnavailableError } from '../../src/queue/queue-unavailable-error.js';
import { findFreePort, openOwnRedis } from './own-redis-server.js';
import type { OwnRedis } from './own-redis-server.js';
import { waitUntil } from './wait-until.js';

let redis: OwnRedis;
let queues: PartitionQueues;

beforeAll(async () => {
  redis = await openOwnRedis();
});
afterAll(() => redis.close());

beforeEach(async () => {
  await redis.client.flushall();
  queues = makePartitionQueues({ redisUrl: redis.url, prefix: 't', partitions: 3, chunkSize: 10 });
});
afterEach(() => queues.close());

const keys = (count: number, name = 'e') => Array.from({ length: count }, (_, i) => `${name}${i}`);

/** The chunks of a partition, the next one to be worked on first. */
async function chunksOf(partition: number): Promise<ChunkJob[]> {
  const queue = new Queue<ChunkJob>(`t-events-${partition}`, { connection: redis.client });
  const jobs = await queue.getJobs(['waiting'], 0, -1, true);
  await queue.close();
  return jobs.map((job) => job.data);
}

describe('partition queues', () => {
  it('put the keys of a partition on its queue in chunks, in order', async () => {
    await queues.enqueue(
      new Map([
        [0, keys(25)],
        [2, ['only']],
      ]),
    );
    const chunks = await chunksOf(0);
    expect(chunks.map(({ keys }) => keys.length)).toEqual([10, 10, 5]);
    expect(chunks.flatMap(({ keys }) => keys)).toEqual(keys(25));
    expect(await chunksOf(1)).toEqual([]);
    expect(await chunksOf(2)).toEqual([{ keys: ['only'] }]);
  });

  it('take a partition number of a larger installation modulo their own number', async () => {
    await queues.enqueue(new Map([[7, ['old']]]));
    expect(await chunksOf(1)).toEqual([{ keys: ['old'] }]);
  });

  it('take a full chunk of the longest keys there are', async () => {
    const longest = keys(10).map((key) => key + '\u0001'.repeat(256) + '電'.repeat(255));
    await queues.enqueue(new Map([[0, longest]]));
    expect(await chunksOf(0)).toEqual([{ keys: longest }]);
  });

  it('put recovered events at the head, the oldest first', async () => {
    await queues.enqueue(new Map([[0, ['young']]]));
    expect(await queues.heads()).toMatchObject({ recovered: false });
    await queues.enqueue(new Map([[0, keys(12)]]), { recovered: true });
    expect((await chunksOf(0)).flatMap(({ keys }) => keys)).toEqual([...keys(12), 'young']);
    expect(await queues.heads()).toMatchObject({ recovered: true });
  });

  it('count chunks and tell when the oldest was enqueued', async () => {
    expect(await queues.heads()).toEqual({ recovered: false });
    const before = Date.now();
    await queues.enqueue(new Map([[1, keys(11)]]));
    const after = Date.now();
    await queues.enqueue(new Map([[2, ['later']]]));
    const { oldestAt = 0 } = await queues.heads();
    expect(oldestAt).toBeGreaterThanOrEqual(before);
    expect(oldestAt).toBeLessThanOrEqual(after);
    expect((await queues.counts()).map(({ waiting }) => waiting)).toEqual([0, 2, 1]);
  });

  it('bring the limit of one running chunk back with the next chunk after Redis was wiped', async () => {
    await queues.enqueue(new Map([[0, ['a']]]));
    await redis.client.flushall();
    await queues.enqueue(new Map([[0, ['b']]]));
    expect(await redis.client.hget('bull:t-events-0:meta', 'concurrency')).toBe('1');
  });
});

describe('partition queues without Redis', () => {
  it('refuse at once, whether it never was there or went away, and go on when it is back', async () => {
    const refuses = async (): Promise<void> => {
      const startedAt = Date.now();
      await expect(queues.enqueue(new Map([[0, ['lost']]]))).rejects.toThrow(QueueUnavailableError);
      await expect(queues.counts()).rejects.toThrow(QueueUnavailableError);
      await expect(queues.heads()).rejects.toThrow(/Check REDIS_URL/);
      expect(Date.now() - startedAt).toBeLessThan(8_000);
      expect(queues.isReady()).toBe(false);
    };
    await queues.enqueue(new Map([[0, ['before']]]));
    await redis.stop();
    await waitUntil('the loss is noticed', () => !queues.isReady());
    await refuses();

    await queues.close();
    queues = makePartitionQueues({ redisUrl: redis.url, prefix: 't', partitions: 3 });
    await refuses();

    await redis.start();
    await waitUntil('the queue is back', () => queues.isReady());
    await queues.enqueue(new Map([[0, ['after']]]));
    expect(await chunksOf(0)).toEqual([{ keys: ['after'] }]);
  });

  it('refuse a server that hangs after a few seconds', async () => {
    await queues.enqueue(new Map([[0, ['before']]]));
    await redis.client.call('CLIENT', 'PAUSE', '6000', 'ALL');
    const startedAt = Date.now();
    await expect(queues.enqueue(new Map([[0, ['stuck']]]))).rejects.toThrow(QueueUnavailableError);
    expect(Date.now() - startedAt).toBeLessThan(5_500);
    await redis.stop();
    await redis.start();
  });

  it('close without waiting for it', async () => {
    const nowhere = makePartitionQueues({
      redisUrl: `redis://127.0.0.1:${await findFreePort()}`,
      prefix: 't',
      partitions: 2,
    });
    const startedAt = Date.now();
    await nowhere.close();
    expect(Date.now() - startedAt).toBeLessThan(500);
  });
});
