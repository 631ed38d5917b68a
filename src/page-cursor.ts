import { InvalidRequestError } from './errors.js';

/** Where a page of a list in time order ended: the time of its last item, epoch ms, and that item's id. */
export type PageEnd = readonly [at: number, id: string];

/** The opaque `nextCursor` of a page. URL-safe. */
export function writePageCursor(end: PageEnd): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url');
}

/** What a cursor stands for. @throws InvalidRequestError when `writePageCursor` never wrote it */
export function readPageCursor(cursor: string): PageEnd {
  const end = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (Array.isArray(end) && end.length === 2 && isTime(end[0]) && typeof end[1] === 'string')
    return [end[0], end[1]];
  const message = 'must be the `nextCursor` of the page before';
  throw new InvalidRequestError(`Query parameter cursor ${message}; leave it out for the first page.`, {
    fields: [{ path: 'cursor', message }],
  });
}

function isTime(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= 8.64e15;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
