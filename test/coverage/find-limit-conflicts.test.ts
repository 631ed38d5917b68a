import { describe, expect, it } from '@jest/globals';
import { findLimitConflicts } from '../../src/coverage/find-limit-conflicts.js';
import type { KnownLimit } from '../../src/coverage/known-limits.js';
import type { LimitCoverage } from '../../src/coverage/measure-limits.js';
import { chinaCalendar } from '../support/china-calendar.js';

const calendar = chinaCalendar();
const days = { from: '2025-01-01', to: '2025-12-31' };

function limit(id: string, changes: Partial<KnownLimit> = {}, force: Partial<LimitCoverage> = {}) {
  const known: KnownLimit = {
    id,
    item: '答复',
    clock: '受理→答复',
    customers: '全部',
    kind: 'max',
    value: 3,
    unit: 'workingDay',
    layer: 'regulation',
    source: id,
    year: 2020,
    certainty: 'seen',
    ...changes,
  };
  return { limit: known, rules: [`late-${id}`], ...force };
}
const conflictsOf = (...limits: LimitCoverage[]) => findLimitConflicts({ limits, calendar, days });

describe('conflicts between limits', () => {
  it('are told with both sides, whose they are and which is stricter; none is merged into the other', () => {
    const law = limit('law', { value: 8 });
    const promise = limit('promise', { value: 7, layer: 'promise' });
    expect(conflictsOf(law, promise)).toEqual([
      expect.objectContaining({
        limits: [law, promise],
        sameLayer: false,
        relation: 'stricter',
        stricter: 'promise',
        unverified: [],
      }),
    ]);
  });

  it('are none where the values are the same, the clock is another, or the customers are', () => {
    expect(conflictsOf(limit('a'), limit('b', { layer: 'promise' }))).toEqual([]);
    expect(conflictsOf(limit('a'), limit('b', { value: 5, clock: '受理→送电' }))).toEqual([]);
    expect(
      conflictsOf(limit('a', { customers: '低压' }), limit('b', { value: 5, customers: '高压' })),
    ).toEqual([]);
    expect(
      conflictsOf(limit('a', { onlyFor: '有外线工程' }), limit('b', { value: 5, onlyFor: '没有外线工程' })),
    ).toEqual([]);
  });

  it('are told for the customers and the time that both limits have in common', () => {
    const general = limit('a', { customers: '高压', value: 20 }, { from: '2010-01-01' });
    const special = limit(
      'b',
      { customers: '高压双电源', value: 45 },
      { from: '2009-01-01', to: '2021-12-31' },
    );
    expect(conflictsOf(general, special)).toMatchObject([
      { customers: ['高压双电源'], from: '2010-01-01', to: '2021-12-31', stricter: 'a' },
    ]);
    const later = limit('c', { customers: '高压', value: 10 }, { from: '2022-01-01' });
    expect(conflictsOf(special, later)).toEqual([]);
  });

  it('name what nobody has verified', () => {
    const guess = limit('guess', { value: 5, certainty: 'generalKnowledge' });
    expect(conflictsOf(limit('a'), guess)).toMatchObject([{ stricter: 'a', unverified: ['guess'] }]);
  });

  it('of working days with calendar days are decided by the calendar, day by day', () => {
    // Three working days are over before ten days, whatever holiday lies between – but not before five.
    const [far] = conflictsOf(limit('three'), limit('fifteen', { value: 15, unit: 'calendarDay' }));
    expect(far).toMatchObject({ relation: 'stricter', stricter: 'three' });
    const [near] = conflictsOf(limit('three'), limit('five', { value: 5, unit: 'calendarDay' }));
    expect(near).toMatchObject({ relation: 'depends' });
    const { three = 0, five = 0 } = near?.first ?? {};
    expect(three).toBeGreaterThan(five);
    expect(five).toBeGreaterThan(0);
    expect(three + five).toBeLessThanOrEqual(365);
  });

  it('of leads: the longer least lead is stricter, and with a greatest one only a single day may be left, or none', () => {
    const least = (value: number) =>
      limit(`least-${value}`, { kind: 'minLead', value, unit: 'calendarDay', layer: 'promise' });
    const most = limit('most-7', { kind: 'maxLead', value: 7, unit: 'calendarDay' });
    expect(conflictsOf(least(3), least(7))).toMatchObject([{ stricter: 'least-7' }]);
    expect(conflictsOf(least(3), most)).toEqual([]);
    expect(conflictsOf(least(7), most)).toMatchObject([{ relation: 'exact' }]);
    expect(conflictsOf(most, least(8))).toMatchObject([{ relation: 'contradiction' }]);
  });
});
