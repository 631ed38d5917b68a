import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makePartitionQueues } from '../../src/queue/partition-queues.js';
import type { PartitionQueues } from '../../src/queue/partition-queues.js';
import { startPartitionWorkers } from '../../src/queue/partition-workers.js';
import { makeReconcileInbox } from '../../src/queue/reconcile-inbox.js';
import type { ReconcileInboxOptions } from '../../src/queue/reconcile-inbox.js';
import { openOwnRedis } from './own-redis-server.js';
import type { OwnRedis } from './own-redis-server.js';
import { silentLogger } from './silent-logger.js';
import { waitUntil } from './wait-until.js';

const PARTITIONS = 3;
let redis: OwnRedis;
let queues: PartitionQueues;
let closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await openOwnRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
  queues = makePartitionQueues({ redisUrl: redis.url, prefix: 't', partitions: PARTITIONS, chunkSize: 20 });
  closers = [() => queues.close()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

const partitionOf = (recordId: string): number => Number(recordId) % PARTITIONS;
const waiting = async () => (await queues.counts()).reduce((sum, count) => sum + count.waiting, 0);

/** An inbox in memory: key → when it was received; what is processed is removed. */
class Inbox {
  readonly received = new Map<string, number>();
  add(count: number, at: number, name = 'e'): string[] {
    const keys = Array.from({ length: count }, (_, i) => `${name} ${i}`);
    for (const key of keys) this.received.set(key, at);
    return keys;
  }
  readonly findStuck: ReconcileInboxOptions['findStuck'] = ({ olderThan, limit }) => {
    const stuck = [...this.received]
      .filter(([, at]) => at < olderThan.getTime())
      .sort(([, a], [, b]) => a - b)
      .slice(0, limit);
    return Promise.resolve(stuck.map(([key]) => ({ key, recordId: key.split(' ')[1] ?? '' })));
  };
}

function startWorkers(inbox: Inbox, seen: string[] = []): string[] {
  const workers = startPartitionWorkers({
    redisUrl: redis.url,
    prefix: 't',
    partitions: PARTITIONS,
    logger: silentLogger,
    now: Date.now,
    handleChunk: (keys) => {
      for (const key of keys) inbox.received.delete(key);
      seen.push(...keys);
      return Promise.resolve();
    },
  });
  closers.push(() => workers.close());
  return seen;
}

function reconcilerOf(inbox: Inbox, options: Partial<ReconcileInboxOptions> = {}) {
  return makeReconcileInbox({ findStuck: inbox.findStuck, partitionOf, queues, now: Date.now, ...options });
}

const byPartition = (keys: readonly string[]): Map<number, string[]> => {
  const map = new Map<number, string[]>();
  for (const key of keys) {
    const partition = partitionOf(key.split(' ')[1] ?? '');
    map.set(partition, [...(map.get(partition) ?? []), key]);
  }
  return map;
};

describe('the inbox reconciler', () => {
  it('brings every event back after Redis was wiped', async () => {
    const inbox = new Inbox();
    await queues.enqueue(byPartition(inbox.add(250, Date.now() - 60_000)));
    await redis.client.flushall();
    const seen = startWorkers(inbox);
    expect(await reconcilerOf(inbox)()).toEqual({ enqueued: 250, more: false });
    await waitUntil('the inbox is through', () => inbox.received.size === 0);
    expect(new Set(seen).size).toBe(250);
    expect(seen).toHaveLength(250);
  });

  it('works through more than it may enqueue at once, in rounds', async () => {
    const inbox = new Inbox();
    inbox.add(250, Date.now() - 60_000);
    const seen = startWorkers(inbox);
    expect(await reconcilerOf(inbox, { limit: 40 })()).toEqual({ enqueued: 250, more: false });
    await waitUntil('the inbox is through', () => inbox.received.size === 0);
    expect(seen).toHaveLength(250);
  });

  it('never has more in Redis than it may enqueue at once while no worker takes it', async () => {
    const inbox = new Inbox();
    inbox.add(250, Date.now() - 60_000);
    expect(await reconcilerOf(inbox, { limit: 60, maxPassMs: 700 })()).toEqual({ enqueued: 60, more: true });
    // Nor does another process, or the next pass.
    expect(await reconcilerOf(inbox, { limit: 60, maxPassMs: 300 })()).toEqual({ enqueued: 0, more: true });
    expect(await waiting()).toBe(3);
  });

  it('leaves events alone that are new', async () => {
    const inbox = new Inbox();
    inbox.add(5, Date.now() - 20_000, 'new');
    const old = inbox.add(3, Date.now() - 31_000, 'old');
    expect(await reconcilerOf(inbox)()).toEqual({ enqueued: old.length, more: false });
  });

  it('leaves events alone that wait their turn in a long queue, and finds those lost before them', async () => {
    const inbox = new Inbox();
    const now = Date.now();
    inbox.add(2, now - 60_000, 'lost');
    // The queue stands since now; these were received shortly before they were enqueued.
    await queues.enqueue(byPartition(inbox.add(90, now - 2_000, 'waiting')));
    const aMinuteLater = () => now + 60_000;
    const reconcile = reconcilerOf(inbox, { now: aMinuteLater });
    expect(await reconcile()).toEqual({ enqueued: 2, more: false });
  });

  it('does not add a chunk that is in backoff at each pass, but again after a minute', async () => {
    const inbox = new Inbox();
    inbox.add(1, Date.now() - 60_000);
    let later = 0;
    const reconcile = reconcilerOf(inbox, { now: () => Date.now() + later });
    expect(await reconcile()).toEqual({ enqueued: 1, more: false });
    // Its chunk has failed and waits for its next try, or was lost again.
    await redis.client.flushall();
    expect(await reconcile()).toEqual({ enqueued: 0, more: false });
    later = 61_000;
    expect(await reconcile()).toEqual({ enqueued: 1, more: false });
  });

  it('fails at once while Redis is away', async () => {
    const inbox = new Inbox();
    inbox.add(1, Date.now() - 60_000);
    await redis.stop();
    await waitUntil('the loss is noticed', () => !queues.isReady());
    await expect(reconcilerOf(inbox)()).rejects.toThrow(/Redis cannot be reached/);
    await redis.start();
  });
});
