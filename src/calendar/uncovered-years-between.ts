import type { BusinessCalendar } from './business-calendar.js';

/**
 * The years touched by [from, to] that have no official schedule, ascending. Working time or days counted
 * across one of them would be a guess: look here before believing `workingMsBetween` or `workingDaysBetween`.
 */
export function uncoveredYearsBetween(calendar: BusinessCalendar, from: number, to: number): number[] {
  const years: number[] = [];
  if (!(from <= to)) return years;
  const last = yearOf(calendar, to);
  for (let year = yearOf(calendar, from); year <= last; year += 1)
    if (!calendar.isCovered(year)) years.push(year);
  return years;
}

function yearOf(calendar: BusinessCalendar, at: number): number {
  return Number(calendar.dateOf(at).slice(0, 4));
}
