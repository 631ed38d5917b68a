import type { Collection, Document } from 'mongodb';
import type { Connection } from 'mongoose';
import type { AlertDocument } from '../alerts/alert-store.js';
import type { RiskKind, Severity } from '../engine/rule-file.js';
import { withStoreErrors } from '../events/store-error.js';

/** What became of alerts, in numbers. */
export interface AlertFigures {
  readonly raised: number;
  /** Raised for a limit that had passed. */
  readonly overdue: number;
  readonly bySeverity: readonly { readonly severity: Severity; readonly count: number }[];
  /** Of those raised, by kind of risk point: how many are open now, closed by evidence, and how people judged the others. */
  readonly byKind: readonly {
    readonly kind: RiskKind;
    readonly raised: number;
    readonly open: number;
    readonly autoClosed: number;
    readonly confirmed: number;
    readonly unconfirmed: number;
    readonly invalid: number;
  }[];
  /** Alerts open now, by the days since they were raised. */
  readonly ageing: readonly { readonly days: string; readonly count: number }[];
  /** Operators with two and more confirmed alerts closed in the period, most first, at most 20. */
  readonly repeatOffenders: readonly {
    readonly operator: string;
    readonly orgUnit: string | null;
    readonly confirmed: number;
    readonly kinds: number;
  }[];
  /**
   * 案例汇编: what was confirmed and closed in the period, by rule, most first, with its three newest alerts as examples; for 班前会 and
   * 学习会. Nobody is named but as titles name operators.
   */
  readonly cases: readonly {
    readonly rule: string;
    readonly kind: RiskKind;
    readonly confirmed: number;
    readonly examples: readonly { readonly alert: string; readonly title: string; readonly advice: string }[];
  }[];
  /** Rules whose alerts were judged in the period, by id. */
  readonly rules: readonly {
    readonly rule: string;
    readonly confirmed: number;
    readonly unconfirmed: number;
    readonly invalid: number;
    readonly precision: number | null;
  }[];
}

export interface AlertFiguresQuery {
  /** Raised, or closed, at or after `from` and before `to`. */
  readonly from: Date;
  readonly to: Date;
  /** Exactly these units; absent = all. */
  readonly orgUnits?: readonly string[];
  readonly now: Date;
}

export interface AlertFiguresReader {
  read(query: AlertFiguresQuery): Promise<AlertFigures>;
}

export const AGES = ['0', '1-2', '3-6', '7-29', '30+'] as const;
const AGE_FROM = [0, 1, 3, 7, 30];
const DAY_MS = 86_400_000;
const TOP = 20;
const EXAMPLES = 3;

