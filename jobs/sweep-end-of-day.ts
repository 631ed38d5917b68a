import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidRequestError } from '../src/errors.js';
import type { HandleEvents } from '../src/handle-event.js';
import { sideBySide } from '../src/side-by-side.js';

export interface EndOfDaySweepDeps {
  /** Open work orders, in batches of record ids. */
  readonly streamOpen: (batchSize: number) => AsyncIterable<readonly string[]>;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  /** Takes note of feeds that were silent: `makeUpSweeps` looks at their work orders when they speak again. */
  readonly oweSweep: (feeds: readonly string[], date: string) => Promise<void>;
  /** The instant at which the sweep of a business date looks, epoch ms. */
  readonly momentOf: (date: string) => number;
  readonly now: () => number;
  readonly batchSize?: number;
}

/** The clock that wakes the scheduler may be a little ahead of the one that tells the time. */
const WAIT_AT_MOST_MS = 1_000;
/** Batches in hand at a time. */
const IN_HAND = 2;

/**
 * 每日下班前核查待办工作单 (YXZY-YY-145/3/C2): lets the sweep rules look at every open work order. The moment of
 * the sweep is part of the fold, so a run that was missed and is caught up later finds what it would have
 * found in time, and running it twice finds nothing twice.
 */
export function makeEndOfDaySweep(deps: EndOfDaySweepDeps) {
  const { streamOpen, advanceRecords, oweSweep, momentOf, now, batchSize = 500 } = deps;

  /** A moment is looked at once it has passed: a run at the very instant, or before, would find nothing of its day. */
  async function waitUntilPassed(date: string, signal?: AbortSignal): Promise<void> {
    const wait = momentOf(date) + 1 - now();
    if (wait > WAIT_AT_MOST_MS)
      throw new InvalidRequestError(
        `The end-of-day sweep of ${date} looks at ${new Date(momentOf(date)).toISOString()}; that has not come yet.`,
      );
    if (wait <= 0) return;
    await sleep(wait, undefined, signal && { signal });
    // A timer may fire a little early.
    await waitUntilPassed(date, signal);
  }

  return async function sweepEndOfDay(
    date: string,
    signal?: AbortSignal,
  ): Promise<{ looked: number; failed: number }> {
    await waitUntilPassed(date, signal);
    let looked = 0;
    let failed = 0;
    const silent = new Set<string>();
    await sideBySide(streamOpen(batchSize), IN_HAND, async (recordIds) => {
      if (signal?.aborted) throw new Error('the sweep was stopped; it goes on when it is claimed again');
      const result = await advanceRecords(recordIds, 'sweep');
      looked += recordIds.length;
      failed += result.failed.length;
      for (const feed of result.silentFeeds) silent.add(feed);
    });
    // The run is not done before this is noted, and is repeated if we die here.
    await oweSweep([...silent], date);
    return { looked, failed };
  };
}
