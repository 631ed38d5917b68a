import { asText } from './as-text.js';
import { isDelay } from './delay-fault-kinds.js';
import { dateOf, isWorkday, MINUTE, closingAfter } from './office-time.js';
import type { Random } from './random.js';
import { completeStage, sendOn } from './send-on.js';
import { clearOfDayEnd, during, inDaylight, someMorning, type Story } from './story.js';
import { tellMilestones } from './tell-milestones.js';
import { tellPapers } from './stage-papers.js';
import { skipsNext, staysPut, whoDoes, workingMinutes, type Who } from './stage-work.js';
import { entryOf, type Person } from './world.js';

const SURVEY = '现场勘查';
const SURVEY_FORM = '勘查单';

/**
 * The stages after the counter's, each arrived at, done and sent on, until the work order is filed and closed, the
 * period is over, or it comes to a halt.
 */
export function walkStages(story: Story): void {
  const { process, random, traits } = story;
  const internal = entryOf(process) === 'internal';
  const stages = process.stages.map(({ stage }) => stage);
  let index = internal ? 0 : stages.indexOf(sentTo(story));
  if (story.committed.has('surveyed-first')) index = 2;
  let returnsAt = traits.returned && stages.length > 4 ? random.int(2, Math.min(5, stages.length - 2)) : -1;
  let pausesAt = traits.paused && !story.daylight ? index + random.int(0, 2) : -1;
  const acceptedOn = dateOf(story.now);
  const cancelsAt = traits.cancelled ? index + random.int(0, 3) : -1;

  while (index >= 0 && index < stages.length && story.now < story.horizon && !story.stalled) {
    const stage = stages[index] as string;
    const { kinds = [] } = process.stages[index] ?? {};
    const last = index === stages.length - 1;
    const before = new Set(story.committed);
    const rush = rushAt(story, index, stages.length);
    const who = rush ?? whoDoes(story, kinds);
    const isHurried = hurriesAt(story, index);
    const did = { by: who.by, unit: who.unit };
    story.tick(20, rush || isHurried ? 30 : 900);
    // Nothing is filed on the day it was accepted: the papers are handed over at the end of it.
    if (last && !internal && dateOf(story.now) === acceptedOn) story.now = someMorning(random, story.now, 1);
    story.tell('stage.arrived', story.workItem(stage), did);
    if (index === cancelsAt) {
      story.work(random.int(20, 300));
      story.tell('workorder.cancelled', { reason: '客户放弃申请' });
      return;
    }
    if (index === pausesAt && random.chance(0.7)) {
      pausesAt = -1;
      pauseAtStage(story, stage);
    }
    if (staysPut(story, kinds)) return;
    if (rush || isHurried) story.tick(20, 40);
    else story.work(workingMinutes(story, stage, kinds));
    if (
      !rush &&
      !isHurried &&
      kinds.some((kind) => kind === '送电' || kind === '装表') &&
      random.chance(0.05)
    )
      story.now = offHours(random, story.now);
    if (story.now >= story.horizon) {
      forgetFaults(story, before);
      return;
    }
    if (!rush && !isHurried && stage === SURVEY && random.chance(0.5)) enterSurvey(story, who);
    if (traits.promise && index === 1 && !story.daylight && !story.commits('promise-unkept'))
      bringPromised(story);

    if (index === returnsAt) {
      returnsAt = story.commitsOnce('returned-twice') ? index : -1;
      // Back at the counter the limits for papers and flow begin anew: not where one of them is to be missed.
      index = random.weighted([[index - 1, 7], [1, 1], [0, internal || story.daylight ? 0 : 2]]); // prettier-ignore
      if (!sendBack(story, stage, stages[index] as string, who)) forgetFaults(story, before);
      if (index === 0) redoCounter(story, stages[1]);
      index = index === 0 ? 1 : index;
      continue;
    }
    if (last) story.now = clearOfDayEnd(story.now, 12);
    tellPapers(story, stage, kinds, who);
    tellMilestones(story, stage, kinds, who);
    if (last) {
      if (story.committed.has('determined-archived') && story.committed.size === 1 && random.chance(0.5)) {
        correctTheWay(story, stage, stages[1] as string, did);
        return;
      }
      completeStage(story, stage, who);
      story.tick(20, 90);
      story.tell('workorder.closed', {}, did);
      return;
    }
    const completedAt = completeStage(story, stage, who);
    if (index === pausesAt) {
      pausesAt = -1;
      pauseBeforeSending(story, stage);
    }
    const next = index + (skipsNext(story, index) ? 2 : 1);
    sendOn(story, stage, stages[next], completedAt, did);
    index = next;
  }
}

