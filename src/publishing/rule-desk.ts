import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Logger } from 'pino';
import { assembleRules, type RuleTexts } from '../engine/assemble-rules.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import { ruleErrorText, type RuleError } from '../engine/rule-error.js';
import type { FolderState, FolderStore } from './folder-store.js';
import type { LiveRules } from './live-rules.js';
import type { PublishedBy } from './publication.js';
import type { PublicationHead, PublicationStore } from './publication-store.js';
import type { Candidate, PublishOptions, PublishResult, PublishRules } from './publish-rules.js';
import { hashOtherContent, isWritable, readFolder, signatureOf, type FolderReading } from './read-folder.js';
import { digestOf } from './rule-content.js';

export interface RuleDeskDeps {
  readonly dir: string;
  /** Name of this machine. */
  readonly host: string;
  /** What rules are checked against; read at the start of the process. */
  readonly context: RuleCheckContext;
  readonly live: LiveRules;
  /** Texts that `live` was made of at the start, so that they need not be checked twice. */
  readonly initialTexts?: RuleTexts;
  readonly store: PublicationStore;
  readonly publish: PublishRules;
  readonly folders: FolderStore;
  /** Raises, changes and closes the alert to the rule authors. */
  readonly tellAuthors: (problems: readonly RuleError[]) => Promise<void>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly now: () => number;
  /** Told after each look; for metrics. */
  readonly onLook?: (state: {
    readonly publication: number;
    readonly problems: number;
    readonly adopted: boolean;
  }) => void;
}

/** What this process knows of the rules in force. */
export interface DeskState {
  /** Why it cannot take over what was published last; it then judges by what it had. */
  readonly cannotAdopt?: string;
  /** Absent where this process does not read the folder. */
  readonly folder?: FolderState;
}

export interface RuleDesk {
  /** At the start: publishes the folder (where this process does) and takes over what is in force. */
  readonly open: (options: { readonly publishes: boolean }) => Promise<void>;
  /** One look at what is in force and, where this process publishes, at the folder. Rejects when a store is away. */
  readonly look: () => Promise<void>;
  /** Publishes the folder as it lies there now, whatever is in force. */
  readonly publishFolder: (by: PublishedBy, options?: PublishOptions) => Promise<PublishResult>;
  /** Checks texts as a publication would be. */
  readonly check: (
    texts: RuleTexts,
  ) => Promise<Candidate['loaded'] | { readonly errors: readonly RuleError[] }>;
  readonly state: () => DeskState;
}

const BY_FOLDER: PublishedBy = { via: 'folder', by: 'folder' };
/** Now and then the files are read though nothing seems to have changed: times on a file share may be coarse. */
const READ_ALL_MS = 30_000;
const KEPT_PROBLEMS = 50;
/** Of longer lists the log tells how many there are. */
const MOST_LOGGED = 20;
/** A folder that never comes to rest is examined all the same. */
const MOST_UNQUIET = 4;

/**
 * Where a process keeps its rules up to date. Everybody takes over what was published last; only whoever runs the scheduler
 * reads the folder and publishes from it, and only when the folder has changed: so two folders never fight.
 */
