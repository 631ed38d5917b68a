import type { JsonValue } from '../json.js';
import type { EnqueueItem } from './make-enqueuer.js';
import type { DeadLetter, DeadLetterStore } from './dead-letter-store.js';

export interface ReplayDeps {
  readonly store: Pick<DeadLetterStore, 'find' | 'markReplayed' | 'add'>;
  /** Sets dead events back to `received` and answers those it revived; see EventStore. */
  readonly revive: (eventKeys: readonly string[]) => Promise<readonly { key: string; recordId: string }[]>;
  readonly partitionOf: (recordId: string) => number;
  /** See Enqueuer: what does not reach Redis is brought back by the reconciler. */
  readonly enqueue: (items: readonly EnqueueItem[]) => void;
  /** The intake's way into the inbox; `reason` is undefined when it was accepted or was there already. */
  readonly accept: (rawEvent: JsonValue) => Promise<{ readonly reason?: string; readonly error?: string }>;
}

export interface ReplayResult {
  readonly replayed: string[];
  /** Replayed before and not dead since. */
  readonly unchanged: string[];
  readonly notFound: string[];
  /** Still dead, and why. */
  readonly refused: { readonly id: string; readonly reason: string; readonly error?: string }[];
}

/** Takes letters up again, by id. Safe to call twice and to be cut off at any point. */
export function makeReplayDeadLetters(deps: ReplayDeps): (ids: readonly string[]) => Promise<ReplayResult> {
  const { store, revive, partitionOf, enqueue, accept } = deps;

  async function replayEvents(letters: readonly DeadLetter[]): Promise<void> {
    const keys = letters.flatMap(({ eventKey }) => (eventKey === undefined ? [] : [eventKey]));
    if (keys.length === 0) return;
    const revived = await revive(keys);
    enqueue(revived.map(({ key, recordId }) => ({ key, partition: partitionOf(recordId) })));
  }

  return async function replayDeadLetters(ids) {
    const wanted = [...new Set(ids)];
    const letters = await store.find(wanted);
    const found = new Set(letters.map(({ id }) => id));
    const waiting = letters.filter(({ replayedAt }) => !replayedAt);
    const refused: ReplayResult['refused'] = [];

    await replayEvents(waiting.filter(({ kind }) => kind === 'event'));
    for (const { id, raw, truncated } of waiting.filter(({ kind }) => kind === 'intake')) {
      if (truncated || raw === undefined) {
        refused.push({ id, reason: 'truncated', error: 'It was too long to be kept whole; send it again.' });
        continue;
      }
      const { reason, error } = await accept(raw);
      if (reason !== undefined) refused.push({ id, reason, ...(error === undefined ? {} : { error }) });
    }

    const stillDead = new Set(refused.map(({ id }) => id));
    const replayed = waiting.map(({ id }) => id).filter((id) => !stillDead.has(id));
    // Marked last: a crash before leaves the letters waiting, and replaying them again changes nothing.
    await store.markReplayed(replayed);
    return {
      replayed,
      unchanged: letters.filter(({ replayedAt }) => replayedAt).map(({ id }) => id),
      notFound: wanted.filter((id) => !found.has(id)),
      refused,
    };
  };
}
