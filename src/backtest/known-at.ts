import type { BusinessEvent } from '../events/business-event.js';

/**
 * By which of an event's times it became known. `received`: when this service received it, which is what the live pipeline
 * went by. `recorded`: when it was entered in the sales system, else when it happened; for events that were imported long
 * after, all at once, and for files.
 */
export const KNOWN_BY = ['received', 'recorded'] as const;
export type KnownBy = (typeof KNOWN_BY)[number];

/** When an event became known, epoch ms. */
export function knownAt({ at, recordedAt, receivedAt }: BusinessEvent, by: KnownBy): number {
  return by === 'received' ? receivedAt : (recordedAt ?? at);
}
