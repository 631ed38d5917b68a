import { DEFAULT_EVENT_LIMITS } from '../events/event-limits.js';
import { parseRawEvents } from '../events/parse-raw-events.js';
import type { AcceptAnswer } from './make-tally.js';
import type { RawEvent } from './read-item.js';

/** The intake's judgement without the intake: for a dry run. Duplicates and conflicts are not known to it. */
export function makeValidateOnly(
  now: () => number,
  limits = DEFAULT_EVENT_LIMITS,
): (events: readonly RawEvent[]) => Promise<AcceptAnswer> {
  return (events) => {
    const rejected = parseRawEvents(events, now(), limits).filter((item) => 'errors' in item);
    return Promise.resolve({ accepted: events.length - rejected.length, duplicates: 0, rejected });
  };
}
