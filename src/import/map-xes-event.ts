import type { JsonObject, JsonValue } from '../json.js';
import type { RawEvent } from './read-item.js';
import { FORBIDDEN_NAMES } from './xes-mapping.js';
import type { XesMapping, XesTarget } from './xes-mapping.js';
import { withOffset } from './xes-time.js';

/** A typed attribute as the log writes it, e.g. `<date key="REG_DATE" value="…"/>`. */
export interface XesAttribute {
  readonly type: string;
  readonly value: string;
}
/** The attributes of a trace or an event by key. */
export type XesAttributes = ReadonlyMap<string, XesAttribute>;

/** What the events of one trace share. */
export interface MappedTrace {
  readonly subject: string;
  readonly attributes: JsonObject;
}

/** Digits of an event's place in its trace: ids and `sequence` sort as text. */
const PLACE_DIGITS = 6;
/** Fields of `data` that have a meaning of their own; a log's attribute of that name must be mapped to get there. */
const COMMON_FIELDS: ReadonlySet<string> = new Set([
  'process',
  'workItem',
  'stage',
  'orgUnit',
  'operator',
  'checker',
  'attributes',
]);

/** The subject and attributes of a trace. @throws {Error} saying which attribute is missing or bad */
export function mapTrace(attributes: XesAttributes, mapping: XesMapping): MappedTrace {
  const subject = textOf(attributes, mapping.subject);
  if (subject === undefined) throw new Error(`The trace has no ${mapping.subject} before its first event.`);
  return {
    subject,
    attributes: collect(attributes, mapping.attributes, new Set([mapping.subject]), mapping),
  };
}

/**
 * One event of a log as a CloudEvent. The same log and mapping always give the same id and content, so that a
 * second import finds only duplicates.
 *
 * @param place 1 for the first event of the trace in log order
 * @throws {Error} saying which attribute is missing or bad
 */
export function mapXesEvent(
  attributes: XesAttributes,
  trace: MappedTrace,
  place: number,
  mapping: XesMapping,
): RawEvent {
  const stage = textOf(attributes, mapping.stage);
  if (stage === undefined) throw new Error(`The event has no ${mapping.stage}.`);
  const time = attributes.get(mapping.time)?.value;
  if (time === undefined) throw new Error(`The event has no ${mapping.time}.`);
  const operator = textOf(attributes, mapping.operator);
  const used = new Set([mapping.stage, mapping.time, mapping.transition, mapping.operator]);
  const sequence = String(place).padStart(PLACE_DIGITS, '0');
  if (sequence.length > PLACE_DIGITS) throw new Error(`A trace may hold ${10 ** PLACE_DIGITS - 1} events.`);
  return {
    specversion: '1.0',
    id: `${encodeBlanks(trace.subject)}/${sequence}`,
    source: mapping.source,
    type: typeOf(stage, textOf(attributes, mapping.transition), mapping),
    subject: trace.subject,
    time: withOffset(mapping.time, time, mapping.offset),
    sequence,
    data: {
      ...collect(attributes, mapping.fields, used, mapping),
      ...(mapping.process === undefined ? {} : { process: mapping.process }),
      stage,
      ...(operator === undefined ? {} : { operator: { id: operator } }),
      ...(Object.keys(trace.attributes).length ? { attributes: trace.attributes } : {}),
    },
  };
}

function typeOf(stage: string, transition: string | undefined, mapping: XesMapping): string {
  const named = own(mapping.stageTypes, stage);
  if (named !== undefined) return named;
  const word = transition ?? 'COMPLETE';
  return (
    own(mapping.types, word.toUpperCase()) ?? `yxzy.stage.${word.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')}`
  );
}

/** The attributes that `choice` asks for, under the names it gives them. */
function collect(
  attributes: XesAttributes,
  choice: XesMapping['attributes'],
  used: ReadonlySet<string>,
  mapping: XesMapping,
): JsonObject {
  const found: JsonObject = {};
  if (choice === 'none') return found;
  for (const [key, attribute] of attributes) {
    const target: XesTarget | undefined = choice === 'all' ? key : own(choice, key);
    if (target === undefined || (choice === 'all' && (used.has(key) || COMMON_FIELDS.has(key)))) continue;
    const name = typeof target === 'string' ? target : target.name;
    if (FORBIDDEN_NAMES.has(name)) throw new Error(`The attribute name ${name} is not allowed.`);
    const value = valueOf(
      key,
      attribute,
      typeof target === 'string' ? undefined : target.type,
      mapping.offset,
    );
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Undefined for lists and containers, which have no single value. */
function valueOf(
  key: string,
  { type, value }: XesAttribute,
  as: 'string' | 'number' | 'boolean' | undefined,
  offset: string | undefined,
): JsonValue | undefined {
  if (type === 'list' || type === 'container') return undefined;
  if (as === 'string') return value;
  if (as === undefined && type === 'date') return withOffset(key, value, offset);
  if (as === 'number' || (as === undefined && (type === 'int' || type === 'float'))) {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number))
      throw new Error(`${key} "${value}" is not a number.`);
    // A whole number beyond 2^53 would silently become another one.
    return type === 'int' && !Number.isSafeInteger(number) ? value : number;
  }
  if (as === 'boolean' || (as === undefined && type === 'boolean')) {
    if (!/^(true|false|0|1)$/.test(value)) throw new Error(`${key} "${value}" is not true or false.`);
    return value === 'true' || value === '1';
  }
  return value;
}

function textOf(attributes: XesAttributes, key: string): string | undefined {
  const value = attributes.get(key)?.value;
  return value?.trim() || undefined;
}

/** An id holds no blanks (it is half of a key); a case name such as `Case 7` may. */
function encodeBlanks(text: string): string {
  return text.replace(/[%\s]/g, encodeURIComponent);
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
