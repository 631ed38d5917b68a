import type { JsonObject } from '../json.js';
import type { Story } from './story.js';
import { pickTwo, type Person } from './world.js';

/** What is done in a stage follows from the kinds of work that the catalogue says it is. */

export interface Who {
  readonly by: Person;
  readonly checker: Person;
  readonly unit: string;
}

type Milestone = readonly [type: string, data: JsonObject];

/** Facts told when a stage of a kind is done, in this order. */
const MILESTONES: readonly (readonly [kind: string, tell: (story: Story) => readonly Milestone[]])[] = [
  ['费用', ({ random }) => [['fee.determined', { amount: random.int(1, 90) * 130, item: '业务费' }]]],
  ['收费', ({ random }) => [['fee.paid', { amount: random.int(1, 90) * 130, item: '业务费' }]]],
  [
    '合同签订',
    () => [['contract.signed', { utilitySigned: true, customerSigned: true, expiresOn: '2031-12-31' }]],
  ],
  ['装表', ({ random }) => [['meter.installed', { meterNo: `33${random.int(1e8, 9e8)}` }]]],
  ['停电', () => [['powercut.noticed', {}], ['power.cut', {}]]], // prettier-ignore
  ['送电', () => [['power.connected', {}]]],
  ['复电', () => [['power.restored', {}]]],
  ['回访', ({ random }) => [['visit.completed', { result: random.pick(['满意', '满意', '基本满意']) }]]],
  ['资料归档', ({ no }) => [['archive.filed', { archiveNo: `DA-${no}` }]]],
];

/** Done by the archivists of the hall. */
const AT_THE_HALL = new Set(['收费', '费用', '退费', '回访', '信息归档', '资料归档']);
const BY_APPROVERS = new Set(['审批', '方案', '设计审核', '合同审核']);
const SLOW = new Set(['进度跟踪', '设计审核', '报验', '中间检查', '方案']);

export function milestonesOf(story: Story, kinds: readonly string[]): readonly Milestone[] {
  return MILESTONES.filter(([kind]) => kinds.includes(kind)).flatMap(([, tell]) => tell(story));
}

export function takesLong(kinds: readonly string[]): boolean {
  return kinds.some((kind) => SLOW.has(kind));
}

export function whoDoes({ random, hall, county }: Story, kinds: readonly string[]): Who {
  const isAny = (of: ReadonlySet<string>) => kinds.some((kind) => of.has(kind));
  if (isAny(AT_THE_HALL)) {
    const [by, checker] = pickTwo(random, hall.archivists);
    return { by, checker, unit: hall.code };
  }
  const [by, checker] = pickTwo(random, isAny(BY_APPROVERS) ? county.approvers : county.engineers);
  return { by, checker, unit: county.code };
}
