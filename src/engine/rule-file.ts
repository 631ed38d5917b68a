import type { Limit } from '../calendar/business-calendar.js';
import type { EventData, SubjectType } from '../events/business-event.js';
import type { JsonObject, JsonValue } from '../json.js';

export const RISK_KINDS = [
  'timeout', 'missing-signature', 'unsent-flow', 'missing-document', 'data-entry', 'separation-of-duty', 'handover',
  'sequence', 'outside-system', 'service', 'incident', 'contract', 'inspection', 'confidentiality', 'feed',
] as const; // prettier-ignore
export type RiskKind = (typeof RISK_KINDS)[number];

/** low 蓝, medium 黄, high 橙, critical 红. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whose a time limit is: 法规, 公司承诺, 省公司, 内部参数. Limits of two layers are two rules, never merged. */
export const BASIS_LAYERS = ['regulation', 'promise', 'province', 'internal'] as const;

/** One rule file, `rules/<domain>/<id>.json`: one 风险点, when to look, the conditions, what to raise. docs/rules.md describes every field. */
export interface RuleFile {
  readonly $schema?: string;
  readonly id: string;
  readonly version: number;
  /** `shadow` is evaluated and recorded but tells nobody; `disabled` is not loaded into the index. */
  readonly status: 'active' | 'shadow' | 'disabled';
  readonly name: string;
  readonly riskPoint: { readonly kind: RiskKind; readonly clauses: readonly string[] };
  readonly basis: readonly Basis[];
  readonly appliesTo?: AppliesTo;
  readonly trigger: Trigger;
  readonly conditions: Conditions;
  readonly event: { readonly type: 'alert'; readonly params: AlertParams };
  /** When true for an open alert of this rule, the alert closes itself: the evidence has arrived. */
  readonly resolveWhen?: Conditions;
  readonly escalation?: readonly { readonly after: Limit; readonly to: string }[];
  readonly tests: readonly RuleTest[];
  /** Cases of whole event sequences: trigger, selectors and clocks included. */
  readonly sequences?: readonly RuleSequence[];
}

export interface Basis {
  readonly document: string;
  readonly article?: string;
  readonly layer?: (typeof BASIS_LAYERS)[number];
  /** Entries of the collected time limits (rules/known-limits.json, docs/limit-layers.md) that this stands for. */
  readonly limits?: readonly string[];
  /** How sure the stated limit is: `seen` in a source, `generalKnowledge`, or an `assumption` of ours. Never shown as law unless `seen`. */
  readonly certainty?: 'seen' | 'seenUnattributed' | 'generalKnowledge' | 'assumption';
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
  readonly note?: string;
}

/** Where a rule applies. Lists are alternatives, fields are all required; an absent field does not restrict. */
export interface AppliesTo {
  readonly subject?: SubjectType;
  readonly processes?: readonly string[];
  /** Names, or patterns with `*`. */
  readonly stages?: readonly string[];
  /** 环节类别 of the catalogue: every stage of one of these kinds. */
  readonly stageKinds?: readonly string[];
  readonly workItems?: readonly string[];
  readonly customerClasses?: readonly string[];
  /** Codes of org units; the units below them belong to them. */
  readonly orgUnits?: readonly string[];
  /** Left out of the above. What no event told is not excepted: an exception must be known to be one. */
  readonly except?: {
    readonly processes?: readonly string[];
    readonly stages?: readonly string[];
    readonly stageKinds?: readonly string[];
    readonly workItems?: readonly string[];
    readonly customerClasses?: readonly string[];
    readonly orgUnits?: readonly string[];
  };
}

/** `stage.completed`, or with conditions on the event. `*` matches every type. */
export type EventSelector =
  | string
  | {
      readonly type: string;
      /** `same` = the stage of the clock (the default for stage.* and flow.* stops); `any`; or a stage name. */
      readonly stage?: string;
      /** Exact values of fields of the event's data. */
      readonly where?: { readonly [field: string]: JsonValue };
      /** Fields of the event's data that are told and not empty (a text, a list, an object). */
      readonly has?: readonly string[];
    };

