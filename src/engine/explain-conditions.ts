import { isFactNaming, referTo, toStored } from './fact-reference.js';
import type { FactReference } from './fact-reference.js';
import { applyOperator, OPERATORS } from './operators.js';
import type { Answer, ExplainedCondition, ExplainedLeaf } from './rule-explanation.js';
import type { ConditionLeaf, Conditions } from './rule-file.js';
import type { FactScope } from './rule-set.js';

/**
 * What comes of each condition of a tree in a scope, all of them, also those that no longer decide anything. The answer
 * at the root is the screen's (a test holds them together). Throws where a fact throws.
 */
export function explainConditions(
  conditions: Conditions | ConditionLeaf,
  scope: FactScope,
): ExplainedCondition {
  if ('all' in conditions) return branch('all', conditions.name, conditions.all, scope);
  if ('any' in conditions) return branch('any', conditions.name, conditions.any, scope);
  if ('not' in conditions) return branch('not', conditions.name, [conditions.not], scope);
  return explainLeaf(conditions, scope);
}

function branch(
  kind: 'all' | 'any' | 'not',
  name: string | undefined,
  nodes: readonly (Conditions | ConditionLeaf)[],
  scope: FactScope,
): ExplainedCondition {
  const children = nodes.map((node) => explainConditions(node, scope));
  const results = children.map(({ result }) => result);
  return { kind, ...(name !== undefined && { label: name }), result: combine(kind, results), children };
}

function combine(kind: 'all' | 'any' | 'not', results: readonly Answer[]): Answer {
  if (kind === 'not') return results[0] === 'yes' ? 'no' : results[0] === 'no' ? 'yes' : 'unknown';
  const decisive = kind === 'all' ? 'no' : 'yes';
  if (results.includes(decisive)) return decisive;
  if (results.includes('unknown')) return 'unknown';
  return kind === 'all' ? 'yes' : 'no';
}

function explainLeaf(leaf: ConditionLeaf, scope: FactScope): ExplainedLeaf {
  const operator = OPERATORS.get(leaf.operator);
  if (!operator) throw new Error(`unknown operator "${leaf.operator}"`);
  const fact = referTo(leaf.fact, leaf.params);
  const other = isFactNaming(leaf.value) ? referTo(leaf.value.fact, leaf.value.params) : undefined;
  const found = fact.read(scope);
  const wanted = other ? other.read(scope) : leaf.value;
  const decided = applyOperator(operator, found, wanted, scope.calendar);
  const result = decided === undefined ? 'unknown' : decided ? 'yes' : 'no';
  return {
    kind: 'condition',
    ...(leaf.name !== undefined && { name: leaf.name }),
    fact: leaf.fact,
    ...(leaf.params && { params: leaf.params }),
    key: fact.key,
    factText: shortText(fact.definition.zh),
    operator: leaf.operator,
    operatorText: shortText(operator.zh),
    value: other ? toStored(wanted, other.definition, scope) : leaf.value,
    ...(other && { valueFact: other.key }),
    factValue: toStored(found, fact.definition, scope),
    result,
    ...(result === 'unknown' && { missing: gapsOf(other ? [fact, other] : [fact], scope) }),
  };
}

/** As in compile-conditions.ts: the facts that are not there, else those of a type that the operator cannot take. */
function gapsOf(sides: readonly FactReference[], scope: FactScope): string[] {
  const lacking = sides.filter((side) => side.read(scope) === undefined);
  return (lacking.length > 0 ? lacking : sides).map((side) => {
    const raw = side.readRaw(scope);
    return raw === undefined || raw === null ? side.key : `${side.key} (mistyped)`;
  });
}

/** The first words of a description, without what it adds in brackets. */
export function shortText(zh: string): string {
  return zh.split(/[，；：（]/u)[0] ?? zh;
}

/** The facts that leave a tree undecided, each once. */
export function missingIn(condition: ExplainedCondition): string[] {
  if (condition.kind === 'condition') return [...(condition.missing ?? [])];
  const open = condition.children.filter(({ result }) => result === 'unknown');
  return [...new Set(open.flatMap(missingIn))];
}