/** The third to fifth stage, where somebody clicks them through in a few minutes: by whom. */
function rushAt(story: Story, index: number, stages: number): Who | undefined {
  if (index < 2 || index > 4 || index >= stages - 1 || !story.commits('stages-in-minutes')) return undefined;
  const [by, checker] = story.county.engineers;
  if (!by || !checker) throw new RangeError(`nobody works in ${story.county.code}`);
  if (index === 2) {
    // Some time after what others did, and over before the end of the day.
    story.work(story.random.int(15, 60));
    story.now = clearOfDayEnd(inDaylight(story.random, story.now), 30);
  }
  return { by, checker, unit: story.county.code };
}

/** Whether the stage is one of those on the way to 送电 that are all done within the hour, by different people. */
function hurriesAt(story: Story, index: number): boolean {
  const connected = story.process.stages.findIndex(({ kinds }) => kinds.includes('送电'));
  return index <= connected && story.commits('order-in-an-hour');
}

/** What was done wrong in a stage shows when the stage is done; this one is not. */
function forgetFaults({ committed }: Story, before: ReadonlySet<string>): void {
  for (const kind of committed) if (!before.has(kind) && !isDelay(kind)) committed.delete(kind);
}

/** Where the work order was sent on to. */
function sentTo({ told }: Story): string {
  return asText(told.findLast(({ type }) => type === 'flow.sent')?.data['nextStage']);
}

/** In the evening, or on the Saturday. */
function offHours(random: Random, at: number): number {
  const evening = during(random, dateOf(at), '17:40', '20:30');
  return evening > at && isWorkday(dateOf(at)) ? evening : at;
}

function enterSurvey(story: Story, { by, checker, unit }: Who): void {
  const { random } = story;
  story.now = clearOfDayEnd(story.now, 30);
  const form = { stage: SURVEY, form: SURVEY_FORM };
  story.tell('record.entered', { ...form, fields: { load: random.int(4, 900), distance: random.int(5, 400) } }, { by, unit }); // prettier-ignore
  story.tick(61, 400);
  const mistaken = random.chance(0.1);
  const checked = (mismatches: string[]) =>
    story.tell(
      'record.checked',
      { ...form, checker: { ...checker }, enteredBy: { ...by }, mismatches },
      { by: checker, unit },
    );
  checked(mistaken ? ['load'] : []);
  story.tick(61, 200);
  if (mistaken) {
    story.tell('record.entered', { ...form, fields: { load: random.int(4, 900) } }, { by, unit });
    story.tick(61, 200);
    checked([]);
  }
  if (random.chance(0.4)) handSurveyOver(story, by, checker, unit);
}

/** The engineer hands the 勘查单 to a colleague, both sign. */
function handSurveyOver(story: Story, by: Person, receiver: Person, unit: string): void {
  const book = { stage: SURVEY, document: '业务档案移交记录簿' };
  story.tick(30, 90);
  story.tell(
    'handover.recorded',
    { stage: SURVEY, documents: [SURVEY_FORM], giver: by.id, receiver: receiver.id, giverSigned: true },
    { by, unit },
  );
  story.tick(20, 60);
  story.tell('signature.recorded', { ...book, role: 'receiver', signer: receiver.id }, { by, unit });
}

/** What the 客户承诺书 stood for. */
function bringPromised({ told, counter, tell, customer, random, now }: Story): void {
  const promised = told.some(({ data }) => data['document'] === '客户承诺书');
  if (promised && customer.documents.includes('产权证明'))
    tell(
      'document.received',
      { stage: counter, document: '产权证明', paper: true, copies: 1 },
      { at: someMorning(random, now, 3) },
    );
}

