import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/alerts/alert.js';
import { toAlert, type AlertDocument } from '../../src/alerts/alert-store.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { openContent } from '../../src/open-content.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { backtestRules, changedRules } from './backtest-rules.js';
import { END, START, streams } from './random-stream.js';
import { replay } from './replay.js';

const MINUTE = 60_000;
const WORK_ORDERS = 12;
// BACKTEST_LIVE_SEEDS=1,2,3 npm test -- test/backtest/equals
const SEEDS = (process.env['BACKTEST_LIVE_SEEDS'] ?? '1').split(',').map(Number);

let test: TestService | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

/**
 * The service as it runs, on real stores, with a clock that goes from minute to minute: events are posted when they become
 * known, and the minute passes and the evening's sweep run at their times.
 */
async function live(events: readonly BusinessEvent[], rules: readonly RuleFile[]): Promise<Alert[]> {
  let now = START;
  const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  const { calendar } = content;
  test = await openTestService({ now: () => now, content: { ...content, ruleSet: makeRuleSet(rules) } });
  const { service, crontab } = test;
  const signal = new AbortController().signal;
  const coming = [...events].sort((a, b) => a.receivedAt - b.receivedAt);
  const sweeps = calendar.momentsBetween('end-of-day', START, END);
  let from = 0;

  async function receiveUntil(until: number): Promise<void> {
    while ((coming[from]?.receivedAt ?? Infinity) < until) {
      now = coming[from]?.receivedAt ?? now;
      const batch = coming.slice(from).filter(({ receivedAt }) => receivedAt === now);
      from += batch.length;
      const { rejected } = await service.acceptRawEvents(batch.map(toCloudEvent));
      if (rejected[0]) throw new Error(`refused: ${JSON.stringify(rejected[0])}`);
      const { failed } = await service.handleChunk(batch.map(({ key }) => key));
      if (failed[0]) throw new Error('not folded', { cause: failed[0].error });
    }
  }

  for (let minute = START + MINUTE; minute < END; minute += MINUTE) {
    const sweep = sweeps.find((moment) => moment + 1 > minute - MINUTE && moment + 1 < minute);
    if (sweep !== undefined) {
      await receiveUntil(sweep + 1);
      now = sweep + 1;
      await crontab.dated['end-of-day']?.(calendar.dateOf(sweep), { now: () => now, attempt: 1, signal });
    }
    await receiveUntil(minute);
    now = minute;
    for (const job of ['deadlines', 'windows', 'feeds'])
      await crontab.minute[job]?.({ now: () => now, attempt: 1, signal });
  }
  await receiveUntil(END);
  const alerts = await test.connection.collection<AlertDocument>('alerts').find().toArray();
  await test.close();
  test = undefined;
  return alerts.map(toAlert);
}

function toCloudEvent({ id, source, type, subject, at, data }: BusinessEvent): object {
  return { specversion: '1.0', id, source, type, subject, time: new Date(at).toISOString(), data };
}

/** Without what only people and their clocks need, and how often it was written. */
function comparable(alerts: readonly Alert[]): unknown[] {
  return alerts
    .map((alert) => {
      const { outbox: _o, fed: _f, stepDueAt: _s, nextLookAt: _n, sourceRevision: _r, version: _v, ...rest } = alert;
      return JSON.parse(JSON.stringify(rest)) as { id: string };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1)); // prettier-ignore
}

describe('a backtest', () => {
  it.each(SEEDS)(
    'raises, closes and takes back what the running service does, at the same minutes (seed %d)',
    async (seed) => {
      const [events = []] = fc.sample(streams(WORK_ORDERS, 9), { seed, numRuns: 1 });
      const { calendar } = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
      const sets = { live: backtestRules(), candidate: changedRules() };
      const { live: replayed } = await replay(events, { ...sets, calendar, to: END });
      expect(comparable(replayed)).toEqual(comparable(await live(events, sets.live)));

      expect(new Set(replayed.map(({ rule }) => rule.id)).size).toBe(sets.live.length);
      const what = new Set(replayed.flatMap(({ history }) => history.map((entry) => entry.what)));
      expect([...what]).toEqual(expect.arrayContaining(['raised', 'overdue', 'auto_closed', 'retracted']));
    },
    300_000,
  );
});
