import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import type { Statement, StatementSignature } from './statement.js';

/** A statement as lists show it. */
export type StatementRowless = Omit<Statement, 'rows'>;

export interface StatementQuery {
  /** Exactly these units; absent = all. */
  readonly orgUnits?: readonly string[];
  /** Business dates, both included. */
  readonly from?: string;
  readonly to?: string;
  /** Only those with differences, or without. */
  readonly differences?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

/** Statements: collection `reconciliations`, `_id` = `orgUnit|date`. */
export interface StatementStore {
  init(): Promise<void>;
  get(id: string): Promise<Statement | undefined>;
  /** Those of these dates, without rows. */
  ofDates(dates: readonly string[]): Promise<StatementRowless[]>;
  /** Stores what it says now: a new version where that changed, signatures kept. @returns whether it changed */
  put(statement: Statement): Promise<boolean>;
  /** @returns false when it is at another version, or that side has signed it */
  sign(id: string, signature: StatementSignature): Promise<boolean>;
  find(query: StatementQuery): Promise<{ items: StatementRowless[]; nextCursor?: string }>;
  /** Those to be looked at by `now`, without rows: of a new version, signed since, or whose time has come. */
  toLookAt(now: Date, limit: number): Promise<StatementRowless[]>;
  /** It was looked at as it is here, and is to be at `next`, if at all. One that changed meanwhile stays to be looked at. */
  settleLook(statement: StatementRowless, next: Date | undefined): Promise<void>;
  removeBefore(date: string): Promise<number>;
}

/** `lookAt`: see statement-signing.ts. */
type StatementDocument = Omit<Statement, 'id'> & { readonly _id: string; readonly lookAt?: Date };
const DUPLICATE_KEY = 11000;

export function makeStatementStore(connection: Connection): StatementStore {
  const statements = connection.collection('reconciliations') as unknown as Collection<StatementDocument>;
  const get = async (id: string) => {
    const document = await statements.findOne({ _id: id });
    return document ? toStatement(document) : undefined;
  };
  return withStoreErrors<StatementStore>({
    async init() {
      await statements.createIndex({ date: -1, _id: -1 });
      await statements.createIndex({ orgUnit: 1, date: -1 });
      const isToBe = { lookAt: { $exists: true } };
      await statements.createIndex({ lookAt: 1 }, { partialFilterExpression: isToBe });
    },
    get,
    async ofDates(dates) {
      const found = statements.find({ date: { $in: [...dates] } }, { projection: { rows: 0 } });
      return (await found.toArray()).map(toStatement);
    },
    async put({ id, ...statement }) {
      // Another process closing the same day writes the same: whoever is second finds nothing to change.
      for (;;) {
        const before = await statements.findOne(
          { _id: id },
          { projection: { hash: 1, version: 1, signatures: 1, madeAt: 1, computedAt: 1 } },
        );
        if (before?.hash === statement.hash) return false;
        if (!before) {
          try {
            await statements.insertOne({ _id: id, ...statement, lookAt: statement.computedAt });
            return true;
          } catch (error) {
            if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
            continue;
          }
        }
        const { version, signatures, madeAt = before.computedAt } = before;
        const next = { ...statement, version: version + 1, signatures, madeAt, lookAt: statement.computedAt };
        const filter = { _id: id, version, signatures: { $size: signatures.length } };
        if ((await statements.replaceOne(filter, next)).matchedCount === 1) return true;
      }
    },
    async sign(id, signature) {
      const { side, version } = signature;
      const filter = { _id: id, version, signatures: { $not: { $elemMatch: { side, version } } } };
      const change = { $push: { signatures: signature }, $set: { lookAt: signature.at } };
      const { matchedCount } = await statements.updateOne(filter, change);
      return matchedCount === 1;
    },
    async find({ orgUnits, from, to, differences, limit, cursor }) {
      const filter = {
        ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }),
        ...((from !== undefined || to !== undefined) && {
          date: { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lte: to }) },
        }),
        ...(differences !== undefined && { 'counts.differences': differences ? { $gt: 0 } : 0 }),
      };
      const documents = await statements
        .find({ $and: [filter, cursor === undefined ? {} : after(cursor)] })
        .project<Omit<StatementDocument, 'rows'>>({ rows: 0 })
        .sort({ date: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const items = documents.slice(0, limit).map(toStatement);
      const last = items.at(-1);
      return documents.length > limit && last
        ? { items, nextCursor: writePageCursor([Date.parse(last.date), last.id]) }
        : { items };
    },
    async toLookAt(now, limit) {
      const due = statements.find({ lookAt: { $lte: now } }, { projection: { rows: 0 } });
      return (await due.sort({ lookAt: 1 }).limit(limit).toArray()).map(toStatement);
    },
    async settleLook({ id, version, signatures }, next) {
      const seen = { _id: id, version, signatures: { $size: signatures.length } };
      await statements.updateOne(seen, next ? { $set: { lookAt: next } } : { $unset: { lookAt: 1 } });
    },
    removeBefore: async (date) => (await statements.deleteMany({ date: { $lt: date } })).deletedCount,
  });
}

function after(cursor: string) {
  const [time, id] = readPageCursor(cursor);
  const date = new Date(time).toISOString().slice(0, 10);
  return { $or: [{ date: { $lt: date } }, { date, _id: { $lt: id } }] };
}

function toStatement<Rest extends object>(document: Rest & { readonly _id: string; readonly lookAt?: Date }) {
  const { _id, lookAt: _, ...rest } = document;
  return { id: _id, ...rest };
}
