import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RiskKind, Severity } from '../engine/rule-file.js';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import type { Alert, AlertStatus } from './alert.js';

/** What to list. Lists are alternatives, fields are all required; an absent field does not restrict, an empty list matches nothing. */
export interface AlertQuery {
  readonly status?: readonly AlertStatus[];
  readonly severity?: readonly Severity[];
  readonly kind?: readonly RiskKind[];
  /** Rule ids. */
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
  /** Alerts of rules in shadow: without them (default), only them, or both. */
  readonly shadow?: 'without' | 'only' | 'with';
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface AlertPage {
  readonly items: Alert[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** How many alerts there are, by what people ask for. */
export interface AlertCounts {
  readonly total: number;
  readonly open: number;
  readonly muted: number;
  readonly status: Readonly<Record<string, number>>;
  readonly severity: Readonly<Record<string, number>>;
  readonly kind: Readonly<Record<string, number>>;
  readonly orgUnit: Readonly<Record<string, number>>;
}

/** How people judged the alerts of a rule. */
export interface RuleOutcomes {
  readonly rule: string;
  readonly raised: number;
  readonly confirmed: number;
  readonly unconfirmed: number;
  readonly invalid: number;
  /** confirmed / (confirmed + unconfirmed + invalid); null while none was judged. */
  readonly precision: number | null;
}

/** Reading alerts; writing is alert-store.ts, which also owns the indexes. */
export interface AlertReader {
  /** @throws InvalidRequestError on a cursor that this list did not give */
  find(query: AlertQuery): Promise<AlertPage>;
  get(id: string): Promise<Alert | undefined>;
  count(query: Omit<AlertQuery, 'limit' | 'cursor'>): Promise<AlertCounts>;
  /** Rules in the order of their ids; retracted alerts are not counted. */
  outcomes(query: Omit<AlertQuery, 'limit' | 'cursor'>): Promise<RuleOutcomes[]>;
  /** All alerts of one record, oldest first. */
  listByRecord(recordId: string): Promise<Alert[]>;
}

interface Facets {
  readonly total: readonly { readonly count: number }[];
  readonly open: readonly { readonly count: number }[];
  readonly muted: readonly { readonly count: number }[];
  readonly status: readonly { readonly _id: string; readonly count: number }[];
  readonly severity: readonly { readonly _id: string; readonly count: number }[];
  readonly kind: readonly { readonly _id: string; readonly count: number }[];
  readonly orgUnit: readonly { readonly _id: string; readonly count: number }[];
}

type AlertDocument = Omit<Alert, 'id'> & { readonly _id: string };

/**
 * Alerts in MongoDB, collection `alerts`, those that happened last first. Paging goes on after the last item seen
 * (`lastAt`, `_id`), so what is inserted meanwhile neither repeats nor hides an item. An alert that recurs meanwhile
 * moves to the front, where a later first page shows it.
 */
export function makeAlertReader(connection: Connection): AlertReader {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  return withStoreErrors<AlertReader>({
    async find(query) {
      const documents = await alerts
        .find({ $and: [filterOf(query), ...(query.cursor === undefined ? [] : [after(query.cursor)])] })
        .sort({ lastAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const items = documents.slice(0, query.limit).map(toAlert);
      const last = items.at(-1);
      return documents.length > query.limit && last
        ? { items, nextCursor: writePageCursor([last.lastAt.getTime(), last.id]) }
        : { items };
    },
    async get(id) {
      const document = await alerts.findOne({ _id: id });
      return document ? toAlert(document) : undefined;
    },
    async count(query) {
      const by = (field: string) => [
        { $match: { [field]: { $exists: true } } },
        { $sortByCount: `$${field}` },
      ];
      const [found] = await alerts
        .aggregate<Facets>([
          { $match: filterOf(query) },
          {
            $facet: {
              total: [{ $count: 'count' }],
              open: [{ $match: { open: true } }, { $count: 'count' }],
              muted: [{ $match: { open: true, muted: { $exists: true } } }, { $count: 'count' }],
              status: by('status'),
              severity: by('severity'),
              kind: by('riskPoint.kind'),
              orgUnit: by('orgUnit'),
            },
          },
        ])
        .toArray();
      const one = (key: 'total' | 'open' | 'muted') => found?.[key][0]?.count ?? 0;
      const all = (key: 'status' | 'severity' | 'kind' | 'orgUnit') =>
        Object.fromEntries(found?.[key].map(({ _id, count }) => [_id, count]) ?? []);
      return {
        total: one('total'),
        open: one('open'),
        muted: one('muted'),
        status: all('status'),
        severity: all('severity'),
        kind: all('kind'),
        orgUnit: all('orgUnit'),
      };
    },
    async outcomes(query) {
      const judged = (result: string) => ({ $sum: { $cond: [{ $eq: ['$outcome.result', result] }, 1, 0] } });
      const rows = await alerts
        .aggregate<Omit<RuleOutcomes, 'rule' | 'precision'> & { _id: string }>([
          { $match: { $and: [filterOf(query), { retracted: { $ne: true } }] } },
          {
            $group: {
              _id: '$rule.id',
              raised: { $sum: 1 },
              confirmed: judged('confirmed'),
              unconfirmed: judged('unconfirmed'),
              invalid: judged('invalid'),
            },
          },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return rows.map(({ _id, ...counts }) => {
        const sum = counts.confirmed + counts.unconfirmed + counts.invalid;
        return { rule: _id, ...counts, precision: sum === 0 ? null : counts.confirmed / sum };
      });
    },
    async listByRecord(recordId) {
      const documents = await alerts.find({ recordId }).toArray();
      return documents
        .map(toAlert)
        .sort((a, b) => a.firstAt.getTime() - b.firstAt.getTime() || (a.id < b.id ? -1 : 1));
    },
  });
}

function filterOf(query: Omit<AlertQuery, 'limit' | 'cursor'>): Filter<AlertDocument> {
  const { shadow = 'without', from, to } = query;
  const any = <Value>(values: readonly Value[] | undefined) => (values ? { $in: [...values] } : undefined);
  const fields = {
    status: any(query.status),
    severity: any(query.severity),
    'riskPoint.kind': any(query.kind),
    'rule.id': any(query.rule),
    orgUnit: any(query.orgUnits),
    process: any(query.process),
    shadow: shadow === 'with' ? undefined : shadow === 'only',
    lastAt: from || to ? { ...(from && { $gte: from }), ...(to && { $lt: to }) } : undefined,
    $or: query.subject?.flatMap(ofSubject),
    'assignee.user': any(query.assignee),
    phase: any(query.phase),
    muted: query.muted === undefined ? undefined : { $exists: query.muted },
    stepDueAt: query.stepDueBefore && { $lt: query.stepDueBefore },
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    $and: [
      given,
      ...(query.stepDueBefore ? [{ open: true }] : []),
      ...(query.unjudged === undefined ? [] : [query.unjudged ? UNJUDGED : { $nor: [UNJUDGED] }]),
    ],
  };
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

function toAlert({ _id, ...rest }: AlertDocument): Alert {
  return { id: _id, ...rest };
}

function after(cursor: string): Filter<AlertDocument> {
  const [time, id] = readPageCursor(cursor);
  const lastAt = new Date(time);
  return { $or: [{ lastAt: { $lt: lastAt } }, { lastAt, _id: { $lt: id } }] };
}
