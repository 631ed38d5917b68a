import { describe, expect, it } from '@jest/globals';
import { assessWorkOrder, needsRefold } from '../../src/engine/assess-work-order.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import { compareEvents, type BusinessEvent } from '../../src/events/business-event.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { eventAt } from '../support/event-at.js';
import { ruleFile } from '../support/rule-file.js';

const calendar = chinaCalendar();
const identity = { recordId: 'WO1', subjectType: 'workOrder', subject: 'WO1' } as const;

function assess(
  rules: readonly RuleFile[],
  events: readonly BusinessEvent[],
  until: string,
): Promise<WorkOrderRecord> {
  const context = { ruleSet: makeRuleSet(rules), calendar };
  return assessWorkOrder(context, identity, undefined, [...events].sort(compareEvents), Date.parse(until));
}
const at = (time: string) => Date.parse(time);

const paperOverdue = ruleFile({
  id: 'paper-late',
  appliesTo: { stages: ['业务受理'] },
  trigger: {
    on: 'deadline',
    start: 'stage.completed',
    stop: 'paper.delivered',
    limit: { value: 1, unit: 'workingDay' },
  },
  conditions: { all: [{ fact: 'paper.delivered', operator: 'equal', value: false }] },
});
const paperLate: RuleFile = {
  ...paperOverdue,
  trigger: { ...paperOverdue.trigger, warnAt: [0.5] } as RuleFile['trigger'],
};
const unsent = ruleFile({
  id: 'unsent',
  trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder', each: 'stage' },
  conditions: {
    all: [
      { fact: 'stage.completed', operator: 'equal', value: true },
      { fact: 'stage.sent', operator: 'equal', value: false },
    ],
  },
  resolveWhen: { all: [{ fact: 'stage.sent', operator: 'equal', value: true }] },
});
const signature = {
  fact: 'signature.present',
  params: { document: '受理单', role: 'handler' },
  operator: 'equal',
};
const unsigned = ruleFile({
  id: 'unsigned',
  trigger: { on: 'event', types: ['flow.sent'] },
  conditions: { all: [{ ...signature, value: false }] },
  resolveWhen: { all: [{ ...signature, value: true }] },
});
// Friday 2026-11-20, an ordinary working day; business closes at 17:30.
const completed = eventAt('stage.completed', '2026-11-20T10:00+08:00', {
  stage: '业务受理',
  operator: { id: 'u1' },
});

