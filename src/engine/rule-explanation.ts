import type { Limit } from '../calendar/business-calendar.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { RuleFile } from './rule-file.js';

/** `unknown`: a fact is missing, or the calendar does not reach. */
export type Answer = 'yes' | 'no' | 'unknown';

/** A condition tree with what came of each of its conditions. Texts are for rule authors and supervisors. */
export type ExplainedCondition = ExplainedBranch | ExplainedLeaf;
export interface ExplainedBranch {
  readonly kind: 'all' | 'any' | 'not';
  /** What the author calls it. */
  readonly label?: string;
  readonly result: Answer;
  readonly children: readonly ExplainedCondition[];
}
/** Has the fields of a ConditionResult, so that personal data in it is found in the same way. */
export interface ExplainedLeaf {
  readonly kind: 'condition';
  readonly name?: string;
  readonly fact: string;
  readonly params?: JsonObject;
  /** `fact(param=value,…)`. */
  readonly key: string;
  /** The fact in a few Chinese words. */
  readonly factText: string;
  readonly operator: string;
  readonly operatorText: string;
  /** The literal, or the value of the other fact; null = unknown. */
  readonly value: JsonValue;
  /** The other fact, where the condition compares two. */
  readonly valueFact?: string;
  /** What was known then; null = unknown. Instants are ISO 8601 with the business offset. */
  readonly factValue: JsonValue;
  readonly result: Answer;
  /** Facts that leave it unknown. */
  readonly missing?: readonly string[];
}

export const STEP_KINDS = ['event', 'start', 'early', 'overdue', 'sweep', 'window', 'feed'] as const;
export const STEP_OUTCOMES = [
  'hit',
  'no_hit',
  'not_evaluated',
  'error',
  'started',
  'not_applicable',
  'not_selected',
] as const;

/** A moment at which the rule was looked at, or at which it was not and why. */
export interface ExplainedStep {
  /** ISO 8601 with the business offset. */
  readonly at: string;
  /** Of several looks with the same outcome told as one: when the last was, and how many there were. */
  readonly until?: string;
  readonly times?: number;
  /**
   * What made the rule look: an event, the start of a clock, a clock's warning or end, a sweep, an event in a window,
   * the state of a feed.
   */
  readonly kind: (typeof STEP_KINDS)[number];
  /** Short type of the event. */
  readonly type?: string;
  readonly stage?: string;
  /** `started`: a clock runs from here. `not_applicable`: appliesTo, or no basis in force. `not_selected`: the trigger asks for another event. */
  readonly outcome: (typeof STEP_OUTCOMES)[number];
  /** Why, in Chinese; holds no values of facts. */
  readonly reasons: readonly string[];
  readonly conditions?: ExplainedCondition;
  /** Facts that were not known. */
  readonly missing?: readonly string[];
}

/** A clock of the rule on this work order, as of the instant asked about. */
export interface ExplainedClock {
  readonly stage?: string;
  readonly visit?: number;
  readonly part?: string;
  readonly anchorAt: string;
  readonly limit?: Limit;
  readonly dueAt?: string;
  readonly state: 'running' | 'paused' | 'stopped' | 'void';
  readonly stoppedAt?: string;
  /** Past its limit, as of the instant asked about or when it was stopped. */
  readonly overdue: boolean;
  /** Working hours from the start up to then, pauses left out; absent where no calendar covers them. */
  readonly workingHours?: number;
  /** Hours of any kind, pauses left out. */
  readonly hours: number;
  readonly uncoveredYears?: readonly number[];
  /** For a clock that runs: the conditions as they are now, which will be asked again when it runs out. */
  readonly conditions?: ExplainedCondition;
}

export interface ExplainedFinding {
  readonly openedAt: string;
  readonly closedAt?: string;
  readonly closedBy?: 'evidence' | 'stopped' | 'ended';
  readonly phase?: 'early' | 'overdue';
  readonly stage?: string;
  readonly dueAt?: string;
}

export const EXPLAINED_OUTCOMES = [
  'hit',
  'no_hit',
  'not_evaluated',
  'error',
  'waiting',
  'not_applicable',
  'not_triggered',
] as const;

/** Why a rule did or did not find something on one work order, with what was known at an instant. */
export interface RuleExplanation {
  readonly rule: Pick<RuleFile, 'id' | 'version' | 'name' | 'status'> & {
    readonly trigger: RuleFile['trigger']['on'];
  };
  /** Record id: work order no., `hall:CODE@DATE` … */
  readonly workOrder: string;
  readonly process?: string;
  readonly at: string;
  readonly events: {
    /** Known at the instant. */
    readonly used: number;
    /** Happened, or were entered, only later. */
    readonly later: number;
  };
  /** `waiting`: a clock runs. `not_triggered`: nothing came that the rule looks at. */
  readonly outcome: (typeof EXPLAINED_OUTCOMES)[number];
  /** In one Chinese sentence; holds no values of facts. */
  readonly summary: string;
  /** Oldest first. */
  readonly steps: readonly ExplainedStep[];
  /** Older steps that are left out. */
  readonly omitted: number;
  readonly clocks: readonly ExplainedClock[];
  readonly findings: readonly ExplainedFinding[];
  /** What else the reader should know, in Chinese. */
  readonly notes: readonly string[];
}
