import type { EventStore } from '../src/events/event-store.js';
import type { HandleEvents } from '../src/handle-event.js';
import type { DeadLetterStore } from '../src/queue/dead-letter-store.js';
import type { Logger } from 'pino';

export interface ProcessEventsDeps {
  readonly handleChunk: HandleEvents['handleChunk'];
  readonly inbox: Pick<EventStore, 'countAttempts' | 'markDead'>;
  readonly deadLetters: Pick<DeadLetterStore, 'add'>;
  /** After so many failed tries an event is set aside with its reason. */
  readonly maxAttempts: number;
  readonly logger: Logger;
}

/** Some records of a chunk could not be folded; the others are done. The queue tries the chunk again. */
export class ChunkPartlyFailedError extends Error {}

/**
 * The event worker: handles a chunk, counts the tries of records that cannot be folded, and sets their
 * events aside when they had enough, so that nothing waits for ever and nothing is dropped silently.
 */
export function makeProcessEvents({
  handleChunk,
  inbox,
  deadLetters,
  maxAttempts,
  logger,
}: ProcessEventsDeps) {
  return async function processEvents(keys: readonly string[]): Promise<void> {
    const { failed } = await handleChunk(keys);
    let remaining = 0;
    for (const { keys: failedKeys, recordId, error } of failed) {
      const attempts = await inbox.countAttempts(failedKeys);
      const exhausted = failedKeys.filter((key) => (attempts.get(key) ?? 0) >= maxAttempts);
      remaining += failedKeys.length - exhausted.length;
      if (exhausted.length === 0) continue;
      logger.warn({ recordId, events: exhausted.length, err: error }, 'events set aside as dead letters');
      await deadLetters.add(
        exhausted.map((eventKey) => ({
          kind: 'event' as const,
          eventKey,
          recordId,
          reason: 'cannot-be-folded',
          error: messageOf(error),
          attempts: attempts.get(eventKey) ?? maxAttempts,
        })),
      );
      await inbox.markDead(exhausted, `cannot be folded into ${recordId}: ${messageOf(error)}`);
    }
    if (remaining > 0) {
      const [first] = failed;
      throw new ChunkPartlyFailedError(`${remaining} of ${keys.length} events could not be folded`, {
        cause: first?.error,
      });
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
