import type { Collection, Filter } from 'mongodb';
import { InvalidRequestError } from '../errors.js';
import { toStoredEvent } from './event-document.js';
import type { EventDocument, StoredEvent } from './event-document.js';

export interface DeadPageRequest {
  readonly limit: number;
  /** `nextCursor` of the page before; none for the first page. */
  readonly cursor?: string | undefined;
}
export interface DeadPage {
  readonly items: readonly StoredEvent[];
  readonly nextCursor?: string;
}

/** One page of dead events, those that died last first. */
export async function listDeadEvents(
  events: Collection<EventDocument>,
  { limit, cursor }: DeadPageRequest,
): Promise<DeadPage> {
  const filter: Filter<EventDocument> = { status: 'dead', ...(cursor === undefined ? {} : after(cursor)) };
  const docs = await events
    .find(filter)
    .sort({ deadAt: -1, _id: -1 })
    .limit(limit + 1)
    .toArray();
  const items = docs.slice(0, limit).map(toStoredEvent);
  const last = items.at(-1);
  return docs.length > limit && last ? { items, nextCursor: writeCursor(last) } : { items };
}

function writeCursor({ deadAt, event: { key } }: StoredEvent): string {
  return Buffer.from(JSON.stringify([deadAt ?? 0, key])).toString('base64url');
}

function after(cursor: string): Filter<EventDocument> {
  const [time, key] = readCursor(cursor);
  const deadAt = new Date(time);
  return { $or: [{ deadAt: { $lt: deadAt } }, { deadAt, _id: { $lt: key } }] };
}

function readCursor(cursor: string): [number, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && Number.isSafeInteger(parsed[0]) && typeof parsed[1] === 'string') {
      return [parsed[0] as number, parsed[1]];
    }
  } catch (cause) {
    throw invalidCursor(cause);
  }
  throw invalidCursor();
}

function invalidCursor(cause?: unknown): InvalidRequestError {
  return new InvalidRequestError('cursor: not one that this list gave. Leave it out for the first page.', {
    cause,
  });
}
