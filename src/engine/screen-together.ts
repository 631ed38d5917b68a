import type { BusinessEvent } from '../events/business-event.js';
import type { JsonValue } from '../json.js';
import type { LookObserver } from './assess-work-order.js';
import type { ConditionTree } from './compile-conditions.js';
import type { FactReference } from './fact-reference.js';
import type { CompiledLeaf } from './judge.js';
import { reportError, whatIsMissing } from './look-at-rule.js';
import type { Applies } from './match-applies-to.js';
import { applyOperator } from './operators.js';
import type { OperatorDefinition } from './operators.js';
import type { CompiledRule, FactScope, LetThrough } from './rule-set.js';

/** What is still to be asked of a rule that an event concerns, before its conditions. */
export type Guard = (event: BusinessEvent, scope: FactScope) => Applies;

/** A rule, made ready for one place of the index. */
export interface RuleAtPlace {
  readonly tree: ConditionTree;
  /** Absent where the place has answered everything. */
  readonly guard?: Guard;
}

/** The rules of a place, laid out to be screened together. */
export interface Layout {
  readonly rules: readonly CompiledRule[];
  /** Absent where no rule has one. */
  readonly guards: readonly (Guard | undefined)[] | undefined;
  /** One condition tree after the other, see {@link makeScreenTogether}. */
  readonly code: readonly number[];
}

export interface ScreenTogether {
  layOut(rules: readonly { readonly rule: CompiledRule; readonly ready: RuleAtPlace | undefined }[]): Layout;
  /**
   * Those that json-rules-engine has to judge, in their order. Never throws: what a rule throws is an `error` of its own.
   * @param observer hears of the others: ruled out, or not known; not of those that do not apply
   */
  screen(
    layout: Layout,
    scope: FactScope & { readonly event: BusinessEvent },
    observer: LookObserver,
  ): readonly LetThrough[];
}

/** Kleene's three values, so that all = min, any = max, not = 2 - x. */
const NO = 0;
const UNKNOWN = 1;
const YES = 2;
type Kleene = 0 | 1 | 2;

// A number of the code that is not negative is a leaf. These have children: behind them stands where the last one ends.
const ALL = -1;
const ANY = -2;
const NOT = -3;
/** A rule that is asked itself: nothing stands behind it. */
const ITSELF = -4;

type Test = (fact: JsonValue | undefined, scope: FactScope) => Kleene;

const NONE: readonly LetThrough[] = Object.freeze([]);
/** Whole numbers up to here are cheap in V8. */
const LAST_LOOK = 2 ** 30;
const NO_OTHER = -1;

/**
 * Screens all rules of a place at once. With thousands of rules, what an event costs is not computing but waiting for memory:
 * a rule is some thirty objects, scattered over all that was loaded. So the condition trees of a place stand in one list of
 * small numbers, one behind the other; a leaf that several rules have in common is the same number, and a fact that several
 * of them ask for is read once.
 *
 * The answers are those of `CompiledConditions.screen` (a property test holds them against it).
 */
