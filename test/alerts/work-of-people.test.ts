import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { type AlertStore, makeAlertStore } from '../../src/alerts/alert-store.js';
import { mergeAlert, retractAlert } from '../../src/alerts/merge-alert.js';
import { makeRaiseAlerts } from '../../src/alerts/raise-alerts.js';
import { type Step, takeStep } from '../../src/alerts/take-step.js';
import type { RuleSet } from '../../src/engine/rule-set.js';
import type { Finding, WorkOrderRecord } from '../../src/engine/work-order-record.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { ruleFile } from '../support/rule-file.js';
import { openTestMongo } from '../support/services.js';

const NOW = Date.parse('2026-11-20T10:00:00+08:00');
const workOrder = newWorkOrder({ recordId: 'WO1', subjectType: 'workOrder', subject: 'WO1' });
const rule = ruleFile({ id: 'paper-late' });

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    fingerprint: 'paper-late|WO1|业务受理#1',
    episode: 1,
    rule: { id: 'paper-late', version: 1 },
    stage: '业务受理',
    visit: 1,
    openedAt: NOW - 1000,
    lastAt: NOW - 1000,
    occurrences: 1,
    evidence: { severity: 'high', title: 't', advice: 'a', facts: {}, conditions: [] },
    ...changes,
  };
}
function merge(existing: Alert | undefined, changes: Partial<Finding> = {}, revision = 2): Alert {
  const merged = mergeAlert(existing, finding(changes), { workOrder, rule, revision }, NOW);
  if (!merged) throw new Error('expected a change');
  return merged;
}
function take(alert: Alert, ...kinds: Step['kind'][]): Alert {
  return kinds.reduce((before, kind, index) => {
    const step = {
      kind,
      note: kind,
      ...(kind === 'dispatch' && { to: { user: 'li' } }),
      ...(kind === 'close' && { outcome: { result: 'confirmed', reason: '属实' } }),
    } as Step;
    const after = takeStep(before, step, { id: `person${index}`, directs: () => true }, NOW + index);
    if (!after) throw new Error(`${kind} was taken before`);
    return after;
  }, alert);
}
const raised = () => merge(undefined, {}, 1);

