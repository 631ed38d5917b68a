import { nextLookAt } from '../engine/advance-clocks.js';
import type { Clock } from '../engine/work-order-record.js';

/**
 * What of a record's clocks is searched for, kept beside them in its document. This is the due list: no list of clocks
 * is written apart, so that none can disagree with the record or be left behind by a crash.
 */
export interface DueFields {
  /** The earliest warn or due time to look at. */
  readonly nextLookAt?: Date;
  /** The earliest due time that was looked at and has not been met. */
  readonly overdueAt?: Date;
  /** Of running clocks that cross years without an official schedule: those years, once for each clock. */
  readonly uncoveredYears?: number[];
  /** How many clocks run or pause: those a changed calendar moves. */
  readonly openClocks?: number;
}

/** The due fields of a record's clocks. */
export function dueFieldsOf(clocks: readonly Clock[]): DueFields {
  let look = Infinity;
  let overdue = Infinity;
  let open = 0;
  const uncoveredYears: number[] = [];
  for (const clock of clocks) {
    if (clock.state !== 'running' && clock.state !== 'paused') continue;
    open += 1;
    look = Math.min(look, nextLookAt(clock) ?? Infinity);
    if (clock.state === 'paused') continue;
    if (clock.expired) overdue = Math.min(overdue, clock.dueAt ?? Infinity);
    if (clock.uncoveredYears) uncoveredYears.push(...clock.uncoveredYears);
  }
  return {
    ...(look < Infinity && { nextLookAt: new Date(look) }),
    ...(overdue < Infinity && { overdueAt: new Date(overdue) }),
    ...(uncoveredYears.length > 0 && { uncoveredYears }),
    ...(open > 0 && { openClocks: open }),
  };
}
