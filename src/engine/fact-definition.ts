import type { JsonValue } from '../json.js';
import type { FactScope } from './rule-set.js';

export const FACT_TYPES = ['string', 'number', 'boolean', 'date', 'list', 'any'] as const;
/**
 * What a fact may hold. `date` is an instant (epoch ms) or a business day (`YYYY-MM-DD`); `list` holds
 * strings, numbers or booleans; `any` is a field of an event, whose type only the event knows.
 */
export type FactType = (typeof FACT_TYPES)[number];

/** Reads another fact in the scope at hand: what a `dateFact` parameter becomes. */
export type FactReader = (scope: FactScope) => JsonValue | undefined;

/** A parameter of a fact. `T` is what the resolver gets. */
export interface ParamDefinition<T = unknown> {
  /** `dateFact` names another fact of type date: its name, or `{ "fact": …, "params": … }`. */
  readonly type: 'text' | 'textList' | 'dateFact';
  readonly required: boolean;
  readonly zh: string;
  readonly en: string;
  /** The only values it takes. */
  readonly values?: readonly string[];
  /** What its text names, so that a rule can be checked against the catalogue. */
  readonly names?: 'stage' | 'eventType' | 'parameter' | 'limitParameter' | 'windowEvents';
  /** Its `same` means that of the triggering event, so it is refused where no event triggers. */
  readonly sameAsEvent?: true;
  /** Only carries the type. */
  readonly as?: T;
}

export type ParamDefinitions = Readonly<Record<string, ParamDefinition>>;
export type ParamsOf<P> = { readonly [K in keyof P]: P[K] extends ParamDefinition<infer T> ? T : never };

/** One fact of the catalogue. */
export interface FactDefinition<P extends ParamDefinitions = ParamDefinitions> {
  /** Dotted name, as rules write it. */
  readonly name: string;
  readonly type: FactType;
  readonly zh: string;
  readonly en: string;
  readonly params: P;
  /** Never missing (given that there is a stage, for facts about the stage). */
  readonly alwaysKnown: boolean;
  /** Exists only for rules with this trigger: `event.*` (window rules have an event too), `clock.*` and `window.*`. */
  readonly onlyOn?: 'event' | 'deadline' | 'window';
  /** A business day, not an instant (type date only). */
  readonly day?: boolean;
  /** Computed from other facts, also where those are given (in-file tests). */
  readonly derived?: boolean;
  /** Pure. `undefined` = no event told it. */
  readonly resolve: (scope: FactScope, params: ParamsOf<P>) => JsonValue | undefined;
}

/** Checks a definition's parameter types against its resolver and forgets them. */
export function defineFact<const P extends ParamDefinitions>(
  fact: Omit<FactDefinition<P>, 'params' | 'alwaysKnown'> & { params?: P; alwaysKnown?: boolean },
): FactDefinition {
  return { params: {}, alwaysKnown: false, ...fact } as unknown as FactDefinition;
}

export function text(zh: string, en: string, more: Partial<ParamDefinition> = {}): ParamDefinition<string> {
  return { ...more, type: 'text', required: true, zh, en } as ParamDefinition<string>;
}

export function optionalText(
  zh: string,
  en: string,
  more: Partial<ParamDefinition> = {},
): ParamDefinition<string | undefined> {
  return { ...more, type: 'text', required: false, zh, en } as ParamDefinition<string | undefined>;
}

export function textList(
  zh: string,
  en: string,
  more: Partial<ParamDefinition> = {},
): ParamDefinition<readonly string[]> {
  return { ...more, type: 'textList', required: true, zh, en } as ParamDefinition<readonly string[]>;
}

export function dateFact(zh: string, en: string): ParamDefinition<FactReader> {
  return { type: 'dateFact', required: true, zh, en };
}

export function optionalDateFact(zh: string, en: string): ParamDefinition<FactReader | undefined> {
  return { type: 'dateFact', required: false, zh, en };
}

/** `same` = the stage the rule is looking at. */
export const OPTIONAL_STAGE = optionalText(
  '只看这个环节的记录；same 表示当前环节；不写则看整张工单',
  'Only what belongs to this stage; `same` = the stage in question; absent = the whole work order',
  { names: 'stage' },
);

/** Whether a value may stand for a fact of a type. Null never may. */
export function conformsTo(value: unknown, type: FactType): value is JsonValue {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return Number.isFinite(value) || (typeof value === 'string' && BUSINESS_DAY.test(value));
    case 'list':
      return Array.isArray(value) && value.every(isScalar);
    case 'any':
      return value !== undefined && value !== null;
  }
}

const BUSINESS_DAY = /^\d{4}-\d{2}-\d{2}$/;

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