export type Trigger = EventTrigger | DeadlineTrigger | SweepTrigger | WindowTrigger;
/** Look when one of these events is folded in. */
export interface EventTrigger {
  readonly on: 'event';
  readonly types: readonly EventSelector[];
}
/** Put a clock on the work order at `start`; look when it warns or runs out before `stop`. */
export interface DeadlineTrigger {
  readonly on: 'deadline';
  readonly start: EventSelector | readonly EventSelector[];
  readonly stop: EventSelector | readonly EventSelector[];
  /** A budget, or a parameter of type `limit` in the value that is in force when the clock starts. */
  readonly limit: Limit | { readonly parameter: string };
  readonly warnAt?: readonly number[];
  /** Each further start event starts the clock anew (idle rules). Default false: the first one counts. */
  readonly restart?: boolean;
  /** A field of the events' data, e.g. `form`: each of its values has a clock of its own. */
  readonly per?: string;
  /** Whose suspensions stop the clock. Default `customer`. */
  readonly pausedBy?: 'customer' | 'any' | 'none';
  readonly startDay?: 'excluded' | 'included';
}
/** Look at each daily moment `job` (rules/calendars: moments) while the subject is open. */
export interface SweepTrigger {
  readonly on: 'sweep';
  readonly job: string;
  readonly subject: SubjectType;
  /** `stage`: look at each stage visit that `appliesTo` names on its own. Default: once, at the latest stage. */
  readonly each?: 'stage';
}

export const WINDOW_UNITS = ['minute', 'calendarHour', 'calendarDay'] as const;
/**
 * Look at each event of a stream that goes over many work orders, and at what came in a stretch of time before it:
 * counts, sums and shares per hall, operator, org unit … (`window.*` facts).
 */
export interface WindowTrigger {
  readonly on: 'window';
  /** Which events count. */
  readonly types: readonly EventSelector[];
  /** Whose window: `subject`, `orgUnit`, `operator.id` or another field of the event's data. Events that do not tell it do not count. */
  readonly groupBy: string;
  /** Field that peers have in common, e.g. `orgUnit`; `*` = all are peers. Absent: everybody is looked at alone. */
  readonly among?: string;
  /** How far back from the event looked at, which is part of it. A day is 24 hours. */
  readonly window: { readonly value: number; readonly unit: (typeof WINDOW_UNITS)[number] };
  /** Names for some of the events, for `window.*` facts to count. */
  readonly named?: { readonly [name: string]: readonly EventSelector[] };
  /** The last sample before the window, up to one window older, still holds at its beginning (levels that are sampled). Default false. */
  readonly carry?: boolean;
  /** An alert stays open when the conditions no longer hold. Default false: the next event of the group closes it. */
  readonly keepOpen?: boolean;
}

/** json-rules-engine's conditions: all / any / not, nested; leaves name a fact of the fact catalogue. `path` is refused. */
export type Conditions =
  | { readonly all: readonly (Conditions | ConditionLeaf)[]; readonly name?: string }
  | { readonly any: readonly (Conditions | ConditionLeaf)[]; readonly name?: string }
  | { readonly not: Conditions | ConditionLeaf; readonly name?: string };
export interface ConditionLeaf {
  readonly name?: string;
  readonly fact: string;
  readonly params?: JsonObject;
  readonly operator: string;
  /** A literal, or `{ "fact": …, "params": … }` to compare with another fact. */
  readonly value: JsonValue;
}

export interface AlertParams {
  readonly severity: Severity;
  /** Templates: `{{workOrder.no}}`, `{{stage.name}}`, `{{clock.dueAt}}` … any fact without required params. */
  readonly title: string;
  readonly advice: string;
  readonly assignTo: string;
}

/** An in-file test. `facts` are fact values by name; a fact with params is keyed `name(param=value,…)`. */
export interface RuleTest {
  readonly name: string;
  readonly facts: { readonly [fact: string]: JsonValue };
  readonly expect: 'hit' | 'no_hit' | 'not_evaluated';
}

/** Events, and the alerts that this rule alone must make of them by `until`: no more and no fewer. */
export interface RuleSequence {
  readonly name: string;
  readonly events: readonly {
    /** Short type. */
    readonly type: string;
    /** When it occurred, `YYYY-MM-DD HH:mm` business time. */
    readonly time: string;
    readonly recordedTime?: string;
    /** The work order, hall or unit. Default: the same for all. */
    readonly subject?: string;
    readonly data?: EventData;
  }[];
  /** Up to when to look, exclusive. Default: right after the last event. */
  readonly until?: string;
  readonly expect: readonly ExpectedAlert[];
}

export interface ExpectedAlert {
  /** When it opens, to the minute. */
  readonly at: string;
  /** When it closes itself; absent = it is still open. */
  readonly closed?: string;
  readonly phase?: 'early' | 'overdue';
  readonly stage?: string;
}
