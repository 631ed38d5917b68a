import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { ConflictError } from '../errors.js';

/** Does work while nobody does other work under the same key, in whatever process. */
export type InTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Whose turn it is. A process that died with it loses it at `until`. */
interface Turn {
  readonly _id: string;
  readonly holder: string;
  readonly until: Date;
}

/** Longer than any decision takes. */
const LEASE_MS = 30_000;
const PAUSE_MS = 20;
const MAX_TRIES = 500;
const DUPLICATE_KEY = 11000;

/**
 * Turns in MongoDB, collection `turns`. Whoever decides about a thing reads it, puts on record what he does, and does it, in his turn: so who
 * comes second finds it decided before anything of his is on record. What is written is guarded by versions all the same.
 */
export function makeInTurn(connection: Connection, now: () => number): InTurn {
  const turns = connection.collection('turns') as unknown as Collection<Turn>;

  async function take(key: string, holder: string): Promise<boolean> {
    const at = now();
    const isOver = { _id: key, until: { $lt: new Date(at) } };
    try {
      await turns.updateOne(isOver, { $set: { holder, until: new Date(at + LEASE_MS) } }, { upsert: true });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
      return false;
    }
  }

  return async function inTurn(key, work) {
    const holder = randomUUID();
    for (let attempt = 1; !(await take(key, holder)); attempt += 1) {
      if (attempt === MAX_TRIES)
        throw new ConflictError('Somebody else is changing this at this moment; try again.');
      await sleep(PAUSE_MS);
    }
    try {
      return await work();
    } finally {
      // What was done stays done: a turn that cannot be given back runs out.
      await turns.deleteOne({ _id: key, holder }).catch(() => undefined);
    }
  };
}
