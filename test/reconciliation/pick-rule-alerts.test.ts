import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/alerts/alert.js';
import { pickRuleAlerts } from '../../src/reconciliation/pick-rule-alerts.js';

const FOUND_BY = { 'receiver-unsigned': ['receiver-unsigned-at-day-end', 'not-received-next-day'] };
const ROW = { workOrder: 'WO-1', stage: '业务受理' };

/** What of an alert counts here. */
const alert = (id: string, rule: string, more: Partial<Alert> = {}) =>
  ({
    id, rule: { id: rule, version: 1, name: rule }, recordId: 'WO-1', stage: '业务受理', episode: 1, shadow: false, firstAt: new Date('2026-11-23T09:00:00Z'), ...more,
  }) as Alert; // prettier-ignore
const { stage: _, ...WHOLE_ORDER } = alert('whole-order', 'receiver-unsigned-at-day-end', { episode: 9 });
const ALERTS = [
  alert('first', 'receiver-unsigned-at-day-end'),
  alert('next-day', 'not-received-next-day', { firstAt: new Date('2026-11-24T09:00:00Z') }),
  alert('first-2', 'receiver-unsigned-at-day-end', { episode: 2 }),
  WHOLE_ORDER as Alert,
  alert('never-was', 'receiver-unsigned-at-day-end', { episode: 8, retracted: true }),
  alert('shadow', 'receiver-unsigned-at-day-end', { episode: 8, shadow: true }),
  alert('other-order', 'receiver-unsigned-at-day-end', { recordId: 'WO-2', episode: 8 }),
  alert('other-rule', 'paper-file-late', { episode: 8 }),
];

describe('the alert that stands for a difference', () => {
  it('is that of the rule named first, the newest of it, in whatever order alerts are read', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ALERTS, { minLength: ALERTS.length }), (alerts) => {
        expect(pickRuleAlerts(alerts, FOUND_BY)(ROW, 'receiver-unsigned')).toBe('first-2');
      }),
    );
  });

  it('is that of the stage before that of the whole work order, and none where no rule found anything', () => {
    const pick = pickRuleAlerts(ALERTS, FOUND_BY);
    expect(pick({ ...ROW, stage: '现场勘查' }, 'receiver-unsigned')).toBe('whole-order');
    expect(pick(ROW, 'list-short')).toBeUndefined();
    expect(pick({ ...ROW, workOrder: 'WO-3' }, 'receiver-unsigned')).toBeUndefined();
  });
});
