import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVersionAlertReader } from '../../src/alerts/count-by-version.js';
import type { RuleCounts } from '../../src/rule-health/count-looks.js';
import { makeReportRuleHealth, type ReportRuleHealth } from '../../src/rule-health/report-rule-health.js';
import { makeRuleHealthStore } from '../../src/rule-health/rule-health-store.js';
import { makeAlert } from '../api/support/make-alert.js';
import { testCalendar } from '../calendar/make-test-calendar.js';
import { ruleFile } from '../support/rule-file.js';
import { openTestMongo } from '../support/services.js';
import { makeAlertStore } from '../../src/alerts/alert-store.js';

const NONE = { hit: 0, no_hit: 0, not_evaluated: 0, error: 0, timed: 0, timedMs: 0, maxMs: 0, slow: 0 };
const counts = (rule: string, version: number, more: Partial<RuleCounts>): RuleCounts => ({
  rule, version, ...NONE, missing: new Map(), ...more,
}); // prettier-ignore
const DAYS = { from: '2026-11-01', to: '2026-11-30' };

describe('the health of rules', () => {
  let report: ReportRuleHealth;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const { connection, close: closeMongo } = await openTestMongo();
    close = closeMongo;
    const store = makeRuleHealthStore(connection);
    const alertStore = makeAlertStore(connection);
    await alertStore.init();
    await store.add('2026-11-20', [
      counts('good', 2, { hit: 10, no_hit: 90, timed: 5, timedMs: 0.5, maxMs: 0.2 }),
      counts('good', 1, { hit: 3, no_hit: 4 }),
      counts('throws', 1, { error: 2, no_hit: 50, lastError: 'divided by a meter', lastErrorAt: 7 }),
      counts('lacks', 1, { not_evaluated: 30, no_hit: 5, hit: 1, missing: new Map([['a.b', 2], ['c.d', 5]]) }),
      counts('quiet', 1, { no_hit: 1_000 }),
      counts('slow', 1, { hit: 1, no_hit: 1, timed: 2, timedMs: 60, maxMs: 50, slow: 1 }),
      counts('wrong', 1, { hit: 6 }),
    ]); // prettier-ignore
    let serial = 0;
    const alert = (rule: string, version: number, result?: 'confirmed' | 'unconfirmed' | 'invalid', more = {}) =>
      makeAlert({
        id: `a${(serial += 1)}`, fingerprint: `f${serial}`, rule: { id: rule, version, name: rule },
        lastAt: new Date('2026-11-20T02:00:00Z'),
        ...(result && { status: 'closed', open: false, outcome: { result, reason: '核实' } }), ...more,
      }); // prettier-ignore
    const alerts = [
      alert('good', 2, 'confirmed'),
      alert('good', 2),
      alert('good', 1, 'invalid'),
      ...(['invalid', 'invalid', 'unconfirmed', 'confirmed', 'confirmed'] as const).map((result) => alert('wrong', 1, result)),
      alert('quiet', 1, undefined, { shadow: true }),
      alert('good', 2, undefined, { retracted: true }),
      alert('good', 2, undefined, { lastAt: new Date('2026-10-01T02:00:00Z') }),
    ]; // prettier-ignore
    await alertStore.write(alerts.map((one) => ({ alert: one, isNew: true })));
    const ids = ['good', 'throws', 'lacks', 'quiet', 'slow', 'wrong', 'never', 'off'];
    const files = ids.map((id) =>
      ruleFile({ id, version: id === 'good' ? 2 : 1, status: id === 'off' ? 'disabled' : 'active' }),
    );
    report = makeReportRuleHealth({
      store,
      alerts: makeVersionAlertReader(connection),
      rules: () => files,
      calendar: testCalendar(),
    });
  });
  afterAll(() => close());

  const signals = async () =>
    Object.fromEntries((await report(DAYS)).map((one) => [`${one.rule}@${one.version}`, one.signals]));

  it('shows what throws, is slow, lacks facts, is wrong, was never looked at or never hit, and keeps the rest quiet', async () => {
    expect(await signals()).toEqual({
      'throws@1': ['errors', 'never-hits'],
      'slow@1': ['slow'],
      'lacks@1': ['undecided'],
      'wrong@1': ['imprecise'],
      'never@1': ['never-looked'],
      'quiet@1': ['never-hits'],
      'good@2': [],
      'good@1': [],
      'off@1': [],
    });
  });

  it('puts the worst on top', async () => {
    const rules = (await report(DAYS)).map(({ rule }) => rule);
    expect(rules.slice(0, 6)).toEqual(['throws', 'slow', 'lacks', 'wrong', 'never', 'quiet']);
  });

  it('tells looks, time and precision of each version', async () => {
    const [current, former] = (await report({ ...DAYS, rule: 'good' })).filter(({ rule }) => rule === 'good');
    expect(current).toMatchObject({
      version: 2,
      status: 'active',
      looks: 100,
      hits: 10,
      time: { average: 0.1, most: 0.2, total: 10 },
      alerts: { raised: 2, open: 1, confirmed: 1, precision: 1 },
    });
    expect(former).toMatchObject({ version: 1, status: 'former', alerts: { invalid: 1, precision: 0 } });
  });

  it('names the facts that were missing, the most frequent first, and the last error', async () => {
    const [lacks] = await report({ ...DAYS, rule: 'lacks' });
    expect(lacks?.missing).toEqual([
      { fact: 'c.d', times: 5 },
      { fact: 'a.b', times: 2 },
    ]);
    const [throws] = await report({ ...DAYS, rule: 'throws' });
    expect(throws).toMatchObject({ lastError: 'divided by a meter', lastErrorAt: new Date(7) });
  });

  it('counts would-be alerts of a trial apart', async () => {
    const [quiet] = await report({ ...DAYS, rule: 'quiet' });
    expect(quiet?.alerts).toMatchObject({ raised: 0, open: 0, shadow: 1 });
  });

  it('is of the days asked for', async () => {
    const [good] = await report({ from: '2026-11-21', to: '2026-11-30', rule: 'good' });
    expect(good).toMatchObject({ looks: 0, signals: ['never-looked'] });
  });
});