function pauseAtStage(story: Story, stage: string): void {
  const { random } = story;
  const side = random.chance(0.8) ? 'customer' : 'utility';
  story.work(random.int(10, 60));
  story.tell('workorder.suspended', {
    stage,
    side,
    reason: side === 'customer' ? '客户原因暂缓' : '停电计划调整',
  });
  story.now = someMorning(random, story.now, random.int(1, 4));
  story.tell('workorder.resumed', { stage, side });
}

/** Done, but the customer asks to wait before it goes on. */
function pauseBeforeSending(story: Story, stage: string): void {
  const { random } = story;
  if (stage === story.faultStage && story.daylight) return;
  story.tick(20, 90);
  story.tell('workorder.suspended', { stage, side: 'customer', reason: '客户要求暂缓' });
  story.now = someMorning(random, story.now, random.int(1, 3));
  story.tell('workorder.resumed', { stage, side: 'customer' });
}

/** 退回, before the stage was completed or just after: answers whether it was. */
function sendBack(story: Story, stage: string, target: string, who: Who): boolean {
  const { random, counter } = story;
  const lacking = target === counter && random.chance(0.4);
  const handedOver = story.told.filter(
    ({ type, data }) => type === 'handover.recorded' && data['stage'] === counter,
  );
  if (target === counter) story.now = Math.max(story.now, ...handedOver.map(({ at }) => at));
  story.now = clearOfDayEnd(story.now, 15);
  const completes = random.chance(0.5);
  if (completes) completeStage(story, stage, who);
  story.tick(30, 120);
  const reason = lacking ? '资料不全' : random.pick(['勘查单缺用电设备容量', '方案与现场不符', '图纸不符']);
  if (lacking) {
    const agreedDate = dateOf(someMorning(random, story.now, random.int(1, 4)));
    story.tell('document.shortfall.notified', { stage, documents: ['授权委托书'], agreedDate });
    story.tick(20, 60);
  }
  story.tell('flow.returned', { stage, nextStage: target, reason }, { by: who.by, unit: who.unit });
  return completes;
}

/** 业务受理 a second time: what was missing is brought, the form is put right, and it is sent on again. */
function redoCounter(story: Story, next: string | undefined): void {
  const { random, counter: stage, clerk, checker, told } = story;
  story.tick(60, 600);
  story.tell('stage.arrived', story.workItem(stage));
  const notice = told.findLast(({ type }) => type === 'document.shortfall.notified');
  const waits = told.findLast(({ type }) => type === 'flow.returned')?.data['reason'] === '资料不全';
  if (notice && waits) {
    const due = closingAfter(notice.at, 1) ?? story.now;
    story.now = Math.max(story.now + 10 * MINUTE, during(random, dateOf(due), '09:00', '15:30'));
    story.tell('document.received', { stage, document: '授权委托书', paper: true, copies: 1 });
  } else {
    story.work(random.int(10, 90));
  }
  story.now = clearOfDayEnd(story.now, 25);
  if (random.chance(0.5)) {
    const form = { stage, form: '受理单' };
    story.tell('record.entered', { ...form, fields: { remark: '已按退回意见更正' } });
    story.tick(61, 300);
    story.tell(
      'record.checked',
      { ...form, checker: { ...checker }, enteredBy: { ...clerk }, mismatches: [] },
      { by: checker },
    );
  }
  story.tick(61, 200);
  const completedAt = completeStage(story, stage, { by: clerk, checker });
  sendOn(story, stage, next, completedAt);
}

/** 项目已定而误送归档: sent back to the counter, and from there the right way. */
function correctTheWay(story: Story, stage: string, next: string, did: { by: Person; unit: string }): void {
  story.tick(60, 300);
  story.tell('flow.returned', { stage, nextStage: story.counter, reason: '项目已定，应转需求信息处理' }, did);
  story.tick(60, 300);
  story.tell('stage.arrived', story.workItem(story.counter));
  story.tick(61, 200);
  const completedAt = completeStage(story, story.counter, { by: story.clerk, checker: story.checker });
  sendOn(story, story.counter, next, completedAt);
  story.tick(60, 300);
  story.tell('stage.arrived', story.workItem(next), { by: did.by, unit: story.county.code });
}
