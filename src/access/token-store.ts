import { type Connection, type Model, Schema } from 'mongoose';
import type { Role } from './principal.js';

/** A token as stored in `tokens`: never the token itself. */
export interface StoredToken {
  /** SHA-256 of the token, hex. */
  readonly _id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly orgUnit?: string;
  readonly sources?: readonly string[];
  /** `config` = the setting ADMIN_TOKEN, `first-start` = made when there was none, `command` = `yxrisk token create`. */
  readonly origin: 'config' | 'first-start' | 'command';
  readonly createdAt: Date;
  readonly revokedAt?: Date;
}

export interface TokenStore {
  /** Builds the indexes. */
  init(): Promise<void>;
  /** Stores a token; one that is stored already is left as it is. Answers what is stored. */
  add(token: StoredToken): Promise<StoredToken>;
  /** Any token, revoked ones too. */
  get(id: string): Promise<StoredToken | undefined>;
  /** All tokens, newest first. */
  list(): Promise<StoredToken[]>;
  /** False when there is no such token or it is revoked already. */
  revoke(id: string, at: Date): Promise<boolean>;
}

const tokenSchema = new Schema<StoredToken>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    roles: { type: [String], required: true },
    orgUnit: String,
    sources: { type: [String], default: undefined },
    origin: { type: String, required: true },
    createdAt: { type: Date, required: true },
    revokedAt: Date,
  },
  { versionKey: false },
);

/** Tokens in MongoDB, collection `tokens`. Every method rejects while the database cannot be reached. */
export function makeTokenStore(connection: Connection): TokenStore {
  const model = (connection.models['Token'] ??
    connection.model('Token', tokenSchema, 'tokens')) as Model<StoredToken>;
  const tokens = model.collection;

  async function get(id: string): Promise<StoredToken | undefined> {
    return ((await tokens.findOne({ _id: id as never })) as StoredToken | null) ?? undefined;
  }
  return {
    async init() {
      await model.init();
    },
    async add(token) {
      const { _id, ...rest } = token;
      await tokens.updateOne({ _id: _id as never }, { $setOnInsert: rest }, { upsert: true });
      return (await get(_id)) ?? token;
    },
    get,
    async list() {
      return (await tokens.find({}).sort({ createdAt: -1, _id: 1 }).toArray()) as unknown as StoredToken[];
    },
    async revoke(id, at) {
      const { modifiedCount } = await tokens.updateOne(
        { _id: id as never, revokedAt: { $exists: false } },
        { $set: { revokedAt: at } },
      );
      return modifiedCount === 1;
    },
  };
}
