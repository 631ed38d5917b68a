import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import {
  type AssessmentEntry,
  type AssessmentStatus,
  type FrozenMonth,
  type MonthTotals,
  roundAmount,
} from './assessment-entry.js';

/** What to list. Fields are all required; an absent one does not restrict. */
export interface AssessmentQuery {
  readonly month?: string;
  readonly status?: readonly AssessmentStatus[];
  readonly clause?: readonly string[];
  /** Exactly these units; whoever asks resolves what is below them. */
  readonly orgUnits?: readonly string[];
  /** Operator ids. */
  readonly person?: readonly string[];
  /** Who asks: sees what is of these units, or charged to these operator ids; absent = everything. */
  readonly visible?: { readonly orgUnits: readonly string[]; readonly persons: readonly string[] };
}

export interface AssessmentPage {
  readonly items: AssessmentEntry[];
  readonly nextCursor?: string;
}

/** The assessment ledger: collections `assessments` and `assessment_months`. */
export interface AssessmentStore {
  init(): Promise<void>;
  /** Adds the entries that are not there yet and leaves the others as they are. */
  add(entries: readonly AssessmentEntry[]): Promise<void>;
  get(id: string): Promise<AssessmentEntry | undefined>;
  /** Newest first. @throws InvalidRequestError on a cursor that this list did not give */
  find(query: AssessmentQuery, page: { limit: number; cursor?: string }): Promise<AssessmentPage>;
  /** All of a query in the order of unit, person and time, at most `limit`. */
  list(query: AssessmentQuery, limit: number): Promise<AssessmentEntry[]>;
  ofFinding(key: string): Promise<AssessmentEntry[]>;
  /** Replaces an entry over the version before it. @returns false when it was changed, or frozen, meanwhile */
  replace(entry: AssessmentEntry): Promise<boolean>;
  /** Entries without the stamp of a frozen month go to another one: they came while it was being frozen. */
  moveUnfrozen(findingKey: string, from: string, to: string): Promise<void>;
  month(month: string): Promise<FrozenMonth | undefined>;
  months(limit: number): Promise<FrozenMonth[]>;
  /** Entries of a month that may still change by appeal: under appeal, or their time to appeal is not over. */
  unsettled(month: string, now: Date): Promise<{ count: number; until?: Date }>;
  totals(month: string): Promise<MonthTotals>;
  /** From now on no entry of the month changes. Repeating it finishes what broke off. @returns the month as frozen */
  freeze(month: Omit<FrozenMonth, 'totals'>): Promise<FrozenMonth>;
}

type EntryDocument = Omit<AssessmentEntry, 'id'> & { readonly _id: string };
type MonthDocument = Omit<FrozenMonth, 'month'> & { readonly _id: string };

const DUPLICATE_KEY = 11000;

