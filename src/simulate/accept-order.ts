import { asText } from './as-text.js';
import { ACCEPTANCE_FORM, enterAndCheck, enterUnarrived } from './enter-and-check.js';
import { goOffline } from './go-offline.js';
import { handPapersOver } from './hand-papers-over.js';
import { deliverPapers } from './deliver-papers.js';
import { completeStage, sendOn } from './send-on.js';
import { clearOfDayEnd, someMorning, type Story } from './story.js';
import { tellOpened } from './tell-opened.js';
import { tellShortfall } from './tell-shortfall.js';
import { papersFor, signPaper } from './stage-papers.js';
import { installFirst, surveyFirst } from './survey-first.js';
import { isConsult } from './traits.js';

/**
 * From the customer's arrival to the papers handed over (YXZY-YY-144 and 145, step by step), with the faults of
 * the story. Moves the clock to when the work order is sent on.
 */
export function acceptOrder(story: Story): void {
  const { counter, traits, customer, process } = story;
  const hasty = story.commits('accepted-in-seconds');
  const pass = (from: number, to: number) => (hasty ? story.tick(1, 2) : story.tick(from, to));
  if (!traits.evening) story.now = clearOfDayEnd(story.now, 45);
  if (story.commits('surveyed-first')) surveyFirst(story);
  if (story.commits('installed-first')) installFirst(story);
  let recordedAt: number | undefined;
  if (traits.offline) {
    recordedAt = goOffline(story);
    if (story.stalled) return;
  } else {
    tellOpened(story);
    story.tick(20, 90);
    if (story.commits('entered-unarrived')) {
      enterUnarrived(story);
      return;
    }
    story.tell('stage.arrived', story.workItem(counter));
  }

  const lacking = lackingPapers(story);
  for (const document of customer.documents) {
    pass(2, 20);
    if (!lacking.includes(document)) receive(story, document, recordedAt);
  }
  if (traits.promise && lacking.length > 0) receive(story, '客户承诺书', recordedAt);
  if (traits.shortfall) {
    tellShortfall(story, lacking, (document) => receive(story, document));
    if (story.stalled) return;
    story.now = clearOfDayEnd(story.now, 45);
  }
  sign(story, 'customer', customer.name, recordedAt);
  const card = recordedAt !== undefined && giveCard(story, recordedAt);
  if (recordedAt !== undefined) story.now = clearOfDayEnd(Math.max(story.now, recordedAt), 45);
  if (story.commits('account-lent')) lendAccount(story);
  pass(60, 300);
  enterAndCheck(story, hasty);
  pass(10, 60);
  signForm(story);
  for (const { document, signatures = [] } of papersFor(story, process.stages[0]?.kinds ?? []))
    for (const role of signatures) {
      story.tick(1, 2);
      const who = { by: story.clerk, checker: story.checker, unit: story.hall.code };
      if (!isSigned(story, document, role)) signPaper(story, counter, document, role, who, story.now);
    }
  pass(10, 60);
  if (!card) giveCard(story, undefined);
  pass(20, 120);
  const completedAt = completeStage(story, counter, { by: story.clerk, checker: story.checker });
  if (process.stages.length > 1) sendOn(story, counter, nextStageOf(story), completedAt);
  for (const step of story.later) step();
  handPapersOver(story, completedAt, (until) => papersBy(story, until));
  if (traits.sameCity) deliverPapers(story, completedAt);
}

/** 项目未定的直接归档; all others go the way of the catalogue. */
function nextStageOf(story: Story): string {
  const { process, traits } = story;
  const last = process.stages.at(-1)?.stage ?? '';
  const second = process.stages[1]?.stage ?? last;
  const isLong = process.stages.length > 3;
  const skipsSurvey =
    isLong && process.stages[1]?.kinds.includes('勘查') && story.commitsOnce('skipped-勘查');
  if (!isConsult(process)) return skipsSurvey ? (process.stages[2]?.stage ?? second) : second;
  if (story.commits('determined-archived')) return last;
  if (story.commits('undetermined-forwarded')) return second;
  return traits.determined ? second : last;
}

