import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { Basis } from './rule-file.js';

export type InForce = (at: number, calendar: BusinessCalendar) => boolean;
export const ALWAYS_IN_FORCE: InForce = () => true;

/**
 * Whether a rule holds at an instant: any of its bases is in force on that business day. A basis without dates always
 * is. A case is judged by the rules that were in force when its clock started, or when its event happened.
 */
export function makeInForce(basis: readonly Basis[]): InForce {
  if (
    basis.some(({ effectiveFrom, effectiveTo }) => effectiveFrom === undefined && effectiveTo === undefined)
  )
    return ALWAYS_IN_FORCE;
  // Days to instants once a calendar: this is asked for every rule that an event concerns.
  let known: readonly (readonly [number, number])[] = [];
  let knownFor: BusinessCalendar | undefined;
  return (at, calendar) => {
    if (calendar !== knownFor) {
      known = basis.map(({ effectiveFrom, effectiveTo }) => [
        effectiveFrom === undefined ? -Infinity : calendar.instantOf(effectiveFrom, '00:00'),
        effectiveTo === undefined ? Infinity : calendar.instantOf(calendar.addDays(effectiveTo, 1), '00:00'),
      ]);
      knownFor = calendar;
    }
    for (const [from, to] of known) if (from <= at && at < to) return true;
    return false;
  };
}
