import { asText } from './as-text.js';
import { HALTS, LONG_DELAYS } from './delay-fault-kinds.js';
import type { Story } from './story.js';
import { pickTwo, type Person } from './world.js';

/** Who does a stage and how long it takes follows from the kinds of work that the catalogue says it is. */

export interface Who {
  readonly by: Person;
  readonly checker: Person;
  readonly unit: string;
}

/** Done by the archivists of the hall. */
const AT_THE_HALL = new Set(['收费', '费用', '退费', '回访', '信息归档', '资料归档']);
const BY_APPROVERS = new Set(['审批', '方案', '设计审核', '合同审核']);
const SLOW = new Set(['进度跟踪', '设计审核', '报验', '中间检查', '方案']);
const ON_SITE = ['勘查', '中间检查', '验收', '用电检查'];
/** Stages whose people must not approve afterwards. */
const BEFORE_APPROVAL = ['拟定供电方案', '起草', '现场勘查'];

/** Whether the work order has come to where it stays for good. */
export function staysPut({ committed }: Story, kinds: readonly string[]): boolean {
  return Object.entries(HALTS).some(([fault, kind]) => committed.has(fault) && kinds.includes(kind));
}

/** How many working days longer a stage takes that a fault puts off; undefined where none does. */
function delayOf(story: Story, kinds: readonly string[], isSecond: boolean): number | undefined {
  for (const [fault, [from, to, kind]] of Object.entries(LONG_DELAYS)) {
    if (kind === undefined ? !isSecond : !kinds.includes(kind)) continue;
    if (story.commits(fault)) return story.random.int(from, to);
  }
  return undefined;
}

/** Working minutes that a stage takes; the faults of the story may make it a matter of days, or of minutes. */
export function workingMinutes(story: Story, stage: string, kinds: readonly string[]): number {
  const { random } = story;
  if (kinds.some((kind) => ON_SITE.includes(kind)) && story.commits('stage-in-minutes'))
    return random.int(1, 3);
  const days = delayOf(story, kinds, story.process.stages[1]?.stage === stage);
  if (days !== undefined) return days * 450 + random.int(0, 400);
  if (kinds.some((kind) => story.commitsOnce(`delayed-${kind}`)))
    return random.weighted([[3, 2], [6, 3], [11, 3], [17, 3]]) * 450 + random.int(0, 400); // prettier-ignore
  if (random.chance(0.4) && story.commitsOnce('stage-delayed'))
    return random.weighted([[2, 3], [5, 3], [9, 2], [16, 2]]) * 450 + random.int(0, 400); // prettier-ignore
  return kinds.some((kind) => SLOW.has(kind)) ? random.int(200, 1400) : random.int(30, 330);
}

/** Whether the next stage is left out; never the last one. */
export function skipsNext(story: Story, index: number): boolean {
  const left = story.process.stages.length - index - 1;
  const next = story.process.stages[index + 1]?.kinds ?? [];
  if (left > 1 && next.some((kind) => story.commitsOnce(`skipped-${kind}`))) return true;
  if (left > 1 && next.includes('审批') && story.commitsOnce('contract-unapproved')) return true;
  return left > 1 && story.random.chance(0.3) && story.commitsOnce('stage-skipped');
}

export function whoDoes(story: Story, kinds: readonly string[]): Who {
  const { random, hall, county } = story;
  const isAny = (of: ReadonlySet<string>) => kinds.some((kind) => of.has(kind));
  if (isAny(AT_THE_HALL)) {
    const [by, checker] = pickTwo(random, hall.archivists);
    return { by, checker, unit: hall.code };
  }
  const unit = county.code;
  const [by, checker] = pickTwo(random, isAny(BY_APPROVERS) ? county.approvers : county.engineers);
  if (!kinds.includes('审批') && !kinds.includes('合同审核')) return { by, checker, unit };
  const earlier = whoDid(story, kinds.includes('审批') ? BEFORE_APPROVAL : ['起草']);
  const again = earlier.at(-1);
  if (again && story.commits(kinds.includes('审批') ? 'planner-approves' : 'drafter-reviews'))
    return { by: again, checker: again.id === checker.id ? by : checker, unit };
  const isFree = ({ id }: Person) => !earlier.some((did) => did.id === id);
  const free = county.approvers.filter(isFree);
  // Sent back and planned anew by everybody who approves, it is approved by somebody else of the county.
  const [one, other] = random.shuffle(free.length > 0 ? free : county.engineers.filter(isFree));
  if (!one) throw new RangeError(`nobody of ${unit} may approve`);
  return { by: one, checker: other ?? [by, checker].find(({ id }) => id !== one.id) ?? checker, unit };
}

/** Those who completed any of the stages. */
function whoDid({ told, county }: Story, stages: readonly string[]): Person[] {
  const ids = told
    .filter(({ type, data }) => type === 'stage.completed' && stages.includes(asText(data['stage'])))
    .map(({ data }) => (data['operator'] as { id: string }).id);
  return [...county.engineers, ...county.approvers].filter(({ id }) => ids.includes(id));
}
