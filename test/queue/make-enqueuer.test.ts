import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnqueuerFullError, makeEnqueuer } from '../../src/queue/make-enqueuer.js';
import type { PartitionQueues } from '../../src/queue/partition-queues.js';
import { waitUntil } from './wait-until.js';

const item = (key: string, partition = 0) => ({ key, partition });
type Enqueue = PartitionQueues['enqueue'];

/** Redis that takes `ms` for a batch and keeps what it was given. */
function slowQueue(ms = 0): { enqueue: Enqueue; batches: Record<number, string[]>[] } {
  const batches: Record<number, string[]>[] = [];
  const enqueue: Enqueue = async (keys) => {
    batches.push(Object.fromEntries([...keys].map(([partition, list]) => [partition, [...list]])));
    await sleep(ms);
  };
  return { enqueue, batches };
}

describe('the enqueuer', () => {
  it('gathers the keys of requests that come within a few milliseconds', async () => {
    const { enqueue, batches } = slowQueue();
    const enqueuer = makeEnqueuer({ enqueue, onFailure: jest.fn() });
    enqueuer.add([item('a', 0)]);
    enqueuer.add([item('b', 1), item('c', 0)]);
    expect(batches).toEqual([]);
    expect(enqueuer.backlog()).toBe(3);
    await waitUntil('the batch is through', () => enqueuer.backlog() === 0);
    expect(batches).toEqual([{ 0: ['a', 'c'], 1: ['b'] }]);
  });

  it('does not linger with a full chunk', () => {
    const { enqueue, batches } = slowQueue();
    const enqueuer = makeEnqueuer({ enqueue, onFailure: jest.fn(), chunkSize: 2, lingerMs: 10_000 });
    enqueuer.add([item('a'), item('b')]);
    expect(batches).toEqual([{ 0: ['a', 'b'] }]);
  });

  it('waits longer where batches follow one another in small chunks, and no longer than it may', async () => {
    const { enqueue, batches } = slowQueue();
    let time = 0;
    const options = { lingerMs: 20, maxLingerMs: 60_000, onFailure: jest.fn(), now: () => time };
    const enqueuer = makeEnqueuer({ enqueue, ...options });
    for (let flushed = 1; flushed <= 30; flushed += 1) {
      time += 100;
      enqueuer.add([item('k', flushed % 8)]);
      await enqueuer.flush();
    }
    const before = batches.length;
    enqueuer.add([item('k')]);
    await sleep(60);
    expect(batches).toHaveLength(before);
    // A full chunk goes at once all the same.
    enqueuer.add(Array.from({ length: 500 }, (_, n) => item(`f${n}`)));
    expect(batches).toHaveLength(before + 1);
    await enqueuer.flush();
    // After a while without any, a lone key waits no longer than usual.
    time += 200_000;
    enqueuer.add([item('lone')]);
    await enqueuer.flush();
    enqueuer.add([item('another')]);
    await waitUntil('the lone key is through', () => enqueuer.backlog() === 0);
    expect(batches.at(-1)).toEqual({ 0: ['another'] });
  });

  it('sends one batch at a time and makes the next one of what came meanwhile', async () => {
    const { enqueue, batches } = slowQueue(30);
    const enqueuer = makeEnqueuer({ enqueue, onFailure: jest.fn(), chunkSize: 1 });
    for (const key of ['a', 'b', 'c', 'd']) enqueuer.add([item(key)]);
    await enqueuer.flush();
    expect(batches).toEqual([{ 0: ['a'] }, { 0: ['b', 'c', 'd'] }]);
  });

  it('reports the keys of a batch that failed and goes on with the next', async () => {
    const down = new Error('Redis is down');
    const enqueue = jest.fn<Enqueue>().mockRejectedValueOnce(down).mockResolvedValue();
    const onFailure = jest.fn();
    const enqueuer = makeEnqueuer({ enqueue, onFailure });
    enqueuer.add([item('a', 0), item('b', 1)]);
    await enqueuer.flush();
    enqueuer.add([item('c')]);
    await enqueuer.flush();
    expect(onFailure.mock.calls).toEqual([[down, ['a', 'b']]]);
    expect(enqueue).toHaveBeenCalledTimes(2);
  });

  it('reports what does not fit instead of growing', async () => {
    const { enqueue, batches } = slowQueue(20);
    const onFailure = jest.fn();
    const enqueuer = makeEnqueuer({ enqueue, onFailure, maxBuffered: 3 });
    enqueuer.add(['a', 'b'].map((key) => item(key)));
    void enqueuer.flush();
    enqueuer.add(['c', 'd', 'e'].map((key) => item(key)));
    expect(enqueuer.backlog()).toBe(3);
    await enqueuer.close();
    expect(batches).toEqual([{ 0: ['a', 'b'] }, { 0: ['c'] }]);
    expect(onFailure.mock.calls).toEqual([[expect.any(EnqueuerFullError), ['d', 'e']]]);
  });

  it('flushes when closed and reports keys that come after', async () => {
    const { enqueue, batches } = slowQueue();
    const onFailure = jest.fn();
    const enqueuer = makeEnqueuer({ enqueue, onFailure, lingerMs: 10_000 });
    enqueuer.add([item('a')]);
    await enqueuer.close();
    enqueuer.add([item('late')]);
    expect(batches).toEqual([{ 0: ['a'] }]);
    expect(onFailure.mock.calls).toEqual([[expect.any(Error), ['late']]]);
  });

  it('enqueues or reports each key exactly once, and keeps the order within a partition', async () => {
    const bursts = fc.array(
      fc.record({ sizes: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), fails: fc.boolean() }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(bursts, fc.integer({ min: 1, max: 6 }), async (plan, chunkSize) => {
        const sent: [number, string][] = [];
        const failed: string[] = [];
        let call = 0;
        const enqueuer = makeEnqueuer({
          chunkSize,
          lingerMs: 0,
          maxBuffered: 20,
          onFailure: (_error, keys) => failed.push(...keys),
          enqueue: async (keys) => {
            await Promise.resolve();
            if (plan[call++ % plan.length]?.fails) throw new Error('down');
            for (const [partition, list] of keys) for (const key of list) sent.push([partition, key]);
          },
        });
        const all: { key: string; partition: number }[] = [];
        for (const { sizes } of plan) {
          const items = sizes.map((partition) => ({ key: String(all.length).padStart(4, '0'), partition }));
          items.forEach((one, i) => (one.key = String(all.length + i).padStart(4, '0')));
          all.push(...items);
          enqueuer.add(items);
          await Promise.resolve();
        }
        await enqueuer.close();
        expect([...sent.map(([, key]) => key), ...failed].sort()).toEqual(all.map(({ key }) => key));
        for (const partition of [0, 1, 2, 3]) {
          const order = sent.filter(([p]) => p === partition).map(([, key]) => key);
          expect(order).toEqual([...order].sort());
        }
      }),
    );
  });
});
