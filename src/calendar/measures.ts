import { indexAt } from './day-tables.js';
import type { YearTable } from './year-table.js';

/** Something a budget is counted in, by year: working time, closings of working days, ends of days. */
export interface Measure {
  /** Whether it depends on the official schedule, so that years without one must be flagged. */
  readonly needsSchedule: boolean;
  /** How much of it lies in the year before an instant (from the year's first to the next year's). */
  before(table: YearTable, at: number): number;
  /** How much of it the whole year has. */
  total(table: YearTable): number;
  /** The earliest instant by which `amount` of it has gone by, 0 < amount <= total. */
  reach(table: YearTable, amount: number): number;
}

/** Milliseconds inside business hours. */
export const WORKING_MS: Measure = {
  needsSchedule: true,
  before(table, at) {
    const { starts, working, workingMsBefore, length } = table;
    if (at >= starts[length]!) return workingMsBefore[length]!;
    const index = indexAt(table, at);
    const before = workingMsBefore[index]!;
    return working[index] === 1 ? before + passedHours(table.hoursOf(index), at - starts[index]!) : before;
  },
  total: (table) => table.workingMsBefore[table.length]!,
  reach(table, amount) {
    const index = lowerBound(table.workingMsBefore, amount) - 1;
    const hours = table.hoursOf(index);
    let left = amount - table.workingMsBefore[index]!;
    for (let i = 0; i < hours.length; i += 2) {
      const span = hours[i + 1]! - hours[i]!;
      if (left <= span) return table.starts[index]! + hours[i]! + left;
      left -= span;
    }
    throw new RangeError(`${amount} ms is more than the working time of ${table.year}`);
  },
};

/** Closing times of working days. */
export const CLOSINGS: Measure = {
  needsSchedule: true,
  before: (table, at) => lowerBound(table.closings, at),
  total: (table) => table.closings.length,
  reach: (table, amount) => table.closings[amount - 1]!,
};

/** Midnights, each being the end (24:00) of the day before. */
export const MIDNIGHTS: Measure = {
  needsSchedule: false,
  before(table, at) {
    return Math.min(lowerBound(table.starts, at), table.length);
  },
  total: (table) => table.length,
  reach: (table, amount) => table.starts[amount - 1]!,
};

/** Working milliseconds in [from, to), pauses not looked at; years without a schedule count as plain weeks. */
export function sumWorkingMs(
  tables: { tableAt(at: number): YearTable; tableOf(year: number): YearTable },
  from: number,
  to: number,
): number {
  if (!(from < to)) return 0;
  const first = tables.tableAt(from);
  const last = tables.tableAt(to);
  let sum = WORKING_MS.before(last, to) - WORKING_MS.before(first, from);
  for (let year = first.year; year < last.year; year += 1) sum += WORKING_MS.total(tables.tableOf(year));
  return sum;
}

function passedHours(hours: readonly number[], sinceStart: number): number {
  let sum = 0;
  for (let i = 0; i < hours.length && sinceStart > hours[i]!; i += 2)
    sum += Math.min(sinceStart, hours[i + 1]!) - hours[i]!;
  return sum;
}

/** Index of the first element that is not below `value` in an ascending array; its length if there is none. */
export function lowerBound(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
