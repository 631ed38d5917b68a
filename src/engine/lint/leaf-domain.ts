import type { JsonValue } from '../../json.js';
import { isFactNaming, referTo } from '../fact-reference.js';
import type { FactReference } from '../fact-reference.js';
import { isDay } from '../moments.js';
import type { ConditionLeaf } from '../rule-file.js';
import { valuesOf } from './fact-values.js';
import { ANY_CHOICE, choice, complementOf, numbers, points, YES_NO } from './value-domain.js';
import type { Domain } from './value-domain.js';

/** What a condition asks, as a set of values of something that can be compared with what other conditions ask of it. */
export interface LeafDomain {
  /** Same text = about the same thing: a fact, its length, its order against another fact … */
  readonly about: string;
  readonly domain: Domain;
  /** All that can be. */
  readonly universe: Domain;
}

/** The names there are, for facts that name things of the content; absent kinds are not known. */
export type KnownNames = Partial<Record<'process' | 'stage' | 'workItem' | 'orgUnit', readonly string[]>>;

const ANY_NUMBER = numbers(-Infinity, Infinity);
const LENGTHS = numbers(0, Infinity, { whole: true });
const ORDERS = choice(['<', '=', '>']);
const DAY_MS = 86_400_000;

/** @param leaf of a checked rule */
export function leafDomainOf(leaf: ConditionLeaf, names: KnownNames): LeafDomain {
  const fact = referTo(leaf.fact, leaf.params);
  if (isFactNaming(leaf.value)) return orderOf(leaf, fact, referTo(leaf.value.fact, leaf.value.params));
  return literalDomain(leaf.operator, leaf.value, fact, names) ?? asItStands(leaf, fact);
}

function literalDomain(
  operator: string,
  value: JsonValue,
  fact: FactReference,
  names: KnownNames,
): LeafDomain | undefined {
  const { key } = fact;
  switch (operator) {
    case 'equal':
      return oneOf(fact, [value], names);
    case 'notEqual':
      return negated(oneOf(fact, [value], names));
    case 'in':
      return oneOf(fact, value as JsonValue[], names);
    case 'notIn':
      return negated(oneOf(fact, value as JsonValue[], names));
    case 'lessThan':
    case 'lessThanInclusive':
      return numeric(fact, numbers(-Infinity, Number(value), { highOpen: operator === 'lessThan' }));
    case 'greaterThan':
    case 'greaterThanInclusive':
      return numeric(fact, numbers(Number(value), Infinity, { lowOpen: operator === 'greaterThan' }));
    case 'isEmpty': {
      const empty = points([0], true);
      return {
        about: `${key} 的项数`,
        domain: value === true ? empty : complementOf(empty),
        universe: LENGTHS,
      };
    }
    case 'lengthAtLeast':
      return {
        about: `${key} 的${fact.definition.type === 'list' ? '项数' : '字数'}`,
        domain: numbers(Number(value), Infinity, { whole: true }),
        universe: LENGTHS,
      };
    case 'contains':
    case 'doesNotContain':
      return yesNo(`${key} 中有 ${JSON.stringify(value)}`, operator === 'contains');
    case 'hasAll':
    case 'lacksAny':
      return yesNo(`${key} 中全有 ${JSON.stringify([...(value as string[])].sort())}`, operator === 'hasAll');
    case 'isPresent':
    case 'isWorkingDay':
    case 'isWorkingTime':
      return yesNo(`${key} ${operator}`, value === true);
    case 'before':
    case 'onOrBefore':
    case 'after':
    case 'onOrAfter':
      return typeof value === 'string' ? days(operator, value, key) : undefined;
    default:
      return undefined;
  }
}

function oneOf(fact: FactReference, values: readonly JsonValue[], names: KnownNames): LeafDomain | undefined {
  if (values.every((value) => typeof value === 'number')) return numeric(fact, points(values));
  if (!values.every((value) => typeof value === 'string' || typeof value === 'boolean')) return undefined;
  const known = valuesOf(fact.definition);
  const texts =
    known?.texts ?? (known?.names && known.names !== 'eventType' ? names[known.names] : undefined);
  const universe =
    fact.definition.type === 'boolean'
      ? YES_NO
      : texts && fact.definition.type === 'string'
        ? choice(texts)
        : ANY_CHOICE;
  return { about: fact.key, domain: choice(values), universe };
}

function numeric(fact: FactReference, domain: Domain): LeafDomain {
  const known = valuesOf(fact.definition);
  const universe = known
    ? numbers(known.least ?? -Infinity, known.most ?? Infinity, { whole: known.whole ?? false })
    : ANY_NUMBER;
  return { about: fact.key, domain, universe };
}

function days(operator: string, value: string, key: string): LeafDomain | undefined {
  if (!isDay(value)) return undefined;
  const day = Date.parse(`${value}T00:00:00Z`) / DAY_MS;
  const before = operator === 'before' || operator === 'onOrBefore';
  const open = operator === 'before' || operator === 'after';
  const domain = before
    ? numbers(-Infinity, day, { highOpen: open, whole: true })
    : numbers(day, Infinity, { lowOpen: open, whole: true });
  return { about: `${key} 的日期`, domain, universe: numbers(-Infinity, Infinity, { whole: true }) };
}

const ORDER_OF: Readonly<Record<string, readonly string[]>> = {
  lessThan: ['<'],
  lessThanInclusive: ['<', '='],
  greaterThan: ['>'],
  greaterThanInclusive: ['>', '='],
  before: ['<'],
  onOrBefore: ['<', '='],
  after: ['>'],
  onOrAfter: ['>', '='],
  equal: ['='],
  notEqual: ['<', '>'],
};
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '=': '=', '>': '<' };

/** Two facts against each other, the one that comes first in the alphabet on the left. */
function orderOf(leaf: ConditionLeaf, fact: FactReference, other: FactReference): LeafDomain {
  const orders = ORDER_OF[leaf.operator];
  if (!orders) return asItStands(leaf, fact);
  const isMirrored = other.key < fact.key;
  const [left, right] = isMirrored ? [other, fact] : [fact, other];
  const domain = choice(isMirrored ? orders.map((order) => MIRRORED[order] ?? order) : orders);
  // A fact is what it is.
  const universe = left.key === right.key ? choice(['=']) : ORDERS;
  return { about: `${left.key} 与 ${right.key}`, domain, universe };
}

/** Nothing is known of it but that it holds or does not. */
function asItStands({ operator, value }: ConditionLeaf, { key }: FactReference): LeafDomain {
  return yesNo(`${key} ${operator} ${JSON.stringify(value)}`, true);
}

function yesNo(about: string, answer: boolean): LeafDomain {
  return { about, domain: choice([answer]), universe: YES_NO };
}

function negated(given: LeafDomain | undefined): LeafDomain | undefined {
  return given && { ...given, domain: complementOf(given.domain) };
}
