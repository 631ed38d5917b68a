import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCrontab } from '../../jobs/crontab.js';
import { makeEndOfDaySweep } from '../../jobs/sweep-end-of-day.js';
import type { Alert } from '../../src/alerts/alert.js';
import { InvalidRequestError, StoreUnavailableError } from '../../src/errors.js';
import { makeRunJob } from '../../src/schedule/make-run-job.js';
import { silentLogger } from '../queue/silent-logger.js';
import { accepted, event, keyOf, openJobService, UNSENT, type JobService } from './open-job-service.js';

/** A Friday and the Monday after it. */
const FRIDAY = '2026-11-20';
const MONDAY = '2026-11-23';
const SWEPT = new Date(`${FRIDAY}T17:00:00+08:00`);
const LEASE_MS = 20_000;

let opened: JobService[];

beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const test of opened) await test.close();
});

async function open(): Promise<JobService> {
  const test = await openJobService({ at: `${FRIDAY}T16:00:00+08:00`, rules: [UNSENT] });
  opened.push(test);
  return test;
}

async function fold(test: JobService, events: readonly { source: string; id: string }[]): Promise<void> {
  await test.send(events);
  await test.service.handleChunk(events.map(keyOf));
}
const sent = (no: string, time: string) => event('flow.sent', no, time, { stage: '业务受理' });

function runner(test: JobService, owner: string) {
  return makeRunJob({
    jobs: makeCrontab(test.service).dated,
    ledger: test.service.ledger,
    owner,
    now: test.clock.now,
    logger: silentLogger,
    leaseMs: LEASE_MS,
  });
}

/** What an alert says, without when this service came to say it. */
function told({
  history,
  raisedAt: _raised,
  sourceRevision: _revision,
  version: _version,
  outbox: _outbox,
  stepDueAt: _due,
  nextLookAt: _look,
  ...alert
}: Alert) {
  return { ...alert, history: history.map(({ what }) => what) };
}

