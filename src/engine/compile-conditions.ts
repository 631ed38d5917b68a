import type { JsonValue } from '../json.js';
import { isFactNaming, referTo } from './fact-reference.js';
import type { FactReference } from './fact-reference.js';
import { makeJudge, toError } from './judge.js';
import type { CompiledLeaf } from './judge.js';
import { applyOperator, OPERATORS } from './operators.js';
import type { ConditionLeaf, Conditions } from './rule-file.js';
import type { CompiledConditions, Evaluation, FactScope, ScreenResult } from './rule-set.js';

/** Kleene's three values, so that all = min, any = max, not = 2 - x. */
const NO = 0;
const UNKNOWN = 1;
const YES = 2;
type Kleene = 0 | 1 | 2;

const RESULTS: readonly ScreenResult[] = ['no', 'unknown', 'maybe'];
const NO_HIT: Evaluation = Object.freeze({ outcome: 'no_hit' });

/** A condition tree with what its leaves refer to. */
export type ConditionTree =
  | { readonly all: readonly ConditionTree[] }
  | { readonly any: readonly ConditionTree[] }
  | { readonly not: ConditionTree }
  | CompiledLeaf;

/** A compiled branch or leaf. */
interface Node {
  readonly decide: (scope: FactScope) => Kleene;
  /** Adds the facts that leave it undecided; called only where it is. */
  readonly explain: (scope: FactScope, missing: Set<string>) => void;
}

export interface ScreenedConditions extends CompiledConditions {
  /** json-rules-engine's own answer, whatever the screen says: what the screen is proved against. */
  readonly judge: (scope: FactScope) => Promise<Evaluation>;
  readonly tree: ConditionTree;
}

/**
 * Compiles a condition tree. The screen is exact three-valued logic with the very operators that
 * json-rules-engine uses, so that "no" is final, and "maybe" goes to json-rules-engine for the verdict.
 * Throws for facts, parameters or operators that do not exist (a loaded rule has none).
 */
export function compileConditions(conditions: Conditions): ScreenedConditions {
  const leaves: CompiledLeaf[] = [];
  const tree = toTree(conditions, leaves);
  const root = compileNode(tree);
  const judge = makeJudge(conditions, leaves);
  return {
    judge,
    tree,
    screen: (scope) => {
      try {
        return RESULTS[root.decide(scope)] ?? 'maybe';
      } catch {
        return 'maybe';
      }
    },
    evaluate: (scope) => {
      try {
        const decision = root.decide(scope);
        if (decision === NO) return NO_HIT;
        if (decision === YES) return judge(scope);
        const missing = new Set<string>();
        root.explain(scope, missing);
        return { outcome: 'not_evaluated', missing: [...missing] };
      } catch (error) {
        return toError(error);
      }
    },
  };
}

function toTree(conditions: Conditions | ConditionLeaf, leaves: CompiledLeaf[]): ConditionTree {
  if ('all' in conditions) return { all: conditions.all.map((child) => toTree(child, leaves)) };
  if ('any' in conditions) return { any: conditions.any.map((child) => toTree(child, leaves)) };
  if ('not' in conditions) return { not: toTree(conditions.not, leaves) };
  const operator = OPERATORS.get(conditions.operator);
  if (!operator) throw new Error(`unknown operator "${conditions.operator}"`);
  const fact = referTo(conditions.fact, conditions.params);
  const { value } = conditions;
  const valueFact = isFactNaming(value) ? referTo(value.fact, value.params) : undefined;
  const leaf = { leaf: conditions, operator, fact, valueFact };
  leaves.push(leaf);
  return leaf;
}

function compileNode(tree: ConditionTree): Node {
  if ('all' in tree) return allOf(tree.all.map(compileNode));
  if ('any' in tree) return anyOf(tree.any.map(compileNode));
  if ('not' in tree) return notOf(compileNode(tree.not));
  return compileLeaf(tree);
}

function allOf(children: readonly Node[]): Node {
  const decisions = children.map(({ decide }) => decide);
  return {
    decide: (scope) => {
      let result: Kleene = YES;
      for (const decide of decisions) {
        const value = decide(scope);
        if (value === NO) return NO;
        if (value < result) result = value;
      }
      return result;
    },
    explain: (scope, missing) => explainUnknown(children, scope, missing),
  };
}

function anyOf(children: readonly Node[]): Node {
  const decisions = children.map(({ decide }) => decide);
  return {
    decide: (scope) => {
      let result: Kleene = NO;
      for (const decide of decisions) {
        const value = decide(scope);
        if (value === YES) return YES;
        if (value > result) result = value;
      }
      return result;
    },
    explain: (scope, missing) => explainUnknown(children, scope, missing),
  };
}

function notOf(child: Node): Node {
  return { decide: (scope) => (YES - child.decide(scope)) as Kleene, explain: child.explain };
}

function explainUnknown(children: readonly Node[], scope: FactScope, missing: Set<string>): void {
  for (const child of children) if (child.decide(scope) === UNKNOWN) child.explain(scope, missing);
}

function compileLeaf({ leaf, operator, fact, valueFact }: CompiledLeaf): Node {
  const literal: JsonValue | undefined = valueFact ? undefined : leaf.value;
  return {
    decide: (scope) => {
      const value = valueFact ? valueFact.read(scope) : literal;
      const result = applyOperator(operator, fact.read(scope), value, scope.calendar);
      return result === undefined ? UNKNOWN : result ? YES : NO;
    },
    explain: (scope, missing) => {
      const sides = valueFact ? [fact, valueFact] : [fact];
      const lacking = sides.filter((side) => side.read(scope) === undefined);
      // Both are there and still nobody knows: one has a type that the operator cannot take.
      for (const side of lacking.length > 0 ? lacking : sides) missing.add(describeGap(side, scope));
    },
  };
}

function describeGap(fact: FactReference, scope: FactScope): string {
  const raw = fact.readRaw(scope);
  return raw === undefined || raw === null ? fact.key : `${fact.key} (mistyped)`;
}
