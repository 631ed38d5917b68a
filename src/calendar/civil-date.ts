/** Milliseconds of a day of 24 hours. */
export const DAY_MS = 86_400_000;

const FIRST_YEAR = 1000;
const LAST_YEAR = 9999;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})$/;

/** The last day of a month and whether it had to be moved there, see `addMonths`. */
export interface MonthStep {
  readonly day: number;
  /** True when the month has no such day (31 January + 1 month) and the last day of the month was taken. */
  readonly clamped: boolean;
}

/**
 * Days since 1970-01-01 of a `YYYY-MM-DD` date: calendar arithmetic without any time zone.
 * @throws RangeError for text that is no date of the years 1000–9999 (30 February is none).
 */
export function dayNumberOf(date: string): number {
  const day = findDayNumber(date);
  if (day === undefined)
    throw new RangeError(`"${date}" is no date: expected YYYY-MM-DD of the years ${FIRST_YEAR}–${LAST_YEAR}`);
  return day;
}

/** Whether the text is an existing date `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  return findDayNumber(text) !== undefined;
}

/** Whether a date is a Monday to Friday. */
export function isWeekday(date: string): boolean {
  const weekday = new Date(dayNumberOf(date) * DAY_MS).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The `YYYY-MM-DD` date of a day number. */
export function dateOfDayNumber(day: number): string {
  assertYear(yearOfDayNumber(day));
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The calendar year of a day number. */
export function yearOfDayNumber(day: number): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

/** The day number of 1 January. */
export function firstDayOfYear(year: number): number {
  assertYear(year);
  return Date.UTC(year, 0, 1) / DAY_MS;
}

/** The same day of the month `months` later; where that month has no such day, its last one. */
export function addMonths(day: number, months: number): MonthStep {
  const from = new Date(day * DAY_MS);
  const year = from.getUTCFullYear();
  const month = from.getUTCMonth() + months;
  const wanted = from.getUTCDate();
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return {
    day: Date.UTC(year, month, Math.min(wanted, daysInMonth)) / DAY_MS,
    clamped: wanted > daysInMonth,
  };
}

/** Milliseconds since midnight of a wall-clock time `HH:mm`, up to and including `24:00`; undefined for anything else. */
export function findTimeOfDay(time: string): number | undefined {
  const match = TIME.exec(time);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 24 * 60 ? minutes * 60_000 : undefined;
}

/**
 * Milliseconds since midnight of a wall-clock time.
 * @throws RangeError for text that is not `HH:mm` between 00:00 and 24:00.
 */
export function timeOfDayOf(time: string): number {
  const ms = findTimeOfDay(time);
  if (ms === undefined) throw new RangeError(`"${time}" is no time: expected HH:mm between 00:00 and 24:00`);
  return ms;
}

/** @throws RangeError for a year that dates of four digits cannot name. */
export function assertYear(year: number): void {
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR))
    throw new RangeError(`year ${year} is out of range: the calendar knows ${FIRST_YEAR}–${LAST_YEAR}`);
}

function findDayNumber(date: string): number | undefined {
  const match = DATE.exec(date);
  if (!match) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const dayOfMonth = Number(match[3]);
  if (year < FIRST_YEAR) return undefined;
  const at = Date.UTC(year, month - 1, dayOfMonth);
  const real = new Date(at);
  return real.getUTCMonth() === month - 1 && real.getUTCDate() === dayOfMonth ? at / DAY_MS : undefined;
}
