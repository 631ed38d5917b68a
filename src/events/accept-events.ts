import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { ForbiddenError } from '../errors.js';
import type { FieldError } from '../errors.js';
import { recordIdOf } from './business-event.js';
import { canonicalHash } from './canonical-hash.js';
import type { NewEvent } from './event-document.js';
import type { EventLimits } from './event-limits.js';
import { DEFAULT_EVENT_LIMITS } from './event-limits.js';
import type { EventStore } from './event-store.js';
import type { EventRequest, GoodEvent, ParsedEvent } from './parse-event-request.js';
import { parseEventRequest } from './parse-event-request.js';
import { parseRawEvents } from './parse-raw-events.js';
import { partitionOf } from './partition-of.js';

/** An event that was not taken, and why. */
export interface RejectedEvent {
  /** Place in the request from 0: in a batch the element, in NDJSON the line. */
  readonly index: number;
  readonly id?: string;
  readonly errors: readonly FieldError[];
  /** True when it is in order by itself, but its source and id are taken by an event with other content. */
  readonly conflict?: true;
}

/** The answer to a request, and its HTTP status. */
export interface AcceptResult {
  /** 202; 400 when every event was refused; 409 when every event was refused as a conflict. */
  readonly status: 202 | 400 | 409;
  /** Events now stored for the first time. */
  readonly accepted: number;
  /** Resends of events that are stored already. */
  readonly duplicates: number;
  readonly rejected: readonly RejectedEvent[];
}

export interface AcceptEventsDeps {
  readonly inbox: Pick<EventStore, 'insertEvents'>;
  /** Puts stored events on their queues. May fail: the reconciler brings them from the inbox. */
  readonly enqueue: (items: readonly { key: string; partition: number }[]) => void | Promise<void>;
  readonly calendar: Pick<BusinessCalendar, 'dateOf'>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly limits?: EventLimits;
  /** Number of partition queues. */
  readonly partitions: number;
  /** For metrics; must not throw. */
  readonly onAccepted?: (counts: AcceptedCounts) => void;
}

export interface AcceptedCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly invalid: number;
  /** Stored, but not put on a queue: Redis is down. */
  readonly notEnqueued: number;
  readonly enqueueError?: unknown;
}

/** The way in for every event, however it comes. */
export interface AcceptEvents {
  /**
   * One HTTP request. When it resolves with 202, every event it counts as accepted is on disk.
   *
   * @param mayPost whether the sender may post events of a source; every source when left out
   * @throws StoreUnavailableError when MongoDB did not confirm: nothing was promised, the sender tries again
   * @throws ForbiddenError when every event is of a source the sender may not post for; some of them are rejected
   * @throws the errors of parseEventRequest for a request that is wrong as a whole
   */
  readonly accept: (request: EventRequest, mayPost?: (source: string) => boolean) => Promise<AcceptResult>;
  /**
   * Events another program put on the queue as parsed JSON (CloudEvents, structured). The same judgement; any
   * number of them, since they have been read already.
   *
   * @throws StoreUnavailableError as above
   */
  readonly acceptRawEvents: (objects: readonly unknown[]) => Promise<AcceptResult>;
}

export function makeAcceptEvents(deps: AcceptEventsDeps): AcceptEvents {
  const { inbox, enqueue, calendar, now, limits = DEFAULT_EVENT_LIMITS, partitions, onAccepted } = deps;

  function toNewEvent({ event }: GoodEvent): NewEvent {
    const recordId = recordIdOf(event.type, event.subject, calendar.dateOf(event.at));
    return { event, recordId, partition: partitionOf(recordId, partitions), hash: canonicalHash(event) };
  }

  async function acceptParsed(parsed: readonly ParsedEvent[]): Promise<AcceptResult> {
    const good = parsed.filter((item) => 'event' in item);
    const bad: RejectedEvent[] = parsed.filter((item) => 'errors' in item);
    const entries = good.map(toNewEvent);
    const { outcomes } = entries.length > 0 ? await inbox.insertEvents(entries) : { outcomes: [] };
    const fresh = entries.filter((_, i) => outcomes[i] === 'inserted');
    const conflicts = good.filter((_, i) => outcomes[i] === 'conflict').map(conflictOf);
    const duplicates = good.length - fresh.length - conflicts.length;

    const enqueueError = await tryEnqueue(fresh);
    onAccepted?.({
      accepted: fresh.length,
      duplicates,
      conflicts: conflicts.length,
      invalid: bad.length,
      notEnqueued: enqueueError === undefined ? 0 : fresh.length,
      ...(enqueueError !== undefined && { enqueueError }),
    });
    const rejected = [...bad, ...conflicts].sort((a, b) => a.index - b.index);
    const nothingTaken = parsed.length > 0 && rejected.length === parsed.length;
    const status = !nothingTaken ? 202 : bad.length === 0 ? 409 : 400;
    return { status, accepted: fresh.length, duplicates, rejected };
  }

  /** A 202 means stored, not queued: no failure of the queue may turn it into an error. */
  async function tryEnqueue(fresh: readonly NewEvent[]): Promise<unknown> {
    if (fresh.length === 0) return undefined;
    try {
      await enqueue(fresh.map(({ event: { key }, partition }) => ({ key, partition })));
      return undefined;
    } catch (error) {
      return error ?? new Error('the queue gave no reason');
    }
  }

  return {
    accept: async (request, mayPost) => {
      const parsed = parseEventRequest(request, now(), limits);
      return acceptParsed(mayPost ? refuseForeign(parsed, mayPost) : parsed);
    },
    acceptRawEvents: async (objects) => acceptParsed(parseRawEvents(objects, now(), limits)),
  };
}

const FOREIGN = 'your token may not post events of this source';

/** Rejects the events of other sources; a request that holds nothing else is forbidden as a whole. */
function refuseForeign(
  parsed: readonly ParsedEvent[],
  mayPost: (source: string) => boolean,
): readonly ParsedEvent[] {
  const isForeign = (item: ParsedEvent) => 'event' in item && !mayPost(item.event.source);
  const foreign = parsed.filter(isForeign).length;
  if (foreign === 0) return parsed;
  if (foreign === parsed.length) throw new ForbiddenError(`source: ${FOREIGN}.`);
  return parsed.map((item) =>
    isForeign(item)
      ? {
          index: item.index,
          ...(item.id !== undefined && { id: item.id }),
          errors: [{ path: 'source', message: FOREIGN }],
        }
      : item,
  );
}

function conflictOf({ index, id }: GoodEvent): RejectedEvent {
  const message =
    'an event with this source and id is stored already with other content; an event never changes: send a new id';
  return { index, id, errors: [{ path: 'id', message }], conflict: true };
}
