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

/** A rule file as its author finds it now. */
export interface RuleFileNow {
  readonly file: string;
  readonly text: string;
  readonly version: number;
  /** Number of the publication in force. */
  readonly publication: number;
}

/** What people ask about published rules. */
export interface PublishingReader {
  state(): Promise<PublishingState>;
  /** Newest first; none for a rule that was never published. */
  versionsOf(rule: string): Promise<VersionWithText[]>;
  /** What a rule says differently in `to` than in `from`, shared conditions in place; undefined where one of them was never published. */
  compare(rule: string, from: number, to: number): Promise<FieldChange[] | undefined>;
  /** The file of a rule as it is published now, its tests and status as they are today; undefined where it is not. */
  fileOf(rule: string): Promise<RuleFileNow | undefined>;
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
    async compare(rule, from, to) {
      const versions = await store.versionsOf(rule);
      const contents = [from, to].map(
        (wanted) => versions.find(({ version }) => version === wanted)?.content,
      );
      const texts = await store.readTexts(contents.flatMap((content) => content ?? []));
      const [before, after] = contents.map((content) => content && texts.get(content));
      if (before === undefined || after === undefined) return undefined;
      return fieldChanges(JSON.parse(before) as JsonValue, JSON.parse(after) as JsonValue);
    },
    async fileOf(rule) {
      const head = await store.head();
      const publication = head && (await store.get(head.number));
      const found = publication?.rules.find(({ id }) => id === rule);
      const text = found && (await store.readTexts([found.text])).get(found.text);
      if (!publication || !found || text === undefined) return undefined;
      return { file: found.file, text, version: found.version, publication: publication.number };
    },
    list: (limit, before) => store.list(limit, before),
    get: (number) => store.get(number),
    findByHash: (hash) => store.findByHash(hash),
  };
}
