import type { Interval } from './business-calendar.js';

const NONE: readonly Interval[] = [];

/**
 * Pauses in order, without overlaps, without empty ones; touching ones become one. Only the last may be
 * open. A clock is paused at `t` when `from <= t < to`.
 */
export function mergePauses(pauses: readonly Interval[] | undefined): readonly Interval[] {
  if (!pauses || pauses.length === 0) return NONE;
  if (pauses.length === 1) return isEmpty(pauses[0]!) ? NONE : pauses;
  const sorted = pauses.filter((pause) => !isEmpty(pause)).sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const pause of sorted) {
    const last = merged.at(-1);
    if (!last || (last.to !== undefined && pause.from > last.to)) merged.push(pause);
    else if (last.to !== undefined && (pause.to === undefined || pause.to > last.to))
      merged[merged.length - 1] =
        pause.to === undefined ? { from: last.from } : { from: last.from, to: pause.to };
  }
  return merged;
}

function isEmpty(pause: Interval): boolean {
  return pause.to !== undefined && pause.to <= pause.from;
}
