import { setTimeout as sleep } from 'node:timers/promises';
import type { PartitionQueues } from './partition-queues.js';

export interface ReconcileInboxOptions {
  /** Events received before `olderThan` and still not processed, oldest first. */
  readonly findStuck: (query: {
    readonly olderThan: Date;
    readonly limit: number;
  }) => Promise<readonly { readonly key: string; readonly recordId: string }[]>;
  /** See src/events/partition-of.ts. */
  readonly partitionOf: (recordId: string, partitions: number) => number;
  readonly queues: Pick<PartitionQueues, 'enqueue' | 'heads' | 'partitions'>;
  readonly now: () => number;
  /** How long an event may take from its receipt before it is taken for lost. Default 30 000. */
  readonly olderThanMs?: number;
  /** Most events enqueued at once; the next ones follow when these are through. Default 10 000. */
  readonly limit?: number;
  /** A pass that has so much to do that it takes longer stops here; the next one goes on. Default 45 000. */
  readonly maxPassMs?: number;
}

/** One pass: how many events were brought back, and whether there may be more that the pass had no time for. */
export type ReconcileInbox = (signal?: AbortSignal) => Promise<{ enqueued: number; more: boolean }>;

/** Events are inserted, then enqueued: a chunk may be this much younger than its events. Also covers clocks that differ. */
const RECEIPT_TO_QUEUE_MS = 10_000;
/** An event brought back is left alone for so long, so that a chunk in backoff is not added at each pass. */
const COOL_DOWN_MS = 60_000;
const POLL_MS = 250;

/**
 * Makes the pass that brings back what the queue has lost: events that are still `received` long after they came
 * (Redis was wiped or down, a process died between inbox and queue, a chunk failed for good).
 *
 * A queue that is merely long is no loss: queues are first in, first out, so events younger than the oldest
 * waiting chunk are left alone. What slips through is enqueued twice, which does no harm.
 */
export function makeReconcileInbox(options: ReconcileInboxOptions): ReconcileInbox {
  const { findStuck, partitionOf, queues, now } = options;
  const { olderThanMs = 30_000, limit = 10_000, maxPassMs = 45_000 } = options;
  const coolUntil = new Map<string, number>();

  async function enqueueStuck(): Promise<{ enqueued: number; full: boolean }> {
    const { oldestAt = Infinity } = await queues.heads();
    const olderThan = new Date(Math.min(now() - olderThanMs, oldestAt - RECEIPT_TO_QUEUE_MS));
    const found = await findStuck({ olderThan, limit });
    const stuck = found.filter(({ key }) => !coolUntil.has(key));
    const keysByPartition = new Map<number, string[]>();
    for (const { key, recordId } of stuck) {
      const partition = partitionOf(recordId, queues.partitions);
      const keys = keysByPartition.get(partition);
      if (keys) keys.push(key);
      else keysByPartition.set(partition, [key]);
    }
    await queues.enqueue(keysByPartition, { recovered: true });
    const until = now() + COOL_DOWN_MS;
    for (const { key } of stuck) coolUntil.set(key, until);
    return { enqueued: stuck.length, full: found.length === limit && stuck.length > 0 };
  }

  return async function reconcileInbox(signal) {
    for (const [key, until] of coolUntil) if (until <= now()) coolUntil.delete(key);
    const endAt = now() + maxPassMs;
    let enqueued = 0;
    let more = true;
    while (more && now() < endAt && !signal?.aborted) {
      // What was brought back before is still being worked on: wait, so that Redis never holds the whole backlog.
      if ((await queues.heads()).recovered) {
        await sleep(POLL_MS);
        continue;
      }
      const round = await enqueueStuck();
      enqueued += round.enqueued;
      more = round.full;
    }
    return { enqueued, more };
  };
}
