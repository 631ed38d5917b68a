import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../../events/store-error.js';
import { hashToken } from '../hash-token.js';
import type { SignInChecks } from './open-id-provider.js';

/** A sign-in that began here and waits for the provider's answer, collection `pending_sign_ins`. */
export interface PendingSignIn {
  /** SHA-256 of the state, hex. */
  readonly _id: string;
  /** SHA-256 of the secret in the browser's cookie: nobody else can end it. */
  readonly browser: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Path of the console to go on to. */
  readonly to: string;
  readonly endsAt: Date;
}

export interface PendingSignIns {
  init(): Promise<void>;
  add(checks: SignInChecks, browserSecret: string, to: string, endsAt: Date): Promise<void>;
  /** Takes it away: an answer counts once. Undefined for an unknown, ended or another browser's one. */
  take(state: string, browserSecret: string, now: Date): Promise<PendingSignIn | undefined>;
  removeEnded(now: Date): Promise<number>;
}

/** Kept in MongoDB, so that any process may take the answer. */
export function makePendingSignIns(connection: Connection): PendingSignIns {
  const pending = connection.collection('pending_sign_ins') as unknown as Collection<PendingSignIn>;
  return withStoreErrors<PendingSignIns>({
    async init() {
      await pending.createIndex({ endsAt: 1 });
    },
    async add({ state, nonce, verifier }, browserSecret, to, endsAt) {
      const browser = hashToken(browserSecret);
      await pending.insertOne({ _id: hashToken(state), browser, nonce, verifier, to, endsAt });
    },
    async take(state, browserSecret, now) {
      const mine = { _id: hashToken(state), browser: hashToken(browserSecret) };
      const found = await pending.findOneAndDelete(mine);
      return found && found.endsAt > now ? found : undefined;
    },
    async removeEnded(now) {
      return (await pending.deleteMany({ endsAt: { $lte: now } })).deletedCount;
    },
  });
}
