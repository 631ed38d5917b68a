import type { InTurn } from '../../access/turns.js';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { diffRuleSets } from '../../engine/diff-rule-sets.js';
import { ruleErrorText, type RuleError } from '../../engine/rule-error.js';
import { ConflictError, ForbiddenError, InvalidRequestError, NotFoundError } from '../../errors.js';
import { messageOf } from '../../infra/operator-error.js';
import type { FolderStore } from '../folder-store.js';
import type { LiveRules } from '../live-rules.js';
import type { PublicationStore } from '../publication-store.js';
import { findSilentChanges } from '../publish-rules.js';
import { readFolder } from '../read-folder.js';
import { digestOf, hashText } from '../rule-content.js';
import type { RuleDesk } from '../rule-desk.js';
import { restoreFolder, writeFolder } from '../write-folder.js';
import { applyChanges, type AppliedChanges } from './apply-changes.js';
import type { Proposal, ProposedChange } from './proposal.js';
import type { ProposalStore } from './proposal-store.js';

export interface RuleProposalsDeps {
  readonly dir: string;
  readonly proposals: ProposalStore;
  readonly publications: PublicationStore;
  readonly folders: Pick<FolderStore, 'list'>;
  readonly desk: Pick<RuleDesk, 'check' | 'publishFolder' | 'state'>;
  readonly live: LiveRules;
  /** Processes that share a folder write into it one after the other. */
  readonly inTurn: InTurn;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly now: () => number;
}

/** Who proposes or decides: user id, or `token:…`. */
type Who = string;

export interface Decision {
  readonly by: Who;
  readonly note?: string | undefined;
  /** Puts the decision on record: called when nothing stands against it, before it is made. When it fails, nothing is decided. */
  readonly record: () => Promise<void>;
  /** Decisions on one proposal are made one after the other. */
  readonly inTurn: InTurn;
}

export interface RuleProposals {
  /** @throws InvalidRequestError naming file, place and reason of every problem */
  readonly propose: (given: {
    readonly changes: readonly ProposedChange[];
    readonly reason: string;
    readonly by: Who;
  }) => Promise<Proposal>;
  /** @throws ForbiddenError for its author, ConflictError where it does not wait or no folder can be written */
  readonly approve: (id: string, decision: Decision) => Promise<Proposal>;
  readonly reject: (id: string, decision: Decision) => Promise<Proposal>;
  /** By its author. */
  readonly withdraw: (id: string, decision: Decision) => Promise<Proposal>;
  readonly get: ProposalStore['get'];
  readonly list: ProposalStore['list'];
  /** In the process that reads the folder: writes what was approved into it and publishes it, one after the other. */
  readonly applyApproved: () => Promise<void>;
}

/** A process that reads a folder gives a sign of life every half minute. */
const ALIVE_MS = 120_000;
const SHOWN_PROBLEMS = 50;

