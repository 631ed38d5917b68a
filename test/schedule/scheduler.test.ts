import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DailyJob } from '../../src/schedule/due-runs.js';
import type { JobContext } from '../../src/schedule/make-run-job.js';
import { makeRunLedger } from '../../src/schedule/run-ledger.js';
import type { RunLedger } from '../../src/schedule/run-ledger.js';
import { makeScheduleQueue } from '../../src/schedule/schedule-queue.js';
import type { ScheduleQueue } from '../../src/schedule/schedule-queue.js';
import { startScheduleWorker } from '../../src/schedule/schedule-worker.js';
import type { ScheduleWorkerOptions } from '../../src/schedule/schedule-worker.js';
import { startScheduler } from '../../src/schedule/scheduler.js';
import type { Scheduler, SchedulerOptions } from '../../src/schedule/scheduler.js';
import { MINUTE, shanghai, testCalendar } from '../calendar/make-test-calendar.js';
import { openOwnRedis } from '../queue/own-redis-server.js';
import type { OwnRedis } from '../queue/own-redis-server.js';
import { silentLogger } from '../queue/silent-logger.js';
import { waitUntil } from '../queue/wait-until.js';
import { openTestMongo } from '../support/services.js';
import type { ScheduleWorkerProcessOptions } from './schedule-worker-process.js';

const sweep: DailyJob = { name: 'sweep', moment: 'end-of-day', days: 'working', catchUpDays: 31 };
const plan: DailyJob = { name: 'plan', moment: 'morning', days: 'working', catchUpDays: 31 };
const calendar = testCalendar();

let redis: OwnRedis;
let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let ledger: RunLedger;
let queue: ScheduleQueue;
let now: number;
/** `job date` or `job` of each run, in the order of their starts. */
let ran: string[];
let closers: (() => unknown)[];