/** Counts in the store, by the indexes on when alerts were raised and closed. Rules in shadow and retracted alerts do not count. */
export function makeAlertFiguresReader(connection: Connection): AlertFiguresReader {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  const one = { $sum: 1 };
  const when = (condition: Document) => ({ $sum: { $cond: [condition, 1, 0] } });
  const judged = (result: string) => when({ $eq: ['$outcome.result', result] });

  return withStoreErrors<AlertFiguresReader>({
    async read({ from, to, orgUnits, now }) {
      const visible = {
        shadow: false,
        retracted: { $ne: true },
        ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }),
      };
      const [raised] = await alerts
        .aggregate<{
          total: { count: number; overdue: number }[];
          severity: { _id: Severity; count: number }[];
          kind: (Omit<AlertFigures['byKind'][number], 'kind'> & { _id: RiskKind })[];
        }>([
          { $match: { ...visible, raisedAt: { $gte: from, $lt: to } } },
          {
            $facet: {
              total: [{ $group: { _id: null, count: one, overdue: when({ $eq: ['$phase', 'overdue'] }) } }],
              severity: [{ $group: { _id: '$severity', count: one } }, { $sort: { _id: 1 } }],
              kind: [
                {
                  $group: {
                    _id: '$riskPoint.kind',
                    raised: one,
                    open: when({ $eq: ['$open', true] }),
                    autoClosed: when({ $eq: ['$status', 'auto_closed'] }),
                    confirmed: judged('confirmed'),
                    unconfirmed: judged('unconfirmed'),
                    invalid: judged('invalid'),
                  },
                },
                { $sort: { raised: -1, _id: 1 } },
              ],
            },
          },
        ])
        .toArray();
      const [closed] = await alerts
        .aggregate<{
          rules: { _id: string; confirmed: number; unconfirmed: number; invalid: number }[];
          confirmed: {
            _id: string;
            kind: RiskKind;
            count: number;
            examples: { alert: string; title: string; advice: string }[];
          }[];
          people: { _id: string; orgUnit?: string; confirmed: number; kinds: string[] }[];
        }>([
          { $match: { ...visible, closedAt: { $gte: from, $lt: to }, 'outcome.result': { $exists: true } } },
          {
            $facet: {
              rules: [
                {
                  $group: {
                    _id: '$rule.id',
                    confirmed: judged('confirmed'),
                    unconfirmed: judged('unconfirmed'),
                    invalid: judged('invalid'),
                  },
                },
                { $sort: { _id: 1 } },
              ],
              confirmed: [
                { $match: { 'outcome.result': 'confirmed' } },
                {
                  $group: {
                    _id: '$rule.id',
                    kind: { $max: '$riskPoint.kind' },
                    count: one,
                    examples: {
                      $topN: {
                        n: EXAMPLES,
                        sortBy: { closedAt: -1, _id: 1 },
                        output: { alert: '$_id', title: '$title', advice: '$advice' },
                      },
                    },
                  },
                },
                { $sort: { count: -1, _id: 1 } },
                { $limit: TOP },
              ],
              people: [
                { $match: { 'outcome.result': 'confirmed', responsible: { $exists: true } } },
                {
                  $group: {
                    _id: '$responsible',
                    orgUnit: { $max: '$orgUnit' },
                    confirmed: one,
                    kinds: { $addToSet: '$riskPoint.kind' },
                  },
                },
                { $match: { confirmed: { $gte: 2 } } },
                { $sort: { confirmed: -1, _id: 1 } },
                { $limit: TOP },
              ],
            },
          },
        ])
        .toArray();
      const ages = await alerts
        .aggregate<{ _id: number; count: number }>([
          { $match: { ...visible, open: true } },
          {
            $group: {
              _id: { $floor: { $divide: [{ $subtract: [now, '$raisedAt'] }, DAY_MS] } },
              count: one,
            },
          },
        ])
        .toArray();
      const [total] = raised?.total ?? [];
      return {
        raised: total?.count ?? 0,
        overdue: total?.overdue ?? 0,
        bySeverity: (raised?.severity ?? []).map(({ _id, count }) => ({ severity: _id, count })),
        byKind: (raised?.kind ?? []).map(({ _id, ...counts }) => ({ kind: _id, ...counts })),
        ageing: AGES.map((days, index) => {
          const [least = 0, next = Infinity] = [AGE_FROM[index], AGE_FROM[index + 1]];
          const within = ages.filter(({ _id }) => Math.max(0, _id) >= least && _id < next);
          return { days, count: within.reduce((sum, { count }) => sum + count, 0) };
        }),
        repeatOffenders: (closed?.people ?? []).map(({ _id, orgUnit, confirmed, kinds }) => ({
          operator: _id,
          orgUnit: orgUnit ?? null,
          confirmed,
          kinds: kinds.length,
        })),
        cases: (closed?.confirmed ?? []).map(({ _id: rule, kind, count, examples }) => ({
          rule,
          kind,
          confirmed: count,
          examples,
        })),
        rules: (closed?.rules ?? []).map(({ _id, confirmed, unconfirmed, invalid }) => ({
          rule: _id,
          confirmed,
          unconfirmed,
          invalid,
          precision: ratio(confirmed, confirmed + unconfirmed + invalid),
        })),
      };
    },
  });
}

/** To four places; null of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
