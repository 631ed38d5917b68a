import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { isScalar } from './fact-definition.js';
import type { FactType } from './fact-definition.js';
import { FORMATS, hasFormat } from './formats.js';
import { compareMoments, dayOf, toMoment } from './moments.js';

/**
 * What an operator's `value` must be: `same` = of the fact's own type, `sameList` = a list of such;
 * `format` = a name of formats.ts. Where `valueFact` says so, another fact may stand in its place.
 */
export type ValueKind =
  | 'same'
  | 'sameList'
  | 'scalar'
  | 'scalarList'
  | 'number'
  | 'date'
  | 'boolean'
  | 'string'
  | 'length'
  | 'format';

export interface OperatorDefinition {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** Types of fact it takes; facts of type `any` are taken by every operator and checked when they are read. */
  readonly factTypes: readonly FactType[];
  readonly value: ValueKind;
  /** Whether the value may be another fact. */
  readonly valueFact: boolean;
  /**
   * True, false, or undefined where a value has the wrong type or the calendar does not reach: then nobody
   * knows. Never sees a missing value, except that `isPresent` is never called at all (see applyOperator).
   */
  readonly test: (fact: unknown, value: unknown, calendar: BusinessCalendar) => boolean | undefined;
}

const SCALARS = ['string', 'number', 'boolean'] as const;

const LIST: OperatorDefinition[] = [
  scalar('equal', '等于', 'Is the same value', (a, b) => same(a, b)),
  scalar('notEqual', '不等于（事实缺失时不成立也不否定）', 'Is another value', (a, b) => negate(same(a, b))),
  membership('in', '是列表中的一个', 'Is one of', (a, list) => within(a, list)),
  membership('notIn', '不是列表中的任何一个', 'Is none of', (a, list) => negate(within(a, list))),
  number('lessThan', '小于', 'Is less than', (a, b) => a < b),
  number('lessThanInclusive', '小于或等于', 'Is at most', (a, b) => a <= b),
  number('greaterThan', '大于', 'Is more than', (a, b) => a > b),
  number('greaterThanInclusive', '大于或等于', 'Is at least', (a, b) => a >= b),
  date('before', '早于', 'Is earlier than', (order) => order < 0),
  date('onOrBefore', '早于或等于', 'Is no later than', (order) => order <= 0),
  date('after', '晚于', 'Is later than', (order) => order > 0),
  date('onOrAfter', '晚于或等于', 'Is no earlier than', (order) => order >= 0),
  working('isWorkingDay', '是（true）否（false）落在工作日', 'Falls on a working day', (moment, calendar) => {
    const day = dayOf(moment, calendar);
    return day === undefined ? undefined : calendar.isWorkingDay(day);
  }),
  working(
    'isWorkingTime',
    '是（true）否（false）落在工作日的工作时间内',
    'Falls in business hours of a working day',
    (moment, calendar) => (typeof moment === 'number' ? calendar.isWorkingTime(moment) : undefined),
  ),
  list('contains', '列表中有', 'The list has the value', 'scalar', (items, value) =>
    isScalar(value) ? items.includes(value) : undefined,
  ),
  list('doesNotContain', '列表中没有', 'The list has not the value', 'scalar', (items, value) =>
    isScalar(value) ? !items.includes(value) : undefined,
  ),
  list('hasAll', '列表中全有', 'The list has all values', 'scalarList', (items, values) =>
    hasAll(items, values),
  ),
  list(
    'hasAny',
    '列表中至少有一个',
    'The list has at least one of the values',
    'scalarList',
    (items, values) => (Array.isArray(values) ? values.some((value) => items.includes(value)) : undefined),
  ),
  list(
    'lacksAny',
    '列表中至少缺一个（与 hasAll 相反）',
    'The list lacks at least one',
    'scalarList',
    (items, values) => negate(hasAll(items, values)),
  ),
  {
    ...list('isEmpty', '列表为空（true）或不空（false）', 'The list is empty', 'boolean', (items, value) =>
      typeof value === 'boolean' ? (items.length === 0) === value : undefined,
    ),
    valueFact: false,
  },
  {
    name: 'isPresent',
    zh: '事实已知（true）或未知（false）；唯一可以看缺失事实的操作符',
    en: 'The fact is known (true) or missing (false); the only one that may look at a missing fact',
    factTypes: [...SCALARS, 'date', 'list'],
    value: 'boolean',
    valueFact: false,
    test: (_fact, value) => (typeof value === 'boolean' ? value : undefined),
  },
  {
    name: 'hasFormat',
    zh: `文字符合格式：${[...FORMATS].map(([name, { zh }]) => `${name} ${zh}`).join('；')}`,
    en: `The text has a format: ${[...FORMATS.keys()].join(', ')}`,
    factTypes: ['string'],
    value: 'format',
    valueFact: false,
    test: (fact, value) =>
      typeof fact === 'string' && typeof value === 'string' ? hasFormat(fact, value) : undefined,
  },
  {
    name: 'startsWith',
    zh: '文字以…开头',
    en: 'The text starts with',
    factTypes: ['string'],
    value: 'string',
    valueFact: true,
    test: (fact, value) =>
      typeof fact === 'string' && typeof value === 'string' ? fact.startsWith(value) : undefined,
  },
  {
    name: 'lengthAtLeast',
    zh: '文字（按字数）或列表（按项数）的长度至少为',
    en: 'The text or list has at least so many characters or items',
    factTypes: ['string', 'list'],
    value: 'length',
    valueFact: false,
    test: (fact, value) => {
      if (typeof value !== 'number') return undefined;
      if (typeof fact === 'string') return [...fact].length >= value;
      return Array.isArray(fact) ? fact.length >= value : undefined;
    },
  },
];

