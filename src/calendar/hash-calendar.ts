import { createHash } from 'node:crypto';
import type { CalendarFile } from './calendar-file.js';
import { dateOfDayNumber, firstDayOfYear } from './civil-date.js';

/** Years in which base schedules are looked for; `coversYears` is limited to them too. */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2199;

/**
 * A hash over everything that can change an answer: each day of each covered year (so an update of the
 * schedule package counts, too), hours, moments, zone and start day.
 */
export function hashCalendar(
  file: CalendarFile,
  zone: { readonly timeZone: string; readonly startDay: string },
  isCovered: (year: number) => boolean,
  isWorkingDay: (date: string) => boolean,
): string {
  const years: Record<number, string> = {};
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1)
    if (isCovered(year)) years[year] = daysOf(year, isWorkingDay);
  const moments = Object.entries(file.moments).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = JSON.stringify([zone.timeZone, zone.startDay, file.hours, moments, years]);
  return createHash('sha256').update(content).digest('hex');
}

function daysOf(year: number, isWorkingDay: (date: string) => boolean): string {
  let days = '';
  const end = firstDayOfYear(year + 1);
  for (let day = firstDayOfYear(year); day < end; day += 1)
    days += isWorkingDay(dateOfDayNumber(day)) ? '1' : '0';
  return days;
}
