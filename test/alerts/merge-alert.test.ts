import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { alertIdOf, mergeAlert, retractAlert } from '../../src/alerts/merge-alert.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { Finding } from '../../src/engine/work-order-record.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { ruleFile } from '../support/rule-file.js';

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
function merge(existing: Alert | undefined, changes: Partial<Finding> = {}, revision = 1): Alert | undefined {
  return mergeAlert(existing, finding(changes), { workOrder, rule, revision }, NOW);
}
function raised(changes: Partial<Finding> = {}): Alert {
  const alert = merge(undefined, changes);
  if (!alert) throw new Error('expected a new alert');
  return alert;
}
function closedByPerson(result: 'confirmed' | 'invalid'): Alert {
  const outcome = { result, reason: '已核实' };
  return { ...raised(), status: 'closed', open: false, closedAt: new Date(NOW), outcome, version: 2 };
}

describe('an alert', () => {
  it('is raised open, names its rule and version, and has a URL-safe id that depends on fingerprint and episode alone', () => {
    const alert = raised();
    expect(alert).toMatchObject({
      status: 'open',
      open: true,
      rule: { id: 'paper-late', version: 1 },
      occurrences: 1,
    });
    expect(alert.id).toMatch(/^[A-Za-z0-9_-]+-1$/);
    expect(alert.id).toBe(alertIdOf('paper-late|WO1|业务受理#1', 1));
    expect(alertIdOf('a', 1)).not.toBe(alertIdOf('a', 2));
  });

  it('says what its rule rests on, and whether that is an assumption of ours', () => {
    const stated = { document: '供电营业规则', layer: 'regulation', certainty: 'seen' } as const;
    const ours = { document: '项目默认参数', layer: 'internal', certainty: 'assumption' } as const;
    const under = (...basis: RuleFile['basis']) =>
      mergeAlert(undefined, finding(), { workOrder, rule: { ...rule, basis }, revision: 1 }, NOW);
    expect(under(stated)).toMatchObject({ basis: [stated], assumption: false });
    expect(under(stated, ours)).toMatchObject({ basis: [stated, ours], assumption: true });
  });

  it('of an earlier version, which does not say it, is left as it is', () => {
    const { basis: _, assumption: __, ...old } = raised();
    expect(merge(old, {}, 2)).toBeUndefined();
    expect(merge(old, { occurrences: 2, lastAt: NOW }, 2)).toMatchObject({
      basis: rule.basis,
      occurrences: 2,
    });
  });

  it('is not written again when nothing changed', () => {
    expect(merge(raised(), {}, 2)).toBeUndefined();
  });

  it('tells the reasons of the latest look, even when a refold changed nothing but them', () => {
    const evidence = {
      severity: 'high',
      title: 't',
      advice: 'a',
      facts: { 'workOrder.no': 'WO1' },
      conditions: [],
    } as const;
    expect(merge(raised(), { evidence }, 2)).toMatchObject({ facts: { 'workOrder.no': 'WO1' }, version: 2 });
  });

  it('forgets what the latest look no longer says', () => {
    const evidence = {
      severity: 'high',
      title: 't',
      advice: 'a',
      facts: {},
      conditions: [],
      responsible: 'u1',
    } as const;
    expect(merge(raised({ evidence }), {}, 2)).not.toHaveProperty('responsible');
  });

  it('merges a further occurrence and keeps what a person did', () => {
    const acknowledged: Alert = { ...raised(), status: 'acknowledged' };
    expect(merge(acknowledged, { occurrences: 2, lastAt: NOW }, 2)).toMatchObject({
      status: 'acknowledged',
      occurrences: 2,
      version: 2,
    });
  });

  it('closes itself when the evidence arrives', () => {
    const alert = merge(raised(), { closedAt: NOW, closedBy: 'evidence' }, 2);
    expect(alert).toMatchObject({ status: 'auto_closed', open: false, closedAt: new Date(NOW) });
    expect(alert?.history.map(({ what }) => what)).toEqual(['raised', 'auto_closed']);
  });

  it('notes when an early warning becomes overdue', () => {
    const alert = merge(raised({ phase: 'early' }), { phase: 'overdue', occurrences: 2, lastAt: NOW }, 2);
    expect(alert?.history.at(-1)?.what).toBe('overdue');
  });

  it('opens again when it recurs after a person closed it as 查实', () => {
    const alert = merge(closedByPerson('confirmed'), { occurrences: 2, lastAt: NOW + 1 }, 2);
    expect(alert).toMatchObject({ status: 'open', open: true });
    expect(alert?.history.at(-1)?.what).toBe('recurred');
    expect(alert).not.toHaveProperty('closedAt');
  });

  it('stays closed when it recurs after a person closed it as 无效', () => {
    expect(merge(closedByPerson('invalid'), { occurrences: 2, lastAt: NOW + 1 }, 2)).toMatchObject({
      status: 'closed',
    });
  });

  it('keeps a person’s closing when the evidence arrives later', () => {
    const alert = merge(
      closedByPerson('confirmed'),
      { occurrences: 2, lastAt: NOW - 1, closedAt: NOW + 5 },
      2,
    );
    expect(alert).toMatchObject({ status: 'closed', open: false });
  });

  it('opens again when later knowledge shows that the evidence did not hold', () => {
    const closed = merge(raised(), { closedAt: NOW, closedBy: 'evidence' }, 2);
    const alert = merge(closed, {}, 3);
    expect(alert).toMatchObject({ status: 'open', open: true });
    expect(alert?.history.at(-1)?.what).toBe('reinstated');
  });

  it('is never overwritten from an older revision of its work order', () => {
    const newer = raised();
    newer.sourceRevision = 9;
    expect(merge(newer, { occurrences: 7 }, 8)).toBeUndefined();
    expect(retractAlert(newer, 8, NOW)).toBeUndefined();
  });

  it('that late events disprove is taken back but stays on record, and comes back if it holds after all', () => {
    const taken = retractAlert(raised(), 2, NOW);
    expect(taken).toMatchObject({ retracted: true, open: false, status: 'auto_closed' });
    const back = merge(taken, {}, 3);
    expect(back).toMatchObject({ open: true, status: 'open' });
    expect(back).not.toHaveProperty('retracted');
  });
});
