import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { startBacktests } from '../../jobs/run-backtests.js';
import type { Running } from '../../jobs/start-jobs.js';
import type { BacktestJob, BacktestOrder } from '../../src/backtest/jobs/backtest-job.js';
import { runBacktestJob } from '../../src/backtest/jobs/run-backtest-job.js';
import type { RuleTexts } from '../../src/engine/assemble-rules.js';
import { streamEvents } from '../../src/events/stream-events.js';
import { ruleContextOf } from '../../src/open-content.js';
import { waitUntil } from '../queue/wait-until.js';
import { openTestService, type TestService } from '../support/open-test-service.js';

const NOW = Date.parse('2026-11-24T18:00:00+08:00');
const RULE = 'rules/acceptance/contact-card-missing.json';

describe('a worker that runs backtests', () => {
  let test: TestService;
  let text: string;
  let running: Running | undefined;
  beforeAll(async () => {
    let time = NOW - 60_000;
    test = await openTestService({ now: () => time, backtests: true });
    text = await readFile(RULE, 'utf8');
    const base = { specversion: '1.0', source: '/sales/test' };
    const data = { process: '高压新装', stage: '业务受理', orgUnit: '334010101' };
    const events = Array.from({ length: 50 }, (_, index) => [
      { ...base, id: `o${index}`, type: 'yxzy.workorder.opened', subject: `W${index}`, time: '2026-11-24T09:00:00+08:00', data },
      { ...base, id: `c${index}`, type: 'yxzy.stage.completed', subject: `W${index}`, time: '2026-11-24T10:00:00+08:00', data },
    ]).flat(); // prettier-ignore
    await test.send(events);
    time = NOW;
  });
  afterAll(async () => {
    await running?.close();
    await test.close();
  });

  const submit = (changes: BacktestOrder['changes']) =>
    test.service.backtestDesk.submit(
      { changes, from: new Date(NOW - 86_400_000), to: new Date(NOW + 86_400_000), knownBy: 'received' },
      'u1',
    );
  const read = async (id: string): Promise<BacktestJob> => {
    const job = await test.service.backtestDesk.get(id);
    if (!job) throw new Error(`there is no job ${id}`);
    return job;
  };
  const ended = (id: string) =>
    waitUntil(
      `job ${id} ended`,
      async () => !['waiting', 'running'].includes((await read(id)).status),
      60_000,
    );
  const start = (fork = test.service.forkBacktest) => {
    if (!fork) throw new Error('no process can be started');
    running = startBacktests({
      store: test.service.backtests,
      fork,
      runner: 'test',
      atOnce: 1,
      logger: pino({ level: 'silent' }),
      now: () => NOW,
      idleMs: 20,
    });
  };
  const stop = async () => {
    await running?.close();
    running = undefined;
  };

  it('runs them in a process of its own, on the events that are stored', async () => {
    start();
    const retired = await submit([{ retire: 'contact-card-missing' }]);
    await ended(retired.id);
    const done = await read(retired.id);
    expect({ status: done.status, failure: done.failure }).toEqual({ status: 'done', failure: undefined });
    expect(done.result?.events).toMatchObject({ replayed: 100, records: 50 });
    // It was asked for a day more, which is not over: nothing of it can have failed to happen.
    expect(done.result?.period).toMatchObject({ from: NOW - 86_400_000, to: NOW });
    expect(done.result?.rules[0]).toMatchObject({ rule: 'contact-card-missing', change: 'removed', live: 50, lost: 50 });
    expect(done.result?.examples[0]?.live?.title).toContain('W0');
    await stop();
  }, 120_000); // prettier-ignore

  it.each([
    ['a rule file that is wrong', () => ({ file: 'acceptance/contact-card-missing.json', text: text.replace('"id"', '"idd"') }), /candidate has problems/],
    ['a rule that there is not', () => ({ retire: 'no-such-rule' }), /no-such-rule/],
    ['a file that is no rule', () => ({ file: '../../etc/passwd', text }), /etc\/passwd/],
  ])('says what is wrong with a candidate: %s', async (_what, change, failure) => {
    const { id } = await submit([change()]);
    const job = await test.service.backtests.claim('test', new Date(NOW));
    await runBacktestJob(job as BacktestJob, {
      store: test.service.backtests,
      runner: 'test',
      context: ruleContextOf(test.service.content),
      live: () => Promise.resolve({ texts: test.service.content.ruleTexts as RuleTexts }),
      stream: () => streamEvents(test.connection),
      feedSilentAfterMs: 900_000,
      maxEvents: 1_000,
      now: () => NOW,
    });
    const ended = await read(id);
    expect(ended).toMatchObject({ status: 'failed', failure: expect.stringMatching(failure) });
    if (ended.problems) expect(ended.problems[0]).toMatchObject({ file: 'acceptance/contact-card-missing.json', line: expect.any(Number) });
  }); // prettier-ignore

  it('leaves a job interrupted, not running for ever, whatever ends its process', async () => {
    start((_job, _runner, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))));
    const stopped = await submit([{ retire: 'contact-card-missing' }]);
    await waitUntil('the job runs', async () => (await read(stopped.id)).status === 'running');
    await stop();
    expect(await read(stopped.id)).toMatchObject({ status: 'interrupted', failure: expect.stringContaining('stopped') });

    start(() => Promise.resolve(1));
    const crashed = await submit([{ retire: 'contact-card-missing' }]);
    await ended(crashed.id);
    expect(await read(crashed.id)).toMatchObject({ status: 'interrupted' });
    await stop();
  }, 60_000); // prettier-ignore
});
