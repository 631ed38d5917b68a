import { Engine, Operator } from 'json-rules-engine';
import type { TopLevelCondition } from 'json-rules-engine';
import type { JsonObject, JsonValue } from '../json.js';
import { toStored } from './fact-reference.js';
import type { FactReference } from './fact-reference.js';
import { applyOperator } from './operators.js';
import type { OperatorDefinition } from './operators.js';
import type { ConditionLeaf, Conditions } from './rule-file.js';
import type { ConditionResult, Evaluation, FactScope } from './rule-set.js';

/** A condition of the tree, with what it refers to. */
export interface CompiledLeaf {
  readonly leaf: ConditionLeaf;
  readonly operator: OperatorDefinition;
  readonly fact: FactReference;
  readonly valueFact: FactReference | undefined;
}

/** A condition as json-rules-engine hands it back, with its results. */
interface JudgedCondition {
  readonly all?: readonly JudgedCondition[];
  readonly any?: readonly JudgedCondition[];
  readonly not?: JudgedCondition;
  readonly name?: string;
  readonly fact?: string;
  readonly params?: JsonObject;
  readonly operator?: string;
  readonly value?: JsonValue;
  readonly factResult?: unknown;
  readonly valueResult?: unknown;
  readonly result?: boolean;
}

/**
 * json-rules-engine's verdict on a condition tree. Every run gets an engine of its own, because the state
 * of a run lives on the engine and overlapping runs would lose results. The facts come from the catalogue,
 * the operators are ours alone. Resolves to an outcome, also when anything throws; never rejects.
 */
export function makeJudge(
  conditions: Conditions,
  leaves: readonly CompiledLeaf[],
): (scope: FactScope) => Promise<Evaluation> {
  const references = new Map<string, FactReference>();
  const operators = new Map<string, OperatorDefinition>();
  for (const { leaf, operator, fact, valueFact } of leaves) {
    operators.set(leaf.operator, operator);
    for (const side of valueFact ? [fact, valueFact] : [fact])
      if (!references.has(callOf(side))) references.set(callOf(side), side);
  }
  const names = new Set([...references.values()].map((reference) => reference.definition.name));

  return async (scope) => {
    try {
      const read = new Map<FactReference, JsonValue | undefined>();
      const engine = new Engine([], { allowUndefinedFacts: true, pathResolver: ownProperty });
      for (const [name, operator] of operators) {
        engine.addOperator(
          new Operator(name, (a, b) => applyOperator(operator, a, b, scope.calendar) === true),
        );
      }
      for (const name of names) {
        const readFact = (params: JsonObject) => {
          const reference = references.get(name + JSON.stringify(params));
          if (!reference) throw new Error(`fact "${name}" was not compiled with ${JSON.stringify(params)}`);
          if (!read.has(reference)) read.set(reference, reference.read(scope));
          return read.get(reference);
        };
        engine.addFact(name, readFact, { cache: false });
      }
      engine.addRule({ conditions: conditions as TopLevelCondition, event: { type: 'alert' } });
      const { results } = await engine.run();
      const [hit] = results;
      if (!hit) return { outcome: 'no_hit' };
      const facts: Record<string, JsonValue> = {};
      for (const [{ key, definition }, value] of read) facts[key] = toStored(value, definition, scope);
      const judged: ConditionResult[] = [];
      collect(hit.conditions, false, references, scope, judged);
      return { outcome: 'hit', facts, conditions: judged };
    } catch (error) {
      return toError(error);
    }
  };
}

/** Flattens the judged tree to its leaves, in the order of the rule file. */
function collect(
  condition: JudgedCondition,
  negated: boolean,
  references: ReadonlyMap<string, FactReference>,
  scope: FactScope,
  into: ConditionResult[],
): void {
  for (const child of condition.all ?? condition.any ?? []) collect(child, negated, references, scope, into);
  if (condition.not) collect(condition.not, !negated, references, scope, into);
  if (condition.fact === undefined) return;
  const definition = references.get(condition.fact + JSON.stringify(condition.params ?? {}))?.definition;
  const other = condition.value as { fact?: string; params?: JsonObject } | undefined;
  const valueFact = references.get(`${other?.fact}${JSON.stringify(other?.params ?? {})}`);
  into.push({
    ...(condition.name === undefined ? {} : { name: condition.name }),
    fact: condition.fact,
    ...(condition.params ? { params: condition.params } : {}),
    operator: condition.operator ?? '',
    value: valueFact
      ? toStored(condition.valueResult, valueFact.definition, scope)
      : (condition.value ?? null),
    ...(valueFact ? { valueFact: valueFact.key } : {}),
    factValue: toStored(condition.factResult, definition, scope),
    result: condition.result === true,
    ...(negated ? { negated: true } : {}),
  });
}

/** How json-rules-engine will ask for it: the name and the parameters as the file has them. */
function callOf(reference: FactReference): string {
  return reference.definition.name + JSON.stringify(reference.params ?? {});
}

/** Never used, since `path` is refused at load; the default one would run script filters. */
function ownProperty(value: object, path: string): unknown {
  return Object.hasOwn(value, path) ? (value as Record<string, unknown>)[path] : undefined;
}

/** What a throw inside one rule becomes: an outcome of that rule only. */
export function toError(error: unknown): Evaluation {
  return { outcome: 'error', message: error instanceof Error ? error.message : String(error) };
}
