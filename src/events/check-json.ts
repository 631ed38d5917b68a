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
  const errors: FieldError[] = [];
  const path: (string | number)[] = [];
  let keys = 0;
  // Each value takes at least two bytes of JSON; only objects that never were JSON text can hold more.
  let budget = limits.maxEventBytes;

  const report = (message: string) => {
    if (errors.length < MAX_ERRORS) errors.push({ path: formatPath(path), message });
  };
  const stop = () => errors.length >= MAX_ERRORS || budget < 0 || keys > limits.maxKeys;

  const visit = (value: unknown): void => {
    budget--;
    if (typeof value === 'string') {
      const problem = textProblem(value, limits.maxTextLength);
      if (problem !== undefined) report(problem);
    } else if (typeof value === 'number') {
      const problem = numberProblem(value);
      if (problem !== undefined) report(problem);
    } else if (typeof value === 'object' && value !== null) {
      if (path.length >= limits.maxDepth) report(`is nested deeper than ${limits.maxDepth} levels`);
      else if (Array.isArray(value)) visitList(value);
      else if (isPlainObject(value)) visitObject(value);
      else report('is not JSON');
    } else if (typeof value !== 'boolean' && value !== null) {
      report('is not JSON');
    }
  };
  const visitList = (list: readonly unknown[]): void => {
    for (let i = 0; i < list.length && !stop(); i++) {
      path.push(i);
      visit(list[i]);
      path.pop();
    }
  };
  const visitObject = (object: Record<string, unknown>): void => {
    for (const key of Object.keys(object)) {
      if (stop()) return;
      keys++;
      path.push(key);
      const problem = keyProblem(key, limits.maxKeyLength);
      if (problem === undefined) visit(object[key]);
      else report(problem);
      path.pop();
    }
  };

  visit(root);
  if (keys > limits.maxKeys) {
    errors.push({ path: '', message: `has more than ${limits.maxKeys} keys` });
  } else if (budget < 0) {
    errors.push({ path: '', message: `is larger than ${limits.maxEventBytes} bytes` });
  }
  return { errors, keys };
}

/** `_bsontype` would make MongoDB's driver take the object for one of its own types. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '_bsontype']);
/** With the u flag a surrogate matches only where its other half is missing. */
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

function keyProblem(key: string, maxLength: number): string | undefined {
  if (FORBIDDEN_KEYS.has(key)) return `the key ${quote(key)} is not allowed`;
  if (key.startsWith('$')) return 'a key must not begin with $';
  if (key.length > maxLength) return `a key must have at most ${maxLength} characters`;
  if (key.includes('\0')) return 'a key must not contain the character NUL (\\u0000)';
  if (LONE_SURROGATE.test(key)) return 'a key must not contain half of a surrogate pair (broken Unicode)';
  return undefined;
}

function textProblem(text: string, maxLength: number): string | undefined {
  if (text.length > maxLength) return `must have at most ${maxLength} characters, has ${text.length}`;
  if (text.includes('\0')) return 'must not contain the character NUL (\\u0000)';
  if (LONE_SURROGATE.test(text)) return 'must not contain half of a surrogate pair (broken Unicode)';
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
