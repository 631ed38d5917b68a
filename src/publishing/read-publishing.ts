import { fieldChanges, type FieldChange } from '../engine/diff-rule-sets.js';
import type { JsonValue } from '../json.js';
import type { FolderState, FolderStore } from './folder-store.js';
import type { LiveRules } from './live-rules.js';
import type { FollowUp, Publication, RuleVersion } from './publication.js';
import type { PublicationRow, PublicationStore } from './publication-store.js';
import type { RuleDesk } from './rule-desk.js';

/** A version of a rule with its text, and what is different from the version published before it. */
export interface VersionWithText extends RuleVersion {
  readonly source: string;
  /** Absent for the first version there is. */
  readonly changes?: readonly FieldChange[];
}

/** What is in force, and how far it has come. */
export interface PublishingState {
  readonly publication: number | null;
  readonly hash: string;
  readonly rules: number;
  /** Why this process judges by older rules than those published last. */
  readonly cannotAdopt?: string;
  /** Rules folders that processes read now. */
  readonly folders: readonly FolderState[];
  /** Publications whose open alerts and running clocks are still being brought up to date. */
  readonly following: readonly { readonly publication: number; readonly follow: FollowUp }[];
}

/** What people ask about published rules. */
export interface PublishingReader {
  state(): Promise<PublishingState>;
  /** Newest first; none for a rule that was never published. */
  versionsOf(rule: string): Promise<VersionWithText[]>;
  /** Newest first, without their files. */
  list(limit: number, before?: number): Promise<PublicationRow[]>;
  get(number: number): Promise<Publication | undefined>;
  findByHash(hash: string): Promise<Publication | undefined>;
}

/** A process that reads a folder gives a sign of life every half minute. */
const FOLDER_ALIVE_MS = 120_000;

export function makePublishingReader(deps: {
  readonly store: PublicationStore;
  readonly folders: FolderStore;
  readonly live: LiveRules;
  readonly desk: Pick<RuleDesk, 'state'>;
  readonly now: () => number;
}): PublishingReader {
  const { store, folders, live, desk, now } = deps;
  return {
    async state() {
      const { ruleSet, publication } = live.loaded();
      const { cannotAdopt } = desk.state();
      const following = await store.unfinished();
      return {
        publication: publication ?? null,
        hash: ruleSet.hash,
        rules: ruleSet.rules.length,
        ...(cannotAdopt !== undefined && { cannotAdopt }),
        folders: await folders.list(new Date(now() - FOLDER_ALIVE_MS)),
        following: following.map(({ number, follow }) => ({ publication: number, follow })),
      };
    },
    async versionsOf(rule) {
      const versions = await store.versionsOf(rule);
      const texts = await store.readTexts(versions.flatMap(({ text, content }) => [text, content]));
      const contentOf = ({ content }: RuleVersion) => JSON.parse(texts.get(content) ?? 'null') as JsonValue;
      return versions.map((version, index) => {
        const former = versions[index + 1];
        const source = texts.get(version.text) ?? '';
        if (!former) return { ...version, source };
        return { ...version, source, changes: fieldChanges(contentOf(former), contentOf(version)) };
      });
    },
    list: (limit, before) => store.list(limit, before),
    get: (number) => store.get(number),
    findByHash: (hash) => store.findByHash(hash),
  };
}