describe('a deadline', () => {
  it('is kept by evidence at the very instant of the limit', async () => {
    const delivered = eventAt('paper.delivered', '2026-11-23T17:30+08:00', { toUnit: 'X' });
    const record = await assess([paperOverdue], [completed, delivered], '2026-12-01T00:00+08:00');
    expect(record.findings).toEqual([]);
    expect(record.clocks).toMatchObject([{ state: 'stopped', dueAt: at('2026-11-23T17:30+08:00') }]);
  });

  it('is broken a minute later, and the finding says when it was due and when the evidence came', async () => {
    const delivered = eventAt('paper.delivered', '2026-11-23T17:31+08:00', { toUnit: 'X' });
    const record = await assess([paperLate], [completed, delivered], '2026-12-01T00:00+08:00');
    expect(record.findings).toMatchObject([
      {
        phase: 'overdue',
        occurrences: 2,
        dueAt: at('2026-11-23T17:30+08:00'),
        closedAt: at('2026-11-23T17:31+08:00'),
        closedBy: 'stopped',
      },
    ]);
  });

  it('warns before it runs out, one step milder', async () => {
    const record = await assess([paperLate], [completed], '2026-11-23T14:30+08:00');
    expect(record.findings).toMatchObject([
      { phase: 'early', occurrences: 1, evidence: { severity: 'medium' } },
    ]);
    const later = await assess([paperLate], [completed], '2026-11-23T17:31+08:00');
    expect(later.findings).toMatchObject([
      { phase: 'overdue', occurrences: 2, evidence: { severity: 'high' } },
    ]);
  });

  it('is found broken even when nobody looked for days', async () => {
    const delivered = eventAt('paper.delivered', '2026-11-26T09:00+08:00', { toUnit: 'X' });
    const record = await assess([paperOverdue], [completed, delivered], '2026-11-26T10:00+08:00');
    expect(record.findings).toMatchObject([
      { openedAt: at('2026-11-23T17:30+08:00'), phase: 'overdue', closedBy: 'stopped' },
    ]);
  });

  it('stands still while the customer has the matter suspended', async () => {
    const suspended = eventAt('workorder.suspended', '2026-11-20T11:00+08:00', { side: 'customer' });
    const resumed = eventAt('workorder.resumed', '2026-11-25T09:00+08:00');
    const still = await assess([paperLate], [completed, suspended], '2026-12-20T00:00+08:00');
    expect(still.clocks).toMatchObject([{ state: 'paused' }]);
    expect(still.clocks[0]).not.toHaveProperty('dueAt');
    expect(still.findings).toEqual([]);
    const running = await assess([paperLate], [completed, suspended, resumed], '2026-11-25T10:00+08:00');
    expect(running.clocks).toMatchObject([{ state: 'running', dueAt: at('2026-11-25T17:30+08:00') }]);
  });

  it('goes on when the customer’s suspension ends while the utility’s own still lasts', async () => {
    const events = [
      completed,
      eventAt('workorder.suspended', '2026-11-20T11:00+08:00', { side: 'customer' }),
      eventAt('workorder.suspended', '2026-11-20T12:00+08:00', { side: 'utility' }),
      eventAt('workorder.resumed', '2026-11-20T14:00+08:00', { side: 'customer' }),
    ];
    const record = await assess([paperLate], events, '2026-11-20T16:00+08:00');
    expect(record.clocks).toMatchObject([{ state: 'running', dueAt: at('2026-11-23T17:30+08:00') }]);
  });

  it('does not stand still for the utility’s own suspensions', async () => {
    const suspended = eventAt('workorder.suspended', '2026-11-20T11:00+08:00', { side: 'utility' });
    const record = await assess([paperLate], [completed, suspended], '2026-12-20T00:00+08:00');
    expect(record.findings).toMatchObject([{ phase: 'overdue' }]);
  });

  it('ends with the cancellation of the work order', async () => {
    const cancelled = eventAt('workorder.cancelled', '2026-11-20T11:00+08:00');
    const record = await assess([paperLate], [completed, cancelled], '2026-12-20T00:00+08:00');
    expect(record.clocks).toMatchObject([{ state: 'void' }]);
    expect(record.findings).toEqual([]);
  });

  it('starts anew for a stage that comes again after a return', async () => {
    const events = [
      completed,
      eventAt('paper.delivered', '2026-11-20T11:00+08:00', { toUnit: 'X' }),
      eventAt('flow.returned', '2026-11-20T13:30+08:00', { stage: '现场勘查', nextStage: '业务受理' }),
      eventAt('stage.arrived', '2026-11-20T14:00+08:00', { stage: '业务受理' }),
      eventAt('stage.completed', '2026-11-20T15:00+08:00', { stage: '业务受理' }),
    ];
    const record = await assess([paperLate], events, '2026-11-20T16:00+08:00');
    expect(record.clocks.map(({ key, state }) => [key, state])).toEqual([
      ['paper-late|业务受理#1', 'stopped'],
      ['paper-late|业务受理#2', 'running'],
    ]);
  });

  it('that would cross a year without an official calendar is flagged, never guessed', async () => {
    const late = eventAt('stage.completed', '2026-12-31T10:00+08:00', { stage: '业务受理' });
    const record = await assess([paperLate], [late], '2027-06-01T00:00+08:00');
    expect(record.clocks).toMatchObject([{ state: 'running', uncoveredYears: [2027] }]);
    expect(record.clocks[0]).not.toHaveProperty('dueAt');
    expect(record.findings).toEqual([]);
  });

  it('is not moved by late entry: only the time it happened counts', async () => {
    const recordedAt = at('2026-11-27T09:00+08:00');
    const backfilled = eventAt('paper.delivered', '2026-11-23T16:00+08:00', { toUnit: 'X' }, { recordedAt });
    const record = await assess([paperOverdue], [completed, backfilled], '2026-12-01T00:00+08:00');
    expect(record.findings).toEqual([]);
  });

  it('that ran out while a fact was missing is decided by the event that tells the fact', async () => {
    const conditions = { all: [{ fact: 'workOrder.sameCity', operator: 'equal', value: true }] };
    const rule: RuleFile = { ...paperOverdue, conditions };
    const unknown = await assess([rule], [completed], '2026-11-30T00:00+08:00');
    expect(unknown.findings).toEqual([]);
    expect(unknown.clocks).toMatchObject([{ expired: true, undecided: true }]);
    const told = eventAt('workorder.opened', '2026-11-30T09:00+08:00', {
      process: '高压新装',
      sameCity: true,
    });
    const known = await assess([rule], [completed, told], '2026-11-30T10:00+08:00');
    expect(known.findings).toMatchObject([{ phase: 'overdue', openedAt: at('2026-11-30T09:00+08:00') }]);
  });

  it('that does not bind the work order is void when it runs out, not overdue', async () => {
    const conditions = { all: [{ fact: 'workOrder.sameCity', operator: 'equal', value: true }] };
    const told = eventAt('workorder.opened', '2026-11-20T09:00+08:00', {
      process: '高压新装',
      sameCity: false,
    });
    const record = await assess(
      [{ ...paperOverdue, conditions }],
      [told, completed],
      '2026-11-30T00:00+08:00',
    );
    expect(record.clocks).toMatchObject([{ state: 'void' }]);
    expect(record.findings).toEqual([]);
  });

  it('of an idle rule starts anew with every event and ends with the last', async () => {
    const limit = { value: 3, unit: 'calendarDay' } as const;
    const idle = ruleFile({
      id: 'idle',
      trigger: { on: 'deadline', start: '*', stop: 'workorder.closed', limit, restart: true },
    });
    const busy = [completed, eventAt('flow.sent', '2026-11-22T10:00+08:00', { stage: '业务受理' })];
    expect((await assess([idle], busy, '2026-11-25T12:00+08:00')).findings).toEqual([]);
    expect((await assess([idle], busy, '2026-11-26T12:00+08:00')).findings).toMatchObject([
      { rule: { id: 'idle' } },
    ]);
    const closed = [...busy, eventAt('workorder.closed', '2026-11-23T10:00+08:00')];
    expect((await assess([idle], closed, '2027-11-26T12:00+08:00')).findings).toEqual([]);
  });

  it('that restarts and whose start and stop are one event runs from each to the next', async () => {
    const weekly = { type: 'meeting.held', where: { kind: '学习会' } };
    const missed = ruleFile({
      id: 'missed',
      trigger: {
        on: 'deadline',
        start: weekly,
        stop: weekly,
        limit: { value: 1, unit: 'month' },
        restart: true,
      },
    });
    const held = (time: string, kind = '学习会') => eventAt('meeting.held', time, { kind });
    const first = held('2026-09-01T09:00+08:00');
    const other = held('2026-09-20T09:00+08:00', '班前会');
    const late = held('2026-10-12T09:00+08:00');
    expect((await assess([missed], [first, other], '2026-09-30T00:00+08:00')).findings).toEqual([]);
    const open = await assess([missed], [first, other], '2026-10-11T00:00+08:00');
    expect(open.findings).toMatchObject([{ rule: { id: 'missed' }, occurrences: 1 }]);
    expect(open.findings[0]).not.toHaveProperty('closedAt');
    const closed = await assess([missed], [first, other, late], '2026-10-20T00:00+08:00');
    expect(closed.findings).toMatchObject([{ closedAt: late.at }]);
    expect(closed.clocks).toMatchObject([{ state: 'running', anchorAt: late.at }]);
  });
});

