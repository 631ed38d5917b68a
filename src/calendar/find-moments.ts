import type { CalendarFile } from './calendar-file.js';
import { DAY_MS, timeOfDayOf } from './civil-date.js';
import { indexAt } from './day-tables.js';
import type { DayTables } from './day-tables.js';

/**
 * Instants of a named daily moment in (after, until], oldest first; working days only.
 * @throws RangeError for a name the calendar does not have
 */
export function findMoments(
  tables: DayTables,
  moments: CalendarFile['moments'],
  instantOf: (date: string, time: string) => number,
  name: string,
  after: number,
  until: number,
): number[] {
  const time = Object.hasOwn(moments, name) ? moments[name] : undefined;
  if (time === undefined)
    throw new RangeError(
      `moment "${name}" is unknown: the calendar has ${Object.keys(moments).join(', ') || 'none'}`,
    );
  const found: number[] = [];
  if (!(after < until)) return found;
  const timeOfDay = timeOfDayOf(time);
  let table = tables.tableAt(after);
  for (let index = indexAt(table, after); ; index += 1) {
    if (index === table.length) {
      table = tables.tableOf(table.year + 1);
      index = 0;
    }
    const start = table.starts[index]!;
    if (start > until) return found;
    if (table.working[index] !== 1) continue;
    // Asked for before every event: the names of the days are read only where clocks change.
    const isPlain = table.starts[index + 1]! - start === DAY_MS;
    const at = isPlain ? start + timeOfDay : instantOf(table.dates[index]!, time);
    if (at > after && at <= until) found.push(at);
  }
}
