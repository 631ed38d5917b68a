import type { Schemas } from '../api/client.js';

type Event = Schemas['Event'];
export type KnownBy = Schemas['RecalledWorkOrder']['by'];

const MINUTE_MS = 60_000;

/** When an event became known. */
export function knownAtOf({ time, recordedtime, receivedtime }: Event, by: KnownBy): number {
  return Date.parse(by === 'received' ? (receivedtime ?? time) : (recordedtime ?? time));
}

/** The moments at which something became known, each once, in order. */
export function knownMoments(events: readonly Event[], by: KnownBy): number[] {
  return [...new Set(events.map((event) => knownAtOf(event, by)))].sort((a, b) => a - b);
}

/** What came in all at once (an import) is told by when it was recorded; else by when the service received it. */
export function usualBasis(events: readonly Event[]): KnownBy {
  const received = knownMoments(events, 'received');
  const span = (received.at(-1) ?? 0) - (received[0] ?? 0);
  return events.length > 1 && span < MINUTE_MS ? 'recorded' : 'received';
}

/** Entered clearly after it happened (补录). */
export function isLate({ time, recordedtime }: Event): boolean {
  return recordedtime !== undefined && Date.parse(recordedtime) - Date.parse(time) > MINUTE_MS;
}
