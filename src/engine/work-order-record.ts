import type { Limit } from '../calendar/business-calendar.js';
import type { EventOrder } from '../events/business-event.js';
import type { JsonValue } from '../json.js';
import type { WorkOrder } from '../work-orders/work-order.js';
import type { Severity } from './rule-file.js';
import type { ConditionResult } from './rule-set.js';

/**
 * All that is known of one subject: the projected work order, the clocks rules put on it, and what the
 * rules found. It is a pure function of the subject's events, the rule set, the calendar and `now`; the
 * due list is part of its document, the collection `alerts` is written from it.
 */
export interface WorkOrderRecord {
  readonly workOrder: WorkOrder;
  readonly clocks: Clock[];
  readonly findings: Finding[];
  /** Up to where time has been advanced: an event at or before it makes a refold necessary. */
  readonly advancedTo: number;
  /** Calendar the clocks were computed with. */
  readonly calendarHash: string;
}

/** A clock a deadline rule put on a work order. "Overdue" is derived from `dueAt` and never stored. */
export interface Clock {
  /** `ruleId|stage#visit`, and `|field=value` where the rule counts per value: unique within the record. */
  readonly key: string;
  /** The version whose limit it runs by. */
  rule: RuleRef;
  readonly stage?: string;
  readonly visit?: number;
  /** Value of the field that the rule counts by, e.g. the form; absent where the event told none. */
  readonly part?: string;
  /** The start event's occurred time. */
  anchorAt: number;
  /** The budget, where the rule takes it from a parameter: the value in force when the clock started. */
  limit?: Limit;
  /** Absent while paused or where the calendar does not reach. */
  dueAt?: number;
  warnTimes: number[];
  /** How many of the warn times have been looked at, and whether the due time has. */
  warned: number;
  expired: boolean;
  /** Ran out while a fact was missing: decided by the event that tells the fact. */
  undecided?: boolean;
  /** `stopped`: the evidence came. `void`: the work order was cancelled, or when it ran out the rule's conditions did not hold. */
  state: 'running' | 'paused' | 'stopped' | 'void';
  stoppedAt?: number;
  /** Years without an official schedule that the budget would cross. */
  uncoveredYears?: number[];
}

export interface RuleRef {
  readonly id: string;
  readonly version: number;
}

/**
 * Something a rule found on a subject, merged by fingerprint. A finding that closed and came back is a
 * new episode. Alerts are findings plus what people did about them.
 */
export interface Finding {
  /** `ruleId|subjectType:subject|stage#visit`. */
  readonly fingerprint: string;
  /** 1, 2, …: how often this fingerprint has been opened. */
  readonly episode: number;
  /** The version that last hit: the one the evidence is of. */
  rule: RuleRef;
  readonly stage?: string;
  readonly visit?: number;
  /** `early` = before the limit, `overdue` = past it; absent for rules without a clock. */
  phase?: 'early' | 'overdue';
  openedAt: number;
  lastAt: number;
  occurrences: number;
  dueAt?: number;
  closedAt?: number;
  /** Why it closed itself: the evidence came, the clock stopped, the work order was cancelled. */
  closedBy?: 'evidence' | 'stopped' | 'ended';
  evidence: Evidence;
}

/** What was known when the rule last hit; enough to explain the alert years later. */
export interface Evidence {
  readonly severity: Severity;
  readonly title: string;
  readonly advice: string;
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly conditions: readonly ConditionResult[];
  /** Key of the event that triggered; absent when time did. */
  readonly event?: string;
  readonly orgUnit?: string;
  readonly responsible?: string;
  readonly workItem?: string;
}

/** The place of the newest thing folded in. */
export type Mark = EventOrder;
