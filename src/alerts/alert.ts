import type { SubjectType } from '../events/business-event.js';
import type { RiskKind, Severity } from '../engine/rule-file.js';
import type { ConditionResult } from '../engine/rule-set.js';
import type { JsonValue } from '../json.js';

export const ALERT_STATUSES = [
  'open',
  'acknowledged',
  'dispatched',
  'rectified',
  'closed',
  'auto_closed',
  'silenced',
] as const;
/** open → acknowledged → dispatched → rectified → closed, plus auto_closed and silenced. */
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** An alert (预警): an open finding on a subject; merged by fingerprint, closed by evidence or by a person. */
export interface Alert {
  /** Stable hash of the fingerprint, `-`, the episode. URL-safe. */
  readonly id: string;
  readonly fingerprint: string;
  readonly episode: number;
  readonly rule: { readonly id: string; readonly version: number; readonly name: string };
  readonly riskPoint: { readonly kind: RiskKind; readonly clauses: readonly string[] };
  severity: Severity;
  status: AlertStatus;
  /** True until closed by evidence or a person; at most one open alert a fingerprint. */
  open: boolean;
  readonly subject: { readonly type: SubjectType; readonly id: string };
  /** Record (work order) it was found on. */
  readonly recordId: string;
  process?: string;
  stage?: string;
  workItem?: string;
  orgUnit?: string;
  /** Operator id of the one who did the step; never a name. */
  responsible?: string;
  assignTo: string;
  title: string;
  advice: string;
  facts: Readonly<Record<string, JsonValue>>;
  conditions: readonly ConditionResult[];
  phase?: 'early' | 'overdue';
  dueAt?: Date;
  occurrences: number;
  /** When it first and last happened (event time, due time, sweep moment). */
  firstAt: Date;
  lastAt: Date;
  /** When this service first raised it. */
  raisedAt: Date;
  closedAt?: Date;
  /** Rule in `shadow`: recorded, shown on request, tells nobody. */
  shadow: boolean;
  /** The finding fell away when late events were folded in: it would never have been raised had they come in time. */
  retracted?: boolean;
  outcome?: { readonly result: 'confirmed' | 'unconfirmed' | 'invalid'; readonly reason: string };
  history: AlertHistoryEntry[];
  /** Revision of the work order record this was last written from; an older one never overwrites a newer. */
  sourceRevision: number;
  /** Optimistic lock. */
  version: number;
  /**
   * Changed at, and not yet taken to the change feed (change-feed.ts): the outbox. Written with the alert itself, by
   * alert-store.ts, so that no crash parts the two. Alerts of rules in shadow have none.
   */
  outbox?: Date;
  /** How many entries of `history` the change feed has; a hint, the feed itself decides. */
  fed?: number;
}

export interface AlertHistoryEntry {
  readonly at: Date;
  readonly what:
    | 'raised'
    | 'recurred'
    | 'overdue'
    | 'auto_closed'
    | 'retracted'
    | 'reinstated'
    | 'acknowledged'
    | 'dispatched'
    | 'rectified'
    | 'closed'
    | 'reopened';
  /** User id, or `system`. */
  readonly who: string;
  readonly note?: string;
  /** Who is to be told of this entry, instead of those the alert is assigned to: `role`, `role@unit` or `user:ID`. */
  readonly to?: string;
}
