import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { newWorkOrder } from '../work-orders/project-work-order.js';
import { givenFacts } from './check-tests.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { isFactNaming, referTo } from './fact-reference.js';
import type { FactReference } from './fact-reference.js';
import type { ParameterTable } from './parameter-table.js';
import type { ConditionLeaf, Conditions, RuleTest } from './rule-file.js';
import type { CompiledRule, Evaluation, FactScope } from './rule-set.js';

/** What an in-file test gave. */
export interface RuleTestResult {
  readonly index: number;
  readonly name: string;
  readonly expect: RuleTest['expect'];
  readonly outcome: Evaluation['outcome'];
  readonly passed: boolean;
  /** Why it failed, for the author. */
  readonly reason?: string;
}

/** Runs the in-file tests of a rule with the very code that judges live events. */
export async function runRuleTests(
  rule: CompiledRule,
  calendar: BusinessCalendar,
  parameters?: ParameterTable,
): Promise<RuleTestResult[]> {
  const results: RuleTestResult[] = [];
  const used = factsOf(rule.file.conditions);
  for (const [index, test] of rule.file.tests.entries()) {
    const given = givenFacts(test, calendar);
    const evaluation = await rule.evaluate(testScope(given, calendar, parameters));
    const reason = reasonOf(test, evaluation, given, used);
    results.push({
      index,
      name: test.name,
      expect: test.expect,
      outcome: evaluation.outcome,
      passed: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  return results;
}

function reasonOf(
  test: RuleTest,
  evaluation: Evaluation,
  given: ReadonlyMap<string, unknown>,
  used: readonly FactReference[],
): string | undefined {
  if (evaluation.outcome === 'error') return `判断出错：${evaluation.message}`;
  if (evaluation.outcome === test.expect) {
    if (evaluation.outcome !== 'not_evaluated') return undefined;
    const unreal = evaluation.missing.filter(
      (key) => FACT_CATALOGUE.get(key.split('(')[0] ?? '')?.alwaysKnown,
    );
    return unreal.length === evaluation.missing.length
      ? `${unreal.join('、')} 实际总是已知的，请在 facts 中给出`
      : undefined;
  }
  const missing = evaluation.outcome === 'not_evaluated' ? `，缺少 ${evaluation.missing.join('、')}` : '';
  const unused = [...given.keys()].filter((key) => !used.some((fact) => fact.key === key));
  const twins = unused.filter((key) => used.some((fact) => fact.definition.name === key.split('(')[0]));
  const hint = twins.length > 0 ? `；用例给出的 ${twins.join('、')} 在条件中没有用到（参数不同？）` : '';
  return `应为 ${test.expect}，实为 ${evaluation.outcome}${missing}${hint}`;
}

/** Every fact that conditions read, the date facts in parameters included. */
export function factsOf(conditions: Conditions | ConditionLeaf): FactReference[] {
  if ('all' in conditions) return conditions.all.flatMap(factsOf);
  if ('any' in conditions) return conditions.any.flatMap(factsOf);
  if ('not' in conditions) return factsOf(conditions.not);
  const facts = [referTo(conditions.fact, conditions.params)];
  if (isFactNaming(conditions.value)) facts.push(referTo(conditions.value.fact, conditions.value.params));
  return facts.flatMap((fact) => [fact, ...fact.inner]);
}

/** A scope in which facts are what the test gives, and nothing else is known. */
function testScope(
  given: FactScope['given'] & object,
  calendar: BusinessCalendar,
  parameters: ParameterTable | undefined,
): FactScope {
  const at = given.get('now');
  const now = typeof at === 'number' ? at : 0;
  return { workOrder: NO_WORK_ORDER, now, calendar, given, ...(parameters && { parameters }) };
}

const NO_WORK_ORDER = newWorkOrder({ recordId: '', subjectType: 'workOrder', subject: '' });
