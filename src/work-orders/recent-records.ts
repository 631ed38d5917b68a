import { randomUUID } from 'node:crypto';
import type { RecordWrite, ReplaceResult, StoredRecord } from './record-write-store.js';

/** The part of the record store that the story uses. */
export interface RecordAccess {
  loadRecords(recordIds: readonly string[]): Promise<Map<string, StoredRecord>>;
  /** @param writeId names this write in each record; default: any new one */
  replaceRecords(writes: readonly RecordWrite[], writeId?: string): Promise<ReplaceResult>;
}

export interface RecentRecords extends RecordAccess {
  /**
   * The records, perhaps as this process last wrote them and not as they are now. Good only for somebody who replaces
   * each of them on its revision and starts again from `loadRecords` when that is refused.
   */
  loadRecent(recordIds: readonly string[]): Promise<Map<string, StoredRecord>>;
}

/**
 * Keeps the records that this process wrote last: the events of a work order come close together, and reading a record
 * costs more than all the rest that an event does to it. Another process may have written it since; then the replace
 * meets another revision, as it would have when that process had been a little faster.
 *
 * A record is given out once, for it is changed by whoever gets it, and kept again when it has been written.
 *
 * @param maxRecords the least recently written go first. Default 4000, some 80 MB at most.
 */
export function makeRecentRecords(store: RecordAccess, maxRecords = 4_000): RecentRecords {
  const kept = new Map<string, StoredRecord>();

  return {
    async loadRecords(recordIds) {
      for (const id of recordIds) kept.delete(id);
      return store.loadRecords(recordIds);
    },
    async loadRecent(recordIds) {
      const found = new Map<string, StoredRecord>();
      const missing: string[] = [];
      for (const id of recordIds) {
        const item = kept.get(id);
        if (item) {
          kept.delete(id);
          found.set(id, item);
        } else missing.push(id);
      }
      if (missing.length > 0) for (const [id, item] of await store.loadRecords(missing)) found.set(id, item);
      return found;
    },
    async replaceRecords(writes) {
      for (const { id } of writes) kept.delete(id);
      const writeId = randomUUID();
      const result = await store.replaceRecords(writes, writeId);
      const refused = new Set(result.conflicted);
      for (const { id, expectedRevision, record, alertsOwed } of writes) {
        if (refused.has(id) || alertsOwed) continue;
        kept.set(id, { revision: expectedRevision + 1, writeId, record });
        if (kept.size > maxRecords) kept.delete(kept.keys().next().value as string);
      }
      return result;
    },
  };
}
