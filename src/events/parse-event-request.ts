import { isUtf8 } from 'node:buffer';
import type { FieldError } from '../errors.js';
import { InvalidRequestError, TooLargeError, UnsupportedMediaTypeError } from '../errors.js';
import type { BusinessEvent } from './business-event.js';
import type { EventLimits } from './event-limits.js';
import { parseEvent } from './parse-event.js';
import { isBinaryMode, readBinaryAttributes } from './read-binary-event.js';
import type { RequestHeaders } from './read-binary-event.js';
import { readMediaType } from './read-media-type.js';
import { skipBlanks, splitJsonList, splitLines } from './scan-json.js';
import type { Slice } from './scan-json.js';
import { idOf, validateEvent } from './validate-event.js';

/** A request to POST /api/events, its body read and any content encoding undone. */
export interface EventRequest {
  readonly contentType: string | undefined;
  readonly headers: RequestHeaders;
  readonly body: Buffer;
}

export interface GoodEvent {
  /** Place in the request from 0: in a batch the element, in NDJSON the line. */
  readonly index: number;
  readonly id: string;
  readonly event: BusinessEvent;
}
export interface BadEvent {
  readonly index: number;
  /** The id it names, if it could be read. */
  readonly id?: string;
  readonly errors: readonly FieldError[];
}
/** One event of a request, judged. */
export type ParsedEvent = GoodEvent | BadEvent;

export const EVENT_CONTENT_TYPES = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/x-ndjson',
  'application/json (binary mode, with ce- headers)',
] as const;

/**
 * Reads a request in any of the four content types. One bad event never spoils the others.
 *
 * @param receivedAt now, epoch ms
 * @throws UnsupportedMediaTypeError for another content type or charset
 * @throws TooLargeError when the body, a lone event, or the number of events is beyond the limits
 * @throws InvalidRequestError when the body as a whole cannot be read
 */
export function parseEventRequest(
  { contentType, headers, body }: EventRequest,
  receivedAt: number,
  limits: EventLimits,
): ParsedEvent[] {
  if (body.length > limits.maxBodyBytes) {
    throw new TooLargeError(
      `The body has ${body.length} bytes; at most ${limits.maxBodyBytes} are accepted. Send fewer events at once.`,
    );
  }
  const { name, charset } = readMediaType(contentType);
  if (charset !== undefined && charset !== 'utf-8') {
    throw new UnsupportedMediaTypeError(`The charset ${charset} is not accepted; send UTF-8.`, {
      allowed: ['utf-8'],
    });
  }
  const context: Context = { body, whole: withoutByteOrderMark(body), receivedAt, limits };
  switch (name) {
    case 'application/cloudevents+json':
      return [parseSingle(context)];
    case 'application/cloudevents-batch+json':
      return parseBatch(context);
    case 'application/x-ndjson':
      return parseLines(context);
    case 'application/json':
    case '':
      if (isBinaryMode(headers)) return [parseBinary(context, headers, name)];
  }
  throw new UnsupportedMediaTypeError(
    name === 'application/json'
      ? 'application/json is accepted in binary mode only, and there are no ce- headers. For an event in the body send application/cloudevents+json.'
      : `The content type ${name === '' ? '(none)' : name} is not accepted.`,
    { allowed: EVENT_CONTENT_TYPES },
  );
}

interface Context {
  readonly body: Buffer;
  readonly whole: Slice;
  readonly receivedAt: number;
  readonly limits: EventLimits;
}

function parseSingle(context: Context): ParsedEvent {
  const { body, whole, limits } = context;
  requireText(context);
  if (body.length > limits.maxEventBytes) throw eventTooLarge(body.length, limits);
  const { id, result } = parseEvent(body, whole, context);
  if (result === undefined) throw notJson('');
  return judged(0, id, result);
}

function parseBatch(context: Context): ParsedEvent[] {
  const { body, whole, limits } = context;
  requireText(context);
  const slices = splitJsonList(body, whole, limits.maxEvents);
  if (slices === undefined) throw notJson(' list');
  requireFew(slices.length, limits);
  return slices.map((slice, index) => {
    const tooLarge = sizeError(slice, limits);
    if (tooLarge) return { index, errors: [tooLarge] };
    const { id, result } = parseEvent(body, slice, context);
    if (result === undefined) {
      throw new InvalidRequestError(
        `The body is not valid JSON: element ${index} of the list cannot be read. Nothing was stored.`,
      );
    }
    return judged(index, id, result);
  });
}

