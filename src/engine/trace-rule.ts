import { explainConditions, missingIn } from './explain-conditions.js';
import { toError } from './judge.js';
import type { ExplainedCondition } from './rule-explanation.js';
import type { ExplainContext } from './explain-rule.js';
import { indexRules } from './make-rule-set.js';
import type { CompiledRule, FactScope, RuleSet } from './rule-set.js';

/** One look of a rule, as it stood then: the work order goes on changing. */
export interface Look {
  readonly scope: Pick<FactScope, 'now' | 'event' | 'clock' | 'stage' | 'window'>;
  readonly outcome: 'hit' | 'no_hit' | 'not_evaluated' | 'error';
  readonly conditions?: ExplainedCondition;
  readonly missing: readonly string[];
  /** Of an error. */
  readonly message?: string;
}

/** A rule that tells of its looks, and a rule set of it alone. */
export interface TracedRule {
  readonly rule: CompiledRule;
  readonly ruleSet: RuleSet;
}

/**
 * The rule itself, alone in a set, with a note taken of every scope that its conditions are asked about. The engine runs
 * it as it runs any other, so what is noted is what the engine did.
 */
export function traceRule(
  rule: CompiledRule,
  { calendar, parameters, checklists }: Pick<ExplainContext, 'calendar' | 'parameters' | 'checklists'>,
  onLook: (look: Look) => void,
): TracedRule {
  const seen = new WeakSet<FactScope>();
  const note = (scope: FactScope): void => {
    if (seen.has(scope)) return;
    seen.add(scope);
    onLook(takeLook(rule, scope));
  };
  const traced: CompiledRule = {
    ...rule,
    screen: (scope) => {
      note(scope);
      return rule.screen(scope);
    },
    evaluate: (scope) => {
      note(scope);
      return rule.evaluate(scope);
    },
  };
  const ruleSet = indexRules([traced], parameters, checklists);
  return {
    rule: traced,
    ruleSet: {
      ...ruleSet,
      // The rules of an event are screened together, not one by one.
      screenEvent: (scope, observer) => {
        const { event, workOrder, stage, now } = scope;
        const isTriggered = rule.file.trigger.on === 'event' && rule.matchesEvent(event);
        if (isTriggered && rule.applies(workOrder, stage) !== 'no' && rule.inForce(now, calendar))
          note(scope);
        return ruleSet.screenEvent(scope, observer);
      },
    },
  };
}

/** What a rule's conditions say in a scope. Never throws: a fact that does is an `error` of the rule. */
export function takeLook(rule: CompiledRule, scope: FactScope): Look {
  const { now, event, clock, stage, window } = scope;
  const kept = {
    now,
    ...(event && { event }),
    ...(clock && { clock }),
    ...(stage && { stage: { ...stage } }),
    ...(window && { window }),
  };
  try {
    const conditions = explainConditions(rule.file.conditions, scope);
    // A hit counts only where the rule is known to apply.
    const applies = scope.window ? 'yes' : rule.applies(scope.workOrder, scope.stage);
    const missing = missingIn(conditions);
    if (conditions.result === 'no') return { scope: kept, outcome: 'no_hit', conditions, missing: [] };
    if (conditions.result === 'yes' && applies === 'yes')
      return { scope: kept, outcome: 'hit', conditions, missing: [] };
    return { scope: kept, outcome: 'not_evaluated', conditions, missing };
  } catch (error) {
    const evaluation = toError(error);
    return {
      scope: kept,
      outcome: 'error',
      missing: [],
      ...(evaluation.outcome === 'error' && { message: evaluation.message }),
    };
  }
}
