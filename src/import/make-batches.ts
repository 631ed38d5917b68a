import type { ReadError, ReadEvent, ReadItem } from './read-item.js';

/** Records that go to the intake together, in file order. */
export interface Batch {
  readonly events: readonly ReadEvent[];
  /** Records between them that could not be read. */
  readonly errors: readonly ReadError[];
  /** Number of the last record, good or bad. */
  readonly lastRecord: number;
}

const BATCH_RECORDS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Groups records into batches of about 1,000, bounded also in bytes. A batch ends where the subject changes,
 * if that comes soon: a subject whose events are handled in one go need not be folded twice.
 */
export async function* makeBatches(
  items: AsyncIterable<ReadItem>,
  maxRecords = BATCH_RECORDS,
): AsyncGenerator<Batch> {
  let events: ReadEvent[] = [];
  let errors: ReadError[] = [];
  let bytes = 0;
  let lastRecord = 0;
  for await (const item of items) {
    const count = events.length + errors.length;
    const sameSubject = 'event' in item && item.event['subject'] === events.at(-1)?.event['subject'];
    const isFull = count >= maxRecords && (!sameSubject || count >= 2 * maxRecords);
    if (isFull || bytes >= BATCH_BYTES) {
      yield { events, errors, lastRecord };
      events = [];
      errors = [];
      bytes = 0;
    }
    if ('event' in item) {
      events.push(item);
      bytes += item.size;
    } else errors.push(item);
    lastRecord = item.record;
  }
  if (events.length + errors.length > 0) yield { events, errors, lastRecord };
}
