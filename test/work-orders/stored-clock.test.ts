import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/engine/work-order-record.js';
import {
  fromStoredClock,
  toStoredClock,
  type EveryFieldIsWritten,
} from '../../src/work-orders/stored-clock.js';

const rule = fc.record({
  id: fc.stringMatching(/^[a-z@|#-]{1,12}$/),
  version: fc.integer({ min: 1, max: 99 }),
});
const at = fc.integer({ min: 0, max: 4e12 });
const clocks = fc
  .record(
    {
      rule,
      stage: fc.constantFrom('业务受理', '竣工验收'),
      part: fc.constantFrom('申请表', 'a|b'),
      anchorAt: at,
      dueAt: at,
      warnTimes: fc.array(at, { maxLength: 2 }),
      warned: fc.nat(2),
      expired: fc.boolean(),
      undecided: fc.constant(true),
      state: fc.constantFrom('running', 'paused', 'stopped', 'void'),
      stoppedAt: at,
      uncoveredYears: fc.array(fc.constant(2027), { minLength: 1, maxLength: 2 }),
      limit: fc.constant({ value: 3, unit: 'workingDay' as const }),
    },
    { requiredKeys: ['rule', 'anchorAt', 'warnTimes', 'warned', 'expired', 'state'] },
  )
  .chain((clock) =>
    fc.record({ visit: fc.integer({ min: 1, max: 3 }), isUsual: fc.boolean() }).map(({ visit, isUsual }) => {
      const place = clock.stage === undefined ? '' : `|${clock.stage}#${visit}`;
      const key = isUsual ? `${clock.rule.id}${place}` : `${clock.rule.id}${place}|form=申请表`;
      return { ...clock, key, ...(clock.stage !== undefined && { visit }) };
    }),
  );

describe('a clock in the document of its record', () => {
  it('comes back as it was', () => {
    const isComplete: EveryFieldIsWritten = true;
    expect(isComplete).toBe(true);
    fc.assert(
      fc.property(clocks, (clock) => {
        expect(fromStoredClock(toStoredClock(clock))).toEqual(clock);
      }),
    );
  });

  it('that has stopped, as most have, holds nothing that can be told from the rest', () => {
    const stopped: Clock = {
      key: 'late|业务受理#1',
      rule: { id: 'late', version: 2 },
      stage: '业务受理',
      visit: 1,
      anchorAt: 1,
      dueAt: 9,
      warnTimes: [],
      warned: 0,
      expired: false,
      state: 'stopped',
      stoppedAt: 5,
    };
    expect(toStoredClock(stopped)).toEqual({
      rule: 'late@2',
      stage: '业务受理',
      visit: 1,
      anchorAt: 1,
      dueAt: 9,
      stoppedAt: 5,
    });
  });
});
