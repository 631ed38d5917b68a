/** How many entries a list of a work order keeps. Real work orders stay far below; a looping source must not grow a record for ever. */
export const MAX_ENTRIES = 1_000;
/** How many entries a milestone list keeps; `seen` goes on counting all. */
export const MAX_MILESTONES = 50;

/** Adds to a list that keeps its newest `max` entries. */
export function pushBounded<T>(list: T[], item: T, max: number = MAX_ENTRIES): void {
  list.push(item);
  if (list.length > max) list.shift();
}