beforeAll(async () => {
  [redis, mongo] = await Promise.all([openOwnRedis(), openTestMongo()]);
  ledger = makeRunLedger(mongo.connection, { now: () => now });
  await ledger.init();
});
afterAll(async () => {
  await redis.close();
  await mongo.close();
});
beforeEach(async () => {
  await redis.client.flushall();
  await mongo.connection.collection('jobRuns').deleteMany({});
  await mongo.connection.collection('effects').deleteMany({});
  ran = [];
  closers = [];
  queue = openQueue();
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

function openQueue(): ScheduleQueue {
  const opened = makeScheduleQueue({ redisUrl: redis.url, prefix: 't' });
  closers.push(() => opened.close());
  return opened;
}

function startTicking(options: Partial<SchedulerOptions> = {}): Scheduler {
  const scheduler = startScheduler({
    jobs: [plan, sweep],
    ledger,
    queue,
    calendar,
    now: () => now,
    logger: silentLogger,
    ...options,
  });
  closers.push(() => scheduler.close());
  return scheduler;
}

/** Jobs that only write down that they ran. */
function startWorker(options: Partial<ScheduleWorkerOptions> = {}) {
  const note = (name: string) => (date: string) => Promise.resolve(void ran.push(`${name} ${date}`));
  const worker = startScheduleWorker({
    redisUrl: redis.url,
    prefix: 't',
    jobs: { sweep: note('sweep'), plan: note('plan') },
    ledger,
    owner: 'test',
    now: () => now,
    logger: silentLogger,
    ...options,
  });
  closers.push(() => worker.close());
  return worker;
}

const statuses = async () =>
  (await ledger.list({ limit: 500 })).items
    .map(({ job, date, status }) => `${job} ${date ?? 'minute'} ${status}`)
    .sort();
const countDone = async () => (await statuses()).filter((line) => line.endsWith('done')).length;
const installOn = (date: string) => ledger.installedOn(['sweep', 'plan'], date);

describe('schedulers and workers', () => {
  it('run each (job, date) once, though four schedulers start at once and two workers take the runs', async () => {
    now = shanghai('2026-03-06 18:00');
    await installOn('2026-03-02');
    startWorker();
    startWorker();
    const schedulers = [1, 2, 3, 4].map(() => startTicking({ queue: openQueue() }));
    await Promise.all(schedulers.map((scheduler) => scheduler.tick()));
    await waitUntil('all are done', async () => (await countDone()) === 10);
    await Promise.all(schedulers.map((scheduler) => scheduler.tick()));
    await sleep(200);
    expect(ran).toHaveLength(10);
    expect(new Set(ran).size).toBe(10);
  });

  it('catch up three missed days in order, jobs of a day in the order of their moments', async () => {
    now = shanghai('2026-03-02 18:00');
    await installOn('2026-03-02');
    startWorker();
    await startTicking().tick();
    await waitUntil('the first day is done', async () => (await countDone()) === 2);

    now = shanghai('2026-03-05 12:00');
    await startTicking().tick();
    await waitUntil('the missed days are done', async () => (await countDone()) === 7);
    expect(ran).toEqual([
      'plan 2026-03-02',
      'sweep 2026-03-02',
      'plan 2026-03-03',
      'sweep 2026-03-03',
      'plan 2026-03-04',
      'sweep 2026-03-04',
      'plan 2026-03-05',
    ]);
  });

  it('run nothing of before the first installation', async () => {
    now = shanghai('2026-03-05 18:00');
    const due = await startTicking().tick();
    expect(due.map(({ job, date }) => `${job} ${date}`)).toEqual(['plan 2026-03-05', 'sweep 2026-03-05']);
  });

  it('record what was missed too long ago as skipped', async () => {
    now = shanghai('2026-03-06 18:00');
    await installOn('2026-03-03');
    await startTicking({ jobs: [{ ...sweep, catchUpDays: 1 }] }).tick();
    expect(await statuses()).toEqual(['sweep 2026-03-03 skipped', 'sweep 2026-03-04 skipped']);
  });

  it('run what Redis had forgotten after the next tick', async () => {
    now = shanghai('2026-03-06 18:00');
    const scheduler = startTicking();
    await scheduler.tick();
    await redis.client.flushall();
    await scheduler.tick();
    startWorker();
    await waitUntil('both are done', async () => (await countDone()) === 2);
    expect([...ran].sort()).toEqual(['plan 2026-03-06', 'sweep 2026-03-06']);
  });

  it('try a failed run again when its retry is due', async () => {
    now = shanghai('2026-03-06 18:00');
    let failures = 1;
    const jobs = {
      plan: () => Promise.resolve(),
      sweep: (date: string) => {
        ran.push(date);
        return failures-- > 0 ? Promise.reject(new Error('no luck')) : Promise.resolve();
      },
    };
    startWorker({ jobs });
    const scheduler = startTicking();
    await scheduler.tick();
    await waitUntil('it has failed', async () => (await statuses()).includes('sweep 2026-03-06 failed'));
    expect(await scheduler.tick()).toEqual([]);
    now += MINUTE;
    expect(await scheduler.tick()).toMatchObject([{ job: 'sweep' }]);
    await waitUntil('it is done', async () => (await statuses()).includes('sweep 2026-03-06 done'));
    expect(ran).toHaveLength(2);
  });

  it('skip a tick while Redis is away, and catch up', async () => {
    now = shanghai('2026-03-06 18:00');
    const scheduler = startTicking();
    await scheduler.tick();
    expect(scheduler.isHealthy()).toBe(true);
    await redis.stop();
    await sleep(100);
    await expect(scheduler.tick()).rejects.toThrow(/Redis cannot be reached/);
    now += 3 * MINUTE;
    expect(scheduler.isHealthy()).toBe(false);
    await redis.start();
    await waitUntil('a tick succeeds', () =>
      scheduler.tick().then(
        () => true,
        () => false,
      ),
    );
    startWorker();
    await waitUntil('both are done', async () => (await countDone()) === 2);
    expect(scheduler.isHealthy()).toBe(true);
  });

  it('tick by themselves, at once and then again and again, until they are closed', async () => {
    now = shanghai('2026-03-06 16:00');
    startWorker();
    const scheduler = startTicking({ cron: '* * * * * *' });
    await waitUntil('what was due is done', async () => (await countDone()) === 1);
    now = shanghai('2026-03-06 18:00');
    await waitUntil('what has become due is done', async () => (await countDone()) === 2);
    await scheduler.close();
    now = shanghai('2026-03-09 18:00');
    await sleep(1_200);
    expect(await countDone()).toBe(2);
  });

  it('refuse a job whose moment the calendar does not have when they start', () => {
    expect(() => startTicking({ jobs: [{ ...sweep, moment: 'lunch' }] })).toThrow(
      /"lunch".*morning, end-of-day/,
    );
  });

  it('say when a scheduled job is unknown to this worker, and go on', async () => {
    now = shanghai('2026-03-06 18:00');
    const errors: object[] = [];
    const note = (date: string) => Promise.resolve(void ran.push(date));
    startWorker({
      jobs: { sweep: note },
      logger: { ...silentLogger, error: (fields: object) => errors.push(fields) },
    });
    await startTicking().tick();
    await waitUntil('the known one is done', async () => (await countDone()) === 1);
    // More than once where two ticks enqueued it: what failed is not kept, so that a worker that knows it can have it.
    await waitUntil('the unknown one is told', () => errors.length > 0);
    for (const error of errors)
      expect(error).toMatchObject({ run: { job: 'plan' }, err: { code: 'invalid_request' } });
  });
});

describe('a schedule worker that goes away', () => {
  it('is replaced when it is killed, and the dates stay in order', async () => {
    now = Date.now();
    const today = calendar.dateOf(now);
    const dates = [-3, -2, -1].map((days) => calendar.addDays(today, days));
    const options: ScheduleWorkerProcessOptions = {
      mongoUri: mongo.uri,
      redisUrl: redis.url,
      hangOn: dates[0] ?? '',
      leaseMs: 8_000,
    };
    const script = fileURLToPath(new URL('./schedule-worker-process.ts', import.meta.url));
    const child = fork(script, [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
    await queue.enqueueRuns(dates.map((date) => ({ job: 'sweep', date })));
    expect(await once(child, 'message')).toEqual([dates[0], undefined]);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;

    const realLedger = makeRunLedger(mongo.connection.useDb(mongo.connection.name), { now: Date.now });
    startWorker({ ledger: realLedger, now: Date.now, leaseMs: 8_000 });
    await waitUntil('all are done', async () => (await countDone()) === 3, 25_000);
    expect(ran).toEqual(dates.map((date) => `sweep ${date}`));
    const [first] = (await ledger.list({ from: dates[0] ?? '', to: dates[0] ?? '' })).items;
    expect(first).toMatchObject({ attempts: 2, owner: 'test' });
  });

  it('aborts a long run when it is closed, gives it back and leaves nothing running', async () => {
    now = shanghai('2026-03-06 18:00');
    const job = (date: string, { signal }: JobContext): Promise<void> => {
      ran.push(date);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cut off')));
      });
    };
    const worker = startWorker({ jobs: { plan: job, sweep: job }, graceMs: 100 });
    await startTicking().tick();
    await waitUntil('it runs', () => ran.length === 1);
    const startedAt = Date.now();
    await worker.close();
    expect(Date.now() - startedAt).toBeLessThan(8_000);
    expect(ran).toHaveLength(1);
    expect((await ledger.list({ job: 'plan' })).items).toMatchObject([
      { status: 'running', attempts: 0, leaseUntil: new Date(now) },
    ]);
  });
});

describe('jobs that run every minute', () => {
  it('run once in a minute, however many schedulers tick', async () => {
    now = shanghai('2026-03-06 18:00');
    const pass = (): Promise<void> => Promise.resolve(void ran.push('pass'));
    startWorker({ minuteJobs: { pass } });
    const schedulers = [1, 2, 3].map(() =>
      startTicking({ jobs: [], minuteJobs: ['pass'], queue: openQueue() }),
    );
    for (let minute = 1; minute <= 3; minute++) {
      for (const scheduler of schedulers) await scheduler.tick();
      await waitUntil('the pass has run', () => ran.length === minute);
      for (const scheduler of schedulers) await scheduler.tick();
      await sleep(50);
      expect(ran).toHaveLength(minute);
      now += MINUTE;
    }
  });

  it('do not overlap with themselves, over all workers, and make no pile while they are slow', async () => {
    now = shanghai('2026-03-06 18:00');
    let running = 0;
    let most = 0;
    const slow = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await sleep(300);
      running -= 1;
      ran.push('slow');
    };
    startWorker({ minuteJobs: { slow } });
    startWorker({ minuteJobs: { slow } });
    const scheduler = startTicking({ jobs: [], minuteJobs: ['slow'] });
    for (let minute = 0; minute < 10; minute++) {
      await scheduler.tick();
      await sleep(20);
      now += MINUTE / 6;
    }
    await sleep(700);
    expect(most).toBe(1);
    expect(ran.length).toBeLessThan(4);
    expect(await redis.client.llen('bull:t-schedule-minute:wait')).toBe(0);
  });

  it('go on beside a long dated run', async () => {
    now = shanghai('2026-03-06 18:00');
    let finish = (): void => undefined;
    const pass = (): Promise<void> => Promise.resolve(void ran.push('pass'));
    const long = (): Promise<void> => new Promise((resolve) => (finish = resolve));
    startWorker({ jobs: { plan: long, sweep: long }, minuteJobs: { pass } });
    await startTicking({ minuteJobs: ['pass'] }).tick();
    await waitUntil('the dated run has begun', async () =>
      (await statuses()).includes('plan 2026-03-06 running'),
    );
    await waitUntil('the minute job has run', () => ran.includes('pass'));
    await waitUntil('it is in the ledger', async () => (await statuses()).includes('pass minute done'));
    finish();
    await waitUntil('the next dated run has begun', async () =>
      (await statuses()).includes('sweep 2026-03-06 running'),
    );
    finish();
  });
});
