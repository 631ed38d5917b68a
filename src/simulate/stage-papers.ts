import { asText } from './as-text.js';
import { NAMED_PAPERS } from './stage-fault-kinds.js';
import type { ChecklistContent, ChecklistDocument } from './rule-content.js';
import type { Who } from './stage-work.js';
import { someMorning, type Story } from './story.js';

/** The papers of a process at stages of some kinds. */
export function papersOf(
  checklists: readonly ChecklistContent[],
  process: string,
  kinds: readonly string[],
): readonly ChecklistDocument[] {
  return checklists
    .filter(
      ({ stageKinds, processes, exceptProcesses }) =>
        stageKinds.some((kind) => kinds.includes(kind)) &&
        (!processes || processes.includes(process)) &&
        !exceptProcesses?.includes(process),
    )
    .flatMap(({ documents }) => documents);
}

/** The papers of a stage that a work order's customer must have. */
export function papersFor(story: Story, kinds: readonly string[]): readonly ChecklistDocument[] {
  const { checklists, process, customer } = story;
  return papersOf(checklists, process.process, kinds).filter(
    ({ customerClasses }) => !customerClasses || customerClasses.includes(customer.customerClass),
  );
}

/** 环节资料: what a stage must have comes in and is signed; what is there already is not told again. */
export function tellPapers(story: Story, stage: string, kinds: readonly string[], who: Who): void {
  const { random } = story;
  const did = { by: who.by, unit: who.unit };
  const papers = papersFor(story, kinds).filter(({ document }) => !isReceived(story, document));
  const named = namedPaper(story, papers);
  const missing = papers.length > 0 && random.chance(0.6) && story.commits('stage-paper-missing');
  const left = named && !named.role ? named.paper : missing ? random.pick(papers) : undefined;
  const signed = papers.filter((paper) => paper.signatures && paper !== left);
  const isUnsigned = signed.length > 0 && random.chance(0.6) && story.commits('stage-signature-missing');
  const unsigned = named?.role ? named.paper : isUnsigned ? random.pick(signed) : undefined;
  for (const paper of papers) {
    const received = { stage, document: paper.document, paper: true, copies: 1 };
    const later = someMorning(random, story.now, random.int(1, 4) + (named ? 6 : 0));
    if (paper !== left) {
      story.tick(3, 20);
      story.tell('document.received', received, did);
    } else if (random.chance(0.6)) {
      story.tell('document.received', received, { ...did, at: later });
    }
    const roles = paper === unsigned ? random.shuffle(paper.signatures ?? []) : [];
    const first = named?.role ?? roles[0];
    const others = roles.filter((role) => role !== first);
    const cured = random.chance(0.6);
    for (const role of paper === unsigned ? others : (paper.signatures ?? [])) {
      story.tick(1, 10);
      signPaper(story, stage, paper.document, role, who, story.now);
    }
    if (paper === unsigned && first !== undefined && cured)
      signPaper(story, stage, paper.document, first, who, later);
  }
}

/** The paper that a rule asks for by name and that is missing, or which signature on it. */
function namedPaper(
  story: Story,
  papers: readonly ChecklistDocument[],
): { readonly paper: ChecklistDocument; readonly role?: string } | undefined {
  for (const [fault, { document, role }] of Object.entries(NAMED_PAPERS)) {
    const paper = papers.find(
      (one) => one.document === document && (!role || one.signatures?.includes(role)),
    );
    if (paper && story.commits(fault)) return { paper, ...(role !== undefined && { role }) };
  }
  return undefined;
}

/** One signature or seal on a paper. */
export function signPaper(
  { customer, archivist, tell }: Story,
  stage: string,
  document: string,
  role: string,
  { by, checker, unit }: Who,
  at: number,
): void {
  const signers: Readonly<Record<string, string>> = {
    customer: customer.name,
    handler: by.id,
    giver: by.id,
    checker: checker.id,
    receiver: archivist.id,
  };
  tell('signature.recorded', { stage, document, role, signer: signers[role] ?? unit }, { by, unit, at });
}

/** Whether a paper has been told to be there. */
export function isReceived({ told }: Story, document: string): boolean {
  return told.some(({ type, data }) => type === 'document.received' && asText(data['document']) === document);
}