describe('the end-of-day sweep', () => {
  it('finds what should have been sent by then, and finds nothing twice when it runs twice', async () => {
    const test = await open();
    const events = [
      ...accepted('WO1', FRIDAY),
      ...accepted('WO2', FRIDAY),
      sent('WO2', `${FRIDAY}T11:00:00+08:00`),
    ];
    await fold(test, events);
    test.clock.set(`${FRIDAY}T17:00:01+08:00`);
    expect(await test.dated('end-of-day', FRIDAY)).toEqual({ looked: 2, failed: 0 });
    const first = await test.alertsOf('WO1', 'WO2');
    expect(first).toMatchObject([
      { recordId: 'WO1', status: 'open', firstAt: SWEPT, lastAt: SWEPT, occurrences: 1 },
    ]);
    expect(await test.dated('end-of-day', FRIDAY)).toEqual({ looked: 2, failed: 0 });
    test.clock.tick(3_600_000);
    expect(await test.dated('end-of-day', FRIDAY)).toEqual({ looked: 2, failed: 0 });
    expect(await test.alertsOf('WO1', 'WO2')).toEqual(first);
  });

  it('that was missed and is caught up later says the same as the one in time', async () => {
    const [inTime, late] = [await open(), await open()];
    const friday = ['WO1', 'WO2', 'WO3', 'WO4'].flatMap((no) => accepted(no, FRIDAY));
    // On Monday morning one is sent, one is closed, one goes on without being sent; one is left alone.
    const monday = [
      sent('WO1', `${MONDAY}T09:00:00+08:00`),
      event('workorder.closed', 'WO2', `${MONDAY}T09:00:00+08:00`),
      event('document.received', 'WO3', `${MONDAY}T09:00:00+08:00`, { document: '受理单' }),
    ];
    for (const test of [inTime, late]) await fold(test, friday);
    inTime.clock.set(`${FRIDAY}T17:00:01+08:00`);
    await inTime.dated('end-of-day', FRIDAY);
    for (const test of [inTime, late]) {
      test.clock.set(`${MONDAY}T09:30:00+08:00`);
      await fold(test, monday);
    }
    await late.dated('end-of-day', FRIDAY);
    const records = ['WO1', 'WO2', 'WO3', 'WO4'];
    const expected = (await inTime.alertsOf(...records)).map(told);
    expect(expected).toHaveLength(4);
    expect((await late.alertsOf(...records)).map(told)).toEqual(expected);

    for (const test of [inTime, late]) {
      test.clock.set(`${MONDAY}T17:00:01+08:00`);
      await test.dated('end-of-day', MONDAY);
    }
    const after = (await inTime.alertsOf(...records)).map(told);
    expect(after.map(({ recordId, status, occurrences }) => [recordId, status, occurrences])).toEqual([
      ['WO1', 'auto_closed', 1],
      ['WO2', 'open', 1],
      ['WO3', 'open', 2],
      ['WO4', 'open', 2],
    ]);
    expect((await late.alertsOf(...records)).map(told)).toEqual(after);
  });

  it('that nobody ran for days is made up for by the next one', async () => {
    const [inTime, late] = [await open(), await open()];
    for (const test of [inTime, late]) await fold(test, accepted('WO1', FRIDAY));
    for (const date of [FRIDAY, MONDAY, '2026-11-24']) {
      inTime.clock.set(`${date}T17:00:01+08:00`);
      await inTime.dated('end-of-day', date);
    }
    late.clock.set('2026-11-24T17:00:01+08:00');
    await late.dated('end-of-day', '2026-11-24');
    const expected = (await inTime.alertsOf('WO1')).map(told);
    expect(expected).toMatchObject([{ occurrences: 3, firstAt: SWEPT }]);
    expect((await late.alertsOf('WO1')).map(told)).toEqual(expected);
  });

  it('whose process died in the middle is taken over, and both halves say everything once', async () => {
    const test = await open();
    const all = Array.from({ length: 10 }, (_, i) => `WO${i}`);
    await fold(
      test,
      all.flatMap((no) => accepted(no, FRIDAY)),
    );
    test.clock.set(`${FRIDAY}T17:00:01+08:00`);
    const { service } = test;
    expect(await service.ledger.claim('end-of-day', FRIDAY, 'died', LEASE_MS)).toMatchObject({
      claimed: true,
    });
    await service.advanceRecords(all.slice(0, 4), 'sweep');
    // It died after writing a work order and before its alert.
    const { advanceRecords } = test.storyWith({
      raiseAlerts: () => Promise.reject(new StoreUnavailableError('the process died here')),
    });
    await expect(advanceRecords(all.slice(4, 6), 'sweep')).rejects.toThrow('the process died here');
    expect(await test.alertsOf(...all)).toHaveLength(4);

    const other = runner(test, 'lives');
    expect(await other.runJob('end-of-day', FRIDAY)).toMatchObject({ status: 'left', because: 'running' });
    test.clock.tick(LEASE_MS + 1);
    expect(await other.runJob('end-of-day', FRIDAY)).toEqual({
      status: 'done',
      result: { looked: 10, failed: 0 },
    });
    const alerts = await test.alertsOf(...all);
    expect(alerts.map(({ recordId, occurrences, status }) => [recordId, occurrences, status])).toEqual(
      all.map((no) => [no, 1, 'open']),
    );
    expect(await other.runJob('end-of-day', FRIDAY)).toEqual({ status: 'left', because: 'done' });
  });

  it('is not held up by a work order that cannot be looked at', async () => {
    const test = await open();
    const all = Array.from({ length: 7 }, (_, i) => `WO${i}`);
    await fold(
      test,
      all.flatMap((no) => accepted(no, FRIDAY)),
    );
    test.clock.set(`${FRIDAY}T17:00:01+08:00`);
    const { recordWriter } = test.service;
    const { advanceRecords } = test.storyWith({
      records: {
        ...recordWriter,
        replaceRecords: (writes) =>
          writes.some(({ recordId }) => recordId === 'WO3')
            ? Promise.reject(new RangeError('document is larger than the maximum size'))
            : recordWriter.replaceRecords(writes),
      },
    });
    const { dated } = makeCrontab({ ...test.service, advanceRecords });
    const context = { now: test.clock.now, attempt: 1, signal: new AbortController().signal };
    expect(await dated['end-of-day']?.(FRIDAY, context)).toEqual({ looked: 7, failed: 1 });
    expect((await test.alertsOf(...all)).map(({ recordId }) => recordId)).toEqual(
      all.filter((no) => no !== 'WO3'),
    );
  });

  it('is made up for, as of its moment, as soon as a feed that was silent speaks again', async () => {
    const test = await open();
    const heartbeat = (time: string) =>
      event('feed.heartbeat', 'sales', `${FRIDAY}T${time}+08:00`, { feed: 'sales' });
    await fold(test, [...accepted('WO1', FRIDAY, { feed: 'sales' }), heartbeat('16:00:00')]);
    await fold(test, accepted('WO2', FRIDAY));
    test.clock.set(`${FRIDAY}T17:00:01+08:00`);
    await test.dated('end-of-day', FRIDAY);
    // Nothing that did not happen is believed of a silent feed.
    expect(await test.alertsOf('WO1', 'WO2')).toMatchObject([{ recordId: 'WO2' }]);
    expect(await test.minute('make-up-sweeps')).toEqual({ feeds: 0, looked: 0 });
    test.clock.set(`${FRIDAY}T17:30:00+08:00`);
    await fold(test, [heartbeat('17:29:30')]);
    expect(await test.minute('make-up-sweeps')).toEqual({ feeds: 1, looked: 1 });
    expect(await test.alertsOf('WO1')).toMatchObject([{ recordId: 'WO1', firstAt: SWEPT, occurrences: 1 }]);
    expect(await test.minute('make-up-sweeps')).toEqual({ feeds: 0, looked: 0 });
  });

  it('stops between two batches when it is told to, and says that it was not done', async () => {
    const test = await open();
    await fold(test, [...accepted('WO1', FRIDAY), ...accepted('WO2', FRIDAY)]);
    test.clock.set(`${FRIDAY}T17:00:01+08:00`);
    const stop = new AbortController();
    const { advanceRecords } = test.service;
    let first: Promise<unknown> | undefined;
    const sweep = makeEndOfDaySweep({
      streamOpen: async function* () {
        yield ['WO1'];
        await first;
        stop.abort();
        yield ['WO2'];
      },
      advanceRecords: (...request) => {
        const done = advanceRecords(...request);
        first ??= done;
        return done;
      },
      oweSweep: () => Promise.resolve(),
      momentOf: () => SWEPT.getTime(),
      now: test.clock.now,
    });
    await expect(sweep(FRIDAY, stop.signal)).rejects.toThrow('it goes on when it is claimed again');
    expect(await test.alertsOf('WO1', 'WO2')).toMatchObject([{ recordId: 'WO1' }]);
  });
});

describe('the moment of the sweep', () => {
  const sweepAt = (now: () => number) => {
    let looked = 0;
    const sweep = makeEndOfDaySweep({
      streamOpen: async function* () {
        looked = await Promise.resolve(now());
        yield ['WO1'];
      },
      advanceRecords: () => Promise.resolve({ failed: [], silentFeeds: [] }),
      oweSweep: () => Promise.resolve(),
      momentOf: () => SWEPT.getTime(),
      now,
    });
    return { sweep, looked: () => looked };
  };

  it('has passed before anything is looked at, even when the scheduler woke at that very instant', async () => {
    const startedAt = performance.now();
    const { sweep, looked } = sweepAt(() => SWEPT.getTime() + Math.floor(performance.now() - startedAt));
    await sweep(FRIDAY);
    expect(looked()).toBeGreaterThan(SWEPT.getTime());
  });

  it('that has not come is an error: a date swept too early would never be swept again', async () => {
    const { sweep, looked } = sweepAt(() => SWEPT.getTime() - 3_600_000);
    const error = await sweep(FRIDAY).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ message: expect.stringContaining(FRIDAY) });
    await sleep(1);
    expect(looked()).toBe(0);
  });
});
