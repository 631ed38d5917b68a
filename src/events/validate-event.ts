import type { FieldError } from '../errors.js';
import type { BusinessEvent, EventData } from './business-event.js';
import { checkAttributes } from './check-attributes.js';
import { checkJson, MAX_ERRORS } from './check-json.js';
import { describeIssue } from './describe-issue.js';
import { commonData } from './event-fields.js';
import type { EventLimits } from './event-limits.js';
import { EVENT_TYPES } from './event-types.js';

export type Validation =
  | { readonly event: BusinessEvent; readonly keys: number }
  | { readonly errors: FieldError[]; readonly keys: number };

/**
 * Judges one CloudEvent (JSON format, already parsed) and lists all that is wrong with it at once, up to 20
 * errors. Safe on hostile objects. `keys` is the number of keys seen, for the caller to find repeated ones by.
 *
 * @param receivedAt now, epoch ms
 */
export function validateEvent(candidate: unknown, receivedAt: number, limits: EventLimits): Validation {
  const { errors, keys } = checkJson(candidate, limits);
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) {
    return { errors: [{ path: '', message: 'an event must be a JSON object' }], keys };
  }
  const fields = candidate as Readonly<Record<string, unknown>>;
  const attributes = checkAttributes(fields, receivedAt, limits);
  const data = Object.hasOwn(fields, 'data') ? (fields['data'] ?? {}) : {};
  // A field that holds what may not get in at all needs no second opinion.
  const told = new Set(errors.map(({ path }) => path));
  const more = [...(Array.isArray(attributes) ? attributes : []), ...checkData(typeOf(fields), data)].filter(
    ({ path }) => !told.has(path),
  );
  const all = [...errors, ...more];
  if (all.length > 0 || Array.isArray(attributes)) return { errors: shortenErrors(all), keys };
  return {
    event: {
      key: `${attributes.source} ${attributes.id}`,
      ...attributes,
      receivedAt,
      data: data as EventData,
    },
    keys,
  };
}

/** The id an event names, whether or not it is valid, to point at it in the answer. */
export function idOf(candidate: unknown): string | undefined {
  if (typeof candidate !== 'object' || candidate === null || !Object.hasOwn(candidate, 'id'))
    return undefined;
  const { id } = candidate as { id: unknown };
  return typeof id === 'string' && id !== '' ? id.slice(0, 256) : undefined;
}

function checkData(type: string | undefined, data: unknown): FieldError[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return [{ path: 'data', message: 'must be a JSON object' }];
  }
  const schema = (type === undefined ? undefined : EVENT_TYPES.get(type)?.data) ?? commonData;
  const result = schema.safeParse(data);
  return result.success ? [] : result.error.issues.map((issue) => describeIssue(issue, data));
}

function typeOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const type = Object.hasOwn(fields, 'type') ? fields['type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** At most 20 errors, and how many more there were. */
export function shortenErrors(errors: FieldError[]): FieldError[] {
  if (errors.length <= MAX_ERRORS) return errors;
  const rest = errors.length - MAX_ERRORS;
  return [...errors.slice(0, MAX_ERRORS), { path: '', message: `and ${rest} more errors` }];
}
