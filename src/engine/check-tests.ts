import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { JsonValue } from '../json.js';
import { checkFact } from './check-fact.js';
import type { FactCheck } from './check-fact.js';
import { show } from './explain-issue.js';
import { conformsTo } from './fact-definition.js';
import type { FactDefinition } from './fact-definition.js';
import { parseFactKey } from './fact-key.js';
import { referTo } from './fact-reference.js';
import { isDay, isInstantText, toMoment } from './moments.js';
import type { RuleFile, RuleTest } from './rule-file.js';

/** Checks the in-file tests: there is a hit and a no_hit, names differ, facts exist and have fitting values. */
export function checkTests(rule: RuleFile, calendar: BusinessCalendar, check: FactCheck): void {
  const { report } = check;
  for (const needed of ['hit', 'no_hit'] as const) {
    if (!rule.tests.some((test) => test.expect === needed))
      report(['tests'], `至少要有一个 expect 为 "${needed}" 的用例`);
  }
  const seen = new Set<string>();
  rule.tests.forEach((test, index) => {
    if (seen.has(test.name)) report(['tests', index, 'name'], `用例名称 "${test.name}" 重复`);
    seen.add(test.name);
    checkGivenFacts(test, ['tests', index, 'facts'], calendar, check);
  });
}

function checkGivenFacts(
  test: RuleTest,
  path: (string | number)[],
  calendar: BusinessCalendar,
  { report, ...check }: FactCheck,
): void {
  const canonical = new Set<string>();
  for (const [text, value] of Object.entries(test.facts)) {
    const here = [...path, text];
    const key = parseFactKey(text);
    if ('reason' in key) {
      report(here, `事实 "${text}" 写法有误：${key.reason}；应为 事实 或 事实(参数=值,…)`, { onKey: true });
      continue;
    }
    let sound = true;
    const onKey: typeof report = (at, message, more) => {
      sound = false;
      report(at, message, { ...more, onKey: true });
    };
    const definition = checkFact(key.fact, key.params, { fact: here }, { ...check, report: onKey });
    if (!definition || !sound) continue;
    const name = referTo(key.fact, key.params).key;
    if (canonical.has(name)) report(here, `事实 "${name}" 重复`, { onKey: true });
    canonical.add(name);
    if (toGiven(value, definition, calendar) === undefined) {
      report(here, `"${definition.name}" 的值应为${valueText(definition)}，现为 ${show(value)}`);
    }
  }
}

/** The facts of a test by canonical key, instants as epoch ms. `null` says that a fact is missing. */
export function givenFacts(test: RuleTest, calendar: BusinessCalendar): Map<string, JsonValue> {
  const given = new Map<string, JsonValue>();
  for (const [text, value] of Object.entries(test.facts)) {
    const key = parseFactKey(text);
    if ('reason' in key) throw new Error(`"${text}": ${key.reason}`);
    const { definition, key: name } = referTo(key.fact, key.params);
    const fact = toGiven(value, definition, calendar);
    if (fact !== undefined && fact !== null) given.set(name, fact);
  }
  return given;
}

/** A test's value as the fact has it; undefined if it cannot be one. */
function toGiven(
  value: JsonValue,
  definition: FactDefinition,
  calendar: BusinessCalendar,
): JsonValue | undefined {
  if (value === null) return null;
  if (definition.type !== 'date') return conformsTo(value, definition.type) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const fits = definition.day ? isDay(value) : isInstantText(value);
  return fits ? toMoment(value, calendar) : undefined;
}

function valueText({ type, day }: FactDefinition): string {
  switch (type) {
    case 'string':
      return '文字';
    case 'number':
      return '数字';
    case 'boolean':
      return ' true 或 false';
    case 'list':
      return '列表 […]';
    case 'date':
      return day ? '日期 "YYYY-MM-DD"' : '时刻 "YYYY-MM-DD HH:mm" 或带时区的 ISO 8601';
    case 'any':
      return '已知的值';
  }
}
