import { assertYear, dayNumberOf, yearOfDayNumber } from './civil-date.js';
import { buildYearTable } from './year-table.js';
import type { YearTable, YearTableSource } from './year-table.js';

/** The year tables of a calendar, built on first use and kept. */
export interface DayTables {
  tableOf(year: number): YearTable;
  /** The year an instant lies in. */
  tableAt(at: number): YearTable;
  /** The year of a business date. Throws RangeError for text that is no date. */
  tableOfDate(date: string): YearTable;
}

/** Tables by year; the last one asked for is at hand, since events come close together in time. */
export function makeDayTables(source: YearTableSource): DayTables {
  const tables = new Map<number, YearTable>();
  let recent: YearTable | undefined;

  function tableOf(year: number): YearTable {
    let table = tables.get(year);
    if (!table) {
      assertYear(year);
      table = buildYearTable(year, source);
      tables.set(year, table);
    }
    return table;
  }

  function tableAt(at: number): YearTable {
    if (recent && at >= recent.starts[0]! && at < endOf(recent)) return recent;
    if (!Number.isFinite(at)) throw new RangeError(`${at} is no instant: expected epoch milliseconds`);
    let table = tableOf(new Date(at).getUTCFullYear());
    if (at < table.starts[0]!) table = tableOf(table.year - 1);
    else if (at >= endOf(table)) table = tableOf(table.year + 1);
    recent = table;
    return table;
  }

  return { tableOf, tableAt, tableOfDate: (date) => tableOf(yearOfDayNumber(dayNumberOf(date))) };
}

/** First instant of the next year. */
export function endOf(table: YearTable): number {
  return table.starts[table.length]!;
}

/** Index of the day an instant of the year lies in. */
export function indexAt(table: YearTable, at: number): number {
  const { starts, length } = table;
  let index = Math.min(Math.floor((at - starts[0]!) / 86_400_000), length - 1);
  // Clock changes shift the guess by a day at most (a zone that skips a whole day: a few steps).
  while (index > 0 && at < starts[index]!) index -= 1;
  while (index < length - 1 && at >= starts[index + 1]!) index += 1;
  return index;
}

/** Index of a date in its own year's table. */
export function indexOfDate(table: YearTable, date: string): number {
  return dayNumberOf(date) - table.firstDay;
}
