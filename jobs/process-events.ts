import type { Logger } from 'pino';
import type { EventStore } from '../src/events/event-store.js';
import type { ChunkResult, HandleEvents } from '../src/handle-event.js';
import type { DeadLetterStore } from '../src/queue/dead-letter-store.js';
import { isolateFailures } from './isolate-failures.js';

export interface ProcessEventsDeps {
  readonly handleChunk: HandleEvents['handleChunk'];
  readonly inbox: Pick<EventStore, 'countAttempts' | 'loadEvents' | 'markDead' | 'revive'>;
  readonly deadLetters: Pick<DeadLetterStore, 'add' | 'withdraw'>;
  /** After so many failed tries an event is set aside with its reason. */
  readonly maxAttempts: number;
  readonly logger: Logger;
}

/** Some records of a chunk could not be folded; the others are done. The queue tries the chunk again. */
export class ChunkPartlyFailedError extends Error {}

/** A chunk whose workers died so often may hold an event that kills them. */
const SUSPECT_CRASHES = 3;

/**
 * The event worker: handles a chunk, counts the tries of records that cannot be folded, and sets their
 * events aside when they had enough, so that nothing waits for ever and nothing is dropped silently.
 *
 * An event that takes its process down with it leaves no error to count. A chunk that was started again and
 * again is therefore taken event by event, each try counted before it is made.
 */
export function makeProcessEvents(deps: ProcessEventsDeps) {
  const { inbox, deadLetters, maxAttempts } = deps;

  /**
   * Who was slow and taken for dead may come through after others gave its events up. They can be handled, so they are
   * revived, and handled again: between the two somebody may have folded the record without them.
   */
  async function handleChunk(keys: readonly string[]): Promise<ChunkResult> {
    const result = await deps.handleChunk(keys);
    const late = result.wereSetAside ?? [];
    if (late.length === 0) return result;
    await inbox.revive(late);
    await deadLetters.withdraw(late);
    const again = await handleChunk(late);
    return { processed: result.processed, failed: [...result.failed, ...again.failed] };
  }

  /** A store may refuse a whole chunk for one record in it: that record fails, the others are done. */
  async function handleIsolated(keys: readonly string[]): Promise<ChunkResult['failed']> {
    const { results, failed } = await isolateFailures(keys, handleChunk);
    const refused = await inbox.loadEvents(failed.map(({ item }) => item));
    return [
      ...results.flatMap((result) => result.failed),
      ...refused.map(({ event: { key }, recordId }) => ({
        keys: [key],
        recordId,
        error: failed.find(({ item }) => item === key)?.error,
      })),
    ];
  }

  async function handleAll(keys: readonly string[]): Promise<void> {
    const failed = await handleIsolated(keys);
    let remaining = 0;
    for (const { keys: failedKeys, recordId, error } of failed) {
      const attempts = await inbox.countAttempts(failedKeys);
      const exhausted = [...attempts].filter(([, tries]) => tries >= maxAttempts).map(([key]) => key);
      remaining += attempts.size - exhausted.length;
      await setAside(deps, exhausted, { recordId, reason: 'cannot-be-folded', error, attempts });
    }
    if (remaining > 0) {
      const [first] = failed;
      throw new ChunkPartlyFailedError(`${remaining} of ${keys.length} events could not be folded`, {
        cause: first?.error,
      });
    }
  }

  async function handleOneByOne(keys: readonly string[]): Promise<void> {
    for (const { event, recordId, status } of await inbox.loadEvents(keys)) {
      if (status !== 'received') continue;
      const attempts = await inbox.countAttempts([event.key]);
      const tries = attempts.get(event.key);
      // A worker that was only slow, and taken for dead, has done it meanwhile.
      if (tries === undefined) continue;
      if (tries <= maxAttempts) {
        await handleChunk([event.key]);
        continue;
      }
      const error = new Error(`its worker died ${maxAttempts} times while it was handled`);
      await setAside(deps, [event.key], { recordId, reason: 'kills-its-worker', error, attempts });
    }
  }

  /** @param crashes how often a worker died over this chunk */
  return async function processEvents(keys: readonly string[], crashes = 0): Promise<void> {
    if (crashes >= SUSPECT_CRASHES) await handleOneByOne(keys);
    // What was handled one by one is folded again here at the most; what failed in order is counted here.
    await handleAll(keys);
  };
}

async function setAside(
  { inbox, deadLetters, logger, maxAttempts }: ProcessEventsDeps,
  keys: readonly string[],
  why: {
    readonly recordId: string;
    readonly reason: string;
    readonly error: unknown;
    readonly attempts: ReadonlyMap<string, number>;
  },
): Promise<void> {
  if (keys.length === 0) return;
  const { recordId, reason, attempts } = why;
  const error = why.error instanceof Error ? why.error.message : String(why.error);
  logger.warn({ recordId, events: keys.length, reason, err: why.error }, 'events set aside as dead letters');
  await deadLetters.add(
    keys.map((eventKey) => ({
      kind: 'event' as const,
      eventKey,
      recordId,
      reason,
      error,
      attempts: attempts.get(eventKey) ?? maxAttempts,
    })),
  );
  // The letters first: whoever dies here sets the events aside once more. What was processed meanwhile needs none.
  const notSetAside = await inbox.markDead(keys, `${reason}: ${error}`);
  await deadLetters.withdraw(notSetAside);
}
