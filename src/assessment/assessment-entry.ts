import { createHash } from 'node:crypto';

/**
 * `charged` 待认责, `acknowledged` 已认责, `appealed` 申诉中, `upheld` 维持, `reduced` 减轻, `revoked` 撤销 (both by decision on an appeal),
 * `reversed` 冲销, `counter` 冲减: an entry of a later month that takes a frozen one back.
 */
export const ASSESSMENT_STATUSES = [
  'charged',
  'acknowledged',
  'appealed',
  'upheld',
  'reduced',
  'revoked',
  'reversed',
  'counter',
] as const;
export type AssessmentStatus = (typeof ASSESSMENT_STATUSES)[number];

/** What was confirmed, and by whom. */
export interface ConfirmedFinding {
  /** Natural key: one confirmed closing of an alert, or one failed item of a submitted inspection. */
  readonly key: string;
  readonly kind: 'alert' | 'inspection';
  /** Id of the alert or of the inspection task. */
  readonly id: string;
  readonly title: string;
  /** Work order no., where it is about one. */
  readonly workOrder?: string;
  readonly confirmedAt: Date;
  /** Who closed the alert or submitted the task, as in an alert's history. */
  readonly confirmedBy: string;
  readonly reason: string;
}

/** Who is charged: a person by operator id, never by name; a team by the code of its org unit. */
export interface Charged {
  readonly kind: 'person' | 'team';
  readonly id: string;
}

export interface AssessmentHistoryEntry {
  readonly at: Date;
  readonly what: 'charged' | 'acknowledged' | 'appealed' | 'upheld' | 'reduced' | 'revoked' | 'reversed';
  /** As in an alert's history; `system` for the service itself. */
  readonly who: string;
  readonly note?: string;
  /** `Idempotency-Key` of the request. */
  readonly key?: string;
}

/** An entry of the assessment ledger (考核台账): a confirmed finding charged to a person or a team under one clause. */
export interface AssessmentEntry {
  /** Hash of (finding, charged, clause): the same charge is the same entry, whoever makes it and however often. */
  readonly id: string;
  readonly finding: ConfirmedFinding;
  readonly clause: { readonly id: string; readonly title: string };
  readonly charged: Charged;
  /** The unit it belongs to: who may see it. */
  readonly orgUnit?: string;
  /** Who was answerable when the finding was first charged. What an alert tells later does not charge it to somebody else. */
  readonly answerable?: { readonly responsible?: string; readonly orgUnit?: string };
  /** What counts now: 0 once revoked or reversed, negative for a counter entry. */
  readonly points: number;
  /** Yuan. */
  readonly money: number;
  /** What the table charged. */
  readonly initial: { readonly points: number; readonly money: number };
  /** Statistics month, `YYYY-MM`. */
  readonly month: string;
  readonly status: AssessmentStatus;
  /** Until when an appeal is taken; absent where no calendar covers it: then there is no end. */
  readonly appealUntil?: Date;
  /** `reduced` and after: who appealed. */
  readonly appeal?: { readonly at: Date; readonly by: string; readonly reason: string };
  readonly createdAt: Date;
  /** Its month is frozen: it does not change any more. */
  readonly frozen?: boolean;
  /** Counter entries: id of the frozen entry that it takes back. */
  readonly corrects?: string;
  readonly history: readonly AssessmentHistoryEntry[];
  /** Optimistic lock. */
  readonly version: number;
}

/** A frozen month, and what was in it. */
export interface FrozenMonth {
  readonly month: string;
  readonly frozenAt: Date;
  readonly by: string;
  /** Absent for the moment in which its entries are being stamped. */
  readonly totals?: MonthTotals;
}

export interface MonthTotals {
  readonly entries: number;
  readonly points: number;
  readonly money: number;
}

/** URL-safe and stable. */
export function assessmentIdOf(findingKey: string, charged: Charged, clauseId: string): string {
  return hash([findingKey, charged.kind, charged.id, clauseId]);
}

/** A frozen entry has at most one counter entry. */
export function counterIdOf(entryId: string): string {
  return hash(['counter', entryId]);
}

/** To hundredths: sums of decimal fractions do not end as they should. */
export function roundAmount(value: number): number {
  return Math.round(value * 100) / 100;
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
