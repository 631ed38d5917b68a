import type { HandleEvents } from '../src/handle-event.js';
import type { DeadlineStore } from '../src/work-orders/deadline-store.js';

export interface RecomputeDeadlinesDeps {
  readonly deadlines: Pick<DeadlineStore, 'staleRecords'>;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  /** Of the calendar in force; it does not change while a process runs. */
  readonly calendarHash: string;
  readonly batchSize?: number;
}

/**
 * After a calendar change (a year was added, a day in lieu moved): computes every running clock anew. "Overdue" is
 * derived from the calendar, so the due list must follow it. Runs until nothing is left, then rests.
 */
export function makeRecomputeDeadlines(deps: RecomputeDeadlinesDeps) {
  const { deadlines, advanceRecords, calendarHash, batchSize = 500 } = deps;
  let settled = false;
  return async function recomputeDeadlines(
    signal?: AbortSignal,
  ): Promise<{ recomputed: number; failed: number }> {
    const result = { recomputed: 0, failed: 0 };
    const tried = new Set<string>();
    while (!settled && !signal?.aborted) {
      const stale = await deadlines.staleRecords(calendarHash, tried.size + batchSize);
      const fresh = stale.filter((recordId) => !tried.has(recordId));
      settled = stale.length === 0;
      // What could not be recomputed is tried again in the next minute.
      if (fresh.length === 0) break;
      for (const recordId of fresh) tried.add(recordId);
      const { failed } = await advanceRecords(fresh, 'due');
      result.recomputed += fresh.length - failed.length;
      result.failed += failed.length;
    }
    return result;
  };
}
