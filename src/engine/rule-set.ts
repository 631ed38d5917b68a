import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { BusinessEvent, SubjectType } from '../events/business-event.js';
import type { JsonValue } from '../json.js';
import type { LookObserver } from './assess-work-order.js';
import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import type { Checklists } from './checklists.js';
import type { KindSets } from './match-applies-to.js';
import type { CompiledWindow } from './compile-window.js';
import type { ParameterTable } from './parameter-table.js';
import type { RuleFile } from './rule-file.js';
import type { Place } from './rule-index.js';
import type { RuleAtPlace } from './screen-together.js';
import type { WindowView } from './sliding-window.js';

/** All that facts may be computed from. Pure: `now` and the calendar are passed in. */
export interface FactScope {
  readonly workOrder: WorkOrder;
  /** The instant the rule is looked at as of: the event's time, the due time, the sweep moment. */
  readonly now: number;
  readonly calendar: BusinessCalendar;
  /** The papers and signatures that each stage must have; without them the facts about them are missing. */
  readonly checklists?: Checklists;
  /** The triggering event, if an event triggered. */
  readonly event?: BusinessEvent;
  /** The stage visit in question: the event's, the clock's, the swept one. */
  readonly stage?: StageVisit;
  /** Deadline rules only. */
  readonly clock?: {
    readonly anchorAt: number;
    readonly dueAt?: number;
    readonly phase: 'early' | 'overdue';
  };
  /** The parameters (参数) of the rule set in use. */
  readonly parameters?: ParameterTable;
  /**
   * The instant whose limits and parameters are in force for this case. Default: when the clock started, else
   * `now`.
   */
  readonly asOf?: number;
  /** Window rules only. */
  readonly window?: WindowView;
  /** Extra facts that are not of the work order, e.g. `feed.silentMinutes`. */
  readonly extra?: Readonly<Record<string, JsonValue>>;
  /**
   * Facts by key (`name` or `name(param=value,…)`) that stand in place of computed ones, as in-file tests
   * give them. When present, nothing is computed from the work order: what is not given is missing.
   */
  readonly given?: ReadonlyMap<string, JsonValue>;
}

/** The result of one condition, kept with the alert. Times are ISO 8601 with the business offset. */
export interface ConditionResult {
  /** The condition's own name, if the author gave one. */
  readonly name?: string;
  readonly fact: string;
  readonly params?: Record<string, JsonValue | undefined>;
  readonly operator: string;
  /** The literal, or the value of the other fact. */
  readonly value: JsonValue;
  /** `{fact, params}` when compared with another fact. */
  readonly valueFact?: string;
  readonly factValue: JsonValue;
  readonly result: boolean;
  /** It stands under an odd number of `not`: its `false` speaks for the finding. */
  readonly negated?: true;
}

/** The four outcomes of an evaluation. A missing fact is never a silent "no". */
export type Evaluation =
  | {
      readonly outcome: 'hit';
      readonly facts: Readonly<Record<string, JsonValue>>;
      readonly conditions: readonly ConditionResult[];
    }
  | { readonly outcome: 'no_hit' }
  | { readonly outcome: 'not_evaluated'; readonly missing: readonly string[] }
  | { readonly outcome: 'error'; readonly message: string };

/** Answer of the compiled screen: `no` is final, the rest goes to json-rules-engine or counts as not evaluated. */
export type ScreenResult = 'no' | 'maybe' | 'unknown';

/** A condition tree, compiled once at load. */
export interface CompiledConditions {
  /** Sound over-approximation of the verdict: never `no` where json-rules-engine would say yes. Never throws. */
  screen(scope: FactScope): ScreenResult;
  /** Screen, then json-rules-engine. Never throws and never rejects; answers without a promise when the screen decides. */
  evaluate(scope: FactScope): Evaluation | Promise<Evaluation>;
}

/** A rule ready to run. */
export interface CompiledRule extends CompiledConditions {
  /** `id@version`. */
  readonly key: string;
  readonly id: string;
  readonly version: number;
  readonly file: RuleFile;
  readonly resolve?: CompiledConditions;
  /** Window rules only. */
  readonly window?: CompiledWindow;
  /** The stage kinds of appliesTo, looked up. */
  readonly kinds: KindSets;
  /** appliesTo on what the index does not decide (customer class, exceptions …). `unknown` when the needed field is missing. */
  applies(workOrder: WorkOrder, stage: StageVisit | undefined): 'yes' | 'no' | 'unknown';
  /** Whether any basis of the rule is in force on the business day of an instant; without dates it always is. */
  inForce(at: number, calendar: BusinessCalendar): boolean;
  /** Event-triggered rules, for a place where the index has found it. A rule without it is asked itself. */
  readonly atPlace?: (place: Place) => RuleAtPlace;
  /** Trigger matching: event triggers, deadline starts and stops. `stage` is the stage of the clock for stops. */
  matchesEvent(event: BusinessEvent): boolean;
  startsClock(event: BusinessEvent): boolean;
  stopsClock(event: BusinessEvent, clockStage: string | undefined): boolean;
  /** Fills a title or advice template; an unknown value is shown as `—`. */
  render(template: string, scope: FactScope): string;
}

/** The rules in force, which change when others are published. */
export interface RuleSets {
  /** An immutable set. Whoever evaluates takes it once, at the start, and uses it to the end. */
  current(): RuleSet;
}

/** A rule whose screen did not rule it out: json-rules-engine has to judge it. */
export interface LetThrough {
  readonly rule: CompiledRule;
  /** `unknown`: should it hit, it is not evaluated. */
  readonly applies: 'yes' | 'unknown';
  /** Ends its look, where that is timed; a rule of the same event that is judged before it counts as well. */
  readonly end: (() => void) | undefined;
}

/** An immutable set of rules, used from the start to the end of an evaluation. */
export interface RuleSet {
  /** Content hash over rules and parameters. */
  readonly hash: string;
  readonly rules: readonly CompiledRule[];
  readonly parameters: ParameterTable;
  readonly checklists: Checklists;
  byId(id: string): CompiledRule | undefined;
  /** Event-triggered rules that may apply, by short type, process and stage. */
  onEvent(event: BusinessEvent, process: string | undefined): readonly CompiledRule[];
  /**
   * Screens those rules for the event of the scope, all together: trigger, appliesTo, in force, conditions. Answers those that
   * are left, in their order; `observer` hears of the others that apply. Never throws.
   */
  screenEvent(
    scope: FactScope & { readonly event: BusinessEvent },
    observer: LookObserver,
  ): readonly LetThrough[];
  /** Deadline rules whose start or stop may match. */
  clocksOn(event: BusinessEvent, process: string | undefined): readonly CompiledRule[];
  /** Those rules, and beside each whether its start may match; if not, it concerns only the clocks it has. */
  clocksAt(
    event: BusinessEvent,
    process: string | undefined,
  ): { readonly rules: readonly CompiledRule[]; readonly mayStart: readonly boolean[] };
  /** Window rules whose events this one may be among. */
  windowsOn(event: BusinessEvent): readonly CompiledRule[];
  /** Sweep rules for a subject type and process, all jobs. */
  sweeping(subjectType: SubjectType, process: string | undefined): readonly CompiledRule[];
  /** The jobs of these rules, each once. */
  sweepJobs(subjectType: SubjectType, process: string | undefined): readonly string[];
}
