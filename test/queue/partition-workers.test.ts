import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePartitionQueues } from '../../src/queue/partition-queues.js';
import type { PartitionQueues } from '../../src/queue/partition-queues.js';
import { startPartitionWorkers } from '../../src/queue/partition-workers.js';
import type {
  ChunkContext,
  ChunkOutcome,
  PartitionWorkersOptions,
} from '../../src/queue/partition-workers.js';
import { forkWorker } from './fork-worker.js';
import { openOwnRedis } from './own-redis-server.js';
import type { OwnRedis } from './own-redis-server.js';
import { silentLogger } from './silent-logger.js';
import { waitUntil } from './wait-until.js';

let redis: OwnRedis;
let queues: PartitionQueues;
/** Closed in reverse order after each test. */
let closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await openOwnRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
  queues = makePartitionQueues({ redisUrl: redis.url, prefix: 't', partitions: 4, chunkSize: 5 });
  closers = [() => queues.close()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

function start(options: Partial<PartitionWorkersOptions> & Pick<PartitionWorkersOptions, 'handleChunk'>) {
  const workers = startPartitionWorkers({
    redisUrl: redis.url,
    prefix: 't',
    partitions: 4,
    logger: silentLogger,
    now: Date.now,
    ...options,
  });
  closers.push(() => workers.close());
  return workers;
}

function fork(options: { chunkMs: number; hang?: boolean; turnMs?: number }) {
  const forked = forkWorker({ redisUrl: redis.url, prefix: 't', partitions: 4, ...options });
  closers.push(async () => {
    if (forked.child.exitCode !== null || forked.child.signalCode !== null) return;
    const exited = once(forked.child, 'exit');
    forked.child.kill('SIGKILL');
    await exited;
  });
  return forked;
}

const handled = () => redis.client.lrange('handled', 0, -1);
const keys = (count: number, name = 'e') => Array.from({ length: count }, (_, i) => `${name}${i}`);

describe('partition workers that gather', () => {
  const gathering = (handleChunk: PartitionWorkersOptions['handleChunk'], gatherUpTo = 12) =>
    start({ handleChunk, gatherUpTo, retry: { attempts: 3, firstDelayMs: 10, maxDelayMs: 10 } });

  it('handle what waits in one go, up to the limit, each event once and in order', async () => {
    await queues.enqueue(new Map([[0, keys(30)]]));
    // A backlog: what was put on the queue a moment ago has nothing behind it.
    await sleep(30);
    const chunks: (readonly string[])[] = [];
    gathering(async (chunk) => {
      chunks.push(chunk);
      await sleep(5);
    });
    await waitUntil('all are handled', () => chunks.flat().length >= 30);
    expect(chunks.flat()).toEqual(keys(30));
    expect(chunks.map(({ length }) => length)).toEqual([10, 10, 10]);
    await waitUntil('the queue is empty', async () => (await queues.counts())[0]?.active === 0);
    expect((await queues.counts())[0]).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('lose none of them when the handler fails, and then take the failing chunk by itself', async () => {
    await queues.enqueue(new Map([[0, keys(15)]]));
    await sleep(30);
    const done: (readonly string[])[] = [];
    let failures = 0;
    gathering((chunk) => {
      if (failures === 0 || (failures === 1 && chunk[0] === 'e0')) {
        failures += 1;
        return Promise.reject(new Error('the store is away'));
      }
      done.push(chunk);
      return Promise.resolve();
    });
    await waitUntil('all are handled', () => new Set(done.flat()).size === 15);
    expect(done.find(([first]) => first === 'e0')).toEqual(keys(5));
  });
});

describe('partition workers', () => {
  it('work on several partitions at once but on one chunk of a partition at a time', async () => {
    const running = new Map<number, number>();
    let most = 0;
    let mostInOne = 0;
    let done = 0;
    const handleChunk = async (chunk: readonly string[], { partition }: ChunkContext): Promise<void> => {
      running.set(partition, (running.get(partition) ?? 0) + 1);
      most = Math.max(
        most,
        [...running.values()].reduce((a, b) => a + b),
      );
      mostInOne = Math.max(mostInOne, ...running.values());
      await sleep(40);
      running.set(partition, (running.get(partition) ?? 0) - 1);
      done += chunk.length;
    };
    await queues.enqueue(new Map([0, 1, 2, 3].map((partition) => [partition, keys(30)])));
    // Two sets of workers, as in two processes.
    start({ handleChunk });
    start({ handleChunk });
    await waitUntil('all are handled', () => done === 120);
    expect(most).toBe(4);
    expect(mostInOne).toBe(1);
  });

  it('try a chunk that fails again with growing waits, then leave its events to the reconciler', async () => {
    const starts: number[] = [];
    const contexts: ChunkContext[] = [];
    const outcomes: ChunkOutcome[] = [];
    const poison = new Error('poison');
    start({
      retry: { attempts: 4, firstDelayMs: 100, maxDelayMs: 10_000 },
      random: () => 0.999,
      onOutcome: (outcome) => outcomes.push(outcome),
      handleChunk: async (chunk, context) => {
        await Promise.resolve();
        if (!chunk.includes('poison')) return;
        starts.push(Date.now());
        contexts.push(context);
        throw poison;
      },
    });
    await queues.enqueue(new Map([[1, ['poison']]]));
    await queues.enqueue(new Map([[1, ['behind it']]]));
    await waitUntil('it is given up', () => outcomes.some(({ outcome }) => outcome === 'failed'));

    expect(outcomes.filter(({ keys }) => keys.includes('poison')).map(({ outcome }) => outcome)).toEqual([
      'retry',
      'retry',
      'retry',
      'failed',
    ]);
    expect(outcomes.at(-1)).toMatchObject({ partition: 1, keys: ['poison'], attempt: 4, error: poison });
    expect(contexts.map(({ attempt, lastAttempt }) => [attempt, lastAttempt])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    const waits = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    [100, 200, 400].forEach((wait, i) => expect(waits[i]).toBeGreaterThanOrEqual(wait - 5));
    // It did not hold up the chunk behind it.
    const passed = outcomes.findIndex(({ outcome }) => outcome === 'processed');
    expect(outcomes[passed]).toMatchObject({ keys: ['behind it'] });
    expect(passed).toBeLessThan(outcomes.length - 1);
    await waitUntil('the books are closed', async () => (await queues.counts())[1]?.failed === 1);
  });

  it('keep a job that carries no keys among the failed ones', async () => {
    const outcomes: ChunkOutcome[] = [];
    start({ handleChunk: () => Promise.resolve(), onOutcome: (outcome) => outcomes.push(outcome) });
    await queues.enqueue(new Map([[0, [42 as unknown as string]]]));
    await waitUntil('it has failed', async () => (await queues.counts())[0]?.failed === 1);
    expect(outcomes).toEqual([]);
  });

  it('are healthy while Redis is there, and go on by themselves when it is back', async () => {
    const done: string[] = [];
    const workers = start({
      handleChunk: async (chunk) => {
        done.push(...chunk);
        await Promise.resolve();
      },
    });
    await waitUntil('they are up', () => workers.isHealthy());
    await redis.stop();
    await waitUntil('the loss is noticed', () => !workers.isHealthy());
    await redis.start();
    await waitUntil('they are healthy again', () => workers.isHealthy() && queues.isReady());
    await queues.enqueue(new Map([[3, ['after']]]));
    await waitUntil('they work', () => done.includes('after'));
  });

  it('finish the running chunk and take no other when they are closed', async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const workers = start({
      handleChunk: async (chunk) => {
        begun.push(...chunk);
        await sleep(400);
        ended.push(...chunk);
      },
    });
    await queues.enqueue(new Map([[0, keys(10)]]));
    await waitUntil('the first chunk runs', () => begun.length > 0);
    await workers.close();
    expect(ended).toEqual(keys(5));
    expect((await queues.counts())[0]).toMatchObject({ waiting: 1, active: 0, delayed: 0, failed: 0 });
  });

  it('give up waiting for a chunk that never ends', async () => {
    let begun = false;
    let finish = (): void => undefined;
    const workers = start({
      drainMs: 200,
      handleChunk: () => {
        begun = true;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    await queues.enqueue(new Map([[0, ['endless']]]));
    await waitUntil('it runs', () => begun);
    const startedAt = Date.now();
    await workers.close();
    expect(Date.now() - startedAt).toBeLessThan(8_000);
    finish();
  });
});

describe('partition workers in several processes', () => {
  it('take over the chunk of a killed process within ten seconds', async () => {
    const victim = fork({ chunkMs: 0, hang: true });
    await queues.enqueue(new Map([[2, ['orphan']]]));
    await waitUntil('the victim has the chunk', () => victim.taken.length > 0);
    victim.child.kill('SIGKILL');
    const killedAt = Date.now();
    const contexts: ChunkContext[] = [];
    start({
      handleChunk: async (_chunk, context) => {
        contexts.push(context);
        await Promise.resolve();
      },
    });
    await waitUntil('it is taken over', () => contexts.length > 0, 12_000);
    expect(Date.now() - killedAt).toBeLessThan(10_500);
    expect(contexts[0]).toMatchObject({ partition: 2, attempt: 1, starts: 2 });
  });

  it('share a backlog and keep the events of each subject in order', async () => {
    const processes = [1, 2, 3].map(() => fork({ chunkMs: 5, turnMs: 60 }));
    await Promise.all(processes.map(({ ready }) => ready));
    for (let round = 0; round < 100; round++) {
      const name = (p: number) => `s${p}:${String(round).padStart(3, '0')}:`;
      await queues.enqueue(new Map([0, 1, 2, 3].map((p) => [p, keys(2, name(p))])));
    }
    await waitUntil('all are handled', async () => (await redis.client.llen('handled')) === 800, 25_000);
    const log = (await handled()).map((line) => line.split(' '));
    for (const subject of ['s0', 's1', 's2', 's3']) {
      const order = log.map(([, key]) => key ?? '').filter((key) => key.startsWith(subject));
      expect(order).toEqual([...order].sort());
    }
    expect(new Set(log.map(([pid]) => pid)).size).toBe(3);
  });

  it('leave nothing behind that keeps a closed process alive, with or without Redis', async () => {
    const [withRedis, without] = [fork({ chunkMs: 1 }), fork({ chunkMs: 1 })];
    await Promise.all([withRedis.ready, without.ready]);
    await queues.enqueue(new Map([0, 1, 2, 3].map((partition) => [partition, keys(50)])));
    withRedis.child.send('close');
    expect(await once(withRedis.child, 'exit')).toEqual([0, null]);
    await waitUntil('all are handled', async () => (await redis.client.llen('handled')) >= 200);
    await redis.stop();
    await sleep(200);
    without.child.send('close');
    expect(await once(without.child, 'exit')).toEqual([0, null]);
    await redis.start();
  });
});
