import type { CalendarFile } from './calendar-file.js';
import { DAY_MS, timeOfDayOf } from './civil-date.js';
import { lowerBound } from './measures.js';
import type { DayTables } from './day-tables.js';
import type { YearTable } from './year-table.js';

/**
 * Finds the instants of a named daily moment in (after, until], oldest first; working days only. Asked for before every
 * event: the moments of a year are worked out once and kept.
 */
export function makeFindMoments(
  tables: DayTables,
  moments: CalendarFile['moments'],
  instantOf: (date: string, time: string) => number,
): (name: string, after: number, until: number) => number[] {
  const timeOf = new Map(Object.entries(moments));
  const known = new Map<string, Map<number, Float64Array>>();

  function momentsOf(name: string, time: string, table: YearTable): Float64Array {
    let years = known.get(name);
    if (!years) known.set(name, (years = new Map<number, Float64Array>()));
    let found = years.get(table.year);
    if (!found) years.set(table.year, (found = workOut(table, time)));
    return found;
  }

  function workOut({ length, starts, working, dates }: YearTable, time: string): Float64Array {
    const timeOfDay = timeOfDayOf(time);
    const found: number[] = [];
    for (let index = 0; index < length; index += 1) {
      if (working[index] !== 1) continue;
      const start = starts[index]!;
      const isPlain = starts[index + 1]! - start === DAY_MS;
      found.push(isPlain ? start + timeOfDay : instantOf(dates[index]!, time));
    }
    return Float64Array.from(found);
  }

  return (name, after, until) => {
    const time = timeOf.get(name);
    if (time === undefined)
      throw new RangeError(
        `moment "${name}" is unknown: the calendar has ${Object.keys(moments).join(', ') || 'none'}`,
      );
    const found: number[] = [];
    if (!(after < until)) return found;
    for (let table = tables.tableAt(after); ; table = tables.tableOf(table.year + 1)) {
      const ofYear = momentsOf(name, time, table);
      for (let index = lowerBound(ofYear, after); index < ofYear.length; index += 1) {
        const at = ofYear[index]!;
        if (at > until) return found;
        if (at > after) found.push(at);
      }
      if (until < table.starts[table.length]!) return found;
    }
  };
}
