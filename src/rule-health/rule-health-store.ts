import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { addCounts, type RuleCounts } from './count-looks.js';

/** Counts of rule versions by business day, summed over all processes. */
export interface RuleHealthStore {
  init(): Promise<void>;
  /** Adds to what is there. */
  add(date: string, counts: readonly RuleCounts[]): Promise<void>;
  /** Sums of the business days from `from` to `to`, both included, by rule and version. */
  sum(query: { readonly from: string; readonly to: string; readonly rule?: string }): Promise<RuleCounts[]>;
}

/** One rule version on one business day. `missing` is keyed by the fact's name, encoded: names have dots. */
interface HealthDocument extends Omit<
  RuleCounts,
  'missing' | 'lastHitAt' | 'lastErrorAt' | 'rule' | 'version'
> {
  readonly _id: string;
  readonly rule: string;
  readonly version: number;
  readonly date: string;
  readonly missing?: Readonly<Record<string, number>>;
  readonly lastHitAt?: Date;
  readonly lastErrorAt?: Date;
}

const SUMS = ['hit', 'no_hit', 'not_evaluated', 'error', 'timed', 'timedMs', 'slow'] as const;

/** Collection `rule_health`: counts only, some kilobytes a rule and year; kept for ever. */
export function makeRuleHealthStore(connection: Connection): RuleHealthStore {
  const days = connection.collection('rule_health') as unknown as Collection<HealthDocument>;
  return withStoreErrors<RuleHealthStore>({
    async init() {
      await days.createIndex({ date: 1 });
    },
    async add(date, counts) {
      if (counts.length === 0) return;
      await days.bulkWrite(
        counts.map((item) => toUpdate(date, item)),
        { ordered: false },
      );
    },
    async sum({ from, to, rule }) {
      const found = days.find({ date: { $gte: from, $lte: to }, ...(rule !== undefined && { rule }) });
      const sums = new Map<string, RuleCounts>();
      for await (const document of found.sort({ date: 1 })) addCounts(sums, fromDocument(document));
      return [...sums.values()].sort((a, b) =>
        a.rule === b.rule ? a.version - b.version : a.rule < b.rule ? -1 : 1,
      );
    },
  });
}

function toUpdate(date: string, item: RuleCounts): AnyBulkWriteOperation<HealthDocument> {
  const { rule, version, maxMs, missing, lastHitAt, lastErrorAt, lastError } = item;
  const added = Object.fromEntries(SUMS.map((field) => [field, item[field]]));
  for (const [fact, times] of missing) added[`missing.${encodeFact(fact)}`] = times;
  return {
    updateOne: {
      filter: { _id: `${rule}@${version}|${date}` },
      update: {
        $inc: added,
        $max: {
          maxMs,
          ...(lastHitAt !== undefined && { lastHitAt: new Date(lastHitAt) }),
          ...(lastErrorAt !== undefined && { lastErrorAt: new Date(lastErrorAt) }),
        },
        $set: { rule, version, date, ...(lastError !== undefined && { lastError: lastError.slice(0, 500) }) },
      },
      upsert: true,
    },
  };
}

function fromDocument(document: HealthDocument): RuleCounts {
  const { _id, date: _, missing, lastHitAt, lastErrorAt, ...counts } = document;
  return {
    ...counts,
    missing: new Map(Object.entries(missing ?? {}).map(([fact, n]) => [decodeURIComponent(fact), n])),
    ...(lastHitAt && { lastHitAt: lastHitAt.getTime() }),
    ...(lastErrorAt && { lastErrorAt: lastErrorAt.getTime() }),
  };
}

function encodeFact(fact: string): string {
  return encodeURIComponent(fact).replaceAll('.', '%2E');
}
