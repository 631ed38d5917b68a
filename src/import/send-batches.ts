import { AppError } from '../errors.js';
import type { ImportWait } from './import-summary.js';
import type { Batch } from './make-batches.js';
import type { AcceptAnswer } from './make-tally.js';
import type { RawEvent } from './read-item.js';

/** What sending batches needs. */
export interface SendBatchesDeps {
  /** Validates and stores a batch as `POST /api/events` does; resolved = on disk. */
  readonly accept: (events: readonly RawEvent[]) => Promise<AcceptAnswer>;
  /** Registers a batch; called in file order. Its result is called with the answer. */
  readonly add: (batch: Batch) => (answer: AcceptAnswer) => void;
  /** Called between batches, never twice at a time. */
  readonly between: () => Promise<void>;
  readonly onWait: (notice: ImportWait) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

const IN_FLIGHT = 4;
/** How long to wait for a store that is away, in seconds, before giving up. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];

/**
 * Sends batches to the intake, a few in flight, and reads no faster than they are stored. Returns when all
 * that were sent are settled.
 *
 * @returns why it ended before the last batch, if it did
 */
export async function sendBatches(
  batches: AsyncIterable<Batch>,
  deps: SendBatchesDeps,
): Promise<string | undefined> {
  const inFlight = new Set<Promise<void>>();
  let failure: string | undefined;
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error.message : String(error);
  };
  const isOver = (): boolean => failure !== undefined || deps.signal?.aborted === true;

  const accept = async (events: readonly RawEvent[]): Promise<AcceptAnswer> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return events.length ? await deps.accept(events) : { accepted: 0, duplicates: 0, rejected: [] };
      } catch (error) {
        const seconds = RETRY_SECONDS[tries];
        // Only a store that is away may come back; anything else would fail the same way again.
        if (seconds === undefined || isOver() || !(error instanceof AppError && error.status === 503))
          throw error;
        deps.onWait({ kind: 'waiting', reason: error.message, seconds });
        await deps.wait(seconds * 1_000);
      }
    }
  };
  const send = async (batch: Batch): Promise<void> => {
    const settle = deps.add(batch);
    try {
      settle(await accept(batch.events.map(({ event }) => event)));
    } catch (error) {
      fail(error);
    }
  };

  try {
    for await (const batch of batches) {
      if (isOver()) break;
      const sent = send(batch).finally(() => inFlight.delete(sent));
      inFlight.add(sent);
      while (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
      await deps.between().catch(fail);
      if (isOver()) break;
    }
  } finally {
    await Promise.all(inFlight);
  }
  return failure ?? (deps.signal?.aborted ? 'The import was interrupted.' : undefined);
}
