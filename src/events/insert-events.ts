import type { Collection } from 'mongodb';
import { StoreUnavailableError } from '../errors.js';
import { toEventDocument } from './event-document.js';
import type { EventDocument, NewEvent } from './event-document.js';

export type InsertOutcome = 'inserted' | 'duplicate' | 'conflict';

/** What became of a batch. The same key may stand in two lists when the batch itself held it twice. */
export interface InsertResult {
  readonly inserted: readonly string[];
  /** Stored before with the same content: a resend. */
  readonly duplicates: readonly string[];
  /** Stored before with other content: refused, the first one stays. */
  readonly conflicts: readonly string[];
  /** One for each event of the batch, in its order. */
  readonly outcomes: readonly InsertOutcome[];
}

const DUPLICATE_KEY = 11000;
const MAX_TRIES = 3;

/**
 * Inserts what is new in one unordered insertMany; MongoDB's unique `_id` decides, so that concurrent
 * senders of one event get one `inserted` between them.
 *
 * @throws StoreUnavailableError when MongoDB did not confirm every event (those it did store stay and are
 * duplicates of the next try).
 */
export async function insertEvents(
  events: Collection<EventDocument>,
  batch: readonly NewEvent[],
): Promise<InsertResult> {
  const firstOfKey = new Map<string, NewEvent>();
  for (const entry of batch) {
    if (!firstOfKey.has(entry.event.key)) firstOfKey.set(entry.event.key, entry);
  }
  const storedHash = await insertOrFindHash(events, firstOfKey);

  const seen = new Set<string>();
  const outcomes = batch.map(({ event: { key }, hash }): InsertOutcome => {
    const other = storedHash.get(key);
    if (other === undefined && !seen.has(key)) {
      seen.add(key);
      return 'inserted';
    }
    return (other ?? firstOfKey.get(key)?.hash) === hash ? 'duplicate' : 'conflict';
  });
  return resultOf(batch, outcomes);
}

/** @param outcomes one for each event of the batch */
export function resultOf(batch: readonly NewEvent[], outcomes: readonly InsertOutcome[]): InsertResult {
  const keysOf = (wanted: InsertOutcome) =>
    batch.flatMap(({ event }, index) => (outcomes[index] === wanted ? [event.key] : []));
  return {
    inserted: keysOf('inserted'),
    duplicates: keysOf('duplicate'),
    conflicts: keysOf('conflict'),
    outcomes,
  };
}

/** Inserts; answers the stored hash of the keys that were there before. */
async function insertOrFindHash(
  events: Collection<EventDocument>,
  entries: ReadonlyMap<string, NewEvent>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let missing = [...entries.values()];
  // More than once only where an event was removed by retention between the insert and the look-up.
  for (let tries = 0; missing.length > 0; tries++) {
    if (tries === MAX_TRIES) throw new StoreUnavailableError();
    const taken = await insertAndListTaken(events, missing);
    if (taken.length === 0) break;
    const docs = await events
      .find({ _id: { $in: taken.map(({ event }) => event.key) } }, { projection: { hash: 1 } })
      .toArray();
    for (const { _id, hash } of docs) found.set(_id, hash);
    missing = taken.filter(({ event }) => !found.has(event.key));
  }
  return found;
}

async function insertAndListTaken(
  events: Collection<EventDocument>,
  entries: readonly NewEvent[],
): Promise<NewEvent[]> {
  try {
    await events.insertMany(entries.map(toEventDocument), { ordered: false });
    return [];
  } catch (error) {
    return takenIndexes(error).flatMap((index) => entries[index] ?? []);
  }
}

/** Positions that met an existing key. Any other failure is passed on: those events may not be stored. */
function takenIndexes(error: unknown): number[] {
  const { writeErrors, result } = error as { writeErrors?: unknown; result?: unknown };
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    code?: number;
    index?: number;
  }[];
  if (list.length === 0 || writeConcernFailed(result)) throw error;
  if (list.some(({ code }) => code !== DUPLICATE_KEY)) {
    throw new StoreUnavailableError(undefined, { cause: error });
  }
  return list.flatMap(({ index }) => index ?? []);
}

/** With `j:true` not confirmed, even the events without a write error are not promised to be on disk. */
function writeConcernFailed(result: unknown): boolean {
  const { getWriteConcernError } = (result ?? {}) as { getWriteConcernError?: () => unknown };
  return typeof getWriteConcernError === 'function' && getWriteConcernError.call(result) !== undefined;
}
