import type { EventStore } from '../src/events/event-store.js';
import type { HandleEvents } from '../src/handle-event.js';
import type { DeadlineStore } from '../src/work-orders/deadline-store.js';
import { sideBySide } from '../src/side-by-side.js';

export interface WatchDeadlinesDeps {
  readonly deadlines: Pick<DeadlineStore, 'dueRecords'>;
  readonly inbox: Pick<EventStore, 'waitingRecords'>;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  /** Feeds that fell silent: what they did not tell is not known, so their clocks wait (invariant 12). */
  readonly silentFeeds: () => Promise<readonly string[]>;
  /** True while an import runs: what an old log has not told yet did not fail to happen. */
  readonly importRunning: () => Promise<boolean>;
  readonly now: () => number;
  /** Records looked at in one go. Default 150; two batches are in hand at a time. */
  readonly batchSize?: number;
}

/** What a pass did. */
export interface DeadlinePass {
  readonly looked: number;
  readonly failed: number;
  /** The pass was left out because an import is running. */
  readonly suspended?: boolean;
}

const IN_HAND = 2;
/** Of the due list, what is asked for at once. */
const BATCHES_ASKED_FOR = 25;

/**
 * The minute pass: looks at every record with a clock that warns or ran out, found by index. A record with
 * events still waiting in the inbox is left to the next pass: its evidence may be among them. So is one that
 * cannot be looked at; the others go on.
 */
export function makeWatchDeadlines(deps: WatchDeadlinesDeps) {
  const batchSize = deps.batchSize ?? 150;

  /** Answers how many could not be looked at. */
  async function advance(recordIds: readonly string[], signal?: AbortSignal): Promise<number> {
    let refused = 0;
    await sideBySide(batchesOf(recordIds, batchSize), IN_HAND, async (batch) => {
      if (signal?.aborted) return;
      const waiting = await deps.inbox.waitingRecords(batch);
      const ready = batch.filter((recordId) => !waiting.has(recordId));
      const { failed } = await deps.advanceRecords(ready, 'due');
      refused += failed.length;
    });
    return refused;
  }

  return async function watchDeadlines(signal?: AbortSignal): Promise<DeadlinePass> {
    if (await deps.importRunning()) return { looked: 0, failed: 0, suspended: true };
    const silent = await deps.silentFeeds();
    const seen = new Set<string>();
    let failed = 0;
    // What was left stays at the head of the list: whatever is behind it is found by asking for more rows, until more
    // rows bring no more records.
    let rows = BATCHES_ASKED_FOR * batchSize;
    let left = 0;
    while (!signal?.aborted) {
      const due = await deps.deadlines.dueRecords(new Date(deps.now()), rows, silent);
      const fresh = due.map(({ recordId }) => recordId).filter((recordId) => !seen.has(recordId));
      if (fresh.length > 0) {
        for (const recordId of fresh) seen.add(recordId);
        failed += await advance(fresh, signal);
        left = 0;
      } else {
        if (due.length === left) break;
        left = due.length;
        rows *= 2;
      }
    }
    return { looked: seen.size, failed };
  };
}

function* batchesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
