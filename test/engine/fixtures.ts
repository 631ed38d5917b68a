import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import { calendarFileSchema } from '../../src/calendar/calendar-file.js';
import { makeBusinessCalendar } from '../../src/calendar/make-business-calendar.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import type { JsonValue } from '../../src/json.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { FactScope } from '../../src/engine/rule-set.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import type { StageVisit, WorkOrder } from '../../src/work-orders/work-order.js';

/** Monday to Friday, 08:30–12:00 and 13:30–17:30, China time; 2026 only, 2026-01-01 off. */
export const calendar: BusinessCalendar = makeBusinessCalendar(
  calendarFileSchema.parse({
    id: 'test',
    base: 'weekdays',
    coversYears: [2026],
    hours: [
      ['08:30', '12:00'],
      ['13:30', '17:30'],
    ],
    moments: { 'end-of-day': '17:00' },
    days: { '2026-01-01': 'off' },
  }),
  { timeZone: 'Asia/Shanghai' },
);

/** `2026-01-05 09:00` China time as epoch ms. */
export function at(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
}

export function workOrderWith(fields: Partial<WorkOrder> = {}): WorkOrder {
  return { ...newWorkOrder({ recordId: 'W1', subjectType: 'workOrder', subject: 'W1' }), ...fields };
}

export function visit(stage: string, fields: Partial<StageVisit> = {}): StageVisit {
  return { stage, visit: 1, completions: 0, ...fields };
}

export function scopeOf(fields: Partial<FactScope> = {}): FactScope {
  return { workOrder: workOrderWith(), now: at('2026-01-05 09:00'), calendar, ...fields };
}

/** A scope in which only the given facts are known. */
export function given(facts: Record<string, JsonValue>): FactScope {
  return scopeOf({ given: new Map(Object.entries(facts)) });
}

export function eventOf(type: string, data: EventData = {}, time = '2026-01-05 09:00'): BusinessEvent {
  return {
    key: '/t 1',
    id: '1',
    source: '/t',
    type: `yxzy.${type}`,
    subject: 'W1',
    at: at(time),
    receivedAt: at(time),
    data,
  };
}

/** A good rule; fields replace its own. */
export function ruleWith(fields: Partial<RuleFile> = {}): RuleFile {
  return {
    id: 'a-rule',
    version: 1,
    status: 'active',
    name: '规则',
    riskPoint: { kind: 'sequence', clauses: ['YXZY-YY-144/1/Q1'] },
    basis: [{ document: '手册' }],
    trigger: { on: 'event', types: ['stage.completed'] },
    conditions: { all: [{ fact: 'workOrder.sameCity', operator: 'equal', value: true }] },
    event: {
      type: 'alert',
      params: { severity: 'low', title: '{{workOrder.no}}', advice: '处理', assignTo: 'shift-supervisor' },
    },
    tests: [
      { name: '是', facts: { 'workOrder.sameCity': true }, expect: 'hit' },
      { name: '否', facts: { 'workOrder.sameCity': false }, expect: 'no_hit' },
    ],
    ...fields,
  };
}
