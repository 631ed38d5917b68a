import type { JsonObject, JsonValue } from '../json.js';

/** A file of `parameters/`. */
export interface ParameterContent {
  readonly group: string;
  readonly parameters: Readonly<Record<string, { readonly default?: JsonValue | undefined }>>;
  readonly orgUnits?: JsonObject | undefined;
  readonly sets?: JsonValue | undefined;
}

/**
 * A rule file with the defaults of the parameters it names, as `{ "parameter": "group.name" }` for a limit or as the fact
 * `parameter` for a value. A group whose values differ by unit or date is left as it is: then the rule cannot be read.
 */
export function fillInParameters(file: JsonValue, groups: readonly ParameterContent[]): JsonValue {
  const values = new Map<string, JsonValue>();
  for (const { group, parameters, orgUnits, sets } of groups) {
    if (orgUnits !== undefined || sets !== undefined) continue;
    for (const [name, { default: value }] of Object.entries(parameters))
      if (value !== undefined) values.set(`${group}.${name}`, value);
  }
  const fill = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const named = nameOf(value);
    const known = named === undefined ? undefined : values.get(named);
    if (known !== undefined) return known;
    const entries = Object.entries(value).flatMap(([key, one]) =>
      one === undefined ? [] : [[key, fill(one)]],
    );
    return Object.fromEntries(entries) as JsonObject;
  };
  return fill(file);
}

/** The parameter that stands in the place of a limit or value. */
function nameOf({ parameter, fact, params, operator }: JsonObject): string | undefined {
  if (typeof parameter === 'string') return parameter;
  if (fact !== 'parameter' || operator !== undefined) return undefined;
  const name =
    typeof params === 'object' && params !== null && !Array.isArray(params) ? params['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