export function makeAssessmentStore(connection: Connection): AssessmentStore {
  const entries = connection.collection('assessments') as unknown as Collection<EntryDocument>;
  const months = connection.collection('assessment_months') as unknown as Collection<MonthDocument>;

  async function totals(month: string): Promise<MonthTotals> {
    const [sum] = await entries
      .aggregate<MonthTotals>([
        { $match: { month } },
        {
          $group: {
            _id: null,
            entries: { $sum: 1 },
            points: { $sum: '$points' },
            money: { $sum: '$money' },
          },
        },
      ])
      .toArray();
    return {
      entries: sum?.entries ?? 0,
      points: roundAmount(sum?.points ?? 0),
      money: roundAmount(sum?.money ?? 0),
    };
  }

  return withStoreErrors<AssessmentStore>({
    async init() {
      await entries.createIndex({ createdAt: -1, _id: -1 });
      await entries.createIndex({ month: 1, orgUnit: 1 });
      await entries.createIndex({ 'finding.key': 1 });
      await entries.createIndex({ 'charged.id': 1, createdAt: -1 });
    },
    async add(given) {
      if (given.length === 0) return;
      try {
        await entries.insertMany(given.map(toDocument), { ordered: false });
      } catch (error) {
        refuseAllButDuplicates(error);
      }
    },
    async get(id) {
      const document = await entries.findOne({ _id: id });
      return document ? toEntry(document) : undefined;
    },
    async find(query, { limit, cursor }) {
      const documents = await entries
        .find({ $and: [filterOf(query), cursor === undefined ? {} : after(cursor)] })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const items = documents.slice(0, limit).map(toEntry);
      const last = items.at(-1);
      return documents.length > limit && last
        ? { items, nextCursor: writePageCursor([last.createdAt.getTime(), last.id]) }
        : { items };
    },
    async list(query, limit) {
      const found = entries.find(filterOf(query)).sort({ orgUnit: 1, 'charged.id': 1, createdAt: 1, _id: 1 });
      return (await found.limit(limit).toArray()).map(toEntry);
    },
    ofFinding: async (key) => (await entries.find({ 'finding.key': key }).toArray()).map(toEntry),
    async replace(entry) {
      const { _id, ...rest } = toDocument(entry);
      const { matchedCount } = await entries.replaceOne({ _id, version: entry.version - 1 }, rest);
      return matchedCount === 1;
    },
    async moveUnfrozen(findingKey, from, to) {
      await entries.updateMany(
        { 'finding.key': findingKey, month: from, frozen: { $exists: false } },
        { $set: { month: to }, $inc: { version: 1 } },
      );
    },
    async month(month) {
      const document = await months.findOne({ _id: month });
      return document ? toMonth(document) : undefined;
    },
    months: async (limit) => (await months.find().sort({ _id: -1 }).limit(limit).toArray()).map(toMonth),
    async unsettled(month, now) {
      const filter: Filter<EntryDocument> = {
        month,
        $or: [{ status: 'appealed' }, { status: 'charged', appealUntil: { $gt: now } }],
      };
      const count = await entries.countDocuments(filter);
      const last = await entries.findOne(filter, { sort: { appealUntil: -1 } });
      return { count, ...(last?.appealUntil && { until: last.appealUntil }) };
    },
    totals,
    async freeze({ month, ...rest }) {
      try {
        await months.insertOne({ _id: month, ...rest });
      } catch (error) {
        refuseAllButDuplicates(error);
      }
      // A step that read an entry before finds another version when it writes.
      await entries.updateMany(
        { month, frozen: { $exists: false } },
        { $set: { frozen: true }, $inc: { version: 1 } },
      );
      const sums = await totals(month);
      await months.updateOne({ _id: month, totals: { $exists: false } }, { $set: { totals: sums } });
      const document = await months.findOne({ _id: month });
      return document ? toMonth(document) : { month, ...rest, totals: sums };
    },
  });
}

function filterOf(query: AssessmentQuery): Filter<EntryDocument> {
  const { month, status, clause, orgUnits, person, visible } = query;
  return {
    ...(month !== undefined && { month }),
    ...(status && { status: { $in: [...status] } }),
    ...(clause && { 'clause.id': { $in: [...clause] } }),
    ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }),
    ...(person && { 'charged.kind': 'person', 'charged.id': { $in: [...person] } }),
    ...(visible && {
      $or: [
        { orgUnit: { $in: [...visible.orgUnits] } },
        { 'charged.kind': 'person', 'charged.id': { $in: [...visible.persons] } },
      ],
    }),
  };
}

function after(cursor: string): Filter<EntryDocument> {
  const [time, id] = readPageCursor(cursor);
  const createdAt = new Date(time);
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: id } }] };
}

/** One insert, or each of an unordered one. */
function refuseAllButDuplicates(error: unknown): void {
  const { code, writeErrors } = error as { code?: unknown; writeErrors?: unknown };
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : [{ code }]) as {
    readonly code?: unknown;
  }[];
  if (list.length === 0 || list.some((one) => one.code !== DUPLICATE_KEY)) throw error;
}

function toDocument({ id, ...rest }: AssessmentEntry): EntryDocument {
  return { _id: id, ...rest };
}
function toEntry({ _id, ...rest }: EntryDocument): AssessmentEntry {
  return { id: _id, ...rest };
}
function toMonth({ _id, ...rest }: MonthDocument): FrozenMonth {
  return { month: _id, ...rest };
}
