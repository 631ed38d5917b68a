import type { Filter } from 'mongodb';
import type { RiskKind, Severity } from '../engine/rule-file.js';
import type { AlertDocument } from './alert-store.js';
import type { AlertStatus } from './alert.js';

/** What to list. Lists are alternatives, fields are all required; an absent field does not restrict, an empty list matches nothing. */
export interface AlertQuery {
  /** Exactly these alerts. */
  readonly id?: readonly string[];
  readonly status?: readonly AlertStatus[];
  readonly severity?: readonly Severity[];
  readonly kind?: readonly RiskKind[];
  /** Rule ids, or beginnings followed by `*`. */
  readonly rule?: readonly string[];
  /** Exactly these units; whoever asks resolves what is below them. */
  readonly orgUnits?: readonly string[];
  /** Work order nos. or codes of halls, org units, feeds. */
  readonly subject?: readonly string[];
  readonly process?: readonly string[];
  /** Last happened at or after `from` and before `to`. */
  readonly from?: Date;
  readonly to?: Date;
  /** User ids that it is dispatched to. */
  readonly assignee?: readonly string[];
  /** `overdue`: the limit was broken, whatever became of it. */
  readonly phase?: readonly ('early' | 'overdue')[];
  /** Muted by a silence or covered by another alert. */
  readonly muted?: boolean;
  /** Closed by evidence after its limit was broken, and not judged by a person yet. */
  readonly unjudged?: boolean;
  /** Open, and its step is due before this time. */
  readonly stepDueBefore?: Date;
  /** Their limit has passed, and they are open. */
  readonly overdueAt?: Date;
  /** When the service raised them, or they were closed: at or after, and before. */
  readonly raised?: Span;
  readonly closed?: Span;
  /** First found at or after, and before. */
  readonly first?: Span;
  /** Exactly these units, without those below them. */
  readonly ownUnits?: readonly string[];
  /** True: those of no process (of halls, org units, feeds). */
  readonly ofNoProcess?: boolean;
  /** User ids of people that they were escalated to. */
  readonly escalatedTo?: readonly string[];
  /** `last` (default): those that happened last first. `due`: by when their step is due, without those for which that cannot be told. */
  readonly sort?: 'last' | 'due';
  /** Alerts of rules in shadow: without them (default), only them, or both. */
  readonly shadow?: 'without' | 'only' | 'with';
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** A stretch of time, the end not included. */
export interface Span {
  readonly from?: Date;
  readonly to?: Date;
}

/** The query in MongoDB's words. */
export function filterOf(query: Omit<AlertQuery, 'limit' | 'cursor' | 'sort'>): Filter<AlertDocument> {
  const { shadow = 'without' } = query;
  const any = <Value>(values: readonly Value[] | undefined) => (values ? { $in: [...values] } : undefined);
  const fields = {
    _id: any(query.id),
    status: any(query.status),
    severity: any(query.severity),
    'riskPoint.kind': any(query.kind),
    'rule.id': query.rule && { $in: query.rule.map(ofRule) },
    orgUnit: any(query.orgUnits),
    process: any(query.process),
    shadow: shadow === 'with' ? undefined : shadow === 'only',
    lastAt: within(query),
    raisedAt: within(query.raised),
    closedAt: within(query.closed),
    firstAt: within(query.first),
    $or: query.subject?.flatMap(ofSubject),
    'assignee.user': any(query.assignee),
    'escalations.people': any(query.escalatedTo),
    phase: any(query.phase),
    muted: query.muted === undefined ? undefined : { $exists: query.muted },
    stepDueAt: query.stepDueBefore && { $lt: query.stepDueBefore },
    dueAt: query.overdueAt && { $lt: query.overdueAt },
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    $and: [
      given,
      ...(query.stepDueBefore || query.overdueAt ? [{ open: true }] : []),
      ...(query.ownUnits ? [{ orgUnit: { $in: [...query.ownUnits] } }] : []),
      ...(query.ofNoProcess === undefined ? [] : [{ process: { $exists: !query.ofNoProcess } }]),
      ...(query.unjudged === undefined ? [] : [query.unjudged ? UNJUDGED : { $nor: [UNJUDGED] }]),
    ],
  };
}

function within(span: Span | undefined): { $gte?: Date; $lt?: Date } | undefined {
  if (!span?.from && !span?.to) return undefined;
  return { ...(span.from && { $gte: span.from }), ...(span.to && { $lt: span.to }) };
}

/** Nothing of what is asked for is read as an expression: letters must not be escaped, which would give them a meaning. */
function ofRule(pattern: string): string | RegExp {
  if (!pattern.endsWith('*')) return pattern;
  return new RegExp(`^${pattern.slice(0, -1).replaceAll(/[^A-Za-z0-9-]/g, '\\$&')}`);
}

const UNJUDGED = { status: 'auto_closed', phase: 'overdue', retracted: { $ne: true } } as const;

/** By the index on `recordId`: the record of a work order is its no.; a hall, org unit or feed has one a day. */
function ofSubject(subject: string): Filter<AlertDocument>[] {
  const days = ['hall', 'orgUnit', 'feed'].map((kind) => ({
    // `A` follows `@`: everything that begins with `kind:subject@`.
    recordId: { $gte: `${kind}:${subject}@`, $lt: `${kind}:${subject}A` },
  }));
  return [{ recordId: subject }, ...days];
}
