import type { Conditions, RuleFile } from '../../src/engine/rule-file.js';
import { ruleFile } from '../support/rule-file.js';

const is = (fact: string, value: unknown, params?: object): Conditions =>
  ({ all: [{ fact, operator: 'equal', value, ...(params && { params }) }] }) as Conditions;

/** One rule of every trigger, with limits short enough for two days. */
export function backtestRules(): RuleFile[] {
  return [
    ruleFile({
      id: 'no-contact-card',
      trigger: { on: 'event', types: ['stage.completed'] },
      conditions: is('contactCard.issued', false),
      resolveWhen: is('contactCard.issued', true),
    }),
    ruleFile({
      id: 'stage-late',
      trigger: {
        on: 'deadline',
        start: 'stage.arrived',
        stop: 'stage.completed',
        limit: { value: 2, unit: 'workingHour' },
        warnAt: [0.5],
      },
      conditions: is('workOrder.status', 'open'),
    }),
    ruleFile({
      id: 'not-entered',
      trigger: {
        on: 'deadline',
        start: 'document.received',
        stop: 'record.entered',
        limit: { value: 30, unit: 'minute' },
      },
      conditions: is('workOrder.suspended', false),
      resolveWhen: is('workOrder.suspended', true),
    }),
    ruleFile({
      id: 'not-sent-by-evening',
      trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder', each: 'stage' },
      conditions: {
        all: [
          { fact: 'stage.completed', operator: 'equal', value: true },
          { fact: 'stage.sent', operator: 'equal', value: false },
        ],
      },
      resolveWhen: is('stage.sent', true),
    }),
    ruleFile({
      id: 'many-closed',
      trigger: {
        on: 'window',
        types: ['stage.completed'],
        groupBy: 'operator.id',
        window: { value: 30, unit: 'minute' },
      },
      conditions: { all: [{ fact: 'window.count', operator: 'greaterThanInclusive', value: 2 }] },
    }),
    ruleFile({
      id: 'feed-silent',
      trigger: { on: 'sweep', job: 'every-minute', subject: 'feed' },
      conditions: { all: [{ fact: 'feed.silentMinutes', operator: 'greaterThanInclusive', value: 15 }] },
    }),
    ruleFile({
      id: 'no-contact-card-trial',
      status: 'shadow',
      trigger: { on: 'event', types: ['stage.arrived'] },
      conditions: is('contactCard.issued', false),
    }),
  ];
}

/** The same with a longer limit, one rule less, one more strict and one more. */
export function changedRules(): RuleFile[] {
  const [noCard, late, , notSent, many, feed] = backtestRules();
  return [
    { ...(noCard as RuleFile), version: 2, event: severity(noCard as RuleFile, 'critical') },
    ruleFile({
      ...(late as RuleFile),
      version: 2,
      trigger: {
        on: 'deadline',
        start: 'stage.arrived',
        stop: 'stage.completed',
        limit: { value: 3, unit: 'workingHour' },
      },
    }),
    notSent as RuleFile,
    {
      ...(many as RuleFile),
      conditions: { all: [{ fact: 'window.count', operator: 'greaterThanInclusive', value: 3 }] },
    },
    feed as RuleFile,
    ruleFile({
      id: 'returned',
      trigger: { on: 'event', types: ['flow.returned'] },
      conditions: is('workOrder.status', 'open'),
    }),
  ];
}

function severity({ event }: RuleFile, to: 'critical'): RuleFile['event'] {
  return { ...event, params: { ...event.params, severity: to } };
}
