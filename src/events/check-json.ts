import type { FieldError } from '../errors.js';
import type { EventLimits } from './event-limits.js';
import { formatPath, quote } from './format-path.js';

/** Most errors told of one event; the rest of a hopeless one helps nobody. */
export const MAX_ERRORS = 20;

export interface JsonCheck {
  readonly errors: FieldError[];
  /** Keys of all objects together, as far as they were looked at. */
  readonly keys: number;
}

/**
 * Looks at every key and value of a parsed event for what must never get in: keys that reach into a
 * prototype or mean something to MongoDB, texts that MongoDB cannot keep as they are, numbers that are not what
 * was sent. Safe on anything, nesting without end and objects that are no JSON included.
 */
export function checkJson(root: unknown, limits: EventLimits): JsonCheck {
  const walk: Walk = { limits, errors: [], path: [], keys: 0, budget: limits.maxEventBytes };
  visit(walk, root);
  const { errors, keys, budget } = walk;
  if (keys > limits.maxKeys) {
    errors.push({ path: '', message: `has more than ${limits.maxKeys} keys` });
  } else if (budget < 0) {
    errors.push({ path: '', message: `is larger than ${limits.maxEventBytes} bytes` });
  }
  return { errors, keys };
}

interface Walk {
  readonly limits: EventLimits;
  readonly errors: FieldError[];
  readonly path: (string | number)[];
  keys: number;
  /** Each value takes at least two bytes of JSON; only objects that never were JSON text can hold more. */
  budget: number;
}

function report({ errors, path }: Walk, message: string): void {
  if (errors.length < MAX_ERRORS) errors.push({ path: formatPath(path), message });
}

function isOver({ errors, budget, keys, limits }: Walk): boolean {
  return errors.length >= MAX_ERRORS || budget < 0 || keys > limits.maxKeys;
}

// Plain functions, not closures: this looks at every value that comes in.
function visit(walk: Walk, value: unknown): void {
  walk.budget -= 1;
  if (typeof value === 'string') {
    const problem = textProblem(value, walk.limits.maxTextLength);
    if (problem !== undefined) report(walk, problem);
  } else if (typeof value === 'number') {
    const problem = numberProblem(value);
    if (problem !== undefined) report(walk, problem);
  } else if (typeof value === 'object' && value !== null) {
    if (walk.path.length >= walk.limits.maxDepth)
      report(walk, `is nested deeper than ${walk.limits.maxDepth} levels`);
    else if (Array.isArray(value)) visitList(walk, value);
    else if (isPlainObject(value)) visitObject(walk, value);
    else report(walk, 'is not JSON');
  } else if (typeof value !== 'boolean' && value !== null) {
    report(walk, 'is not JSON');
  }
}

function visitList(walk: Walk, list: readonly unknown[]): void {
  for (let i = 0; i < list.length && !isOver(walk); i++) {
    walk.path.push(i);
    visit(walk, list[i]);
    walk.path.pop();
  }
}

function visitObject(walk: Walk, object: Record<string, unknown>): void {
  for (const key of Object.keys(object)) {
    if (isOver(walk)) return;
    walk.keys += 1;
    walk.path.push(key);
    const problem = keyProblem(key, walk.limits.maxKeyLength);
    if (problem === undefined) visit(walk, object[key]);
    else report(walk, problem);
    walk.path.pop();
  }
}

/** `_bsontype` would make MongoDB's driver take the object for one of its own types. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '_bsontype']);

function keyProblem(key: string, maxLength: number): string | undefined {
  if (FORBIDDEN_KEYS.has(key)) return `the key ${quote(key)} is not allowed`;
  if (key.startsWith('$')) return 'a key must not begin with $';
  if (key.length > maxLength) return `a key must have at most ${maxLength} characters`;
  if (key.includes('\0')) return 'a key must not contain the character NUL (\\u0000)';
  if (!key.isWellFormed()) return 'a key must not contain half of a surrogate pair (broken Unicode)';
  return undefined;
}

function textProblem(text: string, maxLength: number): string | undefined {
  if (text.length > maxLength) return `must have at most ${maxLength} characters, has ${text.length}`;
  if (text.includes('\0')) return 'must not contain the character NUL (\\u0000)';
  if (!text.isWellFormed()) return 'must not contain half of a surrogate pair (broken Unicode)';
  return undefined;
}

function numberProblem(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'is a number too large to be kept (or not a number)';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return 'is a whole number beyond ±9007199254740991, which would lose digits; send it as a text';
  }
  return undefined;
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not `=== Object.prototype`: an object may come from another realm (a worker, a vm).
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
