import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RuleError } from '../engine/rule-error.js';
import { withStoreErrors } from '../events/store-error.js';

/** How a rules folder stands, as the process that reads it last saw it. */
export interface FolderState {
  /** Machine and path. */
  readonly host: string;
  readonly dir: string;
  /** Whether approved proposals can be written into it. */
  readonly writable: boolean;
  /**
   * `in-force`: what is judged by is what lies there. `refused`: it has problems, the rules in force stay.
   * `behind`: another process has published since, from another folder or state; it counts again once it changes.
   */
  readonly state: 'in-force' | 'refused' | 'behind';
  /** Problems, at most 50, and how many there are. */
  readonly problems: readonly RuleError[];
  readonly problemCount: number;
  /** Content beside the rules that changed since the start: taken up by a restart. */
  readonly restartFor: readonly string[];
  /** Since when it is in this state. */
  readonly since: Date;
  /** Last sign of life of the process. */
  readonly checkedAt: Date;
}

export interface FolderStore {
  save(state: FolderState): Promise<void>;
  /** Folders whose process gave a sign of life since `since`. */
  list(since: Date): Promise<FolderState[]>;
}

type FolderDocument = FolderState & { readonly _id: string };

/** Collection `rule_folders`: what API processes tell of folders that they do not read themselves. */
export function makeFolderStore(connection: Connection): FolderStore {
  const folders = connection.collection('rule_folders') as unknown as Collection<FolderDocument>;
  return withStoreErrors<FolderStore>({
    async save(state) {
      await folders.replaceOne({ _id: `${state.host}|${state.dir}` }, state, { upsert: true });
    },
    async list(since) {
      const found = await folders
        .find({ checkedAt: { $gte: since } })
        .sort({ _id: 1 })
        .toArray();
      return found.map(({ _id, ...state }) => state);
    },
  });
}
