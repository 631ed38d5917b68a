import type { SubjectType } from '../events/business-event.js';
import type { Basis, RiskKind, Severity } from '../engine/rule-file.js';
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
  /** Hash of the rule set it was last judged with; with it the parameters of that day are found. Absent for alerts that no rule file raises. */
  ruleSet?: string;
  readonly riskPoint: { readonly kind: RiskKind; readonly clauses: readonly string[] };
  /** What the rule rested on when it was raised or last found; absent in alerts of earlier versions and in those that no rule raises. */
  basis?: readonly Basis[];
  /** True where a limit or criterion of the rule is an assumption of this project, not a stated one (basis). */
  assumption?: boolean;
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
  outcome?: AlertOutcome;
  /** Who was told to put it right (派单). */
  assignee?: Assignee;
  /** When the step it stands at is due, see alert-handling.ts; absent once closed, and where no calendar covers it. */
  stepDueAt?: Date;
  /** Rungs of the escalation ladder that have fired. */
  escalations?: readonly Escalation[];
  /** What keeps it quiet; absent when nothing does. */
  muted?: Muting;
  history: AlertHistoryEntry[];
  /** When the minute pass has to look at it next: an acknowledgement that expires, a rung that fires. */
  nextLookAt?: Date;
  /** A person reopened it over the evidence of this time: the same evidence does not close it again. */
  overruledAt?: Date;
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

/** What came out when a person closed it: 查实, 未查实, 无效. */
export const OUTCOMES = ['confirmed', 'unconfirmed', 'invalid'] as const;
export interface AlertOutcome {
  readonly result: (typeof OUTCOMES)[number];
  readonly reason: string;
}

/** A person (user id, or operator id of the sales system), an org unit, or both. */
export interface Assignee {
  readonly user?: string;
  readonly orgUnit?: string;
}

/** A rung that fired. At most one for each (alert, round, rung). */
export interface Escalation {
  /** 1 = the first rung of the ladder. */
  readonly rung: number;
  /** 1, and one more each time the alert is opened again. */
  readonly round: number;
  readonly at: Date;
  /** Post, as the rule names it: `county-manager`. */
  readonly to: string;
  /** Unit whose post it is; absent where the tree has none. */
  readonly orgUnit?: string;
  /** User ids of those on duty, deputies in place of the absent. */
  readonly people: readonly string[];
}

/** Why nobody is told of an alert. It stays listed and counted. */
export interface Muting {
  /** Ids of the silences that match. */
  readonly silences: readonly string[];
  /** Id of the alert on the same work order that covers this one. */
  readonly inhibitedBy?: string;
}

export const HISTORY_WORDS = [
  'raised',
  'recurred',
  'overdue',
  'auto_closed',
  'retracted',
  'reinstated',
  'superseded',
  'acknowledged',
  'acknowledgement_expired',
  'dispatched',
  'returned',
  'rectified',
  'closed',
  'reopened',
  'commented',
  'silenced',
  'unsilenced',
  'escalated',
] as const;

export interface AlertHistoryEntry {
  readonly at: Date;
  readonly what: (typeof HISTORY_WORDS)[number];
  /** User id, `token:` and the start of a token's id, or `system`. */
  readonly who: string;
  readonly note?: string;
  /** Who is to be told of this entry, instead of those the alert is assigned to: `post`, `post@unit` or `user:ID`. */
  readonly to?: string;
  /** closed. */
  readonly outcome?: AlertOutcome;
  /** Ids of evidence (src/evidence). */
  readonly attachments?: readonly string[];
  /** `Idempotency-Key` of the request: the same step sent again is not taken again. */
  readonly key?: string;
}
