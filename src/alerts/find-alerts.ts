import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import type { Alert } from './alert.js';
import { type AlertQuery, filterOf } from './alert-query.js';
import { type AlertDocument, toAlert } from './alert-store.js';

export type { AlertQuery } from './alert-query.js';

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

/** What to count. */
export type AlertFilter = Omit<AlertQuery, 'limit' | 'cursor' | 'sort'>;

/** Reading alerts; writing is alert-store.ts, which also owns the indexes. */
export interface AlertReader {
  /** @throws InvalidRequestError on a cursor that this list did not give */
  find(query: AlertQuery): Promise<AlertPage>;
  get(id: string): Promise<Alert | undefined>;
  count(query: AlertFilter): Promise<AlertCounts>;
  /** Rules in the order of their ids; retracted alerts are not counted. */
  outcomes(query: AlertFilter): Promise<RuleOutcomes[]>;
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

/**
 * Alerts in MongoDB, collection `alerts`, those that happened last first. Paging goes on after the last item seen
 * (`lastAt`, `_id`), so what is inserted meanwhile neither repeats nor hides an item. An alert that recurs meanwhile
 * moves to the front, where a later first page shows it. Sorted by when their step is due, paging goes on the same way.
 */
export function makeAlertReader(connection: Connection): AlertReader {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  return withStoreErrors<AlertReader>({
    async find(query) {
      const sort = SORTS[query.sort ?? 'last'];
      const documents = await alerts
        .find({
          $and: [
            filterOf(query),
            ...sort.filter,
            ...(query.cursor === undefined ? [] : [sort.after(query.cursor)]),
          ],
        })
        .sort(sort.by)
        .limit(query.limit + 1)
        .toArray();
      const items = documents.slice(0, query.limit).map(toAlert);
      const last = items.at(-1);
      return documents.length > query.limit && last
        ? { items, nextCursor: writePageCursor([sort.at(last), last.id]) }
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

interface AlertSort {
  readonly by: Readonly<Record<string, 1 | -1>>;
  readonly filter: readonly Filter<AlertDocument>[];
  readonly at: (alert: Alert) => number;
  readonly after: (cursor: string) => Filter<AlertDocument>;
}

const SORTS: Readonly<Record<NonNullable<AlertQuery['sort']>, AlertSort>> = {
  last: {
    by: { lastAt: -1, _id: -1 },
    filter: [],
    at: ({ lastAt }) => lastAt.getTime(),
    after(cursor) {
      const [time, id] = readPageCursor(cursor);
      const lastAt = new Date(time);
      return { $or: [{ lastAt: { $lt: lastAt } }, { lastAt, _id: { $lt: id } }] };
    },
  },
  due: {
    by: { stepDueAt: 1, _id: 1 },
    filter: [{ stepDueAt: { $exists: true } }],
    at: ({ stepDueAt }) => stepDueAt?.getTime() ?? 0,
    after(cursor) {
      const [time, id] = readPageCursor(cursor);
      const stepDueAt = new Date(time);
      return { $or: [{ stepDueAt: { $gt: stepDueAt } }, { stepDueAt, _id: { $gt: id } }] };
    },
  },
};
