import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { Basis } from './rule-file.js';

/**
 * Whether a rule holds at an instant: any of its bases is in force on that business day. A basis without dates always
 * is. A case is judged by the rules that were in force when its clock started, or when its event happened.
 */
export function makeInForce(basis: readonly Basis[]): (at: number, calendar: BusinessCalendar) => boolean {
  if (
    basis.some(({ effectiveFrom, effectiveTo }) => effectiveFrom === undefined && effectiveTo === undefined)
  )
    return () => true;
  // Days to instants once a calendar: this is asked for every rule that an event concerns.
  const spans = new WeakMap<BusinessCalendar, readonly (readonly [number, number])[]>();
  return (at, calendar) => {
    let known = spans.get(calendar);
    if (!known) {
      known = basis.map(({ effectiveFrom, effectiveTo }) => [
        effectiveFrom === undefined ? -Infinity : calendar.instantOf(effectiveFrom, '00:00'),
        effectiveTo === undefined ? Infinity : calendar.instantOf(calendar.addDays(effectiveTo, 1), '00:00'),
      ]);
      spans.set(calendar, known);
    }
    return known.some(([from, to]) => from <= at && at < to);
  };
}
