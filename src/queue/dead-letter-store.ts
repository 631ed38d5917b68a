import { hash } from 'node:crypto';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import { InvalidRequestError } from '../errors.js';
import type { JsonValue } from '../json.js';

/** `event`: accepted into the inbox, but cannot be processed. `intake`: came over the intake queue and was never accepted. */
export type DeadLetterKind = 'event' | 'intake';

/** Something that was set aside with a reason, for a person to look at and replay. */
export interface DeadLetter {
  readonly id: string;
  readonly kind: DeadLetterKind;
  /** kind `event`: its key in the inbox. */
  readonly eventKey?: string;
  readonly recordId?: string;
  /** kind `intake`: what was sent. A text when it was too long to keep whole; then it cannot be replayed. */
  readonly raw?: JsonValue;
  readonly truncated?: boolean;
  /** Short and groupable, e.g. `invalid`, `conflict`, `cannot-be-folded`. */
  readonly reason: string;
  /** What exactly was wrong. */
  readonly error?: string;
  readonly attempts: number;
  /** When it was last set aside. */
  readonly at: Date;
  /** Set while a replay is the last thing that happened to it. */
  readonly replayedAt?: Date;
  readonly replayCount: number;
}

/** What is told when something is set aside. */
export type NewDeadLetter = (
  | { readonly kind: 'event'; readonly eventKey: string; readonly recordId?: string }
  | { readonly kind: 'intake'; readonly raw: JsonValue }
) & { readonly reason: string; readonly error?: string; readonly attempts?: number };

