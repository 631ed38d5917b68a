import type { JsonValue } from '../json.js';
import {
  ID_NUMBER_PATTERN,
  MOBILE_PATTERN,
  type PersonalKind,
  personalKindOfFact,
  personalKindOfKey,
  shorten,
} from '../access/personal-data.js';

/** What an answer may be made of: JSON, with dates and absent fields. */
export type Answer = unknown;

/** Contents that come from outside and may hold anything under any key. */
const FREE_FORM = new Set(['data', 'attributes', 'fields', 'facts', 'raw']);
/** Our own identifiers: a work order no. of 18 digits is not an identity number. Not trusted inside free-form contents. */
const IDENTIFIERS = new Set([
  '_id', 'id', 'no', 'subject', 'recordId', 'key', 'eventKey', 'fingerprint', 'customerNo', 'source', 'hash', 'event',
  'workOrder', 'seed', 'populationHash', 'requestId', 'nextCursor', 'sha256', 'attachments', 'ruleSet',
]); // prettier-ignore
/** Sentences made by rules or written by people, into which a name may have been filled. */
const SENTENCES = new Set(['title', 'advice', 'note', 'reason', 'message', 'description']);
/** The `name` in one of these is a label of ours, not a person's. */
const LABELLED = new Set(['rule', 'params', 'plan', 'onTime']);

interface Place {
  readonly key: string;
  readonly freeForm: boolean;
  /** The kind of personal data that a key further out named. */
  readonly kind?: PersonalKind;
}

interface Found {
  /** Identifiers of ours that look like personal numbers, left alone where they are repeated whole. */
  readonly identifiers: Set<string>;
  /** Names found under personal keys, blanked in sentences too. */
  readonly names: Set<string>;
}

/**
 * A copy of an answer with personal data shortened: values under personal keys (docs/api.md has the list), the
 * values of facts that speak of people, mobile and identity numbers inside any text, and names that are repeated in a
 * title or note. Keys and shape stay, dates become ISO strings, absent fields are left out. Pure, and idempotent.
 */
export function maskPersonalData(answer: Answer): JsonValue {
  const found: Found = { identifiers: new Set(), names: new Set() };
  const root: Place = { key: '', freeForm: false };
  collect(answer, root, found);
  return mask(answer, root, found);
}

function mask(value: unknown, place: Place, found: Found): JsonValue {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return maskText(value, place, found);
  if (typeof value === 'number') {
    if (place.kind) return shorten(String(value), place.kind);
    const masked = place.freeForm ? maskNumbersIn(String(value), found) : '';
    return masked.includes('*') ? masked : value;
  }
  if (typeof value !== 'object') throw new TypeError(`${place.key}: a ${typeof value} cannot be answered.`);
  if (Array.isArray(value)) return value.map((item) => mask(item, place, found));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [
        place.freeForm ? maskNumbersIn(key, found) : key,
        mask(item, placeOf(key, value, place), found),
      ]),
  );
}

function maskText(text: string, place: Place, found: Found): string {
  if (place.kind) return shorten(text, place.kind);
  if (!place.freeForm && IDENTIFIERS.has(place.key)) return text;
  let masked = maskNumbersIn(text, found);
  if (SENTENCES.has(place.key))
    for (const name of longestFirst(found.names)) masked = masked.replaceAll(name, shorten(name, 'name'));
  return masked;
}

function maskNumbersIn(text: string, found: Found): string {
  const [own] = [...found.identifiers].filter((identifier) => text.includes(identifier));
  if (own !== undefined)
    return text
      .split(own)
      .map((part) => maskNumbersIn(part, found))
      .join(own);
  return text
    .replaceAll(ID_NUMBER_PATTERN, (match) => shorten(match, 'idNumber'))
    .replaceAll(MOBILE_PATTERN, (match) => shorten(match, 'phone'));
}

function collect(value: unknown, place: Place, found: Found): void {
  if (typeof value === 'string') {
    if (place.kind === 'name' && /\p{Script=Han}.*\p{Script=Han}/u.test(value)) found.names.add(value);
    if (!place.kind && !place.freeForm && IDENTIFIERS.has(place.key) && looksPersonal(value))
      found.identifiers.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, place, found);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    for (const [key, item] of Object.entries(value)) collect(item, placeOf(key, value, place), found);
  }
}

/** Where the value of `key` stands, and whether that makes it personal. */
function placeOf(key: string, parent: object, outer: Place): Place {
  const freeForm = outer.freeForm || FREE_FORM.has(key);
  const kind = kindOf(key, parent, outer) ?? outer.kind;
  return { key, freeForm, ...(kind ? { kind } : {}) };
}

function kindOf(key: string, parent: object, outer: Place): PersonalKind | undefined {
  if (outer.key === 'facts') return personalKindOfFact(key);
  if (isCondition(parent)) {
    if (key === 'factValue') return personalKindOfFact(factOf(parent.fact, parent.params));
    if (key === 'value') return personalKindOfFact(parent.valueFact ?? factOf(parent.fact, parent.params));
    return undefined;
  }
  if (key === 'name' && !outer.freeForm && LABELLED.has(outer.key)) return undefined;
  return personalKindOfKey(key);
}

function looksPersonal(text: string): boolean {
  return text.search(MOBILE_PATTERN) >= 0 || text.search(ID_NUMBER_PATTERN) >= 0;
}

function longestFirst(names: Iterable<string>): string[] {
  return [...names].sort((a, b) => b.length - a.length);
}

function isCondition(
  value: object,
): value is { fact: string; factValue: unknown; params?: unknown; valueFact?: string } {
  return 'fact' in value && 'factValue' in value && typeof value.fact === 'string';
}

function factOf(fact: string, params: unknown): string {
  if (typeof params !== 'object' || params === null) return fact;
  const list = Object.entries(params).map(([name, value]) => `${name}=${String(value)}`);
  return `${fact}(${list.join(',')})`;
}
