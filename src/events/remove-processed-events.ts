import type { Collection } from 'mongodb';
import type { EventDocument } from './event-document.js';

/** Of these record ids, those whose events must stay. */
export type KeepRecords = (recordIds: readonly string[]) => Promise<Iterable<string>>;

const CHUNK = 1_000;

/**
 * Removes processed events received before a date, oldest first as they lie on disk; see
 * `EventStore.removeProcessedBefore`. Without an index on purpose: it would cost every insert, and this runs once a day.
 */
export async function removeProcessedEvents(
  events: Collection<EventDocument>,
  date: Date,
  limit: number,
  keep: KeepRecords = () => Promise.resolve([]),
): Promise<number> {
  const cursor = events
    .find({ status: 'processed', receivedAt: { $lt: date } }, { projection: { recordId: 1 } })
    .batchSize(CHUNK);
  let removed = 0;
  let chunk: { _id: string; recordId: string }[] = [];
  const flush = async () => {
    const kept = new Set(await keep([...new Set(chunk.map(({ recordId }) => recordId))]));
    const keys = chunk.filter(({ recordId }) => !kept.has(recordId)).map(({ _id }) => _id);
    chunk = [];
    if (keys.length === 0) return;
    const filter = { _id: { $in: keys.slice(0, limit - removed) }, status: 'processed' as const };
    removed += (await events.deleteMany(filter)).deletedCount;
  };
  try {
    for await (const { _id, recordId } of cursor) {
      chunk.push({ _id, recordId });
      if (chunk.length === CHUNK) await flush();
      if (removed >= limit) return removed;
    }
    if (chunk.length > 0) await flush();
    return removed;
  } finally {
    await cursor.close();
  }
}
