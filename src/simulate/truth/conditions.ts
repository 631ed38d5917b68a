import type { JsonValue } from '../../json.js';
import { isOfficeTime } from '../office-time.js';
import type { ConditionContent, LeafContent } from '../rule-content.js';
import { compareTimes } from './told-times.js';
import { factNames, readFact, type Scope, type Told } from './told-facts.js';

/** Whether conditions hold: true, false, or undefined where what is not told would decide. */
export function holds(condition: ConditionContent, scope: Scope): boolean | undefined {
  if ('all' in condition) return both(condition.all.map((one) => holds(one, scope)));
  if ('any' in condition) return negate(both(condition.any.map((one) => negate(holds(one, scope)))));
  if ('not' in condition) return negate(holds(condition.not, scope));
  return leafHolds(condition, scope);
}

function both(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function negate(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function leafHolds({ fact, params, operator, value }: LeafContent, scope: Scope): boolean | undefined {
  const left = readFact(fact, params ?? {}, scope);
  if (operator === 'isPresent') return (left !== undefined) === value;
  const right = isReference(value) ? readFact(value.fact, value.params ?? {}, scope) : value;
  if (left === undefined || right === undefined || right === null) return undefined;
  return COMPARE[operator]?.(left, right);
}

/** Words of conditions that this reader does not know. */
export function unknownWords(condition: ConditionContent): string[] {
  if ('all' in condition) return condition.all.flatMap(unknownWords);
  if ('any' in condition) return condition.any.flatMap(unknownWords);
  if ('not' in condition) return unknownWords(condition.not);
  if (!('fact' in condition)) return [JSON.stringify(condition)];
  const { fact, operator, value } = condition;
  const words: string[] = [];
  if (!factNames.has(fact)) words.push(fact);
  if (operator !== 'isPresent' && !COMPARE[operator]) words.push(operator);
  if (isReference(value) && !factNames.has(value.fact)) words.push(value.fact);
  if (isObject(value) && !isReference(value)) words.push(JSON.stringify(value));
  return words;
}

interface Reference {
  readonly fact: string;
  readonly params?: { readonly [name: string]: JsonValue | undefined };
}
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isReference(value: unknown): value is Reference {
  return isObject(value) && 'fact' in value && typeof value.fact === 'string';
}

type Compare = (left: Told, right: Told) => boolean | undefined;
const numbers =
  (decide: (a: number, b: number) => boolean): Compare =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? decide(a, b) : undefined;
const times =
  (decide: (order: number) => boolean): Compare =>
  (a, b) => {
    const order = compareTimes(a, b);
    return order === undefined ? undefined : decide(order);
  };
const texts =
  (decide: (a: string, b: string) => boolean): Compare =>
  (a, b) =>
    typeof a === 'string' && typeof b === 'string' ? decide(a, b) : undefined;

const COMPARE: Readonly<Record<string, Compare>> = {
  equal: (a, b) => (typeof a === typeof b && !isList(a) ? a === b : undefined),
  notEqual: (a, b) => (typeof a === typeof b && !isList(a) ? a !== b : undefined),
  in: (a, b) => (isList(b) ? b.includes(a as JsonValue) : undefined),
  notIn: (a, b) => (isList(b) ? !b.includes(a as JsonValue) : undefined),
  lessThan: numbers((a, b) => a < b),
  lessThanInclusive: numbers((a, b) => a <= b),
  greaterThan: numbers((a, b) => a > b),
  greaterThanInclusive: numbers((a, b) => a >= b),
  before: times((order) => order < 0),
  onOrBefore: times((order) => order <= 0),
  after: times((order) => order > 0),
  onOrAfter: times((order) => order >= 0),
  isEmpty: (a, b) => (isList(a) ? (a.length === 0) === b : undefined),
  lengthAtLeast: (a, b) =>
    typeof b === 'number' && (isList(a) || typeof a === 'string') ? [...a].length >= b : undefined,
  isWorkingTime: (a, b) => (typeof a === 'number' ? isOfficeTime(a) === b : undefined),
  startsWith: texts((a, b) => a.startsWith(b)),
};

function isList(value: Told): value is JsonValue[] {
  return Array.isArray(value);
}
