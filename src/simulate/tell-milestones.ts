import type { JsonObject } from '../json.js';
import { addDays, dateOf, DAY, MINUTE } from './office-time.js';
import type { Who } from './stage-work.js';
import { someMorning, type Story } from './story.js';

type Milestone = readonly [type: string, data: JsonObject];
type Tell = (story: Story, who: Who) => readonly Milestone[];

/** What is told of a stage of a kind once it is done, in this order. */
const MILESTONES: readonly (readonly [kind: string, tell: Tell])[] = [
  ['费用', determine],
  ['收费', pay],
  ['合同签订', sign],
  ['装表', ({ random }) => [['meter.installed', { meterNo: `33${random.int(1e8, 9e8)}` }]]],
  ['停电', cut],
  ['送电', () => [['power.connected', {}]]],
  ['复电', restore],
  ['回访', visit],
  ['检查计划', (_story, { by, checker }) => [['inspection.planned', { inspectors: [by.id, checker.id] }]]],
  ['用电检查', inspect],
  ['资料归档', ({ no }) => [['archive.filed', { archiveNo: `DA-${no}` }]]],
];

export function tellMilestones(story: Story, stage: string, kinds: readonly string[], who: Who): void {
  for (const [kind, tell] of MILESTONES) {
    if (!kinds.includes(kind)) continue;
    for (const [type, data] of tell(story, who)) {
      story.tell(type, { ...data, stage }, { by: who.by, unit: who.unit });
      story.tick(5, 40);
    }
  }
}

function determine(story: Story): Milestone[] {
  if (story.commits('fee-undetermined') || story.commits('temporary-fee-undetermined')) return [];
  return [['fee.determined', { amount: story.random.int(2, 90) * 130, item: '业务费' }]];
}

function pay(story: Story): Milestone[] {
  const determined = story.told.findLast(({ type }) => type === 'fee.determined')?.data['amount'];
  const amount = typeof determined === 'number' ? determined : story.random.int(2, 90) * 130;
  const short = typeof determined === 'number' && story.commits('fee-short');
  return [['fee.paid', { amount: short ? amount - 100 : amount, item: '业务费' }]];
}

const TOO_LONG = ['contract-too-long', 'high-voltage-contract-too-long', 'temporary-contract-too-long'];

/** Days for which a contract may run: high voltage three years, low voltage five, temporary supply half a year. */
function sign(story: Story): Milestone[] {
  const { random, process, customer, now } = story;
  const isTemporary = process.process === '装表临时用电';
  const days = isTemporary ? 183 : customer.customerClass.startsWith('高压') ? 1_095 : 1_826;
  const isLong = TOO_LONG.map((kind) => story.commits(kind)).includes(true);
  const expiresOn = addDays(dateOf(now), isLong ? days + random.int(2, 900) : days - random.int(0, 60));
  const oneSided = story.commits('contract-one-side');
  const signed = { utilitySigned: true, customerSigned: !oneSided };
  return [['contract.signed', story.commits('contract-open-ended') ? signed : { ...signed, expiresOn }]];
}

function visit(story: Story): Milestone[] {
  if (story.commits('visit-unrecorded')) return [];
  const result = story.commits('visit-unhappy')
    ? story.random.pick(['不满意', '投诉'])
    : story.random.pick(['满意', '满意', '基本满意']);
  return [['visit.completed', { result, ...(story.commits('visit-firm-named') && { designated: true }) }]];
}

function inspect(story: Story, { by, checker }: Who): Milestone[] {
  if (story.commits('inspection-unrecorded')) return [];
  const untold = story.commits('findings-untold');
  const found = untold || story.random.chance(0.3);
  const notice = { document: '用电检查结果通知书', paper: true, copies: 1 };
  const result = {
    inspectors: story.commits('inspected-alone') ? [by.id] : [by.id, checker.id],
    certificateShown: !story.commits('certificate-hidden'),
    customerSigned: !story.commits('inspection-unsigned'),
    findings: found ? ['接地不良'] : [],
  };
  return [
    ['inspection.completed', result],
    ...(found && !untold ? [['document.received', notice] as const] : []),
  ];
}

/** 停电: noticed days before and once more within the hour before; the clock goes to when the power is cut. */
function cut(story: Story): Milestone[] {
  const { random, told, now } = story;
  if (story.commits('cut-for-arrears-soon')) {
    const arrearsSince = addDays(dateOf(now), -random.int(3, 20));
    return cutAfter(story, '欠费', someMorning(random, now, 4), { attributes: { arrearsSince } });
  }
  if (story.commits('cut-long-after')) return cutAfter(story, '安全检查', someMorning(random, now, 9), {});
  if (story.commits('outage-short-notice')) {
    const isPlanned = random.chance(0.5);
    const at = isPlanned ? someMorning(random, now, 3) : now + random.int(2, 5) * 60 * MINUTE;
    return cutAfter(story, isPlanned ? '计划检修' : '临时检修', at, {});
  }
  if (isForArrears(story)) {
    const arrearsSince = addDays(dateOf(now), -random.int(40, 200));
    const at = now + 7 * DAY + random.int(30, 600) * MINUTE;
    return cutAfter(story, '欠费', at, { attributes: { arrearsSince } });
  }
  if (story.commits('cut-unnoticed')) return [['power.cut', { reason: '安全检查' }]];
  if (!told.some(({ type }) => type === 'powercut.noticed'))
    story.tell('powercut.noticed', { reason: '安全检查' });
  story.now = someMorning(random, story.now, story.commits('cut-too-soon') ? 1 : 4);
  if (!story.commits('cut-noticed-once')) {
    story.tell('powercut.noticed', { reason: '安全检查' });
    story.now += random.int(31, 55) * MINUTE;
  }
  return [['power.cut', { reason: '安全检查' }]];
}

/** Paid for once it is cut, and put on again: within the day, up to its very end, or too late. */
function restore(story: Story): Milestone[] {
  const { random, told } = story;
  if (told.some(({ type, data }) => type === 'power.cut' && data['reason'] === '欠费')) {
    story.now = someMorning(random, story.now, 1);
    story.tell('fee.paid', { amount: random.int(2, 90) * 130, item: '电费' });
    const soon = random.chance(0.2) ? 24 * 60 : random.int(30, 23 * 60);
    story.now += (story.commits('restored-late') ? random.int(24 * 60 + 1, 70 * 60) : soon) * MINUTE;
  }
  return [['power.restored', {}]];
}

/** Some cuts are for arrears; those after which power is restored too late all are. */
function isForArrears(story: Story): boolean {
  const isOther = ['cut-unnoticed', 'cut-too-soon', 'cut-noticed-once'].some((kind) => story.commits(kind));
  return story.commits('restored-late') || (!isOther && story.random.chance(0.2));
}

/** Noticed now, once more before, and cut then. */
function cutAfter(story: Story, reason: string, at: number, data: JsonObject): Milestone[] {
  story.tell('powercut.noticed', { reason });
  story.now = Math.max(story.now, at);
  story.tell('powercut.noticed', { reason });
  story.now += story.random.int(31, 55) * MINUTE;
  return [['power.cut', { reason, ...data }]];
}
