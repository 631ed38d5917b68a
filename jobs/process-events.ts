import type { Logger } from 'pino';
import type { EventStore } from '../src/events/event-store.js';
import type { ChunkResult, HandleEvents } from '../src/handle-event.js';
import type { DeadLetterStore } from '../src/queue/dead-letter-store.js';
import { isolateFailures } from './isolate-failures.js';

export interface ProcessEventsDeps {
  readonly handleChunk: HandleEvents['handleChunk'];
  readonly inbox: Pick<EventStore, 'countAttempts' | 'loadEvents' | 'markDead'>;
  readonly deadLetters: Pick<DeadLetterStore, 'add'>;
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
  const { handleChunk, inbox, maxAttempts } = deps;

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
      const exhausted = failedKeys.filter((key) => (attempts.get(key) ?? 0) >= maxAttempts);
      remaining += failedKeys.length - exhausted.length;
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
      if ((attempts.get(event.key) ?? 0) <= maxAttempts) {
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
  await inbox.markDead(keys, `${reason}: ${error}`);
}