describe('the end-of-day sweep', () => {
  it('finds what was completed and not sent, counts the days, and closes when it is sent', async () => {
    const friday = await assess([unsent], [completed], '2026-11-20T17:00:01+08:00');
    expect(friday.findings).toMatchObject([{ occurrences: 1, openedAt: at('2026-11-20T17:00+08:00') }]);
    // Saturday and Sunday are no working days.
    const tuesday = await assess([unsent], [completed], '2026-11-24T18:00+08:00');
    expect(tuesday.findings).toMatchObject([{ occurrences: 3, lastAt: at('2026-11-24T17:00+08:00') }]);
    const sent = eventAt('flow.sent', '2026-11-24T17:30+08:00', { stage: '业务受理' });
    const closed = await assess([unsent], [completed, sent], '2026-11-26T18:00+08:00');
    expect(closed.findings).toMatchObject([{ occurrences: 3, closedBy: 'evidence' }]);
  });

  it('lets go what was sent at the very moment of the sweep', async () => {
    const sent = eventAt('flow.sent', '2026-11-20T17:00+08:00', { stage: '业务受理' });
    expect((await assess([unsent], [completed, sent], '2026-11-26T18:00+08:00')).findings).toEqual([]);
  });

  it('run twice counts a day once', async () => {
    const context = { ruleSet: makeRuleSet([unsent]), calendar };
    const first = await assess([unsent], [completed], '2026-11-20T18:00+08:00');
    const again = await assessWorkOrder(context, identity, first, [], at('2026-11-20T19:00+08:00'));
    expect(again.findings).toMatchObject([{ occurrences: 1 }]);
  });
});

describe('an event rule', () => {
  it('opens a finding with its evidence, merges the next hit, and closes when the evidence arrives', async () => {
    const send = (time: string) =>
      eventAt('flow.sent', time, { stage: '业务受理', operator: { id: 'u7' }, orgUnit: 'A' });
    const sign = (time: string) =>
      eventAt('signature.recorded', time, { document: '受理单', role: 'handler', signer: 'u7' });
    const sends = [send('2026-11-20T10:00+08:00'), send('2026-11-20T11:00+08:00')];
    const record = await assess(
      [unsigned],
      [...sends, sign('2026-11-20T12:00+08:00')],
      '2026-11-21T00:00+08:00',
    );
    expect(record.findings).toMatchObject([
      { episode: 1, occurrences: 2, closedBy: 'evidence', evidence: { responsible: 'u7', orgUnit: 'A' } },
    ]);
    expect(record.findings[0]?.evidence.event).toBe(sends[1]?.key);
    expect(record.findings[0]?.evidence.conditions).toMatchObject([
      { fact: 'signature.present', factValue: false, result: true },
    ]);
  });
});

