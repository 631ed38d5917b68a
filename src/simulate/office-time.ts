/*
 * The simulator's own calendar: a table of the State Council's schedules and plain loops over days. It shares
 * nothing with src/calendar, so that the one can be held against the other. All instants are epoch ms; the zone
 * is China Standard Time, +08:00 all year (there has been no summer time since 1991).
 */

/** Holidays (first and last day, both included) and weekend days worked in lieu (调休上班), MM-DD. */
const SCHEDULES: Readonly<Record<number, { off: readonly [string, string][]; worked: readonly string[] }>> = {
  2025: {
    off: [
      ['01-01', '01-01'],
      ['01-28', '02-04'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['05-31', '06-02'],
      ['10-01', '10-08'],
    ],
    worked: ['01-26', '02-08', '04-27', '09-28', '10-11'],
  },
  2026: {
    off: [
      ['01-01', '01-03'],
      ['02-15', '02-23'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-19', '06-21'],
      ['09-25', '09-27'],
      ['10-01', '10-07'],
    ],
    worked: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  },
};
/** First and last year that can be simulated. */
export const SIMULATED_YEARS = [2025, 2026] as const;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const OFFSET = 8 * HOUR;
/** Business hours: 08:30–12:00 and 13:30–17:30, as minutes of the day. */
const HOURS = [
  [8 * 60 + 30, 12 * 60],
  [13 * 60 + 30, 17 * 60 + 30],
] as const;
/** 下班前核查 and 晨会, as times of the day. */
export const DAY_END = '17:00';
export const MORNING = '08:00';
export const CLOSING = '17:30';

/** A stretch of time in which a clock stands still; without `to` it still goes on. */
export interface Pause {
  readonly from: number;
  readonly to?: number | undefined;
}

/** The local date `YYYY-MM-DD` of an instant. */
export function dateOf(at: number): string {
  return new Date(at + OFFSET).toISOString().slice(0, 10);
}

/** The instant of a local date and time `HH:MM`. */
export function instantOf(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00+08:00`);
}

/** `2026-10-09T09:00:00+08:00`, to the second. */
export function isoOf(at: number): string {
  return `${new Date(at + OFFSET).toISOString().slice(0, 19)}+08:00`;
}

/** The local time of day in minutes since midnight, with fractions. */
export function minuteOfDay(at: number): number {
  return ((at + OFFSET) % DAY) / MINUTE;
}

/** @throws RangeError for a year that is not in the table: nothing is guessed */
export function isWorkday(date: string): boolean {
  const schedule = SCHEDULES[Number(date.slice(0, 4))];
  if (!schedule) throw new RangeError(`the simulator knows no working days of ${date}`);
  const day = date.slice(5);
  if (schedule.worked.includes(day)) return true;
  if (schedule.off.some(([from, to]) => day >= from && day <= to)) return false;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The date `days` calendar days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The nth working day after a date; the date itself is not counted. n ≥ 1. */
export function workdayAfter(date: string, n: number): string {
  let day = date;
  for (let left = n; left > 0;) {
    day = addDays(day, 1);
    if (isWorkday(day)) left -= 1;
  }
  return day;
}

/** The next instant at this local time of a working day, strictly after `at`. */
export function nextMoment(at: number, time: string): number {
  let day = dateOf(at);
  while (!isWorkday(day) || instantOf(day, time) <= at) day = addDays(day, 1);
  return instantOf(day, time);
}

/** Every instant at this local time of a working day with from ≤ t < to. */
export function momentsBetween(from: number, to: number, time: string): number[] {
  const found: number[] = [];
  for (let at = nextMoment(from - 1, time); at < to; at = nextMoment(at, time)) found.push(at);
  return found;
}

/** Whether an instant lies within business hours of a working day. */
export function isOfficeTime(at: number): boolean {
  const minute = minuteOfDay(at);
  return isWorkday(dateOf(at)) && HOURS.some(([open, close]) => minute >= open && minute < close);
}

/** Working time in [from, to), ms. */
export function workingMs(from: number, to: number): number {
  let sum = 0;
  for (const [open, close] of spells(from, to)) sum += close - open;
  return sum;
}

/** When `ms` of working time after `from` has gone by, the pauses left out; undefined when a pause does not end. */
export function addWorkingMs(from: number, ms: number, pauses: readonly Pause[] = []): number | undefined {
  let left = ms;
  if (left <= 0) return from;
  const horizon = from + 120 * DAY;
  for (const [open, close] of spells(from, horizon)) {
    for (const [start, end] of withoutPauses(open, close, pauses)) {
      if (end - start >= left) return start + left;
      left -= end - start;
    }
    if (isPausedForEver(close, pauses)) return undefined;
  }
  throw new RangeError('no working time is left within four months');
}

/** The closing of the nth working day after the day of `from`; a day that is paused at its closing does not count. */
export function closingAfter(from: number, n: number, pauses: readonly Pause[] = []): number | undefined {
  let day = dateOf(from);
  for (let left = n; left > 0;) {
    day = workdayAfter(day, 1);
    const closing = instantOf(day, CLOSING);
    if (isPausedForEver(closing, pauses)) return undefined;
    if (!pauses.some((pause) => pause.from <= closing && closing < (pause.to ?? Infinity))) left -= 1;
  }
  return instantOf(day, CLOSING);
}

/** Working time in [from, to) in which no pause goes on, ms. */
export function runningMs(from: number, to: number, pauses: readonly Pause[]): number {
  let sum = 0;
  for (const [open, close] of spells(from, to)) {
    for (const [start, end] of withoutPauses(open, close, pauses)) sum += end - start;
  }
  return sum;
}

/** When `ms` of plain time after `from` has gone by, the pauses left out; undefined when a pause does not end. */
export function addPlainMs(from: number, ms: number, pauses: readonly Pause[]): number | undefined {
  let at = from + ms;
  for (const pause of [...pauses].sort((a, b) => a.from - b.from)) {
    const end = pause.to ?? Infinity;
    if (end <= from || pause.from >= at) continue;
    at += end - Math.max(pause.from, from);
  }
  return at === Infinity ? undefined : at;
}

/** Plain time in [from, to) in which no pause goes on, ms. */
export function plainMs(from: number, to: number, pauses: readonly Pause[]): number {
  return withoutPauses(from, to, pauses).reduce((sum, [start, end]) => sum + end - start, 0);
}

/** The end (24:00) of the nth day after the day of `from`; a day that is paused at its end does not count. */
export function midnightAfter(from: number, n: number, pauses: readonly Pause[] = []): number | undefined {
  let end = instantOf(addDays(dateOf(from), 1), '00:00');
  for (let left = n; left > 0;) {
    end += DAY;
    if (isPausedForEver(end, pauses)) return undefined;
    if (!pauses.some((pause) => pause.from <= end && end < (pause.to ?? Infinity))) left -= 1;
  }
  return end;
}

/** Days from a date to the same day so many months later, or to the last of that month where it has no such day. */
export function daysOfMonths(date: string, months: number): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  const end = Date.UTC(year, month - 1 + months, Math.min(day, last));
  return Math.round((end - Date.UTC(year, month - 1, day)) / DAY);
}

/** The same day so many months before a date, or the last of that month where it has no such day. */
export function monthsBefore(date: string, months: number): string {
  return addDays(date, daysOfMonths(date, -months));
}

/** Business hours within [from, to), one after the other. */
function* spells(from: number, to: number): Generator<readonly [open: number, close: number]> {
  for (let day = dateOf(from); instantOf(day, '00:00') < to; day = addDays(day, 1)) {
    if (!isWorkday(day)) continue;
    const midnight = instantOf(day, '00:00');
    for (const [open, close] of HOURS) {
      const start = Math.max(from, midnight + open * MINUTE);
      const end = Math.min(to, midnight + close * MINUTE);
      if (start < end) yield [start, end];
    }
  }
}

function withoutPauses(from: number, to: number, pauses: readonly Pause[]): (readonly [number, number])[] {
  let parts: (readonly [number, number])[] = [[from, to]];
  for (const pause of pauses) {
    const end = pause.to ?? Infinity;
    parts = parts.flatMap(([a, b]): (readonly [number, number])[] => {
      if (end <= a || pause.from >= b) return [[a, b]];
      const rest: (readonly [number, number])[] = [];
      if (a < pause.from) rest.push([a, pause.from]);
      if (end < b) rest.push([end, b]);
      return rest;
    });
  }
  return parts;
}

function isPausedForEver(at: number, pauses: readonly Pause[]): boolean {
  return pauses.some((pause) => pause.from <= at && pause.to === undefined);
}
