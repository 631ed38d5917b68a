import type { Collection } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { ConflictError } from '../errors.js';
import { withStoreErrors } from '../events/store-error.js';
import type { ExternalIdentity, Group, User } from './user.js';

/** What an admin may set on an account. */
export type UserChanges = Partial<
  Pick<
    User,
    | 'displayName'
    | 'operatorIds'
    | 'grants'
    | 'groups'
    | 'exclusions'
    | 'disabled'
    | 'identity'
    | 'notifications'
    | 'passwordHash'
    | 'mustChangePassword'
  >
>;

export interface UserStore {
  init(): Promise<void>;
  /** False when there is one of that id. @throws ConflictError when its identity is linked to another account */
  add(user: User): Promise<boolean>;
  get(id: string): Promise<User | undefined>;
  /** The one account linked to it. */
  findByIdentity(identity: ExternalIdentity): Promise<User | undefined>;
  /** In the order of their ids. */
  list(): Promise<User[]>;
  /**
   * Only over `version` when given; undefined when there is none (at that version).
   * @throws ConflictError when its identity is linked to another account
   */
  change(id: string, changes: UserChanges, version?: number): Promise<User | undefined>;
  /** Counts a try at the password; undefined for an account that is unknown or locked. */
  countTry(id: string, now: Date): Promise<User | undefined>;
  /** Wrong too often: locked until then, and counted anew after that. */
  lock(id: string, until: Date): Promise<void>;
  /** Right, or unlocked by an admin. */
  clearTries(id: string): Promise<void>;
  groups(ids?: readonly string[]): Promise<Group[]>;
  /** Makes or replaces a group. */
  putGroup(group: Omit<Group, 'version'>): Promise<Group>;
  /** False when there is none. */
  removeGroup(id: string): Promise<boolean>;
}

const DUPLICATE_KEY = 11000;
const plain = { strict: false, versionKey: false, autoIndex: false } as const;

/** Accounts and groups in MongoDB, collections `users` and `groups`. */
export function makeUserStore(connection: Connection): UserStore {
  const model =
    connection.models['User'] ??
    connection.model('User', new Schema({ _id: String }, { ...plain, collection: 'users' }));
  const users = model.collection as unknown as Collection<User>;
  const groups = connection.collection('groups') as unknown as Collection<Group>;
  return withStoreErrors<UserStore>({
    async init() {
      await users.createIndex({ operatorIds: 1 });
      await users.createIndex(
        { 'identity.subject': 1, 'identity.issuer': 1 },
        { unique: true, partialFilterExpression: { 'identity.subject': { $exists: true } } },
      );
    },
    async add(user) {
      try {
        await users.insertOne(user);
        return true;
      } catch (error) {
        refuseSecondLink(error);
        if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
        throw error;
      }
    },
    async get(id) {
      return (await users.findOne({ _id: id })) ?? undefined;
    },
    async findByIdentity({ issuer, subject }) {
      const filter = { 'identity.subject': subject, 'identity.issuer': issuer };
      return (await users.findOne(filter)) ?? undefined;
    },
    list: () => users.find({}).sort({ _id: 1 }).toArray(),
    async change(id, changes, version) {
      const filter = { _id: id, ...(version !== undefined && { version }) };
      const update = { $set: changes, $inc: { version: 1 } };
      try {
        return (await users.findOneAndUpdate(filter, update, { returnDocument: 'after' })) ?? undefined;
      } catch (error) {
        refuseSecondLink(error);
        throw error;
      }
    },
    async countTry(id, now) {
      const free = {
        _id: id,
        $or: [{ lockedUntil: { $exists: false } }, { lockedUntil: { $lte: now } }],
      };
      const update = { $inc: { failed: 1 } };
      return (await users.findOneAndUpdate(free, update, { returnDocument: 'after' })) ?? undefined;
    },
    async lock(id, until) {
      await users.updateOne({ _id: id }, { $set: { lockedUntil: until, failed: 0 } });
    },
    async clearTries(id) {
      await users.updateOne({ _id: id }, { $set: { failed: 0 }, $unset: { lockedUntil: '' } });
    },
    groups: (ids) =>
      groups
        .find(ids ? { _id: { $in: [...ids] } } : {})
        .sort({ _id: 1 })
        .toArray(),
    async putGroup({ _id, ...rest }) {
      const update = { $set: rest, $inc: { version: 1 } };
      const stored = await groups.findOneAndUpdate({ _id }, update, {
        upsert: true,
        returnDocument: 'after',
      });
      if (!stored) throw new Error(`group ${_id} is not there after it was stored`);
      return stored;
    },
    async removeGroup(id) {
      return (await groups.deleteOne({ _id: id })).deletedCount === 1;
    },
  });
}

/** @throws ConflictError for the error of the unique index on identities */
function refuseSecondLink(error: unknown): void {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === DUPLICATE_KEY && String(message).includes('identity.subject'))
    throw new ConflictError('Another account is linked to this identity already.');
}