describe('what people did with an alert', () => {
  it.each([
    [['acknowledge'], 'acknowledged'],
    [['acknowledge', 'dispatch'], 'dispatched'],
    [['dispatch', 'rectify'], 'rectified'],
    [['dispatch', 'rectify', 'dispatch'], 'dispatched'],
  ] as const)('comes back when evidence that closed it falls away: %j', (steps, status) => {
    const worked = take(raised(), ...steps);
    const closed = merge(worked, { closedAt: NOW }, 2);
    expect(closed).toMatchObject({ status: 'auto_closed', open: false });
    const again = merge(closed, {}, 3);
    expect(again).toMatchObject({ status, open: true });
    expect(again.assignee).toEqual(worked.assignee);
    expect(again.history.slice(0, worked.history.length)).toEqual(worked.history);
    expect(again).not.toHaveProperty('closedAt');
  });

  it('is not changed by what the rules find anew', () => {
    const worked = take(raised(), 'acknowledge', 'dispatch');
    const again = merge(worked, { occurrences: 2, lastAt: NOW, phase: 'overdue' });
    expect(again).toMatchObject({ status: 'dispatched', assignee: { user: 'li' }, occurrences: 2 });
    expect(again.history).toEqual(worked.history);
  });

  it('stays closed when the evidence comes after the judgement', () => {
    const closed = take(raised(), 'dispatch', 'rectify', 'close');
    expect(merge(closed, { closedAt: NOW + 5, occurrences: 2 })).toMatchObject({
      status: 'closed',
      outcome: { result: 'confirmed' },
    });
  });

  it('holds against the evidence that a person overruled, but not against new evidence', () => {
    const reopened = take(merge(raised(), { closedAt: NOW }), 'reopen');
    expect(mergeAlert(reopened, finding({ closedAt: NOW }), { workOrder, rule, revision: 3 }, NOW)).toBeUndefined();
    expect(merge(reopened, { closedAt: NOW, occurrences: 2 }, 3)).toMatchObject({ status: 'open', open: true });
    expect(merge(reopened, { closedAt: NOW + 9 }, 3)).toMatchObject({ status: 'auto_closed', open: false });
  }); // prettier-ignore

  it('begins anew when it happens again after it was closed', () => {
    const closed = { ...take(raised(), 'dispatch', 'rectify', 'close'), closedAt: new Date(NOW) };
    const again = merge(closed, { occurrences: 2, lastAt: NOW + 60_000 });
    expect(again).toMatchObject({ status: 'open', open: true });
    expect(again).not.toHaveProperty('assignee');
    expect(again).not.toHaveProperty('outcome');
    expect(again.history.at(-2)).toMatchObject({ what: 'closed', outcome: { result: 'confirmed' } });
  });

  it('stays in the history of an alert that late events took back', () => {
    const retracted = retractAlert(take(raised(), 'acknowledge'), 2, NOW);
    expect(retracted).toMatchObject({ retracted: true, open: false });
    expect(retracted?.history.map(({ what }) => what)).toEqual(['raised', 'acknowledged', 'retracted']);
  });

  it('does not need the rule: one that was deleted leaves no alert stuck', () => {
    const alert = raised();
    expect(mergeAlert(alert, finding({ closedAt: NOW }), { workOrder, revision: 2 }, NOW)).toMatchObject({
      status: 'auto_closed',
      rule: alert.rule,
    });
    expect(take(alert, 'acknowledge', 'dispatch', 'rectify', 'close')).toMatchObject({ status: 'closed' });
  });
});

describe('an alert that a person holds open', () => {
  let mongo: Awaited<ReturnType<typeof openTestMongo>>;
  let alertStore: AlertStore;
  beforeAll(async () => {
    mongo = await openTestMongo();
    alertStore = makeAlertStore(mongo.connection);
    await alertStore.init();
  });
  afterAll(() => mongo.close());

  it('gives way to the next episode of the same finding', async () => {
    const held = take(merge(raised(), { closedAt: NOW }), 'reopen');
    await alertStore.write([{ alert: held, isNew: true }]);
    const raiseAlerts = makeRaiseAlerts({ alertStore, now: () => NOW });
    const ruleSet = { byId: () => ({ file: rule }) } as unknown as RuleSet;
    const next = finding({ episode: 2, openedAt: NOW + 1, lastAt: NOW + 1 });
    const record = { workOrder, findings: [finding({ closedAt: NOW }), next] } as unknown as WorkOrderRecord;
    const { raised: fresh } = await raiseAlerts([{ record, revision: 4, findings: [next] }], ruleSet);
    expect(fresh).toMatchObject([{ episode: 2, open: true }]);
    const [before] = await alertStore.loadByIds([held.id]);
    expect(before).toMatchObject({ status: 'auto_closed', open: false });
    expect(before?.history.at(-1)).toMatchObject({ what: 'superseded' });
  });

  it('is not overwritten by another write of the same version, even among many', async () => {
    const alerts = ['x', 'y', 'z'].map((id) => ({ ...raised(), id, fingerprint: id }));
    await alertStore.write(alerts.map((alert) => ({ alert, isNew: true })));
    const [x, y, z] = alerts as [Alert, Alert, Alert];
    const noted = take(y, 'comment');
    await alertStore.write([{ alert: noted, isNew: false }]);
    const writes = [x, y, z].map((alert) => ({
      alert: { ...alert, occurrences: 2, version: 2 },
      isNew: false,
    }));
    expect(await alertStore.write(writes)).toEqual({ conflicted: ['y'] });
    expect(await alertStore.loadByIds(['y'])).toMatchObject([noted]);
  });
});
