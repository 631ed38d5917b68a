import type { Collection } from 'mongodb';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';

/** How far a file has been imported. Everything up to `record` is in the inbox or is a known bad record. */
export interface ImportCheckpoint {
  /** The file's path as it was given last; for people only. */
  readonly file: string;
  /** Number of the last record that, with all before it, is dealt with. */
  readonly record: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  /** Set once the end of the file was reached. */
  readonly finishedAt?: Date;
}

/** Where imports remember how far they came; collection `imports`. Key: content, size and mapping of the file. */
export interface ImportStore {
  init(): Promise<void>;
  load(key: string): Promise<ImportCheckpoint | undefined>;
  save(key: string, checkpoint: ImportCheckpoint): Promise<void>;
  /** True while an import has given a sign of life in the last half minute and has not come to its end. */
  isRunning(now: Date): Promise<boolean>;
}

const SIGN_OF_LIFE_MS = 30_000;

const MODEL = 'Import';
const importSchema = new Schema({ _id: String }, { collection: 'imports', strict: false, versionKey: false });

/** The checkpoints on MongoDB; read and written by key only, so there is no index of its own. */
export function makeImportStore(connection: Connection): ImportStore {
  const model = connection.models[MODEL] ?? connection.model(MODEL, importSchema);
  const imports = model.collection as unknown as Collection<ImportCheckpoint & { _id: string }>;
  return {
    async init() {
      await model.init();
    },
    async load(key) {
      return (await imports.findOne({ _id: key }, { projection: { _id: 0 } })) ?? undefined;
    },
    async save(key, checkpoint) {
      await imports.replaceOne({ _id: key }, checkpoint, { upsert: true });
    },
    async isRunning(now) {
      const since = new Date(now.getTime() - SIGN_OF_LIFE_MS);
      return (await imports.findOne({ updatedAt: { $gt: since }, finishedAt: { $exists: false } })) !== null;
    },
  };
}
