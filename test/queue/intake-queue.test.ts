import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import type { JsonValue } from '../../src/json.js';
import type { NewDeadLetter } from '../../src/queue/dead-letter-store.js';
import { startIntakeWorker } from '../../src/queue/intake-queue.js';
import type { IntakeWorkerOptions } from '../../src/queue/intake-queue.js';
import { openOwnRedis } from './own-redis-server.js';
import type { OwnRedis } from './own-redis-server.js';
import { silentLogger } from './silent-logger.js';
import { waitUntil } from './wait-until.js';

let redis: OwnRedis;
/** The other program: a plain BullMQ queue with default options. */
let sender: Queue<unknown>;
let accepted: JsonValue[][];
let letters: NewDeadLetter[];
let closers: (() => Promise<unknown>)[];

beforeAll(async () => {
  redis = await openOwnRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
  sender = new Queue('t-intake', { connection: redis.client });
  accepted = [];
  letters = [];
  closers = [() => sender.close()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

function start(options: Partial<IntakeWorkerOptions> = {}) {
  const worker = startIntakeWorker({
    redisUrl: redis.url,
    prefix: 't',
    logger: silentLogger,
    now: Date.now,
    accept: (events) => {
      accepted.push([...events]);
      return Promise.resolve([]);
    },
    deadLetter: (batch) => {
      letters.push(...batch);
      return Promise.resolve();
    },
    ...options,
  });
  closers.push(() => worker.close());
  return worker;
}

const event = (id: string) => ({ specversion: '1.0', id, source: '/other', type: 'x' });
const idle = async () => {
  const { waiting = 0, active = 0, delayed = 0 } = await sender.getJobCounts('waiting', 'active', 'delayed');
  return waiting + active + delayed === 0;
};

describe('the intake queue', () => {
  it('takes one event, a list and {events}, in batches', async () => {
    await sender.add('any name', event('a'));
    await sender.add('any name', [event('b'), event('c')]);
    await sender.add('any name', { events: ['d', 'e', 'f'].map(event) });
    start({ batchSize: 2 });
    await waitUntil('all jobs are done', idle);
    const ids = accepted.map((batch) => batch.map((one) => (one as { id: string }).id).join(''));
    expect(ids.sort()).toEqual(['a', 'bc', 'de', 'f']);
    expect(letters).toEqual([]);
  });

  it('sets rejected events aside with what was sent and why', async () => {
    await sender.add('batch', { events: [event('good'), event('bad')] });
    start({
      accept: () => Promise.resolve([{ index: 1, reason: 'invalid', error: 'time: needs an offset' }]),
    });
    await waitUntil('all jobs are done', idle);
    expect(letters).toEqual([
      { kind: 'intake', raw: event('bad'), reason: 'invalid', error: 'time: needs an offset' },
    ]);
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['null', null],
    ['a text', 'hello'],
    ['an empty list', []],
    ['no events', { events: [] }],
    ['events that are no list', { events: 'many' }],
  ])('sets a job with %s aside and says what is wanted', async (_what, data) => {
    await sender.add('job', data);
    start();
    await waitUntil('the job is done', idle);
    expect(letters).toEqual([
      {
        kind: 'intake',
        raw: data,
        reason: 'no-event',
        error: expect.stringContaining('Send one CloudEvent'),
      },
    ]);
    expect(accepted).toEqual([]);
  });

  it('keeps a job until the store is back, though its sender allowed one attempt', async () => {
    let away = true;
    let tries = 0;
    await sender.add('job', event('patient'), { attempts: 1 });
    start({
      random: () => 0,
      accept: (events) => {
        tries += 1;
        if (away) return Promise.reject(new Error('MongoDB is away'));
        accepted.push([...events]);
        return Promise.resolve([]);
      },
    });
    await waitUntil('it was tried twice', () => tries >= 2);
    away = false;
    await waitUntil('it is stored', () => accepted.length === 1);
    await waitUntil('the job is done', idle);
    expect(accepted).toEqual([[event('patient')]]);
    expect(await sender.getFailedCount()).toBe(0);
  });

  it('is not done before the dead letter is stored', async () => {
    let failures = 1;
    await sender.add('job', 7);
    start({
      random: () => 0,
      deadLetter: (batch) => {
        if (failures-- > 0) return Promise.reject(new Error('MongoDB is away'));
        letters.push(...batch);
        return Promise.resolve();
      },
    });
    await waitUntil('the letter is stored', () => letters.length === 1);
    await waitUntil('the job is done', idle);
  });
});
