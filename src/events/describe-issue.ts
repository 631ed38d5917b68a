import type { z } from 'zod';
import type { FieldError } from '../errors.js';
import { formatPath } from './format-path.js';

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * What a failed check of `data` means in plain English.
 *
 * @param data the value that was checked, to tell a missing field from a wrong one
 */
export function describeIssue(issue: Issue, data: unknown): FieldError {
  const keys = issue.path.filter((key) => typeof key !== 'symbol');
  const path = formatPath(['data', ...keys]);
  const value = valueAt(data, keys);
  if (value === undefined) return { path, message: `is required: ${kindOf(issue)}`, ...allowedOf(issue) };
  if (value === null) {
    return { path, message: `must be ${kindOf(issue)}, not null; leave the field out when it is not known` };
  }
  return { path, message: messageOf(issue), ...allowedOf(issue) };
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_union':
      return `must be ${kindOf(issue)}`;
    case 'invalid_value':
      return 'is not one of the allowed values';
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      if (issue.origin === 'array') return `must have at least ${String(issue.minimum)} entry`;
      return `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      if (issue.origin === 'string') return `must have at most ${String(issue.maximum)} characters`;
      if (issue.origin === 'array') return `must have at most ${String(issue.maximum)} entries`;
      return `must be at most ${String(issue.maximum)}`;
    default:
      return issue.message;
  }
}

function kindOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return 'one of the allowed values';
  return 'a person: an id, or {"id": …, "name": …}';
}

function allowedOf(issue: Issue): Pick<FieldError, 'allowed'> {
  return issue.code === 'invalid_value' ? { allowed: issue.values.map(String) } : {};
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
