import { DAY_MS, dateOfDayNumber, firstDayOfYear } from './civil-date.js';
import type { ZoneClock } from './zone-clock.js';

/** One year of a calendar, worked out once so that questions are array look-ups. Index 0 is 1 January. */
export interface YearTable {
  readonly year: number;
  /** Whether an official schedule is known; if not, `working` is plain Monday–Friday. */
  readonly covered: boolean;
  /** Day number (days since 1970-01-01) of 1 January. */
  readonly firstDay: number;
  readonly length: number;
  /** First instant of each day, and of the day after the last. */
  readonly starts: Float64Array;
  /** 1 on working days. */
  readonly working: Uint8Array;
  readonly dates: readonly string[];
  /** Closing instants of the working days, in order. */
  readonly closings: Float64Array;
  /** Number of working days before each day, and in the whole year. */
  readonly workingDaysBefore: Uint16Array;
  /** Working milliseconds before each day, and in the whole year. */
  readonly workingMsBefore: Float64Array;
  /** Opening, closing, opening, … of the business hours of a day, in ms after its first instant. */
  hoursOf(index: number): readonly number[];
}

export interface YearTableSource {
  readonly clock: ZoneClock;
  /** Opening, closing, opening, … in ms past midnight on the wall clock, ascending. */
  readonly hours: readonly number[];
  isCovered(year: number): boolean;
  isWorkingDay(date: string): boolean;
}

/** Work out one year. About a millisecond. */
export function buildYearTable(year: number, source: YearTableSource): YearTable {
  const { clock, hours } = source;
  const firstDay = firstDayOfYear(year);
  const length = Date.UTC(year + 1, 0, 1) / DAY_MS - firstDay;
  const starts = Float64Array.from({ length: length + 1 }, (_, index) =>
    clock.instantOf(firstDay + index, 0),
  );
  const dates = Array.from({ length }, (_, index) => dateOfDayNumber(firstDay + index));
  const working = Uint8Array.from(dates, (date) => (source.isWorkingDay(date) ? 1 : 0));

  // Days on which the clocks change have their own hours; on all others wall clock and elapsed time agree.
  const changed = new Map<number, readonly number[]>();
  for (let index = 0; index < length; index += 1) {
    const start = starts[index]!;
    if (starts[index + 1]! - start !== DAY_MS)
      changed.set(
        index,
        hours.map((timeOfDay) => clock.instantOf(firstDay + index, timeOfDay) - start),
      );
  }
  const hoursOf = (index: number): readonly number[] => changed.get(index) ?? hours;

  const workingDaysBefore = new Uint16Array(length + 1);
  const workingMsBefore = new Float64Array(length + 1);
  const closings: number[] = [];
  for (let index = 0; index < length; index += 1) {
    const dayHours = hoursOf(index);
    const works = working[index] === 1;
    if (works) closings.push(starts[index]! + dayHours.at(-1)!);
    workingDaysBefore[index + 1] = workingDaysBefore[index]! + (works ? 1 : 0);
    workingMsBefore[index + 1] = workingMsBefore[index]! + (works ? sumHours(dayHours) : 0);
  }
  return {
    year,
    covered: source.isCovered(year),
    firstDay,
    length,
    starts,
    working,
    dates,
    closings: Float64Array.from(closings),
    workingDaysBefore,
    workingMsBefore,
    hoursOf,
  };
}

function sumHours(hours: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < hours.length; i += 2) sum += hours[i + 1]! - hours[i]!;
  return sum;
}