export function makeRuleDesk(deps: RuleDeskDeps): RuleDesk {
  const { dir, host, context, live, store, publish, folders, tellAuthors, logger, now, onLook } = deps;
  let publishes = false;
  let cannotAdopt: string | undefined;
  let folder: FolderState | undefined;
  /** All of them; the state of the folder names the first. */
  let known: readonly RuleError[] = [];
  /** Signature at the last look; a folder is examined once it has been quiet for one look. */
  let seen: string | undefined;
  /** Looks in a row at which it was another. */
  let unquiet = 0;
  /** Signature and digest that were examined last. */
  let examined: { readonly signature: string; readonly digest: string; readonly at: number } | undefined;
  let otherContent: ReadonlyMap<string, string> | undefined;
  const initial = deps.initialTexts && { digest: digestOf(deps.initialTexts), loaded: live.loaded() };

  const check: RuleDesk['check'] = async (texts) => {
    const result = await assembleRules(texts, { ...context, pause: letOthersRun });
    return 'errors' in result ? { errors: result.errors } : result;
  };

  async function adopt(): Promise<void> {
    const head = await store.head();
    if (!head || head.number === live.loaded().publication) return;
    if (initial?.digest === head.digest) {
      cannotAdopt = undefined;
      live.use({ ...initial.loaded, publication: head.number });
      warnOfOtherHash(head);
      return;
    }
    const publication = await store.get(head.number);
    if (!publication) return;
    const texts = await store.textsOf(publication);
    const result = await assembleRules(texts, { ...context, skipTests: true, pause: letOthersRun });
    if ('errors' in result) {
      const [first] = result.errors;
      const problem = `publication ${head.number}: ${first ? ruleErrorText(first) : 'unknown problem'}`;
      if (cannotAdopt !== problem)
        logger.warn(
          { problem },
          'rules: cannot take over what was published; is the rest of RULES_DIR older here?',
        );
      cannotAdopt = problem;
      return;
    }
    cannotAdopt = undefined;
    live.use({ ruleSet: result.ruleSet, files: result.files, publication: head.number });
    logger.info(
      { publication: head.number, rules: result.ruleSet.rules.length, hash: result.ruleSet.hash },
      'rules: another set is in force',
    );
    warnOfOtherHash(publication);
  }

  function warnOfOtherHash({ number, hash }: PublicationHead): void {
    if (live.current().hash === hash) return;
    logger.warn(
      { publication: number },
      'rules: the checklists or the program here differ from those of the publisher; alerts name another rule set',
    );
  }

  async function readCandidate(
    reading: FolderReading,
  ): Promise<Candidate | { errors: readonly RuleError[] }> {
    if (reading.errors.length > 0) return { errors: reading.errors };
    const checked = initial?.digest === digestOf(reading.texts) ? initial.loaded : await check(reading.texts);
    if ('errors' in checked) return checked;
    return { loaded: checked, texts: reading.texts, retired: reading.retired };
  }

  async function publishReading(
    reading: FolderReading,
    by: PublishedBy,
    options?: PublishOptions,
  ): Promise<PublishResult> {
    const candidate = await readCandidate(reading);
    if ('errors' in candidate) return { status: 'refused', errors: candidate.errors };
    const result = await publish(candidate, by, options);
    if (result.status !== 'published') return result;
    const { number, hash, changes } = result.publication;
    live.use({ ...candidate.loaded, publication: number });
    cannotAdopt = undefined;
    const lists = Object.entries(changes).map(([what, list]: [string, readonly unknown[]]) => [
      what,
      list.length > MOST_LOGGED ? `${list.length}` : list,
    ]);
    logger.info(
      { publication: number, hash, ...(Object.fromEntries(lists) as object), by: by.by },
      'rules published',
    );
    return result;
  }

  async function note(state: FolderState['state'], problems: readonly RuleError[]): Promise<void> {
    const at = new Date(now());
    const isSame = folder?.state === state && folder.problemCount === problems.length;
    known = problems;
    folder = {
      host,
      dir,
      writable: await isWritable(dir),
      state,
      problems: problems.slice(0, KEPT_PROBLEMS),
      problemCount: problems.length,
      restartFor: await restartFor(),
      since: isSame && folder ? folder.since : at,
      checkedAt: at,
    };
    await folders.save(folder);
  }

  async function restartFor(): Promise<string[]> {
    const found = await hashOtherContent(dir);
    otherContent ??= found;
    const names = [...new Set([...otherContent.keys(), ...found.keys()])];
    const changed = names.filter((name) => otherContent?.get(name) !== found.get(name));
    if (changed.length > (folder?.restartFor.length ?? 0))
      logger.warn({ changed }, 'rules: content beside the rules changed; restart to take it up');
    return changed;
  }

  /** Refused or not, an examined folder is not examined again until it changes. */
  async function examine(signature: string, options: { readonly atStart?: boolean } = {}): Promise<void> {
    const reading = await readFolder(dir);
    const digest = digestOf(reading.texts);
    const isNew = digest !== examined?.digest || signature !== examined.signature;
    if (!isNew && reading.errors.length === 0) {
      examined = { signature, digest, at: now() };
      await note(await standing(digest), known);
      return;
    }
    if (options.atStart && (await isOutdated(digest))) {
      logger.warn(
        { dir },
        'rules: the folder is as it was in an earlier publication, and another was published since; what was published last is in force. To publish the folder: yxrisk rules publish',
      );
      examined = { signature, digest, at: now() };
      await tellAuthors([]);
      await note('behind', []);
      return;
    }
    const result = await publishReading(reading, BY_FOLDER);
    // Another process was first: look again at what is in force now.
    if (result.status === 'overtaken') return;
    const problems = result.status === 'refused' ? result.errors : [];
    if (problems.length > 0 && JSON.stringify(problems) !== JSON.stringify(known))
      logger.warn(
        { problems: problems.length, first: problems.slice(0, 5).map(ruleErrorText) },
        'rules: the folder has problems and was not published; the rules in force stay',
      );
    await tellAuthors(problems);
    await note(problems.length > 0 ? 'refused' : 'in-force', problems);
    examined = { signature, digest, at: now() };
  }

  async function standing(digest: string): Promise<FolderState['state']> {
    if (folder?.state === 'refused') return 'refused';
    return (await store.head())?.digest === digest ? 'in-force' : 'behind';
  }

  async function isOutdated(digest: string): Promise<boolean> {
    const head = await store.head();
    if (!head || head.digest === digest) return false;
    return (await store.findByDigest(digest)) !== undefined;
  }

  async function lookAtFolder(): Promise<void> {
    const signature = await signatureOf(dir).catch(() => 'cannot be listed');
    unquiet = signature === seen ? 0 : unquiet + 1;
    seen = signature;
    if (unquiet > 0 && unquiet < MOST_UNQUIET) return;
    const isDue = examined === undefined || now() - examined.at >= READ_ALL_MS;
    if (signature !== examined?.signature || isDue) await examine(signature);
  }

  function told(): void {
    onLook?.({
      publication: live.loaded().publication ?? 0,
      problems: folder?.problemCount ?? 0,
      adopted: cannotAdopt === undefined,
    });
  }

  return {
    check,
    state: () => ({ ...(cannotAdopt !== undefined && { cannotAdopt }), ...(folder && { folder }) }),
    async open(options) {
      publishes = options.publishes;
      if (publishes) {
        seen = await signatureOf(dir).catch(() => 'cannot be listed');
        await examine(seen, { atStart: true });
      }
      await adopt();
      told();
    },
    async look() {
      if (publishes) await lookAtFolder();
      await adopt();
      told();
    },
    async publishFolder(by, options) {
      const reading = await readFolder(dir);
      const result = await publishReading(reading, by, options);
      if (result.status === 'published' || result.status === 'unchanged') {
        await adopt();
        if (publishes) {
          examined = { signature: await signatureOf(dir), digest: digestOf(reading.texts), at: now() };
          seen = examined.signature;
          await tellAuthors([]);
          await note('in-force', []);
        }
      }
      return result;
    },
  };
}
