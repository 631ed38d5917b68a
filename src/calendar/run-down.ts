import type { Interval } from './business-calendar.js';
import { endOf } from './day-tables.js';
import type { DayTables } from './day-tables.js';
import type { Measure } from './measures.js';

/** Where a budget runs out. */
export type RunDown =
  | { readonly state: 'due'; readonly at: number }
  | { readonly state: 'paused' }
  | { readonly state: 'uncovered'; readonly years: readonly number[] };

type Step = RunDown | { readonly state: 'left'; readonly left: number };

/**
 * Use up `need` of a measure from an instant on, standing still in the pauses (merged: see `mergePauses`).
 * Stops at the first year without a schedule that running time would enter: beyond it nothing is known,
 * not even which further years would be crossed.
 */
export function runDown(
  tables: DayTables,
  measure: Measure,
  from: number,
  need: number,
  pauses: readonly Interval[],
): RunDown {
  if (need <= 0) return { state: 'due', at: from };
  let left = need;
  let cursor = from;
  for (const pause of pauses) {
    if (pause.to !== undefined && pause.to <= cursor) continue;
    if (pause.from > cursor) {
      const step = walk(tables, measure, cursor, pause.from, left);
      if (step.state !== 'left') return step;
      left = step.left;
    }
    if (pause.to === undefined) return { state: 'paused' };
    cursor = Math.max(cursor, pause.to);
  }
  const step = walk(tables, measure, cursor, Infinity, left);
  if (step.state === 'left') throw new RangeError('a walk without an end came to an end');
  return step;
}

/** The instant `ms` of plain time after `from`, standing still in the pauses; undefined while paused. */
export function runDownMs(from: number, ms: number, pauses: readonly Interval[]): number | undefined {
  let left = ms;
  let cursor = from;
  for (const pause of pauses) {
    if (pause.to !== undefined && pause.to <= cursor) continue;
    if (pause.from > cursor) {
      if (pause.from - cursor >= left) return cursor + left;
      left -= pause.from - cursor;
    }
    if (pause.to === undefined) return undefined;
    cursor = Math.max(cursor, pause.to);
  }
  return cursor + left;
}

/** From `from` up to `until` without a pause, year by year. */
function walk(tables: DayTables, measure: Measure, from: number, until: number, need: number): Step {
  let table = firstTable(tables, measure, from);
  let left = need;
  let cursor = from;
  for (;;) {
    if (measure.needsSchedule && !table.covered) return { state: 'uncovered', years: [table.year] };
    const end = endOf(table);
    const passed = measure.before(table, cursor);
    const here = (until <= end ? measure.before(table, until) : measure.total(table)) - passed;
    if (here >= left) return { state: 'due', at: measure.reach(table, passed + left) };
    left -= here;
    if (until <= end) return { state: 'left', left };
    cursor = end;
    table = tables.tableOf(table.year + 1);
  }
}

/** Hours up to 24:00 put the closing of 31 December on the first instant of the next year. */
function firstTable(tables: DayTables, measure: Measure, from: number) {
  const table = tables.tableAt(from);
  if (from > table.starts[0]!) return table;
  const previous = tables.tableOf(table.year - 1);
  return measure.before(previous, from) < measure.total(previous) ? previous : table;
}