function parseLines(context: Context): ParsedEvent[] {
  const { body, whole, limits } = context;
  const lines = splitLines(body, whole, limits.maxEvents);
  if (lines.length === 0) throw new InvalidRequestError('The body is empty: send one event a line.');
  requireFew(lines.length, limits);
  const allText = isUtf8(body);
  return lines.map(({ line: index, slice }) => {
    const tooLarge = sizeError(slice, limits);
    if (tooLarge) return { index, errors: [tooLarge] };
    if (!allText && !isUtf8(body.subarray(slice.from, slice.to))) {
      return { index, errors: [{ path: '', message: NOT_UTF8 }] };
    }
    const { id, result } = parseEvent(body, slice, context);
    if (result === undefined) return { index, errors: [{ path: '', message: 'the line is not valid JSON' }] };
    return judged(index, id, result);
  });
}

function parseBinary(context: Context, headers: RequestHeaders, contentType: string): ParsedEvent {
  const { body, whole, receivedAt, limits } = context;
  const { attributes, errors, bytes } = readBinaryAttributes(headers);
  const size = bytes + body.length;
  if (size > limits.maxEventBytes) throw eventTooLarge(size, limits);
  const empty = skipBlanks(body, whole.from, whole.to) === whole.to;
  if (contentType === '' && !empty) {
    throw new UnsupportedMediaTypeError('The content type of the data is missing.', {
      allowed: ['application/json'],
    });
  }
  if (empty) {
    return judged(0, idOf(attributes), withErrors(errors, validateEvent(attributes, receivedAt, limits)));
  }
  requireText(context);
  const { id, result } = parseEvent(body, whole, context, attributes);
  if (result === undefined) throw notJson('');
  return judged(0, id, withErrors(errors, result));
}

type Result = { readonly event: BusinessEvent } | { readonly errors: readonly FieldError[] };

/** The errors of the headers first; what they spoiled is not reported as missing. */
function withErrors(errors: readonly FieldError[], result: Result): Result {
  if (errors.length === 0) return result;
  const told = new Set(errors.map(({ path }) => path));
  return {
    errors: [...errors, ...('errors' in result ? result.errors.filter((e) => !told.has(e.path)) : [])],
  };
}

function judged(index: number, id: string | undefined, result: Result): ParsedEvent {
  if ('event' in result) return { index, id: result.event.id, event: result.event };
  return { index, ...(id !== undefined && { id }), errors: result.errors };
}

const NOT_UTF8 = 'is not valid UTF-8 (GBK perhaps?); send UTF-8';

function requireText({ body, whole }: Context): void {
  if (skipBlanks(body, whole.from, whole.to) === whole.to)
    throw new InvalidRequestError('The body is empty.');
  if (!isUtf8(body)) throw new InvalidRequestError(`The body ${NOT_UTF8}.`);
}

function requireFew(events: number, limits: EventLimits): void {
  if (events > limits.maxEvents) {
    throw new TooLargeError(
      `More than ${limits.maxEvents} events in one request. Send them in several requests.`,
    );
  }
}

function sizeError({ from, to }: Slice, { maxEventBytes }: EventLimits): FieldError | undefined {
  if (to - from <= maxEventBytes) return undefined;
  return { path: '', message: `the event has ${to - from} bytes; at most ${maxEventBytes} are accepted` };
}

function eventTooLarge(bytes: number, { maxEventBytes }: EventLimits): TooLargeError {
  return new TooLargeError(`The event has ${bytes} bytes; at most ${maxEventBytes} are accepted.`);
}

function notJson(what: string): InvalidRequestError {
  return new InvalidRequestError(`The body is not a valid JSON${what || ' text'}. Nothing was stored.`);
}

/** A byte order mark is no JSON, but Windows programs write one. */
function withoutByteOrderMark(body: Buffer): Slice {
  const marked = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return { from: marked ? 3 : 0, to: body.length };
}