describe('evidence that comes before its stage', () => {
  it('is looked at as of the stage it names', async () => {
    const rule = ruleFile({
      id: 'sent-before-completed',
      appliesTo: { stages: ['业务受理'] },
      trigger: { on: 'event', types: ['document.received'] },
      conditions: { all: [{ fact: 'stage.completed', operator: 'equal', value: false }] },
    });
    const early = eventAt('document.received', '2026-11-20T09:00+08:00', {
      document: '身份证明',
      stage: '业务受理',
    });
    expect((await assess([rule], [early], '2026-11-20T10:00+08:00')).findings).toMatchObject([
      { stage: '业务受理', visit: 1 },
    ]);
  });
});

describe('a stage at which nobody was told to have arrived', () => {
  const unchecked = { fact: 'record.unchecked', params: { stage: 'same' }, operator: 'isEmpty' };
  const notChecked = ruleFile({
    id: 'not-checked',
    appliesTo: { stages: ['业务受理'] },
    trigger: {
      on: 'deadline',
      start: 'record.entered',
      stop: { type: 'record.checked', stage: 'same' },
      limit: { value: 4, unit: 'workingHour' },
      pausedBy: 'none',
    },
    conditions: { all: [{ ...unchecked, value: false }] },
    resolveWhen: { all: [{ ...unchecked, value: true }] },
  });
  const form = { stage: '业务受理', form: '受理单' };
  const entered = eventAt('record.entered', '2026-11-20T09:00+08:00', form);

  it('is the stage of its clocks and findings nevertheless', async () => {
    // Told later, of no stage: the finding stays open.
    const noticed = eventAt('powercut.noticed', '2026-11-23T09:00+08:00', {});
    const record = await assess([notChecked], [entered, noticed], '2026-12-01T00:00+08:00');
    expect(record.findings).toMatchObject([
      { phase: 'overdue', stage: '业务受理', visit: 1, openedAt: at('2026-11-20T14:30+08:00') },
    ]);
    expect(record.findings[0]).not.toHaveProperty('closedAt');
  });

  it('ends its limit with what it waits for, before or after it ran out', async () => {
    const inTime = eventAt('record.checked', '2026-11-20T14:30+08:00', form);
    const late = eventAt('record.checked', '2026-11-20T14:31+08:00', form);
    expect((await assess([notChecked], [entered, inTime], '2026-12-01T00:00+08:00')).findings).toEqual([]);
    const { findings } = await assess([notChecked], [entered, late], '2026-12-01T00:00+08:00');
    expect(findings).toMatchObject([{ closedAt: at('2026-11-20T14:31+08:00') }]);
  });

  it('keeps what an event found open until the evidence comes', async () => {
    const sent = ruleFile({
      id: 'sent-unchecked',
      trigger: { on: 'event', types: ['flow.sent'] },
      conditions: { all: [{ ...unchecked, value: false }] },
      resolveWhen: { all: [{ ...unchecked, value: true }] },
    });
    const steps = [
      entered,
      eventAt('flow.sent', '2026-11-20T10:00+08:00', { stage: '业务受理' }),
      eventAt('powercut.noticed', '2026-11-20T11:00+08:00', {}),
      eventAt('record.checked', '2026-11-20T12:00+08:00', form),
    ];
    const { findings } = await assess([sent], steps, '2026-12-01T00:00+08:00');
    expect(findings).toMatchObject([{ closedAt: at('2026-11-20T12:00+08:00') }]);
  });
});

describe('a refold', () => {
  it('is needed for what occurred at or before the newest event, for what was looked at, and for a new calendar', async () => {
    const record = await assess([paperLate], [completed], '2026-11-30T00:00+08:00');
    const needs = (type: string, time: string) => needsRefold(record, [eventAt(type, time)], calendar.hash);
    expect(needs('flow.sent', '2026-11-30T09:00+08:00')).toBe(false);
    expect(needsRefold(record, [completed], calendar.hash)).toBe(true);
    expect(needs('flow.sent', '2026-11-20T09:00+08:00')).toBe(true);
    expect(needs('paper.delivered', '2026-11-23T17:30+08:00')).toBe(true);
    expect(needsRefold(record, [], 'another calendar')).toBe(true);
  });
});
