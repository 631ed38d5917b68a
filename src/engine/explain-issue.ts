import type { z } from 'zod';
import type { JsonValue } from '../json.js';
import { didYouMean } from './did-you-mean.js';
import type { JsonPath } from './parse-rule-json.js';
import type { Report } from './rule-error.js';

type Issue = z.core.$ZodIssue;

const TYPES: Record<string, string> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  array: '列表 […]',
  object: '对象 {…}',
  record: '对象 {…}',
};

/** Says in Chinese what a shape issue means, at the place it means. */
export function explainIssue(issue: Issue, root: JsonValue, base: JsonPath, report: Report): void {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const value = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = issue.message.split(' ');
      for (const key of issue.keys) {
        report([...path, key], `没有 "${key}" 这个字段${didYouMean(key, allowed)}`, { allowed, onKey: true });
      }
      return;
    }
    case 'invalid_type':
      if (value === undefined) return report(path, `缺少字段 "${String(path.at(-1))}"`);
      return report(path, `应为${TYPES[issue.expected] ?? issue.expected}，现为 ${show(value)}`);
    case 'invalid_value': {
      if (value === undefined)
        return report(path, `缺少字段 "${String(path.at(-1))}"`, { allowed: texts(issue.values) });
      const near = typeof value === 'string' ? didYouMean(value, texts(issue.values)) : '';
      return report(path, `${show(value)} 不可用${near}`, { allowed: texts(issue.values) });
    }
    case 'invalid_union':
      return explainUnion(issue, root, path, report);
    case 'too_small':
      return report(
        path,
        sizeText(issue.origin, issue.inclusive === false ? '大于' : '至少为', issue.minimum),
      );
    case 'too_big':
      return report(
        path,
        sizeText(issue.origin, issue.inclusive === false ? '小于' : '最多为', issue.maximum),
      );
    default:
      return report(path, issue.message);
  }
}

/** Of the alternatives, the one that the value's own type chose; it alone can say what is wrong inside. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  root: JsonValue,
  path: JsonPath,
  report: Report,
): void {
  const value = valueAt(root, path);
  if (issue.discriminator !== undefined) {
    const allowed = texts((issue as { options?: readonly unknown[] }).options ?? []);
    if (value === undefined) return report(path, `缺少字段 "${issue.discriminator}"`, { allowed });
    const near = typeof value === 'string' ? didYouMean(value, allowed) : '';
    return report(path, `${show(value)} 不可用${near}`, { allowed });
  }
  if (value === undefined) return report(path, `缺少字段 "${String(path.at(-1))}"`);
  const fitting = issue.errors.filter((issues) => issues.every((one) => expectedTypes(one).length === 0));
  // Of several shapes of object, the one that knows most of the fields that are there.
  const [chosen] = fitting.sort((a, b) => unknownFields(a) - unknownFields(b));
  if (chosen) {
    for (const inner of chosen) explainIssue(inner, root, path, report);
    return;
  }
  const expected = new Set(issue.errors.flatMap((issues) => issues.flatMap(expectedTypes)));
  report(path, `应为${[...expected].join('或')}，现为 ${show(value)}`);
}

function unknownFields(issues: readonly Issue[]): number {
  return issues.reduce((sum, one) => sum + (one.code === 'unrecognized_keys' ? one.keys.length : 0), 0);
}

/** The types an alternative wants in place of the value as a whole; none if the type is right. */
function expectedTypes(issue: Issue): string[] {
  if (issue.path.length > 0) return [];
  if (issue.code === 'invalid_type') return [TYPES[issue.expected] ?? issue.expected];
  return issue.code === 'invalid_union'
    ? issue.errors.flatMap((issues) => issues.flatMap(expectedTypes))
    : [];
}

function sizeText(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'string') return bound === 1 ? '不能为空' : `字数${relation} ${bound}`;
  if (origin === 'array') return bound === 1 ? '不能为空列表' : `项数${relation} ${bound}`;
  return `应${relation} ${bound}`;
}

function texts(values: readonly unknown[]): string[] {
  return values.map(String);
}

function valueAt(root: JsonValue, path: JsonPath): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, JsonValue | undefined>)[step];
  }
  return value;
}

/** A value in a message, cut where it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
