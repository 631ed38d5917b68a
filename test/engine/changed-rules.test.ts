import { describe, expect, it } from '@jest/globals';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { eventAt } from '../support/event-at.js';
import { ruleFile } from '../support/rule-file.js';

const calendar = chinaCalendar();
const identity = { recordId: 'WO1', subjectType: 'workOrder', subject: 'WO1' } as const;
const at = (time: string) => Date.parse(time);

function assess(
  rules: readonly RuleFile[],
  base: WorkOrderRecord | undefined,
  events: readonly BusinessEvent[],
  until: string,
): Promise<WorkOrderRecord> {
  return assessWorkOrder({ ruleSet: makeRuleSet(rules), calendar }, identity, base, events, at(until));
}

/** 纸质资料 within so many working days of a completed stage. */
function paperLate(version: number, days: number): RuleFile {
  return ruleFile({
    id: 'paper-late',
    version,
    trigger: {
      on: 'deadline',
      start: 'stage.completed',
      stop: 'paper.delivered',
      limit: { value: days, unit: 'workingDay' },
      warnAt: [0.5],
    },
    conditions: { all: [{ fact: 'paper.delivered', operator: 'equal', value: false }] },
  });
}
const unsigned = (version: number) =>
  ruleFile({
    id: 'unsigned',
    version,
    trigger: { on: 'event', types: ['flow.sent'] },
    conditions: {
      all: [
        { fact: 'signature.present', params: { document: '受理单', role: 'handler' }, operator: 'equal', value: false },
      ],
    },
  }); // prettier-ignore

// Friday 2026-11-20; business closes at 17:30.
const completed = eventAt('stage.completed', '2026-11-20T10:00+08:00', { stage: '业务受理' });
const sent = (time: string) => eventAt('flow.sent', time, { stage: '业务受理' });

describe('a deadline rule that changed', () => {
  it('moves the clocks that run, counted from when they started', async () => {
    const before = await assess([paperLate(1, 3)], undefined, [completed], '2026-11-20T11:00+08:00');
    expect(before.clocks).toMatchObject([{ rule: { version: 1 }, dueAt: at('2026-11-25T17:30+08:00') }]);
    const after = await assess([paperLate(2, 5)], before, [], '2026-11-20T12:00+08:00');
    expect(after.clocks).toMatchObject([{ rule: { version: 2 }, dueAt: at('2026-11-27T17:30+08:00') }]);
  });

  it('finds at once what the shorter limit has passed already, and tells when it was due', async () => {
    const before = await assess([paperLate(1, 3)], undefined, [completed], '2026-11-24T11:00+08:00');
    expect(before.findings).toMatchObject([{ phase: 'early' }]);
    const after = await assess([paperLate(2, 1)], before, [], '2026-11-24T12:00+08:00');
    expect(after.findings).toMatchObject([
      { rule: { version: 2 }, phase: 'overdue', dueAt: at('2026-11-23T17:30+08:00') },
    ]);
  });

  it('leaves alone what ran out under the version of its day', async () => {
    const before = await assess([paperLate(1, 1)], undefined, [completed], '2026-11-24T09:00+08:00');
    const after = await assess([paperLate(2, 5)], before, [], '2026-11-24T10:00+08:00');
    expect(after.clocks).toMatchObject([{ rule: { version: 1 }, expired: true }]);
    expect(after.findings).toMatchObject([{ rule: { version: 1 }, phase: 'overdue' }]);
    expect(after.findings[0]).not.toHaveProperty('closedAt');
  });

  it('does not touch clocks of the same version', async () => {
    const before = await assess([paperLate(1, 3)], undefined, [completed], '2026-11-24T11:00+08:00');
    const clocks = structuredClone(before.clocks);
    const after = await assess([paperLate(1, 3), unsigned(1)], before, [], '2026-11-24T12:00+08:00');
    expect(after.clocks).toEqual(clocks);
  });
});

describe('a deadline rule that was taken out of use', () => {
  it('lets its clocks end in nothing, and finds nothing more', async () => {
    const before = await assess([paperLate(1, 1)], undefined, [completed], '2026-11-20T11:00+08:00');
    const after = await assess([], before, [], '2026-12-01T00:00+08:00');
    expect(after.clocks).toMatchObject([{ state: 'void' }]);
    expect(after.findings).toEqual([]);
  });

  it('goes on where it is back before its time', async () => {
    const before = await assess([paperLate(1, 1)], undefined, [completed], '2026-11-20T11:00+08:00');
    const without = await assess([], before, [sent('2026-11-20T12:00+08:00')], '2026-11-20T12:00+08:00');
    const after = await assess([paperLate(1, 1)], without, [], '2026-12-01T00:00+08:00');
    expect(after.findings).toMatchObject([{ phase: 'overdue' }]);
  });
});

describe('a finding', () => {
  it('names the version that last hit, which its evidence is of', async () => {
    const first = sent('2026-11-20T10:30+08:00');
    const before = await assess([unsigned(1)], undefined, [completed, first], '2026-11-20T11:00+08:00');
    expect(before.findings).toMatchObject([{ rule: { version: 1 }, occurrences: 1 }]);
    const after = await assess(
      [unsigned(2)],
      before,
      [sent('2026-11-20T11:30+08:00')],
      '2026-11-20T12:00+08:00',
    );
    expect(after.findings).toMatchObject([{ rule: { version: 2 }, occurrences: 2 }]);
  });
});
