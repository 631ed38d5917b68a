import type { HandleEvents } from '../src/handle-event.js';

export interface EndOfDaySweepDeps {
  /** Open work orders, in batches of record ids. */
  readonly streamOpen: (batchSize: number) => AsyncIterable<readonly string[]>;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  readonly batchSize?: number;
}

/**
 * 每日下班前核查待办工作单 (YXZY-YY-145/3/C2): lets the sweep rules look at every open work order. The moment of
 * the sweep is part of the fold, so a run that was missed and is caught up later finds what it would have
 * found in time, and running it twice finds nothing twice.
 */
export function makeEndOfDaySweep({ streamOpen, advanceRecords, batchSize = 500 }: EndOfDaySweepDeps) {
  return async function sweepEndOfDay(
    _date: string,
    signal?: AbortSignal,
  ): Promise<{ looked: number; failed: number }> {
    let looked = 0;
    let failed = 0;
    for await (const recordIds of streamOpen(batchSize)) {
      if (signal?.aborted) throw new Error('the sweep was stopped; it goes on when it is claimed again');
      const result = await advanceRecords(recordIds, 'sweep');
      looked += recordIds.length;
      failed += result.failed.length;
    }
    return { looked, failed };
  };
}
