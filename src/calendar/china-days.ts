import { createRequire } from 'node:module';
import { isWeekday } from './civil-date.js';

/** The package's data: dates with their holiday's name. */
interface Schedules {
  readonly holidays: Readonly<Record<string, string>>;
  /** Weekend days that are worked (调休上班). */
  readonly workdays: Readonly<Record<string, string>>;
}

// The data and not the package's functions: those parse and print dates in the zone of the process, and shift
// holidays by a day anywhere west of Greenwich. `require` because importing JSON warns on Node 20.
const schedules = createRequire(import.meta.url)('chinese-days/dist/chinese-days.json') as Schedules;

/**
 * Whether the State Council's schedule (holidays and 调休 working days, as published by the package
 * `chinese-days`) makes a date a working day. Where there is no schedule the answer is plain Monday–Friday: ask
 * `chinaScheduleCovers` first.
 * @param date YYYY-MM-DD
 */
export function isChinaWorkingDay(date: string): boolean {
  if (Object.hasOwn(schedules.workdays, date)) return true;
  return isWeekday(date) && !Object.hasOwn(schedules.holidays, date);
}

/**
 * Whether the package has the schedule of a year. It does not say so itself, but every schedule names
 * 1 October (国庆节), and a first few days of January may be named before the rest of a year is known.
 */
export function chinaScheduleCovers(year: number): boolean {
  return Object.hasOwn(schedules.holidays, `${year}-10-01`);
}