/** Changes to rules over HTTP, with four eyes. What is published goes into the rules folder too, which stays the source. */
export function makeRuleProposals(deps: RuleProposalsDeps): RuleProposals {
  const { dir, proposals, publications, folders, desk, live, inTurn, logger, now } = deps;

  async function find(id: string): Promise<Proposal> {
    const proposal = await proposals.get(id);
    if (!proposal) throw new NotFoundError(`There is no proposal ${id}.`);
    return proposal;
  }

  async function decide(
    proposal: Proposal,
    status: Proposal['status'],
    { by, note, record }: Decision,
  ): Promise<Proposal> {
    if (proposal.status !== 'waiting') throw decidedAlready(proposal);
    await record();
    const decided = { by, at: new Date(now()), ...(note !== undefined && { note }) };
    const moved = await proposals.move(proposal.id, 'waiting', { status, decided });
    if (moved) return moved;
    throw decidedAlready(await find(proposal.id));
  }

  /** What the texts would be, checked as a publication is. */
  async function tryOut(changes: readonly ProposedChange[], texts: AppliedChanges['texts']) {
    const applied = applyChanges(texts, changes);
    if (applied.problems.length > 0)
      return { applied, problems: applied.problems.map((message) => ({ path: '', message })) };
    const checked = await desk.check(applied.texts);
    if ('errors' in checked) return { applied, problems: checked.errors.map(toProblem) };
    const silent = await findSilentChanges({ loaded: checked, texts: applied.texts }, publications);
    return { applied, loaded: checked, problems: silent.map(toProblem) };
  }

  async function fail(proposal: Proposal, failure: string): Promise<void> {
    logger.warn({ proposal: proposal.id, failure }, 'rules: an approved proposal could not be published');
    await proposals.move(proposal.id, 'approved', { status: 'failed', failure });
  }

  /** Files of the proposal that were changed by others since it was written. */
  async function changedSince(proposal: Proposal, edits: AppliedChanges['edits']): Promise<string[]> {
    const base = await publications.get(proposal.base);
    const was = new Map(
      [...(base?.rules ?? []), ...(base?.parameters ?? []), ...(base?.conditions ?? [])].map(
        ({ file, text }) => [file, text],
      ),
    );
    return edits
      .filter(({ file }) => !file.startsWith('_retired/'))
      .filter(({ file, before }) => was.get(file) !== (before === undefined ? undefined : hashText(before)))
      .map(({ file }) => file);
  }

  async function apply(proposal: Proposal): Promise<void> {
    const reading = await readFolder(dir);
    const head = await publications.head();
    // Somebody is writing in the folder: what lies there is published first.
    if (!head || reading.errors.length > 0 || digestOf(reading.texts) !== head.digest) return;
    const { applied, problems } = await tryOut(proposal.changes, reading.texts);
    const { edits } = applied;
    const [problem] = problems;
    // Written by a process that died before it could publish, and published as the folder's since.
    if (edits.length === 0) return published(proposal, head.number);
    const overtaken = await changedSince(proposal, edits);
    if (overtaken.length > 0)
      return fail(proposal, `提出之后这些文件又改过：${overtaken.join('、')}；请按现在的内容重新提出`);
    if (problem) return fail(proposal, [problem.path, problem.message].filter(Boolean).join('：'));
    try {
      await writeFolder(dir, edits);
    } catch (error) {
      return fail(proposal, `规则文件夹写不进去：${messageOf(error)}`);
    }
    const result = await desk.publishFolder({
      via: 'proposal',
      by: proposal.by,
      ...(proposal.decided && { approvedBy: proposal.decided.by }),
      proposal: proposal.id,
    });
    if (result.status === 'published') return published(proposal, result.publication.number);
    // Somebody else published the folder with what was written into it just now.
    const since = await publications.head();
    if (since?.digest === digestOf(applied.texts)) return published(proposal, since.number);
    await restoreFolder(dir, edits);
    // Overtaken: tried again with the next look.
    if (result.status === 'refused')
      await fail(proposal, result.errors.slice(0, 3).map(ruleErrorText).join('\n'));
  }

  async function published(proposal: Proposal, publication: number): Promise<void> {
    await proposals.move(proposal.id, 'approved', { status: 'published', publication });
    logger.info({ proposal: proposal.id, publication }, 'rules: a proposal was published');
  }

  return {
    get: (id) => proposals.get(id),
    list: (...request) => proposals.list(...request),
    async propose({ changes, reason, by }) {
      const head = await publications.head();
      const publication = head && (await publications.get(head.number));
      if (!publication)
        throw new ConflictError('No rules are published yet; start a scheduler on a rules folder.');
      const { applied, loaded, problems } = await tryOut(changes, await publications.textsOf(publication));
      if (problems.length > 0)
        throw new InvalidRequestError(
          `The proposal has ${problems.length} problem(s): ${problems[0]?.message ?? ''}`,
          {
            fields: problems.slice(0, SHOWN_PROBLEMS),
          },
        );
      if (!loaded || applied.edits.length === 0)
        throw new InvalidRequestError('The proposal changes nothing: the files are as they are published.');
      const before = live.loaded();
      const proposal: Proposal = {
        id: randomUUID(),
        changes,
        reason,
        by,
        createdAt: new Date(now()),
        base: publication.number,
        diff: diffRuleSets(
          { files: before.files, parameters: before.ruleSet.parameters },
          { files: loaded.files, parameters: loaded.ruleSet.parameters },
        ),
        status: 'waiting',
      };
      await proposals.add(proposal);
      return proposal;
    },
    approve: (id, decision) =>
      decision.inTurn(`proposal|${id}`, async () => {
        const proposal = await find(id);
        if (proposal.by === decision.by)
          throw new ForbiddenError('A second person must approve: this proposal is your own.');
        const alive = await folders.list(new Date(now() - ALIVE_MS));
        if (!alive.some(({ writable }) => writable))
          throw new ConflictError(
            alive.length === 0
              ? 'No process reads a rules folder now, so nothing can be published: start one with the scheduler.'
              : `The rules folder cannot be written (${alive.map((folder) => `${folder.host} ${folder.dir}`).join(', ')}): publish by changing the files there, or make it writable.`,
          );
        return decide(proposal, 'approved', decision);
      }),
    reject: (id, decision) =>
      decision.inTurn(`proposal|${id}`, async () => decide(await find(id), 'rejected', decision)),
    withdraw: (id, decision) =>
      decision.inTurn(`proposal|${id}`, async () => {
        const proposal = await find(id);
        if (proposal.by !== decision.by)
          throw new ForbiddenError('Only its author withdraws a proposal; reject it instead.');
        return decide(proposal, 'withdrawn', decision);
      }),
    async applyApproved() {
      const { folder } = desk.state();
      if (!folder?.writable) return;
      for (const { id } of await proposals.approved())
        await inTurn('rules-folder', async () => {
          // Another process may have published it meanwhile.
          const proposal = await proposals.get(id);
          if (proposal?.status === 'approved') await apply(proposal);
        });
    },
  };
}

function decidedAlready({ id, status }: Proposal): ConflictError {
  return new ConflictError(`Proposal ${id} is ${status}: it does not wait for a decision any more.`);
}

function toProblem(error: RuleError): { path: string; message: string; allowed?: readonly string[] } {
  const { file, line, column, path, message, allowed } = error;
  return { path: `${file}:${line}:${column} ${path}`.trim(), message, ...(allowed && { allowed }) };
}
