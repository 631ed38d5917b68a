import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { type InTurn, makeInTurn } from './turns.js';

/** One thing that somebody did which must be answerable for later. */
export interface AuditEntry {
  readonly at: Date;
  /** `unmask`, `dead-letters.replay`, `token.create`, `alert.close`, `user.change`, `session.start`, `silence.create` … */
  readonly action: string;
  readonly who: {
    /** User id, or name of the token. */
    readonly name: string;
    /** SHA-256 of the token or session used; absent for the command line. */
    readonly tokenId?: string;
  };
  /** What it was done to. */
  readonly object: { readonly type: string; readonly id: string };
  readonly reason: string;
  /** `X-Request-Id` of the answer; the log line has it too. */
  readonly requestId?: string;
}

/** An entry in the chain: its number, and a hash over it and all before it. */
export interface AuditRow extends AuditEntry {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditQuery {
  readonly object?: string;
  readonly action?: string;
  readonly who?: string;
  /** Only rows before this number. */
  readonly before?: number;
  readonly limit: number;
}

/** What a check of the whole chain found. */
export interface AuditReport {
  readonly rows: number;
  /** Rows up to this number were removed by retention, and the log says so. */
  readonly removedUpTo?: number;
  /** Number and hash of the last row; note it elsewhere, and compare later. */
  readonly head?: { readonly seq: number; readonly hash: string };
  /** Each names the row and what is wrong with it; empty = nothing was edited, deleted or cut off. */
  readonly problems: readonly { readonly seq: number; readonly problem: string }[];
}

export interface AuditStore {
  init(): Promise<void>;
  /** Resolves once the row is stored; rejects when it is not, and then the thing must not be done. */
  record(entry: AuditEntry): Promise<void>;
  /** Does what is to be recorded, and records it, while nobody else does anything under the same key. */
  readonly inTurn: InTurn;
  /** Newest first. */
  list(limit: number): Promise<AuditRow[]>;
  page(query: AuditQuery): Promise<AuditRow[]>;
  /**
   * Retention: removes the rows from before that time, but for the last. That they are gone is put on record first, with the hash of the
   * last of them, so that the chain can be checked from there on and rows cannot go in any other way.
   * @returns how many were removed
   */
  removeBefore(before: Date, at: Date): Promise<number>;
  /** Recomputes every hash. `expected`: a head that was noted before. */
  verify(expected?: { readonly seq: number; readonly hash: string }): Promise<AuditReport>;
}

/** `_id` is the number, so that two writers cannot both append after the same row. */
type AuditDocument = AuditEntry & { readonly _id: number; readonly hash: string };
/** Where the chain begins, once retention has removed what was before; counts only if a row of the chain says the same. */
interface Anchor {
  readonly _id: 'anchor';
  readonly seq: number;
  readonly hash: string;
}
/** How far the chain has come; kept apart from the rows, so that rows cut off at the end are missed. */
interface Head {
  readonly _id: 'head';
  readonly seq: number;
  readonly hash: string;
}

const DUPLICATE_KEY = 11000;
const MAX_TRIES = 100;
const START = '0'.repeat(64);
/** Rows from before there was a chain have other ids; they stay, and are no part of it. */
const CHAINED = { _id: { $gte: 0 } };
/** Most problems one report names. */
const MAX_PROBLEMS = 1_000;

/**
 * The audit log in MongoDB, collection `audit`. Rows are only ever added; each carries SHA-256 over its content and the
 * hash of the row before it, so that a row that is edited, removed or slipped in breaks the chain there.
 */
export function makeAuditStore(connection: Connection, now: () => number = Date.now): AuditStore {
  const rows = connection.collection('audit') as unknown as Collection<AuditDocument>;
  const heads = connection.collection('audit_head') as unknown as Collection<Head>;
  const anchors = connection.collection('audit_head') as unknown as Collection<Anchor>;
  let last: Promise<unknown> = Promise.resolve();

  async function append(entry: AuditEntry): Promise<void> {
    const content = toContent(entry);
    for (let attempt = 1; ; attempt += 1) {
      const before = await findEnd();
      const seq = before.seq + 1;
      const hash = hashOf(seq, content, before.hash);
      try {
        await rows.insertOne({ _id: seq, ...content, hash });
        return await moveHead(seq, hash);
      } catch (error) {
        if (!isDuplicate(error) || attempt === MAX_TRIES) throw error;
      }
    }
  }

  /** The last row. Rows that were cut off are not written anew: then it is where the head was, and the gap stays to be found. */
  async function findEnd(): Promise<{ seq: number; hash: string }> {
    // The head is read first: a row that another process adds meanwhile is found, and no gap seen where there is none.
    const head = await heads.findOne({ _id: 'head' });
    const end = await rows.findOne(CHAINED, { sort: { _id: -1 }, projection: { hash: 1 } });
    if (head && head.seq > (end?._id ?? 0)) return head;
    return end ? { seq: end._id, hash: end.hash } : { seq: 0, hash: START };
  }

  /** Never back: another process may have gone on. */
  async function moveHead(seq: number, hash: string): Promise<void> {
    try {
      await heads.updateOne({ _id: 'head', seq: { $lt: seq } }, { $set: { seq, hash } }, { upsert: true });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  function record(entry: AuditEntry): Promise<void> {
    // One after the other within a process: they would only get into each other's way.
    const mine = last.then(() => append(entry));
    last = mine.catch(() => undefined);
    return mine;
  }

  /** The last row of those from before that time which nothing later comes before; undefined when there is none to remove. */
  async function findLastOld(before: Date): Promise<{ seq: number; hash: string } | undefined> {
    const kept = await rows.findOne({ ...CHAINED, at: { $gte: before } }, { sort: { _id: 1 } });
    const old = await rows.findOne(kept ? { _id: { $gte: 0, $lt: kept._id } } : CHAINED, {
      sort: { _id: -1 },
    });
    return old ? { seq: old._id, hash: old.hash } : undefined;
  }

  return withStoreErrors<AuditStore>({
    async init() {
      await rows.createIndex({ at: -1 });
      await rows.createIndex({ 'object.id': 1, at: -1 });
    },
    record,
    inTurn: makeInTurn(connection, now),
    list: async (limit) => (await rows.find(CHAINED).sort({ _id: -1 }).limit(limit).toArray()).map(toRow),
    async page({ object, action, who, before, limit }) {
      const filter = {
        ...(object !== undefined && { 'object.id': object }),
        ...(action !== undefined && { action }),
        ...(who !== undefined && { 'who.name': who }),
        ...(before === undefined ? CHAINED : { _id: { $lt: before } }),
      };
      return (await rows.find(filter).sort({ _id: -1 }).limit(limit).toArray()).map(toRow);
    },
    async removeBefore(before, at) {
      const old = await findLastOld(before);
      if (!old) return 0;
      await record(truncation(old, at));
      await anchors.updateOne({ _id: 'anchor' }, { $set: old }, { upsert: true });
      const unchained = { _id: { $not: { $type: 'number' } }, at: { $lt: before } } as never;
      const { deletedCount } = await rows.deleteMany({ _id: { $gte: 0, $lte: old.seq } });
      return deletedCount + (await rows.deleteMany(unchained)).deletedCount;
    },
    async verify(expected) {
      const problems: { seq: number; problem: string }[] = [];
      const found = (seq: number, problem: string) => {
        if (problems.length < MAX_PROBLEMS) problems.push({ seq, problem });
      };
      const head = await heads.findOne({ _id: 'head' });
      const anchor = await anchors.findOne({ _id: 'anchor' });
      const from = anchor?.seq ?? 0;
      let [seq, hash, count] = [from, anchor?.hash ?? START, 0];
      let isSaid = anchor === null;
      for await (const { _id, hash: stored, ...entry } of rows
        .find({ _id: { $gt: from } })
        .sort({ _id: 1 })) {
        isSaid ||= anchor !== null && speaksOf(entry, anchor);
        if (_id !== seq + 1) found(seq + 1, `missing${_id === seq + 2 ? '' : ` up to ${_id - 1}`}`);
        // Behind a gap the row before is unknown; what follows is still held together by the stored hashes.
        else if (hashOf(_id, toContent(entry), hash) !== stored)
          found(_id, 'changed, or written by another hand');
        if (expected?.seq === _id && expected.hash !== stored) found(_id, 'not the hash that was noted');
        [seq, hash, count] = [_id, stored, count + 1];
      }
      if (!isSaid) found(from, 'all up to it is gone, and no row of the log says so');
      const end = Math.max(head?.seq ?? 0, expected?.seq ?? 0);
      if (end > seq) found(seq + 1, `cut off: the log reached ${end}`);
      else if (head?.seq === seq && head.hash !== hash)
        found(seq, 'not the hash that the head of the log has');
      return {
        rows: count,
        ...(from > 0 && { removedUpTo: from }),
        ...(count > 0 && { head: { seq, hash } }),
        problems,
      };
    },
  });
}

const TRUNCATION = 'audit.truncate';

/** What the log says of the rows that retention removed. */
function truncation({ seq, hash }: { readonly seq: number; readonly hash: string }, at: Date): AuditEntry {
  return {
    at,
    action: TRUNCATION,
    who: { name: 'system' },
    object: { type: 'audit', id: String(seq) },
    reason: `retention: rows up to ${seq} removed, the last one's hash ${hash}`,
  };
}

function speaksOf(entry: AuditEntry, { seq, hash }: Anchor): boolean {
  const { action, object, reason } = truncation({ seq, hash }, entry.at);
  return entry.action === action && entry.object.id === object.id && entry.reason === reason;
}

function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown }).code === DUPLICATE_KEY;
}

/** In one order of fields, whatever the order they were given or stored in; without absent ones. */
function toContent({ at, action, who, object, reason, requestId }: AuditEntry): AuditEntry {
  return {
    at,
    action,
    who: { name: who.name, ...(who.tokenId !== undefined && { tokenId: who.tokenId }) },
    object: { type: object.type, id: object.id },
    reason,
    ...(requestId !== undefined && { requestId }),
  };
}

function hashOf(seq: number, content: AuditEntry, before: string): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, before, content]))
    .digest('hex');
}

function toRow({ _id, ...rest }: AuditDocument): AuditRow {
  return { seq: _id, ...rest };
}
