import type { BusinessCalendar } from './business-calendar.js';
import type { CalendarFile } from './calendar-file.js';
import { isChinaWorkingDay } from './china-days.js';
import { DAY_MS, dateOfDayNumber, dayNumberOf, isWeekday, timeOfDayOf } from './civil-date.js';
import { computeDeadline, sumPaused } from './compute-deadline.js';
import { coverageOf } from './coverage-of.js';
import { indexAt, indexOfDate, makeDayTables } from './day-tables.js';
import { makeFindMoments } from './find-moments.js';
import { hashCalendar } from './hash-calendar.js';
import { sumWorkingMs } from './measures.js';
import { mergePauses } from './merge-pauses.js';
import { makeZoneClock } from './zone-clock.js';

/** How a calendar file is to be read. */
export interface CalendarOptions {
  /** IANA zone of business dates and hours, e.g. Asia/Shanghai. */
  readonly timeZone: string;
  /** Overrides the file's `startDay`. */
  readonly startDay?: 'excluded' | 'included';
}

/** No unit closes for longer; a search that finds nothing within it points to a mistake in the file. */
const LONGEST_CLOSURE_DAYS = 366;

/**
 * A business calendar from a validated file. Pure. Years without an official schedule count as plain
 * Monday–Friday everywhere but in `deadline`, which answers `uncovered`: ask `isCovered` (or
 * `uncoveredYearsBetween`) before believing the other answers there.
 *
 * @throws RangeError when the zone does not exist; its functions throw RangeError for text that is no date or time
 */
export function makeBusinessCalendar(file: CalendarFile, options: CalendarOptions): BusinessCalendar {
  const { timeZone } = options;
  const startDay = options.startDay ?? file.startDay;
  const clock = makeZoneClock(timeZone);
  const isCovered = coverageOf(file);
  const isBaseWorkingDay = file.base === 'chinese-days' ? isChinaWorkingDay : isWeekday;
  const isScheduled = (date: string) =>
    file.days[date] ? file.days[date] === 'work' : isBaseWorkingDay(date);
  const hours = file.hours.flat().map(timeOfDayOf);
  const tables = makeDayTables({ clock, hours, isCovered, isWorkingDay: isScheduled });

  function isWorkingDay(date: string): boolean {
    const table = tables.tableOfDate(date);
    return table.working[indexOfDate(table, date)] === 1;
  }

  function dateOf(at: number): string {
    const table = tables.tableAt(at);
    return table.dates[indexAt(table, at)]!;
  }

  function instantOf(date: string, time: string): number {
    const table = tables.tableOfDate(date);
    const index = indexOfDate(table, date);
    const start = table.starts[index]!;
    const isPlain = table.starts[index + 1]! - start === DAY_MS;
    return isPlain ? start + timeOfDayOf(time) : clock.instantOf(table.firstDay + index, timeOfDayOf(time));
  }

  /** A boundary of the business hours of a working day: 0 is the opening, -1 the closing. */
  function boundaryOf(date: string, position: 0 | -1): number | undefined {
    const table = tables.tableOfDate(date);
    const index = indexOfDate(table, date);
    if (table.working[index] !== 1) return undefined;
    return table.starts[index]! + table.hoursOf(index).at(position)!;
  }

  function hoursOf(date: string): { from: number; to: number }[] {
    const table = tables.tableOfDate(date);
    const index = indexOfDate(table, date);
    if (table.working[index] !== 1) return [];
    const start = table.starts[index]!;
    const boundaries = table.hoursOf(index);
    return Array.from({ length: boundaries.length / 2 }, (_, stretch) => ({
      from: start + boundaries[2 * stretch]!,
      to: start + boundaries[2 * stretch + 1]!,
    }));
  }

  function findWorkingDay(date: string, step: 1 | -1): string {
    const from = dayNumberOf(date);
    for (let days = 1; days <= LONGEST_CLOSURE_DAYS; days += 1) {
      const candidate = dateOfDayNumber(from + step * days);
      if (isWorkingDay(candidate)) return candidate;
    }
    throw new RangeError(
      `no working day within ${LONGEST_CLOSURE_DAYS} days of ${date}: check \`days\` of the calendar`,
    );
  }

  function isWorkingTime(at: number): boolean {
    const table = tables.tableAt(at);
    const index = indexAt(table, at);
    if (table.working[index] !== 1) return false;
    const sinceStart = at - table.starts[index]!;
    return table.hoursOf(index).filter((boundary) => boundary <= sinceStart).length % 2 === 1;
  }

  function workingDaysBetween(from: number, to: number): number {
    if (!(from < to)) return 0;
    const first = tables.tableAt(from);
    const last = tables.tableAt(to);
    const until = last.workingDaysBefore[indexAt(last, to) + 1]!;
    let count = until - first.workingDaysBefore[indexAt(first, from) + 1]!;
    for (let year = first.year; year < last.year; year += 1) count += tables.tableOf(year).closings.length;
    return count;
  }

  const sumWorking = (from: number, to: number) => sumWorkingMs(tables, from, to);
  return {
    hash: hashCalendar(file, { timeZone, startDay }, isCovered, isScheduled),
    timeZone,
    moments: file.moments,
    dateOf,
    instantOf,
    isCovered,
    isWorkingDay,
    addDays: (date, days) => dateOfDayNumber(dayNumberOf(date) + days),
    nextWorkingDay: (date) => findWorkingDay(date, 1),
    previousWorkingDay: (date) => findWorkingDay(date, -1),
    openingOf: (date) => boundaryOf(date, 0),
    closingOf: (date) => boundaryOf(date, -1),
    hoursOf,
    isWorkingTime,
    workingMsBetween: (from, to, pauses) =>
      sumWorking(from, to) - sumPaused(sumWorking, from, to, mergePauses(pauses)),
    workingDaysBetween,
    momentsBetween: makeFindMoments(tables, file.moments, instantOf),
    deadline: (request) => computeDeadline(tables, request, startDay),
  };
}