/** Every operator a condition may name, by name. */
export const OPERATORS: ReadonlyMap<string, OperatorDefinition> = new Map(
  LIST.map((operator) => [operator.name, operator]),
);

/**
 * The one way an operator is applied, by the screen and by json-rules-engine alike: true, false, or
 * undefined = unknown, because the fact (or the fact it is compared with) is missing or of the wrong type.
 */
export function applyOperator(
  operator: OperatorDefinition,
  fact: unknown,
  value: unknown,
  calendar: BusinessCalendar,
): boolean | undefined {
  if (operator.name === 'isPresent') return (fact !== undefined && fact !== null) === value;
  if (fact === undefined || fact === null || value === undefined || value === null) return undefined;
  return operator.test(fact, value, calendar);
}

function scalar(
  name: string,
  zh: string,
  en: string,
  test: (a: unknown, b: unknown) => boolean | undefined,
): OperatorDefinition {
  return { name, zh, en, factTypes: SCALARS, value: 'same', valueFact: true, test };
}

function membership(
  name: string,
  zh: string,
  en: string,
  test: (a: unknown, list: unknown) => boolean | undefined,
): OperatorDefinition {
  return { name, zh, en, factTypes: ['string', 'number'], value: 'sameList', valueFact: true, test };
}

function number(
  name: string,
  zh: string,
  en: string,
  compare: (a: number, b: number) => boolean,
): OperatorDefinition {
  return {
    name,
    zh,
    en,
    factTypes: ['number'],
    value: 'number',
    valueFact: true,
    test: (a, b) => (isNumber(a) && isNumber(b) ? compare(a, b) : undefined),
  };
}

function date(name: string, zh: string, en: string, decide: (order: number) => boolean): OperatorDefinition {
  return {
    name,
    zh: `${zh}某时刻或某日（与日期比较时只比到日）`,
    en: `${en} (compared as days where one side is a day)`,
    factTypes: ['date'],
    value: 'date',
    valueFact: true,
    test: (a, b, calendar) => {
      const order = compareMoments(a, b, calendar);
      return order === undefined ? undefined : decide(order);
    },
  };
}

function working(
  name: string,
  zh: string,
  en: string,
  decide: (moment: number | string, calendar: BusinessCalendar) => boolean | undefined,
): OperatorDefinition {
  return {
    name,
    zh,
    en,
    factTypes: ['date'],
    value: 'boolean',
    valueFact: false,
    test: (fact, value, calendar) => {
      const moment = toMoment(fact, calendar);
      if (moment === undefined || typeof value !== 'boolean') return undefined;
      if (!calendar.isCovered(Number(dayOf(moment, calendar)?.slice(0, 4)))) return undefined;
      const found = decide(moment, calendar);
      return found === undefined ? undefined : found === value;
    },
  };
}

function list(
  name: string,
  zh: string,
  en: string,
  value: ValueKind,
  test: (items: unknown[], value: unknown) => boolean | undefined,
): OperatorDefinition {
  return {
    name,
    zh,
    en,
    factTypes: ['list'],
    value,
    valueFact: true,
    test: (fact, given) => (Array.isArray(fact) ? test(fact, given) : undefined),
  };
}

function same(a: unknown, b: unknown): boolean | undefined {
  return isScalar(a) && typeof a === typeof b ? a === b : undefined;
}

function within(a: unknown, items: unknown): boolean | undefined {
  if (!isScalar(a) || !Array.isArray(items)) return undefined;
  if (items.includes(a)) return true;
  return items.every((item) => typeof item === typeof a) ? false : undefined;
}

function hasAll(items: unknown[], values: unknown): boolean | undefined {
  return Array.isArray(values) ? values.every((value) => items.includes(value)) : undefined;
}

function negate(result: boolean | undefined): boolean | undefined {
  return result === undefined ? undefined : !result;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
