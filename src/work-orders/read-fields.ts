import type { JsonObject, JsonValue } from '../json.js';

/**
 * Tolerant readers of event data: a field that is absent, blank or of another type is simply not told,
 * so one odd field never stops a fold. Intake has already refused what the contract forbids.
 */

/** A text that says something; blank counts as not told. */
export function textOf(data: JsonObject, field: string): string | undefined {
  return asText(own(data, field));
}

export function flagOf(data: JsonObject, field: string): boolean | undefined {
  const value = own(data, field);
  return typeof value === 'boolean' ? value : undefined;
}

export function numberOf(data: JsonObject, field: string): number | undefined {
  const value = own(data, field);
  return typeof value === 'number' ? value : undefined;
}

/** The texts of a list; a single text counts as a list of one. */
export function textsOf(data: JsonObject, field: string): string[] {
  const value = own(data, field);
  if (!Array.isArray(value)) {
    const single = asText(value);
    return single === undefined ? [] : [single];
  }
  const texts: string[] = [];
  for (const item of value) {
    const text = asText(item);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** A JSON object of fields, e.g. those of a form; empty when not told. */
export function fieldsOf(data: JsonObject, field: string): JsonObject {
  const value = own(data, field);
  return isObject(value) ? value : {};
}

/** The id of a person told as `{id, name}` or as a bare id. A name alone is no id. */
export function personIdOf(data: JsonObject, field: string): string | undefined {
  const value = own(data, field);
  return isObject(value) ? asText(own(value, 'id')) : asText(value);
}

/** Who signed, as told: the id if there is one, else the name. */
export function personOf(data: JsonObject, field: string): string | undefined {
  const value = own(data, field);
  return isObject(value) ? (asText(own(value, 'id')) ?? asText(own(value, 'name'))) : asText(value);
}

/** The own value under a key; never something inherited, such as `constructor`. */
export function own<T>(record: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Sets an own value under any key, `__proto__` included, without touching the prototype. */
export function setOwn<T>(record: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
