import type { JsonObject, JsonValue } from '../json.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { conformsTo } from './fact-definition.js';
import type { FactDefinition, FactReader, ParamDefinition } from './fact-definition.js';
import { toIso } from './moments.js';
import type { FactScope } from './rule-set.js';

/** A fact with its parameters, as one rule names it; compiled once. */
export interface FactReference {
  readonly definition: FactDefinition;
  readonly params: JsonObject | undefined;
  /** Canonical text: `name`, or `name(param=value,…)` in the catalogue's order of parameters. */
  readonly key: string;
  /** The value, or undefined where it is missing or of the wrong type. */
  readonly read: FactReader;
  /** The value as resolved, whatever its type: tells mistyped from missing. */
  readonly readRaw: FactReader;
  /** The date facts that its parameters name. */
  readonly inner: readonly FactReference[];
}

/** What a `dateFact` parameter or a condition's `value` may be. */
export type FactNaming = string | { readonly fact: string; readonly params?: JsonObject };

/**
 * Many rules name the same facts. One reference for all of them is found in the processor's caches where ten thousand
 * would not be: with 10,000 rules that is most of the cost of an event.
 */
const KNOWN = new Map<string, FactReference>();
/** Parameters are free text, and anybody may have a rule checked: beyond this the memory begins anew. */
const MOST_KNOWN = 20_000;

/** Refers to a fact. Throws for a name or parameters that the catalogue does not know (a loaded rule has none). */
export function referTo(name: string, params: JsonObject | undefined): FactReference {
  const call = name + JSON.stringify(params ?? null);
  let reference = KNOWN.get(call);
  if (!reference) {
    reference = makeReference(name, params);
    if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
    KNOWN.set(call, reference);
  }
  return reference;
}

function makeReference(name: string, params: JsonObject | undefined): FactReference {
  const definition = FACT_CATALOGUE.get(name);
  if (!definition) throw new Error(`unknown fact "${name}"`);
  const compiled: Record<string, unknown> = {};
  const parts: string[] = [];
  const inner: FactReference[] = [];
  for (const [param, schema] of Object.entries(definition.params)) {
    const value = params && Object.hasOwn(params, param) ? params[param] : undefined;
    if (value === undefined) {
      if (schema.required) throw new Error(`fact "${name}" needs the parameter "${param}"`);
      continue;
    }
    const { part, use } = compileParam(schema, value, inner);
    compiled[param] = use;
    parts.push(`${param}=${part}`);
  }
  const key = parts.length > 0 ? `${name}(${parts.join(',')})` : name;
  const readRaw = readerOf(definition, key, compiled as never);
  const read: FactReader = (scope) => {
    const value = readRaw(scope);
    return value !== undefined && conformsTo(value, definition.type) ? value : undefined;
  };
  return { definition, params, key, read, readRaw, inner };
}

function readerOf(definition: FactDefinition, key: string, params: never): FactReader {
  return (scope) => {
    if (!scope.given) return definition.resolve(scope, params);
    const given = scope.given.get(key);
    return given === undefined && definition.derived ? definition.resolve(scope, params) : given;
  };
}

function compileParam(
  schema: ParamDefinition,
  value: JsonValue,
  inner: FactReference[],
): { part: string; use: unknown } {
  if (schema.type === 'dateFact') {
    const reference = referToNaming(value as FactNaming);
    inner.push(reference, ...reference.inner);
    return { part: reference.key, use: reference.read };
  }
  if (Array.isArray(value)) return { part: `[${value.map((item) => keyText(item)).join(',')}]`, use: value };
  return { part: keyText(value), use: value };
}

/** Refers to a fact given by its name alone or as `{fact, params}`. */
export function referToNaming(naming: FactNaming): FactReference {
  return typeof naming === 'string' ? referTo(naming, undefined) : referTo(naming.fact, naming.params);
}

/** Text with the signs of the key syntax is quoted. */
function keyText(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[,()[\]="]|^\s|\s$|^$/.test(text) ? JSON.stringify(text) : text;
}

/** Whether a condition's value names another fact. */
export function isFactNaming(value: unknown): value is { fact: string; params?: JsonObject } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'fact');
}

/** A value as it is kept with an alert: instants as ISO 8601 with the business offset, unknown as null. */
export function toStored(
  value: unknown,
  definition: FactDefinition | undefined,
  scope: FactScope,
): JsonValue {
  if (value === undefined || value === null) return null;
  if (definition?.type === 'date' && typeof value === 'number') return toIso(value, scope.calendar);
  return value as JsonValue;
}
