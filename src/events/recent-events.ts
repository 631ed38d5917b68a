import type { EventStore } from './event-store.js';
import type { StoredEvent } from './event-document.js';

/** The part of the inbox that a process which both takes events in and works on them can shorten. */
export type InboxWay = Pick<EventStore, 'insertEvents' | 'loadEvents'>;

export interface RecentEvents extends InboxWay {
  /** These were handled before, perhaps by another process: only the inbox knows what became of them. */
  forget(keys: readonly string[]): void;
}

export interface RecentEventsOptions {
  readonly inbox: InboxWay;
  /** Epoch ms. */
  readonly now: () => number;
  /** Most events kept. Default 20 000, some 30 MB. */
  readonly maxEvents?: number;
}

/** What nobody asks for in this time is handled elsewhere, or later: from the inbox. */
const KEEP_MS = 30_000;
/** Without workers in this process nobody ever asks. */
const ASKED_WITHIN_MS = 60_000;

/**
 * Keeps events that this process has just stored, so that its own workers need not read them back. An event never
 * changes, and it is given out once: whoever handles it again (it failed, or was set aside and revived) reads the
 * inbox, which knows what became of it.
 */
export function makeRecentEvents({ inbox, now, maxEvents = 20_000 }: RecentEventsOptions): RecentEvents {
  const kept = new Map<string, { readonly stored: StoredEvent; readonly until: number }>();
  let askedAt = -Infinity;

  function dropOld(at: number): void {
    for (const [key, { until }] of kept) {
      if (until > at) return;
      kept.delete(key);
    }
  }

  return {
    async insertEvents(entries) {
      const result = await inbox.insertEvents(entries);
      const at = now();
      dropOld(at);
      if (at - askedAt > ASKED_WITHIN_MS) return result;
      const until = at + KEEP_MS;
      entries.forEach(({ event, recordId, partition }, index) => {
        // When it is full the oldest stay: they are asked for first.
        if (result.outcomes[index] !== 'inserted' || kept.size >= maxEvents) return;
        kept.set(event.key, {
          stored: { event, recordId, partition, status: 'received', attempts: 0 },
          until,
        });
      });
      return result;
    },
    forget(keys) {
      for (const key of keys) kept.delete(key);
    },
    async loadEvents(keys) {
      askedAt = now();
      const found: StoredEvent[] = [];
      const missing: string[] = [];
      for (const key of keys) {
        const item = kept.get(key);
        if (item) {
          kept.delete(key);
          found.push(item.stored);
        } else missing.push(key);
      }
      return missing.length === 0 ? found : [...found, ...(await inbox.loadEvents(missing))];
    },
  };
}
