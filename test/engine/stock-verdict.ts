import { Engine } from 'json-rules-engine';
import type { TopLevelCondition } from 'json-rules-engine';
import { DateTime } from 'luxon';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import { referTo } from '../../src/engine/fact-reference.js';
import type { Conditions } from '../../src/engine/rule-file.js';
import type { FactScope } from '../../src/engine/rule-set.js';
import type { JsonObject } from '../../src/json.js';

/**
 * json-rules-engine as it comes, to hold the compiled screen against: with its own operators wherever it has them, and
 * ours written anew here, in the plainest way. A value of the wrong type is handed to it as it is.
 *
 * @returns its verdict on a scope; `threw` where it gives none (its `in` throws on a list that is missing)
 */
export function makeStockVerdict(
  conditions: Conditions,
): (scope: FactScope) => Promise<'yes' | 'no' | 'threw'> {
  // A value of the wrong type is no known value: only isPresent can tell, so there the catalogue's reading counts.
  const text = JSON.stringify(conditions);
  const asCatalogued = text.includes('"isPresent"');
  let scope: FactScope | undefined;
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const name of FACT_CATALOGUE.keys()) {
    if (!text.includes(`"${name}"`)) continue;
    const read = (params: JsonObject) => {
      const fact = referTo(name, params);
      if (!scope) throw new Error('asked outside a run');
      return asCatalogued ? fact.read(scope) : fact.readRaw(scope);
    };
    engine.addFact(name, read, { cache: false });
  }
  for (const [name, holds] of Object.entries(OURS)) engine.addOperator(name, holds);
  engine.addRule({ conditions: conditions as TopLevelCondition, event: { type: 'alert' } });
  return async (next) => {
    scope = next;
    try {
      return (await engine.run()).results.length > 0 ? 'yes' : 'no';
    } catch {
      return 'threw';
    }
  };
}

const ZONE = 'Asia/Shanghai';

/** The operators json-rules-engine has not: false for whatever they cannot take. */
const OURS: Readonly<Record<string, (fact: unknown, value: unknown) => boolean>> = {
  before: (a, b) => compareDates(a, b, (order) => order < 0),
  onOrBefore: (a, b) => compareDates(a, b, (order) => order <= 0),
  after: (a, b) => compareDates(a, b, (order) => order > 0),
  onOrAfter: (a, b) => compareDates(a, b, (order) => order >= 0),
  isWorkingDay: (a, b) => {
    const date = toDate(a);
    return date !== undefined && date.time.year === 2026 && isWorkingDay(date.time) === b;
  },
  isWorkingTime: (a, b) => {
    const date = toDate(a);
    if (!date || date.isDay || date.time.year !== 2026) return false;
    const clock = date.time.toFormat('HH:mm');
    const open = (clock >= '08:30' && clock < '12:00') || (clock >= '13:30' && clock < '17:30');
    return (isWorkingDay(date.time) && open) === b;
  },
  hasAll: (a, b) => bothLists(a, b, (items, wanted) => wanted.every((item) => items.includes(item))),
  hasAny: (a, b) => bothLists(a, b, (items, wanted) => wanted.some((item) => items.includes(item))),
  lacksAny: (a, b) => bothLists(a, b, (items, wanted) => wanted.some((item) => !items.includes(item))),
  isEmpty: (a, b) => Array.isArray(a) && (a.length === 0) === b,
  isPresent: (a, b) => (a !== undefined && a !== null) === b,
  hasFormat: (a, b) =>
    typeof a === 'string' &&
    ((b === 'digits' && /^[0-9]+$/.test(a)) || (b === 'mobilePhone' && /^1[3-9][0-9]{9}$/.test(a))),
  startsWith: (a, b) => typeof a === 'string' && typeof b === 'string' && a.slice(0, b.length) === b,
  lengthAtLeast: (a, b) =>
    (typeof a === 'string' || Array.isArray(a)) && typeof b === 'number' && a.length >= b,
};

function bothLists(a: unknown, b: unknown, holds: (a: unknown[], b: unknown[]) => boolean): boolean {
  return Array.isArray(a) && Array.isArray(b) && holds(a, b);
}

function toDate(value: unknown): { time: DateTime; isDay: boolean } | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const time =
    typeof value === 'number'
      ? DateTime.fromMillis(value, { zone: ZONE })
      : DateTime.fromISO(value.replace(' ', 'T'), { zone: ZONE });
  if (!time.isValid || time.year < 1002 || time.year > 9997) return undefined;
  return { time, isDay: typeof value === 'string' && value.length === 10 };
}

function compareDates(a: unknown, b: unknown, decide: (order: number) => boolean): boolean {
  const left = toDate(a);
  const right = toDate(b);
  if (!left || !right) return false;
  if (!left.isDay && !right.isDay) return decide(left.time.toMillis() - right.time.toMillis());
  return decide(left.time.startOf('day').toMillis() - right.time.startOf('day').toMillis());
}

function isWorkingDay(time: DateTime): boolean {
  return time.weekday <= 5 && time.toISODate() !== '2026-01-01';
}
