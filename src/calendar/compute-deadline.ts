import type { DeadlineRequest, DeadlineResult, Interval, Limit } from './business-calendar.js';
import { addMonths } from './civil-date.js';
import { indexAt } from './day-tables.js';
import type { DayTables } from './day-tables.js';
import { CLOSINGS, MIDNIGHTS, WORKING_MS, sumWorkingMs } from './measures.js';
import { mergePauses } from './merge-pauses.js';
import { runDown, runDownMs } from './run-down.js';
import type { RunDown } from './run-down.js';
import { assertLimit } from './assert-limit.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * When a budget that started at `anchor` runs out. docs/calendar.md states the rules for people.
 *
 * - `workingHour`: the instant by which that much working time has gone by.
 * - `workingDay`: closing time of the Nth working day after the anchor's day; with `startDay: 'included'`
 *   the anchor's day is the first, if it is a working day that has not closed yet.
 * - `calendarHour`, `minute`: exact time.
 * - `calendarDay`: 24:00 of the Nth day after the anchor's day (with `included`: of the Nth from it on).
 * - `month`: 24:00 of the day of the same number N months later, or of the last day of that month if it has no
 *   such day (31 January + 1 month = 28/29 February). With `included` the day before, as the anchor's day counts.
 * - `rollToWorkingDay` (calendarDay, month): closing of the first working day from that last day on.
 *
 * A paused stretch adds nothing: exact for hours and minutes; a day is not counted when the clock is paused at
 * its end (working day: its closing, calendar day: its 24:00). Warn times are the instants at which that fraction
 * of the running time between anchor and due time (working time for working units, plain time otherwise) is
 * used up, ascending.
 *
 * @throws RangeError for a limit or fraction that is out of range
 */
export function computeDeadline(
  tables: DayTables,
  request: DeadlineRequest,
  startDay: 'excluded' | 'included',
): DeadlineResult {
  const { anchor, limit } = request;
  assertLimit(limit, request.warnAt);
  const pauses = mergePauses(request.pauses);
  if (pauses.some((pause) => pause.from <= anchor && pause.to === undefined)) return { state: 'paused' };
  const end = endOfBudget(tables, anchor, limit, request.startDay ?? startDay, pauses);
  if (end.state !== 'due') return end;
  const warnTimes = findWarnTimes(tables, anchor, end.at, limit, pauses, request.warnAt);
  return { state: 'due', dueAt: end.at, warnTimes };
}

function endOfBudget(
  tables: DayTables,
  anchor: number,
  limit: Limit,
  startDay: 'excluded' | 'included',
  pauses: readonly Interval[],
): RunDown {
  const { unit, value } = limit;
  const countFrom = startDay === 'included' ? anchor + 1 : nextMidnight(tables, anchor) + 1;
  switch (unit) {
    case 'calendarHour':
    case 'minute': {
      const ms = Math.round(value * (unit === 'minute' ? MINUTE_MS : HOUR_MS));
      const at = runDownMs(anchor, ms, pauses);
      return at === undefined ? { state: 'paused' } : { state: 'due', at };
    }
    case 'workingHour':
      return (
        uncoveredAt(tables, anchor) ??
        runDown(tables, WORKING_MS, anchor, Math.round(value * HOUR_MS), pauses)
      );
    case 'workingDay':
      return uncoveredAt(tables, anchor) ?? runDown(tables, CLOSINGS, countFrom, value, pauses);
    case 'calendarDay':
    case 'month': {
      const days = unit === 'month' ? daysInMonths(tables, anchor, value, startDay) : value;
      const last = runDown(tables, MIDNIGHTS, countFrom, days, pauses);
      return last.state === 'due' && limit.rollToWorkingDay ? roll(tables, anchor, last.at, pauses) : last;
    }
  }
}

/** The closing of the first working day from the day on that ends at `midnight`. */
function roll(tables: DayTables, anchor: number, midnight: number, pauses: readonly Interval[]): RunDown {
  const table = tables.tableAt(midnight - 1);
  const dayStart = table.starts[indexAt(table, midnight - 1)]!;
  return runDown(tables, CLOSINGS, Math.max(dayStart, anchor) + 1, 1, pauses);
}

/** How many days a budget of months has, as calendar days to count. */
function daysInMonths(
  tables: DayTables,
  anchor: number,
  months: number,
  startDay: 'excluded' | 'included',
): number {
  const table = tables.tableAt(anchor);
  const day = table.firstDay + indexAt(table, anchor);
  const last = addMonths(day, months);
  return startDay === 'included' && last.clamped ? last.day - day + 1 : last.day - day;
}

function findWarnTimes(
  tables: DayTables,
  anchor: number,
  dueAt: number,
  limit: Limit,
  pauses: readonly Interval[],
  warnAt: readonly number[] = [],
): number[] {
  if (warnAt.length === 0) return [];
  const working = limit.unit === 'workingDay' || limit.unit === 'workingHour';
  const measure = (from: number, to: number) => (working ? sumWorkingMs(tables, from, to) : to - from);
  const running = measure(anchor, dueAt) - sumPaused(measure, anchor, dueAt, pauses);
  const times = warnAt.map((fraction) => {
    const used = Math.round(fraction * running);
    const at = working ? reachWorking(tables, anchor, used, pauses) : runDownMs(anchor, used, pauses);
    return at === undefined ? dueAt : Math.min(at, dueAt);
  });
  return times.sort((a, b) => a - b);
}

function reachWorking(tables: DayTables, anchor: number, ms: number, pauses: readonly Interval[]) {
  const end = runDown(tables, WORKING_MS, anchor, ms, pauses);
  return end.state === 'due' ? end.at : undefined;
}

/** How much of a measure in [from, to) is paused. `pauses` are merged. */
export function sumPaused(
  measure: (from: number, to: number) => number,
  from: number,
  to: number,
  pauses: readonly Interval[],
): number {
  let sum = 0;
  for (const pause of pauses) {
    const start = Math.max(pause.from, from);
    const end = Math.min(pause.to ?? to, to);
    if (start < end) sum += measure(start, end);
  }
  return sum;
}

/** Working time of the anchor's own year is always needed: for the warn times, if for nothing else. */
function uncoveredAt(tables: DayTables, anchor: number): RunDown | undefined {
  const table = tables.tableAt(anchor);
  return table.covered ? undefined : { state: 'uncovered', years: [table.year] };
}

function nextMidnight(tables: DayTables, at: number): number {
  const table = tables.tableAt(at);
  return table.starts[indexAt(table, at) + 1]!;
}
