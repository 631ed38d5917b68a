import type { AssessContext, Draft, LookObserver } from './assess-work-order.js';
import { recordHit } from './record-finding.js';
import type { CompiledConditions, CompiledRule, Evaluation, FactScope, LetThrough } from './rule-set.js';
import type { Clock } from './work-order-record.js';

export type Outcome = Evaluation['outcome'];

/**
 * Evaluates one rule on its own and records a hit. A rule can neither stop nor change another: whatever it throws is an
 * `error` of its own. Answers without a promise where the screen decides, which is nearly always.
 */
export function lookAtRule(
  context: AssessContext,
  draft: Draft,
  rule: CompiledRule,
  scope: FactScope,
  clock?: Clock,
): Outcome | Promise<Outcome> {
  const end = context.measure?.(rule);
  if (!end) return look(context, draft, rule, scope, clock);
  const outcome = look(context, draft, rule, scope, clock);
  if (outcome instanceof Promise) return outcome.finally(end);
  end();
  return outcome;
}

function look(
  context: AssessContext,
  draft: Draft,
  rule: CompiledRule,
  scope: FactScope,
  clock: Clock | undefined,
): Outcome | Promise<Outcome> {
  try {
    const applies = rule.applies(scope.workOrder, scope.stage);
    if (applies === 'no' || !rule.inForce(clock?.anchorAt ?? scope.now, context.calendar)) return 'no_hit';
    const screen = rule.screen(scope);
    if (screen === 'maybe') return judge(context, draft, rule, scope, applies, clock);
    if (screen === 'unknown') {
      context.onEvaluation?.(rule, 'not_evaluated', whatIsMissing(context, rule, scope));
      return 'not_evaluated';
    }
    context.onEvaluation?.(rule, 'no_hit');
    return 'no_hit';
  } catch (error) {
    return reportError(context, rule, error);
  }
}

/** The facts that leave a rule undecided, separated by commas; undefined when nobody asks. */
export function whatIsMissing(
  observer: LookObserver,
  rule: CompiledRule,
  scope: FactScope,
): string | undefined {
  if (!observer.asksWhatIsMissing?.(rule)) return undefined;
  const evaluation = rule.evaluate(scope);
  if (evaluation instanceof Promise || evaluation.outcome !== 'not_evaluated') return undefined;
  return evaluation.missing.join();
}

/** Whether the evidence that a rule's open findings wait for has come. */
export function lookIfResolved(
  context: AssessContext,
  rule: CompiledRule,
  scope: FactScope,
): boolean | Promise<boolean> {
  const { resolve } = rule;
  try {
    return resolve?.screen(scope) === 'maybe' && judgeIfResolved(context, rule, resolve, scope);
  } catch (error) {
    reportError(context, rule, error);
    return false;
  }
}

async function judgeIfResolved(
  context: AssessContext,
  rule: CompiledRule,
  resolve: CompiledConditions,
  scope: FactScope,
): Promise<boolean> {
  try {
    const evaluation = await resolve.evaluate(scope);
    if (evaluation.outcome === 'error') reportError(context, rule, evaluation.message);
    return evaluation.outcome === 'hit';
  } catch (error) {
    reportError(context, rule, error);
    return false;
  }
}

/** Counts what a rule threw as an outcome of that rule. */
export function reportError(observer: LookObserver, rule: CompiledRule, error: unknown): 'error' {
  observer.onEvaluation?.(rule, 'error', error instanceof Error ? error.message : String(error));
  return 'error';
}

/** Judges a rule that was screened together with others. */
export async function judgeLeft(
  context: AssessContext,
  draft: Draft,
  { rule, applies, end }: LetThrough,
  scope: FactScope,
): Promise<void> {
  await judge(context, draft, rule, scope, applies, undefined);
  end?.();
}

/** Asks json-rules-engine, and records a hit. Never rejects. */
async function judge(
  context: AssessContext,
  draft: Draft,
  rule: CompiledRule,
  scope: FactScope,
  applies: 'yes' | 'unknown',
  clock: Clock | undefined,
): Promise<Outcome> {
  try {
    const evaluation = await rule.evaluate(scope);
    if (evaluation.outcome === 'error') return reportError(context, rule, evaluation.message);
    if (evaluation.outcome !== 'hit' || applies === 'unknown') {
      const outcome = evaluation.outcome === 'hit' ? 'not_evaluated' : evaluation.outcome;
      // Where the conditions hold, what is not known is whether the rule is for this work order at all.
      context.onEvaluation?.(rule, outcome, evaluation.outcome === 'hit' ? 'appliesTo' : undefined);
      return outcome;
    }
    recordHit(draft, rule, scope, evaluation, clock);
    context.onEvaluation?.(rule, 'hit');
    return 'hit';
  } catch (error) {
    return reportError(context, rule, error);
  }
}
