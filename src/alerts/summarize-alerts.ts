import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RiskKind, Severity } from '../engine/rule-file.js';
import { withStoreErrors } from '../events/store-error.js';
import type { Span } from './alert-query.js';
import { ALERT_STATUSES, type AlertStatus } from './alert.js';
import type { AlertDocument } from './alert-store.js';

/** The picture of a unit: its open alerts counted by what one looks for first. */
export interface AlertSummary {
  readonly open: number;
  /** Open ones whose limit has passed. */
  readonly overdue: number;
  readonly bySeverity: readonly { readonly severity: Severity; readonly count: number }[];
  readonly byKind: readonly {
    readonly kind: RiskKind;
    readonly severity: Severity;
    readonly count: number;
  }[];
  readonly byOrgUnit: readonly { readonly orgUnit: string; readonly count: number; readonly high: number }[];
  /** By process (业务类型) and kind; an empty process: of halls, org units and feeds. */
  readonly byProcess: readonly {
    readonly process: string;
    readonly kind: RiskKind;
    readonly count: number;
  }[];
  readonly byStatus: readonly { readonly status: AlertStatus; readonly count: number }[];
  /** Days since they were first found, open ones: 0 = today's. */
  readonly byAge: readonly { readonly days: string; readonly count: number }[];
  /** What was raised and what was closed, by business date, oldest first. */
  readonly trend: readonly { readonly date: string; readonly raised: number; readonly closed: number }[];
}

export interface SummaryQuery {
  /** Exactly these units; absent = all. */
  readonly orgUnits?: readonly string[];
  readonly now: Date;
  /** Start of the first day of the trend. */
  readonly from: Date;
  readonly timeZone: string;
}

export interface AlertSummaryReader {
  summarize(query: SummaryQuery): Promise<AlertSummary>;
}

interface Group<Id> {
  readonly _id: Id;
  readonly count: number;
}

/** Whole days since alerts were first found, as they are counted together. */
export const ALERT_AGES = {
  '0': { from: 0, upTo: 1 },
  '1-2': { from: 1, upTo: 3 },
  '3-6': { from: 3, upTo: 7 },
  '7-29': { from: 7, upTo: 30 },
  '30+': { from: 30, upTo: Infinity },
} as const;
export type AlertAge = keyof typeof ALERT_AGES;
/** Of which an alert has one while it is open: by the index on it the rest is never read. */
const OPEN_STATUSES = ALERT_STATUSES.filter((status) => status !== 'closed' && status !== 'auto_closed');
const DAY_MS = 86_400_000;

/** When alerts of an age were first found. */
export function spanOfAge(age: AlertAge, now: number): Span {
  const { from, upTo } = ALERT_AGES[age];
  return {
    ...(upTo !== Infinity && { from: new Date(now - upTo * DAY_MS + 1) }),
    // What is dated ahead counts as of today.
    ...(from > 0 && { to: new Date(now - from * DAY_MS + 1) }),
  };
}

/** Counts open alerts in one pass of the store; alerts of rules in shadow, which tell nobody, are not counted. */
export function makeAlertSummaryReader(connection: Connection): AlertSummaryReader {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  return withStoreErrors<AlertSummaryReader>({
    async summarize({ orgUnits, now, from, timeZone }) {
      const visible = { shadow: false, ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }) };
      const count = { count: { $sum: 1 } };
      const open = await alerts
        .aggregate<{
          severity: Group<Severity>[];
          kind: Group<{ kind: RiskKind; severity: Severity }>[];
          orgUnit: (Group<string | null> & { high: number })[];
          process: Group<{ process?: string; kind: RiskKind }>[];
          status: Group<AlertStatus>[];
          age: Group<number>[];
          overdue: { n: number }[];
        }>([
          { $match: { ...visible, open: true, status: { $in: OPEN_STATUSES } } },
          {
            $facet: {
              severity: [{ $group: { _id: '$severity', ...count } }],
              kind: [{ $group: { _id: { kind: '$riskPoint.kind', severity: '$severity' }, ...count } }],
              orgUnit: [
                {
                  $group: {
                    _id: '$orgUnit',
                    ...count,
                    high: { $sum: { $cond: [{ $in: ['$severity', ['high', 'critical']] }, 1, 0] } },
                  },
                },
              ],
              process: [{ $group: { _id: { process: '$process', kind: '$riskPoint.kind' }, ...count } }],
              status: [{ $group: { _id: '$status', ...count } }],
              age: [
                {
                  $group: {
                    _id: { $floor: { $divide: [{ $subtract: [now, '$firstAt'] }, DAY_MS] } },
                    ...count,
                  },
                },
              ],
              overdue: [{ $match: { dueAt: { $lt: now } } }, { $count: 'n' }],
            },
          },
        ])
        .next();
      const byDay = async (field: 'raisedAt' | 'closedAt') => {
        const groups = await alerts
          .aggregate<Group<string>>([
            { $match: { ...visible, [field]: { $gte: from } } },
            {
              $group: {
                _id: { $dateToString: { date: `$${field}`, format: '%Y-%m-%d', timezone: timeZone } },
                ...count,
              },
            },
          ])
          .toArray();
        return new Map(groups.map((group) => [group._id, group.count]));
      };
      const [raised, closed] = await Promise.all([byDay('raisedAt'), byDay('closedAt')]);
      const dates = [...new Set([...raised.keys(), ...closed.keys()])].sort();
      const bySeverity = (open?.severity ?? []).map((group) => ({ severity: group._id, count: group.count }));
      return {
        open: bySeverity.reduce((sum, group) => sum + group.count, 0),
        overdue: open?.overdue[0]?.n ?? 0,
        bySeverity,
        byKind: (open?.kind ?? []).map((group) => ({ ...group._id, count: group.count })),
        byOrgUnit: (open?.orgUnit ?? [])
          .map(({ _id, count: n, high }) => ({ orgUnit: _id ?? '', count: n, high }))
          .sort((a, b) => b.count - a.count || (a.orgUnit < b.orgUnit ? -1 : 1)),
        byProcess: (open?.process ?? [])
          .map(({ _id, count: n }) => ({ process: _id.process ?? '', kind: _id.kind, count: n }))
          .sort((a, b) => (a.process === b.process ? order(a.kind, b.kind) : order(a.process, b.process))),
        byStatus: (open?.status ?? []).map((group) => ({ status: group._id, count: group.count })),
        byAge: Object.entries(ALERT_AGES).map(([days, { from: least, upTo }]) => {
          const within = (open?.age ?? []).filter(({ _id }) => Math.max(0, _id) >= least && _id < upTo);
          return { days, count: within.reduce((sum, group) => sum + group.count, 0) };
        }),
        trend: dates.map((date) => ({
          date,
          raised: raised.get(date) ?? 0,
          closed: closed.get(date) ?? 0,
        })),
      };
    },
  });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
