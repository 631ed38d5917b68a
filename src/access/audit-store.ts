import { randomUUID } from 'node:crypto';
import { type Connection, type Model, Schema } from 'mongoose';

/** One thing that somebody did which must be answerable for later. */
export interface AuditEntry {
  readonly at: Date;
  /** `unmask`, `dead-letters.replay`, `token.create`, `token.revoke`. */
  readonly action: string;
  readonly who: {
    readonly name: string;
    /** SHA-256 of the token used; absent for the command line. */
    readonly tokenId?: string;
  };
  /** What it was done to. */
  readonly object: { readonly type: string; readonly id: string };
  readonly reason: string;
  /** `X-Request-Id` of the answer; the log line has it too. */
  readonly requestId?: string;
}

export interface AuditStore {
  /** Builds the indexes. */
  init(): Promise<void>;
  /** Resolves once the row is stored; rejects when it is not, and then the thing must not be done. */
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<AuditEntry[]>;
}

const auditSchema = new Schema<AuditEntry & { _id: string }>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    action: { type: String, required: true },
    who: { name: { type: String, required: true }, tokenId: String },
    object: { type: { type: String, required: true }, id: { type: String, required: true } },
    reason: { type: String, required: true },
    requestId: String,
  },
  { versionKey: false },
);
auditSchema.index({ at: -1 });
auditSchema.index({ 'object.id': 1, at: -1 });

/** The audit log in MongoDB, collection `audit`. Rows are only ever added. */
export function makeAuditStore(connection: Connection): AuditStore {
  const model = (connection.models['Audit'] ?? connection.model('Audit', auditSchema, 'audit')) as Model<
    AuditEntry & { _id: string }
  >;
  return {
    async init() {
      await model.init();
    },
    async record(entry) {
      await model.collection.insertOne({ _id: randomUUID() as never, ...entry });
    },
    async list(limit) {
      const rows = await model.collection.find({}).sort({ at: -1 }).limit(limit).toArray();
      return rows as unknown as AuditEntry[];
    },
  };
}
