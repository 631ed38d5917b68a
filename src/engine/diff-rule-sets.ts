import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../json.js';
import type { LoadedRule } from './assemble-rules.js';
import { pathText } from './rule-error.js';
import type { ParameterTable } from './parameter-table.js';

/** One side of a comparison: a rule set with its files, disabled rules included. */
export interface ComparedRules {
  readonly files: readonly LoadedRule[];
  readonly parameters: ParameterTable;
}

/** What changed in a rule or a group of parameters. */
export interface RuleChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Rule id, or `parameters/<group>`. */
  readonly id: string;
  readonly fields: readonly FieldChange[];
  /** Its content changed and its version did not: alerts could no longer tell which rule found them. */
  readonly sameVersion?: true;
}

export interface FieldChange {
  /** e.g. `trigger.limit.value`. */
  readonly path: string;
  /** Absent where the field was not there. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** Compares two rule sets as they are loaded (shared conditions in place), field by field, in order of ids. */
export function diffRuleSets(before: ComparedRules, after: ComparedRules): RuleChange[] {
  const old = contentOf(before);
  const young = contentOf(after);
  const changes: RuleChange[] = [];
  for (const id of [...new Set([...old.keys(), ...young.keys()])].sort()) {
    const [a, b] = [old.get(id), young.get(id)];
    if (a === undefined || b === undefined) {
      changes.push({ kind: a === undefined ? 'added' : 'removed', id, fields: [] });
      continue;
    }
    const fields = fieldChanges(a, b);
    if (fields.length === 0) continue;
    const isVersioned = id.startsWith('parameters/') || fields.some(({ path }) => path === 'version');
    changes.push({ kind: 'changed', id, fields, ...(isVersioned ? {} : { sameVersion: true as const }) });
  }
  return changes;
}

function contentOf({ files, parameters }: ComparedRules): Map<string, JsonValue> {
  const rules = files.map(({ rule }) => [rule.id, rule.file as unknown as JsonValue] as const);
  const groups = parameters.files.map(
    (file) => [`parameters/${file.group}`, file as unknown as JsonValue] as const,
  );
  return new Map([...rules, ...groups]);
}

/** What differs between two JSON values, field by field; `path` is where they stand. */
export function fieldChanges(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  path: (string | number)[] = [],
): FieldChange[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => fieldChanges(a[key], b[key], [...path, key]));
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((item, index) => fieldChanges(item, b[index], [...path, index]));
  return [
    {
      path: pathText(path),
      ...(a === undefined ? {} : { before: a }),
      ...(b === undefined ? {} : { after: b }),
    },
  ];
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