export interface DeadLetterQuery {
  readonly reason?: string;
  readonly kind?: DeadLetterKind;
  /** false: only those that wait; true: only those that were replayed; absent: both. */
  readonly replayed?: boolean;
  /** Default 50, at most 500. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface DeadLetterPage {
  readonly items: DeadLetter[];
  readonly nextCursor?: string;
}

/** Collection `deadLetters`. An event or an intake message has one letter, however often it dies. */
export interface DeadLetterStore {
  init(): Promise<void>;
  /** Idempotent; a letter that had been replayed waits again. */
  add(letters: readonly NewDeadLetter[]): Promise<void>;
  /** Newest first. @throws InvalidRequestError on a cursor this store did not give. */
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  /** Those of the ids that exist. */
  find(ids: readonly string[]): Promise<DeadLetter[]>;
  /** Marks as replayed those that wait; answers how many that were. */
  markReplayed(ids: readonly string[]): Promise<number>;
  /** Of events that were processed after all: nobody has to look at them. What was replayed before stays on record. */
  withdraw(eventKeys: readonly string[]): Promise<void>;
  /** Letters that wait, by reason. */
  countByReason(): Promise<Record<string, number>>;
}

interface DeadLetterDocument extends Omit<DeadLetter, 'id' | 'raw'> {
  readonly _id: string;
  /** JSON text: what a stranger sent may nest deeper or have stranger names than BSON takes. */
  readonly raw?: string;
}

/** A document may have 16 MiB; nothing that is a batch of events comes near it. */
const MAX_RAW_CHARS = 4_000_000;
const MAX_ERROR_CHARS = 4_000;

/** @param now epoch ms */
export function makeDeadLetterStore(connection: Connection, now: () => number): DeadLetterStore {
  const schema = new Schema(
    { _id: String, kind: String, eventKey: String, reason: String, at: Date, replayedAt: Date },
    { collection: 'deadLetters', strict: false, versionKey: false },
  );
  schema.index({ at: -1, _id: -1 });
  const model = connection.models['DeadLetter'] ?? connection.model('DeadLetter', schema);
  const letters = connection.collection<DeadLetterDocument>('deadLetters');

  return {
    async init() {
      await model.init();
    },

    async add(batch) {
      if (batch.length === 0) return;
      const at = new Date(now());
      await letters.bulkWrite(
        batch.map((letter) => {
          const { _id, ...identity } = identityOf(letter);
          return {
            updateOne: {
              filter: { _id },
              update: {
                $setOnInsert: { ...identity, replayCount: 0 },
                $set: {
                  reason: letter.reason,
                  at,
                  ...(letter.error === undefined ? {} : { error: letter.error.slice(0, MAX_ERROR_CHARS) }),
                },
                $max: { attempts: letter.attempts ?? 1 },
                $unset: { replayedAt: 1, ...(letter.error === undefined ? { error: 1 } : {}) },
              },
              upsert: true,
            },
          };
        }),
        { ordered: false },
      );
    },

    async list({ reason, kind, replayed, limit = 50, cursor }) {
      const size = Math.max(1, Math.min(limit, 500));
      const docs = await letters
        .find({
          ...(reason === undefined ? {} : { reason }),
          ...(kind === undefined ? {} : { kind }),
          ...(replayed === undefined ? {} : { replayedAt: { $exists: replayed } }),
          ...(cursor === undefined ? {} : olderThan(cursor)),
        })
        .sort({ at: -1, _id: -1 })
        .limit(size + 1)
        .toArray();
      const last = docs[size - 1];
      return {
        items: docs.slice(0, size).map(toDeadLetter),
        ...(docs.length > size && last ? { nextCursor: toCursor(last) } : {}),
      };
    },

    async find(ids) {
      const docs = await letters.find({ _id: { $in: [...ids] } }).toArray();
      return docs.map(toDeadLetter);
    },

    async markReplayed(ids) {
      const { modifiedCount } = await letters.updateMany(
        { _id: { $in: [...ids] }, replayedAt: { $exists: false } },
        { $set: { replayedAt: new Date(now()) }, $inc: { replayCount: 1 } },
      );
      return modifiedCount;
    },

    async withdraw(eventKeys) {
      if (eventKeys.length === 0) return;
      const _id = { $in: eventKeys.map((key) => idOf('event', key)) };
      await letters.deleteMany({ _id, replayCount: 0 });
      await letters.updateMany(
        { _id, replayedAt: { $exists: false } },
        { $set: { replayedAt: new Date(now()) } },
      );
    },

    async countByReason() {
      const groups = await letters
        .aggregate<{ _id: string; count: number }>([
          { $match: { replayedAt: { $exists: false } } },
          { $group: { _id: '$reason', count: { $sum: 1 } } },
        ])
        .toArray();
      return Object.fromEntries(groups.map(({ _id, count }) => [_id, count]));
    },
  };
}

/** The same event, or the same content on the intake, has the same letter: adding twice adds nothing. */
function identityOf(letter: NewDeadLetter) {
  if (letter.kind === 'event') {
    const { kind, eventKey, recordId } = letter;
    return { _id: idOf(kind, eventKey), kind, eventKey, ...(recordId === undefined ? {} : { recordId }) };
  }
  const raw = JSON.stringify(letter.raw);
  const kept = raw.slice(0, MAX_RAW_CHARS);
  const truncated = kept.length < raw.length ? { truncated: true } : {};
  return { _id: idOf(letter.kind, raw), kind: letter.kind, raw: kept, ...truncated };
}

/** URL-safe, for it is part of a path. */
function idOf(kind: DeadLetterKind, content: string): string {
  return `${kind}-${hash('sha256', content, 'base64url').slice(0, 27)}`;
}

function toDeadLetter({ _id, raw, ...rest }: DeadLetterDocument): DeadLetter {
  if (raw === undefined) return { id: _id, ...rest };
  return { id: _id, ...rest, raw: rest.truncated ? raw : (JSON.parse(raw) as JsonValue) };
}

function toCursor({ at, _id }: DeadLetterDocument): string {
  return `${at.getTime()}.${_id}`;
}

function olderThan(cursor: string) {
  const [, time, id] = /^(\d{1,15})\.([\w-]+)$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined) {
    throw new InvalidRequestError(
      'The cursor is unknown: pass the nextCursor of the page before, or none for the first page.',
      { fields: [{ path: 'cursor', message: 'not a nextCursor of this list' }] },
    );
  }
  const at = new Date(Number(time));
  return { $or: [{ at: { $lt: at } }, { at, _id: { $lt: id } }] };
}
