import type { HandleEvents } from '../src/handle-event.js';
import type { FeedStore } from '../src/schedule/feed-store.js';

export interface MakeUpSweepsDeps {
  readonly feeds: Pick<FeedStore, 'sweepsOwed' | 'settleSweep'>;
  /** Open records of a feed, in batches of record ids. */
  readonly streamOpen: (feed: string, batchSize: number) => AsyncIterable<readonly string[]>;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  readonly now: () => number;
  readonly batchSize?: number;
}

/**
 * Each minute: what the end-of-day sweep left out because a feed was silent is looked at as soon as the feed speaks
 * again, as of the moment of that sweep. (Nothing that did not happen is believed of a silent feed: invariant 12.)
 */
export function makeMakeUpSweeps(deps: MakeUpSweepsDeps) {
  const { feeds, streamOpen, advanceRecords, now, batchSize = 500 } = deps;

  return async function makeUpSweeps(signal?: AbortSignal): Promise<{ feeds: number; looked: number }> {
    const owed = await feeds.sweepsOwed(now());
    let looked = 0;
    for (const { feed, date } of owed) {
      let spoke = true;
      for await (const recordIds of streamOpen(feed, batchSize)) {
        if (signal?.aborted) return { feeds: owed.length, looked };
        const { silentFeeds } = await advanceRecords(recordIds, 'sweep');
        looked += recordIds.length;
        if (silentFeeds.includes(feed)) spoke = false;
      }
      if (spoke) await feeds.settleSweep(feed, date);
    }
    return { feeds: owed.length, looked };
  };
}