/** What the customer has not brought. */
function lackingPapers(story: Story): readonly string[] {
  const { random, traits, customer } = story;
  const others = customer.documents.slice(1);
  if (story.commits('residential-documents-missing')) {
    const document = random.pick(others);
    const received = { stage: story.counter, document, paper: true, copies: 1 };
    if (random.chance(0.5))
      story.later.push(() => story.tell('document.received', received, { at: someDaysLater(story) }));
    return [document];
  }
  if (story.commits('firm-documents-missing')) return ['营业执照'];
  if (traits.shortfall) return random.shuffle(others).slice(0, random.int(1, 2));
  return traits.promise ? others.filter((document) => document === '产权证明') : [];
}

function receive(story: Story, document: string, recordedAt?: number): void {
  const { random, counter: stage, customer } = story;
  const electronic = document !== customer.documents[0] && random.chance(0.1);
  const kind = electronic ? { paper: false, electronic: true } : { paper: true, copies: random.int(1, 2) };
  story.tell('document.received', { stage, document, ...kind }, { recordedAt });
}

/** The papers taken in at the counter, as the list of the handover must name them. */
function papersBy(story: Story, until: number): readonly string[] {
  const received = story.told
    .filter(({ type, data, at }) => type === 'document.received' && data['paper'] === true && at <= until)
    .map(({ data }) => asText(data['document']));
  return [...new Set([ACCEPTANCE_FORM, ...(isConsult(story.process) ? ['资料清单'] : []), ...received])];
}

/** Somebody in another unit takes in a copy under the account of the clerk, minutes after he did something himself. */
function lendAccount(story: Story): void {
  const { random, counter: stage, customer, county, hall } = story;
  const [document = ''] = customer.documents;
  const unit = hall.code === county.code ? hall.city : county.code;
  const at = story.now + random.int(20, 50) * 1000;
  story.tell('document.received', { stage, document, paper: true, copies: 1 }, { at, unit });
}

function sign(story: Story, role: string, signer: string, recordedAt?: number, at = story.now): void {
  const data = { stage: story.counter, document: ACCEPTANCE_FORM, role, signer };
  story.tell('signature.recorded', data, { at, recordedAt });
}

function signForm(story: Story): void {
  const { random, clerk, hall } = story;
  const signers = [
    ['handler', 'handler-signature-missing', clerk.id],
    ['utilitySeal', 'seal-missing', hall.code],
  ] as const;
  for (const [role, fault, signer] of signers) {
    story.tick(1, story.committed.has('accepted-in-seconds') ? 2 : 30);
    if (!story.commits(fault)) sign(story, role, signer);
    else if (random.chance(0.6))
      story.later.push(() => sign(story, role, signer, undefined, someDaysLater(story)));
  }
}

function isSigned({ told }: Story, document: string, role: string): boolean {
  return told.some(
    ({ type, data }) =>
      type === 'signature.recorded' && data['document'] === document && data['role'] === role,
  );
}

function someDaysLater({ random, now }: Story): number {
  return someMorning(random, now, random.int(1, 4));
}

function giveCard(story: Story, recordedAt: number | undefined): true {
  const { random, no, counter: stage } = story;
  const phone = () => random.pick(['95598', '0571-88000100', '400-889-5598', '95598转2']);
  const give = (fields: Record<string, string>, at = story.now) =>
    story.tell('contactcard.issued', { stage, fields }, { at, ...(at === story.now && { recordedAt }) });
  const right = () => ({ applicationNo: no, phone: phone() });
  const cured = random.chance(0.6);
  const giveLater = () => void story.later.push(() => give(right(), someDaysLater(story)));
  if (story.commits('card-missing')) {
    if (cured) giveLater();
  } else if (story.commits('card-wrong-number')) {
    give({ applicationNo: `${no.slice(0, -1)}X`, phone: phone() });
    if (cured) giveLater();
  } else if (story.commits('card-without-phone')) {
    give(random.chance(0.5) ? { applicationNo: no } : { applicationNo: no, phone: '9559' });
    if (cured) giveLater();
  } else if (story.commits('card-without-copy')) {
    story.tell('contactcard.issued', { stage, fields: right(), withCustomerCopy: false }, { recordedAt });
  } else {
    give(right());
  }
  return true;
}