export function makeScreenTogether(): ScreenTogether {
  const tests = new Map<string, Test>();
  const slots = new Map<FactReference, number>();
  const leaves = new Map<string, number>();
  /** By slot: how to read the fact, its value, and the look that it was read for. */
  const readers: FactReference['read'][] = [];
  const values: (JsonValue | undefined)[] = [];
  const readFor: number[] = [];
  /** By leaf: its fact, the one that it is compared with, its test. */
  const factOf: number[] = [];
  const otherOf: number[] = [];
  const testOf: Test[] = [];
  const operatorOf: OperatorDefinition[] = [];
  let look = 0;

  function slotFor(fact: FactReference): number {
    let slot = slots.get(fact);
    if (slot === undefined) {
      slot = readers.push(fact.read) - 1;
      slots.set(fact, slot);
      values.push(undefined);
      readFor.push(0);
    }
    return slot;
  }

  function testFor(operator: OperatorDefinition, value: JsonValue): Test {
    const key = `${operator.name} ${JSON.stringify(value)}`;
    let test = tests.get(key);
    if (!test) {
      test = (fact, scope) => toKleene(applyOperator(operator, fact, value, scope.calendar));
      tests.set(key, test);
    }
    return test;
  }

  function leafFor({ leaf, operator, fact, valueFact }: CompiledLeaf): number {
    const slot = slotFor(fact);
    const other = valueFact ? slotFor(valueFact) : NO_OTHER;
    const key = `${slot} ${other} ${operator.name} ${valueFact ? '' : JSON.stringify(leaf.value)}`;
    let number = leaves.get(key);
    if (number === undefined) {
      number = factOf.push(slot) - 1;
      otherOf.push(other);
      operatorOf.push(operator);
      testOf.push(testFor(operator, valueFact ? null : leaf.value));
      leaves.set(key, number);
    }
    return number;
  }

  function write(tree: ConditionTree, code: number[]): void {
    if ('leaf' in tree) {
      code.push(leafFor(tree));
      return;
    }
    const start = code.length;
    code.push('all' in tree ? ALL : 'any' in tree ? ANY : NOT, 0);
    const children = 'all' in tree ? tree.all : 'any' in tree ? tree.any : [tree.not];
    for (const child of children) write(child, code);
    code[start + 1] = code.length;
  }

  function read(slot: number, scope: FactScope): JsonValue | undefined {
    if (readFor[slot] === look) return values[slot];
    const value = (readers[slot] as FactReference['read'])(scope);
    values[slot] = value;
    readFor[slot] = look;
    return value;
  }

  function decideLeaf(leaf: number, scope: FactScope): Kleene {
    const fact = read(factOf[leaf] as number, scope);
    const other = otherOf[leaf] as number;
    if (other === NO_OTHER) return (testOf[leaf] as Test)(fact, scope);
    const operator = operatorOf[leaf] as OperatorDefinition;
    return toKleene(applyOperator(operator, fact, read(other, scope), scope.calendar));
  }

  function decide(code: readonly number[], at: number, scope: FactScope): Kleene {
    const node = code[at] as number;
    if (node >= 0) return decideLeaf(node, scope);
    if (node === NOT) return (YES - decide(code, at + 2, scope)) as Kleene;
    const end = code[at + 1] as number;
    if (node === ALL) {
      let least: Kleene = YES;
      for (let child = at + 2; child < end; child = endOf(code, child)) {
        const value = decide(code, child, scope);
        if (value === NO) return NO;
        if (value < least) least = value;
      }
      return least;
    }
    let most: Kleene = NO;
    for (let child = at + 2; child < end; child = endOf(code, child)) {
      const value = decide(code, child, scope);
      if (value === YES) return YES;
      if (value > most) most = value;
    }
    return most;
  }

  /** What throws in a compiled tree is for the verdict to report, as `CompiledConditions.screen` does it. */
  function decideOrAsk(code: readonly number[], at: number, scope: FactScope): Kleene {
    try {
      return decide(code, at, scope);
    } catch {
      return YES;
    }
  }

  return {
    layOut: (rules) => {
      const code: number[] = [];
      for (const { ready } of rules) {
        if (ready) write(ready.tree, code);
        else code.push(ITSELF);
      }
      const guards = rules.map(({ rule, ready }) => (ready ? ready.guard : guardOf(rule)));
      return {
        rules: rules.map(({ rule }) => rule),
        guards: guards.some((guard) => guard !== undefined) ? guards : undefined,
        // A copy is as long as it need be.
        code: code.slice(),
      };
    },
    screen: ({ rules, guards, code }, scope, observer) => {
      look = look === LAST_LOOK ? startAgain(readFor) : look + 1;
      let through: LetThrough[] | undefined;
      for (let at = 0, index = 0; at < code.length; at = endOf(code, at), index += 1) {
        const rule = rules[index] as CompiledRule;
        const end = observer.measure?.(rule);
        try {
          const guard = guards?.[index];
          const applies = guard ? guard(scope.event, scope) : 'yes';
          if (applies !== 'no') {
            const answer = code[at] === ITSELF ? askItself(rule, scope) : decideOrAsk(code, at, scope);
            if (answer === YES) {
              (through ??= []).push({ rule, applies, end });
              continue;
            }
            if (answer === NO) observer.onEvaluation?.(rule, 'no_hit');
            else observer.onEvaluation?.(rule, 'not_evaluated', whatIsMissing(observer, rule, scope));
          }
        } catch (error) {
          reportError(observer, rule, error);
        }
        end?.();
      }
      return through ?? NONE;
    },
  };
}

function endOf(code: readonly number[], at: number): number {
  const node = code[at] as number;
  return node >= 0 || node === ITSELF ? at + 1 : (code[at + 1] as number);
}

function startAgain(readFor: number[]): number {
  readFor.fill(0);
  return 1;
}

/** A rule that was not made by compileRule stands for itself. */
function guardOf(rule: CompiledRule): Guard {
  return (event, scope) => {
    if (!rule.matchesEvent(event)) return 'no';
    const applies = rule.applies(scope.workOrder, scope.stage);
    return applies === 'no' || rule.inForce(scope.now, scope.calendar) ? applies : 'no';
  };
}

function askItself(rule: CompiledRule, scope: FactScope): Kleene {
  const answer = rule.screen(scope);
  return answer === 'no' ? NO : answer === 'unknown' ? UNKNOWN : YES;
}

function toKleene(result: boolean | undefined): Kleene {
  return result === undefined ? UNKNOWN : result ? YES : NO;
}
