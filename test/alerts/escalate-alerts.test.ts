import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { type AlertHandling, DEFAULT_HANDLING } from '../../src/alerts/alert-handling.js';
import { type AlertStore, makeAlertStore } from '../../src/alerts/alert-store.js';
import { makeEscalateAlerts } from '../../src/alerts/escalate-alerts.js';
import { makeAlertPlanner } from '../../src/alerts/plan-alert.js';
import { type Step, takeStep } from '../../src/alerts/take-step.js';
import { makeAlert } from '../api/support/make-alert.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { openTestMongo } from '../support/services.js';

const at = (text: string) => Date.parse(`${text}+08:00`);
const hours = (value: number) => ({ value, unit: 'workingHour' }) as const;
const days = (value: number) => ({ value, unit: 'workingDay' }) as const;
const handling: AlertHandling = {
  ...DEFAULT_HANDLING,
  ladder: [
    { after: hours(4), to: 'county-manager' },
    { after: days(2), to: 'city-manager' },
  ],
};
const planner = makeAlertPlanner({
  handling,
  calendar: chinaCalendar(),
  escalationOf: (rule) => (rule === 'quick' ? [{ after: hours(1), to: 'county-manager' }] : undefined),
});
const findDuty = (post: string, orgUnit: string | undefined) => ({
  ...(orgUnit !== undefined && { orgUnit: `above-${orgUnit}` }),
  people: [`${post}-on-duty`],
});

describe('escalation', () => {
  let mongo: Awaited<ReturnType<typeof openTestMongo>>;
  let alertStore: AlertStore;
  let now = 0;
  const makePass = () => makeEscalateAlerts({ alertStore, planner, findDuty, now: () => now, batchSize: 2 });
  beforeAll(async () => {
    mongo = await openTestMongo();
    alertStore = makeAlertStore(mongo.connection);
    await alertStore.init();
  });
  beforeEach(async () => {
    await mongo.connection.collection('alerts').deleteMany({});
  });
  afterAll(() => mongo.close());

  async function raise(time: string, changes: Partial<Alert> = {}): Promise<Alert> {
    now = at(time);
    const history = [{ at: new Date(now), what: 'raised', who: 'system' }] as const;
    const alert = planner.plan(
      makeAlert({ raisedAt: new Date(now), orgUnit: 'H', history: [...history], ...changes }),
      now,
    );
    await alertStore.write([{ alert, isNew: true }]);
    return alert;
  }
  async function read({ id }: Alert): Promise<Alert> {
    const [alert] = await alertStore.loadByIds([id]);
    if (!alert) throw new Error('gone');
    return alert;
  }
  async function step(alert: Alert, time: string, given: Step): Promise<void> {
    now = at(time);
    const next = takeStep(await read(alert), given, { id: 'p', directs: () => true }, now);
    if (next) await alertStore.write([{ alert: planner.plan(next, now), isNew: false }]);
  }
  /** Looks every half hour, as the minute pass would, and tells which rungs fired when. */
  async function walk(alert: Alert, from: string, to: string): Promise<string[]> {
    const pass = makePass();
    const seen: string[] = [];
    for (now = at(from); now <= at(to); now += 1_800_000) {
      const { escalated } = await pass();
      if (escalated > 0) {
        const fired = (await read(alert)).escalations?.slice(-escalated) ?? [];
        const local = new Date(now + 8 * 3_600_000).toISOString().slice(0, 16);
        seen.push(...fired.map(({ rung, round, to: post }) => `${local} ${round}.${rung} ${post}`));
      }
    }
    return seen;
  }

  it('climbs the ladder on working time over the National Day week, each rung once', async () => {
    // 1 to 7 October 2026 are days off, 10 October is a working Saturday.
    const alert = await raise('2026-09-30T16:00:00');
    expect(await walk(alert, '2026-09-30T16:00:00', '2026-10-12T18:00:00')).toEqual([
      '2026-10-08T11:00 1.1 county-manager',
      '2026-10-09T17:30 1.2 city-manager',
    ]);
    expect((await read(alert)).history.filter(({ what }) => what === 'escalated')).toMatchObject([
      { who: 'system', to: 'county-manager@above-H', note: '第 1 级：county-manager-on-duty' },
      { to: 'city-manager@above-H' },
    ]);
  });

  it('is the rule’s own where it names one, and the common ladder for a rule that is gone', async () => {
    const quick = await raise('2026-11-25T09:00:00', { rule: { id: 'quick', version: 1, name: 'q' } });
    expect(await walk(quick, '2026-11-25T09:00:00', '2026-11-30T18:00:00')).toEqual([
      '2026-11-25T10:00 1.1 county-manager',
    ]);
  });

  it('waits while somebody works on it in time, and calls when that is late', async () => {
    const alert = await raise('2026-11-25T09:00:00');
    await step(alert, '2026-11-25T10:00:00', { kind: 'dispatch', to: { user: 'li' } });
    // Three working days to put it right: until Monday's closing.
    expect(await walk(alert, '2026-11-25T10:00:00', '2026-12-01T09:00:00')).toEqual([
      '2026-11-30T17:30 1.1 county-manager',
      '2026-11-30T17:30 1.2 city-manager',
    ]);
  });

  it('takes back an acknowledgement that nothing followed', async () => {
    const alert = await raise('2026-11-25T09:00:00');
    await step(alert, '2026-11-25T09:30:00', { kind: 'acknowledge' });
    now = at('2026-11-26T17:29:00');
    expect(await makePass()()).toMatchObject({ expired: 0 });
    now = at('2026-11-26T17:30:00');
    expect(await makePass()()).toMatchObject({ expired: 1 });
    const open = await read(alert);
    expect(open).toMatchObject({ status: 'open' });
    expect(open.history.map(({ what }) => what)).toContain('acknowledgement_expired');
  });

  it('starts anew when the alert is opened again, and not while it is closed, muted or in shadow', async () => {
    const alert = await raise('2026-11-25T09:00:00');
    await step(alert, '2026-11-25T09:30:00', { kind: 'close', outcome: { result: 'invalid', reason: '误报' } });
    await raise('2026-11-25T09:00:00', { shadow: true });
    await raise('2026-11-25T09:00:00', { muted: { silences: ['s'] }, status: 'silenced' });
    expect(await walk(alert, '2026-11-25T09:30:00', '2026-11-26T18:00:00')).toEqual([]);
    await step(alert, '2026-11-27T08:30:00', { kind: 'reopen', note: '复查' });
    expect(await walk(alert, '2026-11-27T08:30:00', '2026-11-27T18:00:00')).toEqual([
      '2026-11-27T14:00 2.1 county-manager',
    ]);
  }); // prettier-ignore

  it('fires each rung once however many look at the same time', async () => {
    const alerts = [];
    for (let i = 0; i < 7; i += 1) alerts.push(await raise('2026-11-25T09:00:00'));
    now = at('2026-11-30T09:00:00');
    const results = await Promise.all([makePass()(), makePass()(), makePass()()]);
    expect(results.reduce((sum, { escalated }) => sum + escalated, 0)).toBe(14);
    for (const alert of alerts)
      expect((await read(alert)).history.filter(({ what }) => what === 'escalated')).toHaveLength(2);
    expect(await makePass()()).toEqual({ expired: 0, escalated: 0 });
  });
});
