import type { EventLimits } from './event-limits.js';
import type { ParsedEvent } from './parse-event-request.js';
import { idOf, validateEvent } from './validate-event.js';

/**
 * Judges CloudEvents that come as objects, as JSON.parse or a queue made them. The same limits as for a
 * request, but for what only the text can tell (repeated keys) and the number of events.
 *
 * @param receivedAt now, epoch ms
 */
export function parseRawEvents(
  objects: readonly unknown[],
  receivedAt: number,
  limits: EventLimits,
): ParsedEvent[] {
  return objects.map((candidate, index) => {
    const id = idOf(candidate);
    const refused = { index, ...(id !== undefined && { id }) };
    const result = validateEvent(candidate, receivedAt, limits);
    if ('errors' in result) return { ...refused, errors: result.errors };
    // Measured last: only what has been found to be plain, shallow JSON is safe to be written as such.
    const bytes = Buffer.byteLength(JSON.stringify(candidate));
    if (bytes > limits.maxEventBytes) {
      const message = `the event has ${bytes} bytes; at most ${limits.maxEventBytes} are accepted`;
      return { ...refused, errors: [{ path: '', message }] };
    }
    return { index, id: result.event.id, event: result.event };
  });
}
