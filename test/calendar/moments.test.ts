import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import { chinaCalendar } from '../support/china-calendar.js';

const calendar = chinaCalendar();
const HOUR = 3_600_000;
const START = Date.parse('2024-12-20T00:00:00+08:00');

/** Day by day, as one would look it up in a calendar on the wall. */
function walk({ moments, ...days }: BusinessCalendar, name: string, after: number, until: number): number[] {
  const found: number[] = [];
  const last = days.addDays(days.dateOf(until), 1);
  for (let date = days.addDays(days.dateOf(after), -1); date <= last; date = days.addDays(date, 1)) {
    const at = days.instantOf(date, moments[name] ?? '');
    if (days.isWorkingDay(date) && at > after && at <= until) found.push(at);
  }
  return found;
}

describe('named daily moments', () => {
  it('are those a walk from day to day finds, over years and holidays, with the end included and the start not', () => {
    const hours = fc.integer({ min: 0, max: 2 * 366 * 24 });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(calendar.moments)),
        hours,
        fc.oneof(fc.integer({ min: -2, max: 72 }), hours),
        fc.constantFrom(0, 1, -1),
        (name, from, length, shift) => {
          const after = START + from * HOUR;
          const until = after + length * HOUR + shift;
          expect(calendar.momentsBetween(name, after, until)).toEqual(walk(calendar, name, after, until));
        },
      ),
      { numRuns: 100 },
    );
  });
});
