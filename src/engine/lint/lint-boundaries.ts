import { givenFacts } from '../check-tests.js';
import type { BusinessCalendar } from '../../calendar/business-calendar.js';
import { newWorkOrder } from '../../work-orders/project-work-order.js';
import { isFactNaming, referTo } from '../fact-reference.js';
import type { ParameterTable } from '../parameter-table.js';
import type { ConditionLeaf, Conditions, RuleFile } from '../rule-file.js';
import type { FactScope } from '../rule-set.js';
import type { Tell } from './lint-conditions.js';
import type { JsonPath } from '../parse-rule-json.js';

const BOUNDED = new Set(['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive']);
const NO_WORK_ORDER = newWorkOrder({ recordId: '', subjectType: 'workOrder', subject: '' });

/** Numbers in conditions for which no in-file test stands exactly at the number: which side it belongs to is then not tried. */
export function lintBoundaries(
  file: RuleFile,
  calendar: BusinessCalendar,
  parameters: ParameterTable,
  tell: Tell,
): void {
  const scopes = file.tests.map((test): FactScope => {
    const given = givenFacts(test, calendar);
    const now = given.get('now');
    return { workOrder: NO_WORK_ORDER, now: typeof now === 'number' ? now : 0, calendar, given, parameters };
  });
  visit(file.conditions, ['conditions'], (leaf, path) => {
    if (!BOUNDED.has(leaf.operator)) return;
    const fact = referTo(leaf.fact, leaf.params);
    const bound = isFactNaming(leaf.value) ? referTo(leaf.value.fact, leaf.value.params) : undefined;
    const isAt = (scope: FactScope) => {
      const value = fact.read(scope);
      return value !== undefined && value === (bound ? bound.read(scope) : leaf.value);
    };
    if (scopes.some(isAt)) return;
    const number = bound ? `${bound.key} 的值` : JSON.stringify(leaf.value);
    tell([...path, 'value'], `没有一个用例恰好在界限上。请加一个 ${fact.key} 等于 ${number} 的用例`);
  });
}

function visit(
  node: Conditions | ConditionLeaf,
  path: JsonPath,
  use: (leaf: ConditionLeaf, path: JsonPath) => void,
): void {
  if ('all' in node) node.all.forEach((child, index) => visit(child, [...path, 'all', index], use));
  else if ('any' in node) node.any.forEach((child, index) => visit(child, [...path, 'any', index], use));
  else if ('not' in node) visit(node.not, [...path, 'not'], use);
  else use(node, path);
}
