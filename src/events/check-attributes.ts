import type { FieldError } from '../errors.js';
import { shortType } from './business-event.js';
import type { EventLimits } from './event-limits.js';
import { formatPath } from './format-path.js';
import { parseTimestamp } from './parse-timestamp.js';

/** The CloudEvents attributes of an event that are used, checked. Times are epoch ms. */
export interface EventAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly at: number;
  readonly recordedAt?: number;
  readonly sequence?: string;
}

/** Attributes with a meaning here; any other is an extension, which is let through and not kept. */
const KNOWN = new Set([
  'specversion', 'id', 'source', 'type', 'subject', 'time', 'recordedtime', 'sequence', 'datacontenttype', 'dataschema',
  'data', 'data_base64',
]); // prettier-ignore
const EARLIEST = Date.UTC(1990, 0, 1);
const JSON_CONTENT = /^application\/(json|[a-z0-9.-]+\+json)\s*(;\s*charset="?utf-8"?\s*)?$/i;

interface TextRule {
  readonly pattern: RegExp;
  readonly maxLength: number;
  readonly message: string;
}
const TEXT_RULES = {
  id: {
    pattern: /^[^\s\p{C}]+$/u,
    maxLength: 256,
    message: 'must not contain white space or control characters',
  },
  source: {
    pattern: /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/,
    maxLength: 256,
    message: 'must be a URI reference such as /sales/zj/hz (no white space; percent-encode other characters)',
  },
  type: {
    pattern: /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+$/,
    maxLength: 128,
    message: 'must be a dotted name such as yxzy.stage.completed (letters, digits, _ and -)',
  },
  subject: {
    pattern: /^[\p{L}\p{N}](?:[\p{L}\p{N}._/ -]*[\p{L}\p{N}._/-])?$/u,
    maxLength: 128,
    message:
      'must be a work order no. or a code: letters, digits, . _ - / and blanks inside, beginning with a letter or digit',
  },
  sequence: {
    pattern: /^[\x21-\x7e]+$/,
    maxLength: 64,
    message: 'must be printable ASCII without blanks',
  },
} satisfies Record<string, TextRule>;

/**
 * Checks the CloudEvents attributes of one event and lists everything that is wrong with them.
 *
 * @param receivedAt now, epoch ms: times may not lie further after it than the limits allow
 */
export function checkAttributes(
  event: Readonly<Record<string, unknown>>,
  receivedAt: number,
  limits: EventLimits,
): EventAttributes | FieldError[] {
  const errors: FieldError[] = [];
  const version = own(event, 'specversion');
  if (version !== '1.0') {
    const message = version === undefined ? 'is required' : 'is not supported';
    errors.push({ path: 'specversion', message, allowed: ['1.0'] });
  }
  const id = readText(event, 'id', true, errors);
  const source = readText(event, 'source', true, errors);
  const type = readText(event, 'type', true, errors);
  if (type !== undefined && shortType(type) in Object.prototype)
    errors.push({ path: 'type', message: 'is a reserved word' });
  const subject = readText(event, 'subject', true, errors);
  const latest = { receivedAt, maxFutureMs: limits.maxFutureMs };
  const at = readTime(event, 'time', true, latest, errors);
  const recordedAt = readTime(event, 'recordedtime', false, latest, errors);
  if (at !== undefined && recordedAt !== undefined && recordedAt < at - limits.maxFutureMs) {
    const message = 'is before time: a fact cannot be entered before it happened';
    errors.push({ path: 'recordedtime', message });
  }
  const sequence = readText(event, 'sequence', false, errors);
  const contentType = own(event, 'datacontenttype');
  if (contentType !== undefined && !(typeof contentType === 'string' && JSON_CONTENT.test(contentType))) {
    const message = 'is not accepted: data must be JSON';
    errors.push({ path: 'datacontenttype', message, allowed: ['application/json'] });
  }
  if (own(event, 'data_base64') !== undefined)
    errors.push({ path: 'data_base64', message: 'is not accepted: put a JSON object in data' });
  for (const key of Object.keys(event)) if (!KNOWN.has(key)) checkOther(key, event[key], errors);

  if (
    errors.length > 0 ||
    id === undefined ||
    source === undefined ||
    type === undefined ||
    subject === undefined ||
    at === undefined
  ) {
    return errors;
  }
  return {
    id,
    source,
    type,
    subject,
    at,
    ...(recordedAt !== undefined && { recordedAt }),
    ...(sequence !== undefined && { sequence }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** The event's own value; null counts as absent. */
function own(event: Fields, key: string): unknown {
  return Object.hasOwn(event, key) ? (event[key] ?? undefined) : undefined;
}

function readText(
  event: Fields,
  key: keyof typeof TEXT_RULES,
  required: boolean,
  errors: FieldError[],
): string | undefined {
  const value = own(event, key);
  const { pattern, maxLength, message } = TEXT_RULES[key];
  if (value === undefined) {
    if (required) errors.push({ path: key, message: 'is required: a text' });
  } else if (typeof value !== 'string') errors.push({ path: key, message: 'must be a text' });
  else if (value === '') errors.push({ path: key, message: 'must not be empty' });
  else if (value.length > maxLength)
    errors.push({ path: key, message: `must have at most ${maxLength} characters` });
  else if (!pattern.test(value)) errors.push({ path: key, message });
  else return value;
  return undefined;
}

function readTime(
  event: Fields,
  key: 'time' | 'recordedtime',
  required: boolean,
  { receivedAt, maxFutureMs }: { readonly receivedAt: number; readonly maxFutureMs: number },
  errors: FieldError[],
): number | undefined {
  const value = own(event, key);
  if (value === undefined) {
    if (required)
      errors.push({ path: key, message: 'is required: an RFC 3339 time such as 2026-11-20T09:30:00+08:00' });
    return undefined;
  }
  const at = typeof value === 'string' ? parseTimestamp(value) : 'must be a text';
  if (typeof at === 'string') errors.push({ path: key, message: at });
  else if (at < EARLIEST) errors.push({ path: key, message: 'is before 1990-01-01' });
  else if (at > receivedAt + maxFutureMs)
    errors.push({ path: key, message: future(receivedAt, maxFutureMs) });
  else return at;
  return undefined;
}

/** `recordedTime` for `recordedtime` would be lost without a word; CloudEvents forbids such names, so do we. */
function checkOther(key: string, value: unknown, errors: FieldError[]): void {
  const path = formatPath([key]);
  if (!/^[a-z0-9]+$/.test(key)) {
    const meant = key.toLowerCase().replace(/[^a-z0-9]/g, '');
    const hint = KNOWN.has(meant) ? `; did you mean ${meant}?` : '; fields of the event belong into data';
    errors.push({ path, message: `is no CloudEvents attribute name (lower-case letters and digits)${hint}` });
  } else if (typeof value === 'object' && value !== null) {
    const message =
      'an attribute must be a text, a number or true/false; fields of the event belong into data';
    errors.push({ path, message });
  }
}

function future(receivedAt: number, maxFutureMs: number): string {
  const now = new Date(receivedAt).toISOString();
  return `is more than ${maxFutureMs / 60_000} minutes in the future (it is ${now} here); check the clock and the offset`;
}
