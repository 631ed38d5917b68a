import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BacktestResult } from '../../src/backtest/backtest-result.js';
import { addBacktestCommand } from '../../src/cli/backtest-command.js';
import { readConfig } from '../../src/config.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { eventAt } from '../support/event-at.js';

const LOAN = 'examples/loan';
const FILE = ['--file', `${LOAN}/sample.xes.gz`, '--mapping', `${LOAN}/_xes-mapping.json`];
const NOW = Date.parse('2012-11-01T12:00:00+01:00');

/** Two offers on one application, the second one 20 days before NOW and 40 days before. */
const inbox = [20, 40].flatMap((days) =>
  ['O_SENT', 'O_SENT'].map((stage, index) =>
    eventAt(
      'stage.completed',
      new Date(NOW - days * 86_400_000 + index * 60_000).toISOString(),
      { process: 'loan application', stage },
      { subject: `L${days}` },
    ),
  ),
);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yxrisk-backtest-'));
  const rule = await readFile(`${LOAN}/offer-not-followed-up.json`, 'utf8');
  await writeFile(
    join(dir, 'offer-not-followed-up.json'),
    rule.replace('"value": 5', '"value": 4').replace('"version": 1', '"version": 2'),
  );
  await writeFile(
    join(dir, 'broken.json'),
    rule.replace('offer-not-followed-up', 'broken').replace('equal', 'eqal'),
  );
  await writeFile(
    join(dir, 'offer-sent-twice.json'),
    (await readFile(`${LOAN}/offer-sent-twice.json`, 'utf8')).replace(
      '"status": "active"',
      '"status": "disabled"',
    ),
  );
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function run(args: readonly string[]) {
  const told = { code: -1, out: '', err: '', closed: 0, until: undefined as number | undefined };
  const program = new Command().exitOverride();
  program.command('rules');
  addBacktestCommand(program, {
    readConfig: () => readConfig({ RULES_DIR: LOAN, TZ_BUSINESS: 'Europe/Amsterdam' }),
    openInbox: () =>
      Promise.resolve({
        async *stream(receivedBefore: number | undefined): AsyncGenerator<readonly BusinessEvent[]> {
          told.until = receivedBefore;
          yield await Promise.resolve(inbox);
        },
        close: () => Promise.resolve(void (told.closed += 1)),
      }),
    io: {
      out: (text) => void (told.out += text),
      err: (text) => void (told.err += text),
      isTerminal: false,
      exit: (code) => void (told.code = code),
      onInterrupt: () => () => undefined,
    },
    now: () => NOW,
  });
  await program.parseAsync(['rules', 'backtest', ...args], { from: 'user' });
  return told;
}

describe('yxrisk rules backtest', () => {
  it('answers 0 where the candidate raises the same alerts', async () => {
    const { code, out } = await run(['--rules', LOAN, ...FILE]);
    expect(out).toContain('两套规则的预警完全相同');
    expect(code).toBe(0);
  });

  it('answers 1 and tells what differs: in the terminal, as a page and as JSON', async () => {
    const page = join(dir, 'report.html');
    const change = ['--change', join(dir, 'offer-not-followed-up.json')];
    const { code, out, err } = await run([...change, ...FILE, '--html', page]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/新增 \d+，提前 \d+/);
    expect(await readFile(page, 'utf8')).toContain('<h1>规则回测报告</h1>');

    const json = await run([...change, ...FILE, '--json']);
    const { total, rules, events } = JSON.parse(json.out) as BacktestResult;
    expect(events).toMatchObject({ replayed: 2_919, rejected: 0 });
    expect(total.earlier).toBeGreaterThan(20);
    expect(total.lost).toBe(0);
    const differing = rules.filter(({ change: what }) => what !== 'same');
    expect(differing).toMatchObject([{ rule: 'offer-not-followed-up', liveVersion: 1, candidateVersion: 2 }]);
  });

  it('takes the events of the inbox and the last 30 days where nothing else is said, and closes it', async () => {
    const change = ['--change', join(dir, 'offer-sent-twice.json'), '--json'];
    const { code, out, until, closed } = await run(change);
    const { period, total, events } = JSON.parse(out) as BacktestResult;
    expect({ code, closed, until, to: period.to }).toEqual({ code: 1, closed: 1, until: NOW, to: NOW });
    expect(NOW - period.from).toBe(30 * 86_400_000);
    expect(events.replayed).toBe(4);
    // The one of 40 days ago was raised before the period.
    expect(total.lost).toBe(1);
    const all = JSON.parse((await run([...change, '--from', '2012-01-01'])).out) as BacktestResult;
    expect(all.total.lost).toBe(2);
  });

  it('answers 1 with file and line where the candidate is wrong', async () => {
    const { code, err } = await run(['--change', join(dir, 'broken.json'), ...FILE]);
    expect(code).toBe(1);
    expect(err).toMatch(/候选规则：\n.*broken\.json:\d+:\d+ /);
  });

  it('refuses more events than it may keep', async () => {
    await expect(run(['--rules', LOAN, '--max-events', '3'])).rejects.toThrow('more than 3 events');
  });
});
