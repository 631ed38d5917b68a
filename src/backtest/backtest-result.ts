import type { SubjectType } from '../events/business-event.js';
import type { Severity } from '../engine/rule-file.js';

/**
 * How an alert differs between the two rule sets: raised by the candidate only (`gained`) or by the live set only (`lost`);
 * by both, but earlier or later (also: overdue earlier or later), of another severity, for another post, or closed by the
 * evidence at another time.
 */
export const CHANGE_KINDS = ['gained', 'lost', 'earlier', 'later', 'severity', 'post', 'closing'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Alerts raised in the period that somebody is told of. An alert may count in several kinds of change. */
export interface AlertCounts extends Record<ChangeKind, number> {
  /** By the live set. */
  live: number;
  /** By the candidate. */
  candidate: number;
  /** Of these, taken back by events that came late. */
  liveRetracted: number;
  candidateRetracted: number;
}

export interface RuleRow extends AlertCounts {
  readonly rule: string;
  readonly ruleName: string;
  /** What the candidate does to the rule file. */
  readonly change: 'added' | 'removed' | 'changed' | 'same';
  readonly liveVersion?: number;
  readonly candidateVersion?: number;
  /** What it would raise were it not in `shadow`. */
  readonly liveShadow: number;
  readonly candidateShadow: number;
  /** Looks of the candidate's rule over all events: what came out of them. */
  readonly evaluated: number;
  readonly notEvaluated: number;
  readonly errors: number;
  /** Of the first error. */
  readonly error?: string;
}

export interface UnitRow extends AlertCounts {
  /** Code; absent for alerts of no unit. */
  readonly orgUnit?: string;
}

/** What one recipient gets on business days; what is raised on a day off counts for the next working day. */
export interface LoadRow {
  /** The post, as the rule names it in `assignTo`. */
  readonly post: string;
  readonly orgUnit?: string;
  readonly live: Load;
  readonly candidate: Load;
}
export interface Load {
  readonly total: number;
  /** Mean over the working days of the period. */
  readonly perDay: number;
  readonly peak: number;
  /** Business date of the peak; absent where there is none. */
  readonly peakDay?: string;
}

/** One side of an example. Times are epoch ms. */
export interface AlertSketch {
  readonly raisedAt: number;
  /** When it happened: event time, due time, sweep moment. */
  readonly firstAt: number;
  readonly severity: Severity;
  readonly phase?: 'early' | 'overdue';
  readonly overdueAt?: number;
  readonly dueAt?: number;
  readonly closedAt?: number;
  readonly retracted?: true;
  readonly assignTo: string;
  readonly title: string;
  /** The conditions with what was found, one text each. */
  readonly why: readonly string[];
}

export interface Example {
  readonly kinds: readonly ChangeKind[];
  readonly rule: string;
  readonly subject: { readonly type: SubjectType; readonly id: string };
  readonly stage?: string;
  readonly orgUnit?: string;
  readonly live?: AlertSketch;
  readonly candidate?: AlertSketch;
}

/** What came of a backtest. All times are epoch ms. */
export interface BacktestResult {
  /** Alerts raised in [from, to) are counted. */
  readonly period: { readonly from: number; readonly to: number; readonly workingDays: number };
  readonly events: {
    /** Known before the end of the period, and replayed. */
    readonly replayed: number;
    /** Known later: left out. */
    readonly later: number;
    /** Not in order, or known already. */
    readonly rejected: number;
    readonly duplicates: number;
    readonly records: number;
  };
  /** IANA zone of business dates. */
  readonly timeZone: string;
  readonly live: { readonly hash: string; readonly rules: number };
  readonly candidate: { readonly hash: string; readonly rules: number };
  readonly total: AlertCounts;
  /** Rules that raised anything or differ, those with the most changes first. */
  readonly rules: readonly RuleRow[];
  readonly orgUnits: readonly UnitRow[];
  readonly load: { readonly total: Omit<LoadRow, 'post'>; readonly recipients: readonly LoadRow[] };
  readonly examples: readonly Example[];
  /** Records that could not be folded, the first few; their alerts up to then count. */
  readonly failures: readonly { readonly recordId: string; readonly message: string }[];
  readonly seconds: number;
}

export function noAlerts(): AlertCounts {
  const changes = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, 0])) as Record<ChangeKind, number>;
  return { live: 0, candidate: 0, liveRetracted: 0, candidateRetracted: 0, ...changes };
}

/** True when the two sets raise the same alerts at the same times. */
export function isSame({ total }: BacktestResult): boolean {
  return CHANGE_KINDS.every((kind) => total[kind] === 0);
}
