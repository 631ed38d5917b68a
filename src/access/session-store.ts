import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';

/** A person's session at the console, collection `sessions`. The cookie itself is not stored. */
export interface Session {
  /** SHA-256 of the cookie's value, hex. */
  readonly _id: string;
  readonly user: string;
  /** Sent by the console with everything that changes something; another site cannot read it. */
  readonly csrfToken: string;
  /** Groups that the OpenID provider named. */
  readonly groups: readonly string[];
  readonly by: 'password' | 'oidc';
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** The end, whatever is done. */
  readonly endsAt: Date;
}

export interface SessionStore {
  init(): Promise<void>;
  add(session: Session): Promise<void>;
  get(id: string): Promise<Session | undefined>;
  touch(id: string, seenAt: Date): Promise<void>;
  end(id: string): Promise<void>;
  /** All of a user but one. */
  endAll(user: string, except?: string): Promise<void>;
  removeEnded(now: Date, seenBefore: Date): Promise<number>;
}

export function makeSessionStore(connection: Connection): SessionStore {
  const sessions = connection.collection('sessions') as unknown as Collection<Session>;
  return withStoreErrors<SessionStore>({
    async init() {
      await sessions.createIndex({ user: 1 });
    },
    async add(session) {
      await sessions.insertOne(session);
    },
    async get(id) {
      return (await sessions.findOne({ _id: id })) ?? undefined;
    },
    async touch(id, seenAt) {
      await sessions.updateOne({ _id: id }, { $set: { seenAt } });
    },
    async end(id) {
      await sessions.deleteOne({ _id: id });
    },
    async endAll(user, except) {
      await sessions.deleteMany({ user, ...(except !== undefined && { _id: { $ne: except } }) });
    },
    async removeEnded(now, seenBefore) {
      const ended = { $or: [{ endsAt: { $lte: now } }, { seenAt: { $lte: seenBefore } }] };
      return (await sessions.deleteMany(ended)).deletedCount;
    },
  });
}
