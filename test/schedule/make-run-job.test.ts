import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeRunJob } from '../../src/schedule/make-run-job.js';
import type { DatedJob, RunJobDeps } from '../../src/schedule/make-run-job.js';
import { makeRunLedger } from '../../src/schedule/run-ledger.js';
import type { RunLedger } from '../../src/schedule/run-ledger.js';
import { silentLogger } from '../queue/silent-logger.js';
import { openTestMongo } from '../support/services.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let ledger: RunLedger;
beforeAll(async () => {
  mongo = await openTestMongo();
  ledger = makeRunLedger(mongo.connection, { now: Date.now });
  await ledger.init();
});
afterAll(() => mongo.close());
afterEach(async () => {
  await mongo.connection.collection('jobRuns').deleteMany({});
});

const DATE = '2026-03-02';
function runnerOf(sweep: DatedJob, changes: Partial<RunJobDeps> = {}) {
  return makeRunJob({
    jobs: { sweep },
    minuteJobs: { pass: () => Promise.resolve({ passed: 1 }) },
    ledger,
    owner: 'test',
    now: Date.now,
    logger: silentLogger,
    ...changes,
  });
}
/** Ends when its signal does. */
const untilAborted: DatedJob = (_date, { signal }) =>
  new Promise((_resolve, reject) => {
    // On a busy machine the signal may come before the claim is through.
    if (signal.aborted) reject(new Error('cut off'));
    signal.addEventListener('abort', () => reject(new Error('cut off')));
  });

describe('running a job', () => {
  it('keeps its result in the ledger and does not run it twice, unless forced', async () => {
    const dates: string[] = [];
    const { runJob } = runnerOf((date) => {
      dates.push(date);
      return Promise.resolve({ found: dates.length });
    });
    expect(await runJob('sweep', DATE)).toEqual({ status: 'done', result: { found: 1 } });
    expect(await runJob('sweep', DATE)).toEqual({ status: 'left', because: 'done' });
    expect(await runJob('sweep', DATE, { force: true })).toEqual({ status: 'done', result: { found: 2 } });
    expect(dates).toEqual([DATE, DATE]);
    expect((await ledger.list({})).items).toMatchObject([{ status: 'done', result: { found: 2 } }]);
  });

  it('answers the error of a failed run and leaves it to be retried', async () => {
    const error = new Error('no luck');
    const { runJob } = runnerOf(() => Promise.reject(error));
    expect(await runJob('sweep', DATE)).toEqual({ status: 'failed', error });
    expect((await ledger.list({})).items).toMatchObject([{ status: 'failed', retryAt: expect.any(Date) }]);
  });

  it('gives signs of life for as long as it takes', async () => {
    const slow = runnerOf(() => sleep(1_800).then(() => ({ slow: true })), { leaseMs: 800 });
    const other = runnerOf(() => Promise.resolve({ other: true }));
    const first = slow.runJob('sweep', DATE);
    for (let i = 0; i < 4; i++) {
      await sleep(350);
      expect(await other.runJob('sweep', DATE)).toMatchObject({ status: 'left', because: 'running' });
    }
    expect(await first).toEqual({ status: 'done', result: { slow: true } });
  });

  it('is told to stop when another process has taken it over, and spoils nothing', async () => {
    const first = runnerOf(untilAborted, { leaseMs: 200 }).runJob('sweep', DATE);
    await sleep(20);
    // As if this process had been frozen for longer than its lease, and another had claimed the run.
    await mongo.connection.collection('jobRuns').updateMany({}, { $set: { token: 'of another' } });
    expect(await first).toEqual({ status: 'left', because: 'taken-over' });
    expect((await ledger.list({})).items).toMatchObject([{ status: 'running' }]);
  });

  it('gives the run back when it is cut off from outside', async () => {
    const controller = new AbortController();
    const first = runnerOf(untilAborted).runJob('sweep', DATE, { signal: controller.signal });
    await sleep(20);
    controller.abort();
    expect(await first).toEqual({ status: 'released' });
    expect(await runnerOf(() => Promise.resolve()).runJob('sweep', DATE)).toEqual({ status: 'done' });
    expect((await ledger.list({})).items).toMatchObject([{ attempts: 1 }]);
  });

  it('runs a minute job once in its minute', async () => {
    const now = 60_000 * 1_000;
    const { runMinuteJob } = runnerOf(() => Promise.resolve(), { now: () => now });
    expect(await runMinuteJob('pass')).toEqual({ status: 'done', result: { passed: 1 } });
    expect(await runMinuteJob('pass')).toEqual({ status: 'left', because: 'done' });
  });

  it.each(['nope', 'toString', '__proto__', ''])(
    'refuses the unknown job "%s" and names those there are',
    async (name) => {
      const { runJob, runMinuteJob } = runnerOf(() => Promise.resolve());
      await expect(runJob(name, DATE)).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('sweep'),
      });
      await expect(runMinuteJob(name)).rejects.toThrow(/pass/);
    },
  );

  it.each(['2026-02-30', '2026-3-2', '20260302', 'today', '2026-03-02T00:00', ''])(
    'refuses the date "%s"',
    async (date) => {
      await expect(runnerOf(() => Promise.resolve()).runJob('sweep', date)).rejects.toThrow(
        /write YYYY-MM-DD/,
      );
    },
  );
});
