import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeRunLedger } from '../../src/schedule/run-ledger.js';
import type { RunLedger } from '../../src/schedule/run-ledger.js';
import type { Claim, ClaimResult } from '../../src/schedule/job-run.js';
import { openTestMongo } from '../support/services.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let ledger: RunLedger;
let now: number;
const LEASE = 20_000;

beforeAll(async () => {
  mongo = await openTestMongo();
  ledger = makeRunLedger(mongo.connection, { now: () => now, maxAttempts: 3, firstRetryMs: 1_000 });
  await ledger.init();
});
afterAll(() => mongo.close());
beforeEach(() => {
  now = Date.parse('2026-03-02T09:00:00Z');
});
afterEach(async () => {
  await mongo.connection.collection('jobRuns').deleteMany({});
});

async function mustClaim(result: Promise<ClaimResult>): Promise<Claim> {
  const answer = await result;
  if (!answer.claimed) throw new Error(`not claimed: ${answer.status}`);
  return answer.claim;
}
const claim = (options?: { force?: boolean }) => ledger.claim('sweep', '2026-03-02', 'me', LEASE, options);
const row = async () => (await ledger.list({})).items[0];

describe('the run ledger', () => {
  it('gives a (job, date) to one of many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, claim.bind(undefined, {})));
    expect(answers.filter(({ claimed }) => claimed)).toHaveLength(1);
    expect(answers.filter(({ claimed }) => !claimed)).toHaveLength(11);
    expect(await row()).toMatchObject({
      job: 'sweep',
      date: '2026-03-02',
      status: 'running',
      attempts: 1,
      owner: 'me',
    });
  });

  it('gives it to nobody once it is done', async () => {
    await ledger.finish(await mustClaim(claim()), { found: 3 });
    now += 10 * LEASE;
    expect(await claim()).toEqual({ claimed: false, status: 'done' });
    expect(await row()).toMatchObject({ status: 'done', result: { found: 3 } });
  });

  it('gives a run whose owner fell silent to one other, and the first one nothing more', async () => {
    const first = await mustClaim(claim());
    expect(await claim()).toMatchObject({
      claimed: false,
      status: 'running',
      leaseUntil: new Date(now + LEASE),
    });
    now += LEASE - 1;
    expect(await ledger.heartbeat(first, LEASE)).toBe(true);
    now += LEASE - 1;
    expect((await claim()).claimed).toBe(false);
    now += 1;
    const answers = await Promise.all([claim(), claim(), claim()]);
    expect(answers.filter(({ claimed }) => claimed)).toEqual([
      { claimed: true, claim: expect.objectContaining({ attempt: 2 }) },
    ]);
    expect(await ledger.heartbeat(first, LEASE)).toBe(false);
    expect(await ledger.finish(first, { stale: true })).toBe(false);
    expect(await ledger.fail(first, new Error('stale'))).toBe(false);
    expect(await row()).toMatchObject({ status: 'running' });
  });

  it('retries a failed run with doubled waits until the attempts are used up', async () => {
    for (const wait of [1_000, 2_000]) {
      await ledger.fail(await mustClaim(claim()), new Error('no luck'));
      expect(await row()).toMatchObject({ status: 'failed', error: expect.stringContaining('no luck') });
      now += wait - 1;
      expect(await claim()).toEqual({ claimed: false, status: 'failed' });
      now += 1;
    }
    await ledger.fail(await mustClaim(claim()), 'a text');
    now += 100_000;
    expect(await claim()).toEqual({ claimed: false, status: 'failed' });
    expect(await row()).toMatchObject({ attempts: 3, error: 'a text' });
  });

  it('gives up a run that kills its process each time, and says so', async () => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await mustClaim(claim())).toMatchObject({ attempt });
      now += LEASE;
    }
    expect(await claim()).toEqual({ claimed: false, status: 'failed' });
    expect(await row()).toMatchObject({ status: 'failed', error: 'Its process died in each of 3 attempts.' });
  });

  it('runs again by force what is done, failed for good or skipped, but not what is running', async () => {
    await ledger.skip([{ job: 'sweep', date: '2026-03-02' }]);
    expect(await claim()).toEqual({ claimed: false, status: 'skipped' });
    const forced = await mustClaim(claim({ force: true }));
    expect(forced.attempt).toBe(1);
    expect(await claim({ force: true })).toMatchObject({ claimed: false, status: 'running' });
    await ledger.finish(forced, { found: 1 });
    const again = await mustClaim(claim({ force: true }));
    expect((await row())?.result).toBeUndefined();
    await ledger.finish(again);
  });

  it('takes a run back at shutdown without counting the attempt', async () => {
    expect(await ledger.release(await mustClaim(claim()))).toBe(true);
    expect(await mustClaim(claim())).toMatchObject({ attempt: 1 });
  });

  it('skips dates without touching those that were run', async () => {
    await ledger.finish(await mustClaim(claim()));
    await ledger.skip([
      { job: 'sweep', date: '2026-03-01' },
      { job: 'sweep', date: '2026-03-02' },
    ]);
    const { items } = await ledger.list({});
    expect(items.map(({ date, status }) => [date, status])).toEqual([
      ['2026-03-02', 'done'],
      ['2026-03-01', 'skipped'],
    ]);
  });

  it('keeps the date at which a job was first seen', async () => {
    expect(await ledger.installedOn(['a', 'b'], '2026-03-02')).toEqual(
      new Map([
        ['a', '2026-03-02'],
        ['b', '2026-03-02'],
      ]),
    );
    const later = await ledger.installedOn(['a', 'c'], '2026-05-05');
    expect([...later]).toEqual([
      ['a', '2026-03-02'],
      ['c', '2026-05-05'],
    ]);
    expect((await ledger.list({})).items).toEqual([]);
  });

  it('tells what dueRuns needs: recent rows and the newest date of each job', async () => {
    await ledger.skip(['2026-01-05', '2026-02-20'].map((date) => ({ job: 'old', date })));
    await ledger.fail(await mustClaim(claim()), 'x');
    await ledger.claimMinute('pass', 1, 'me', LEASE);
    const { runs, newest } = await ledger.known(['old', 'sweep', 'never', 'pass'], '2026-02-01');
    expect(newest).toEqual(
      new Map([
        ['old', '2026-02-20'],
        ['sweep', '2026-03-02'],
      ]),
    );
    expect([...runs].sort((a, b) => (a.job < b.job ? -1 : 1))).toEqual([
      { job: 'old', date: '2026-02-20', status: 'skipped' },
      { job: 'sweep', date: '2026-03-02', status: 'failed', retryAt: new Date(now + 1_000) },
    ]);
  });

  it('lists newest first by page, filtered by job, status and date', async () => {
    for (const date of ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06']) {
      now += 1_000;
      await ledger.finish(await mustClaim(ledger.claim('sweep', date, 'me', LEASE)));
    }
    await mustClaim(ledger.claim('digest', '2026-03-06', 'me', LEASE));
    await ledger.skip([{ job: 'sweep', date: '2026-02-01' }]);

    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ledger.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(page.items.map(({ job, date }) => `${job} ${date}`).join(', '));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(pages).toEqual([
      'sweep 2026-03-06, digest 2026-03-06',
      'sweep 2026-03-05, sweep 2026-03-04',
      'sweep 2026-03-03, sweep 2026-03-02',
      'sweep 2026-02-01',
    ]);
    const dates = async (query: Parameters<RunLedger['list']>[0]) =>
      (await ledger.list(query)).items.map(({ date }) => date);
    expect(await dates({ from: '2026-03-04', to: '2026-03-05' })).toEqual(['2026-03-05', '2026-03-04']);
    expect(await dates({ job: 'digest' })).toEqual(['2026-03-06']);
    expect(await dates({ status: 'skipped' })).toEqual(['2026-02-01']);
    await expect(ledger.list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('the run ledger, for jobs that run every minute', () => {
  const minute = (n: number) => ledger.claimMinute('pass', n, 'me', LEASE);

  it('gives each minute to one of many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => minute(100)));
    expect(answers.filter(({ claimed }) => claimed)).toHaveLength(1);
  });

  it('gives the same minute to nobody again, nor an earlier one', async () => {
    await ledger.finish(await mustClaim(minute(100)));
    expect((await minute(100)).claimed).toBe(false);
    expect((await minute(99)).claimed).toBe(false);
    expect((await minute(101)).claimed).toBe(true);
  });

  it('does not let a run begin while the one before still goes on, but after its owner fell silent', async () => {
    await mustClaim(minute(100));
    expect(await minute(101)).toMatchObject({ claimed: false, status: 'running' });
    now += LEASE;
    expect((await minute(101)).claimed).toBe(true);
  });

  it('goes on in the next minute after a failure, however often it failed', async () => {
    for (let n = 1; n <= 6; n++) {
      await ledger.fail(await mustClaim(minute(n)), new Error('no luck'));
      const run = await row();
      expect(run).toMatchObject({ status: 'failed', attempts: 1 });
      expect(run?.date).toBeUndefined();
      expect(run?.retryAt).toBeUndefined();
    }
  });
});
