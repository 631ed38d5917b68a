import { acceptOrder } from './accept-order.js';
import { makeCustomer } from './customers.js';
import { HALTS } from './delay-fault-kinds.js';
import type { FaultKind } from './fault-kinds.js';
import { DAY_END, MINUTE, nextMoment } from './office-time.js';
import type { Random } from './random.js';
import { during, makeStory, type Story } from './story.js';
import { drawTraits } from './traits.js';
import { walkStages } from './walk-stages.js';
import { tellOpened } from './tell-opened.js';
import { entryOf, pickTwo, type Hall, type Person, type Process, type World } from './world.js';

export interface OrderSpec {
  readonly no: string;
  readonly random: Random;
  readonly world: World;
  readonly process: Process;
  readonly faults: readonly FaultKind[];
  /** Business day on which it is opened. */
  readonly date: string;
  /** That day lies before the period. */
  readonly isOld: boolean;
  /** No step is begun after this instant. */
  readonly horizon: number;
}

/** How many customers come in which hour. */
const HOURS: readonly (readonly [from: string, to: string, weight: number])[] = [
  ['08:32', '09:30', 22],
  ['09:30', '11:40', 40],
  ['13:32', '14:30', 16],
  ['14:30', '16:05', 22],
];
/** How many customers the busiest hall has for each of another. */
const BUSIEST = 5;
/** Faults that only show when stages are completed well before the end-of-day look. */
const IN_DAYLIGHT = new Set(['handover', 'flow', 'paper', 'contact']);

/** Tells one work order, from its opening to wherever it comes within the period. */
export function tellOrder({ no, random, world, process, faults, date, isOld, horizon }: OrderSpec): Story {
  const drawn = drawTraits(random, process, faults, world.hasNeighbours);
  const halls = drawn.sameCity ? world.halls.filter((one) => neighbour(world, one)) : world.halls;
  const hall = random.weighted(halls.map((one) => [one, one === world.halls[0] ? BUSIEST : 1]));
  const managingUnit = (drawn.sameCity && neighbour(world, hall)) || hall.county;
  const county = world.counties.get(managingUnit);
  if (!county) throw new RangeError(`no county ${managingUnit}`);
  const [clerk, checker] = pickTwo(random, hall.clerks);
  const traits = isMistaken(world, clerk, faults, process, random)
    ? { ...drawn, correction: true, slowCheck: false }
    : drawn;
  const stages = process.stages.map(({ stage }) => stage);
  const [from, to] = random.weighted(HOURS.map((hour) => [hour, hour[2]]));
  const story = makeStory({
    no,
    random,
    process,
    traits,
    hall,
    county,
    managingUnit,
    clerk,
    checker,
    archivist: random.pick(hall.archivists),
    customer: makeCustomer(
      random,
      process,
      world.checklists,
      faults.find((fault) => fault.customerClass)?.customerClass,
    ),
    checklists: world.checklists,
    counter: stages[0] ?? '',
    faultStage:
      (random.chance(0.4) &&
        random.pick(
          stages
            .slice(1, -1)
            .slice(0, 2)
            .concat(stages[0] ?? ''),
        )) ||
      (stages[0] ?? ''),
    daylight: faults.some(({ area }) => IN_DAYLIGHT.has(area)),
    isOld,
    horizon,
    now: traits.evening ? during(random, date, '17:01', '17:25') : during(random, date, from, to),
    faults: new Set(faults.map(({ kind }) => kind)),
  });
  // What shows by nothing being done any more is committed from the beginning.
  for (const { kind } of faults) if (kind in HALTS) story.commits(kind);
  if (traits !== drawn) story.committed.add('error-prone-clerk');
  if (entryOf(process) === 'internal') tellOpened(story);
  else acceptOrder(story);
  if (story.stalled) return story;
  if (entryOf(process) === 'confirmation') closeConfirmation(story, faults);
  else walkStages(story);
  if (!wasRushed(story)) story.committed.delete('stages-in-minutes');
  return story;
}

/** Whether the stages were in fact clicked through: the period may have ended, or the papers taken their time. */
function wasRushed({ told, county }: Story): boolean {
  const rushed = told.filter(
    ({ type, data }) =>
      type === 'stage.completed' && (data['operator'] as { id?: string }).id === county.engineers[0]?.id,
  );
  return rushed.some(({ at }, i) => (rushed[i + 2]?.at ?? Infinity) - at < 10 * MINUTE);
}

/** Half of what the error-prone clerk enters has a mistake, which is put right at once. */
function isMistaken(
  { errorProne }: World,
  clerk: Person,
  faults: readonly FaultKind[],
  process: Process,
  random: Random,
): boolean {
  return (
    clerk.id === errorProne?.id &&
    faults.length === 0 &&
    entryOf(process) !== 'internal' &&
    random.chance(0.5)
  );
}

/** 客户申请确认 ends at the counter, once the papers are where they belong. */
function closeConfirmation(story: Story, faults: readonly FaultKind[]): void {
  const last = Math.max(...story.told.map(({ at }) => at));
  const seen = faults.some(({ area }) => area === 'handover') ? nextMoment(story.now, DAY_END) : 0;
  const at = Math.max(last, seen) + story.random.int(3, 20) * MINUTE;
  story.tell('workorder.closed', { reason: '转业务受理' }, { at });
}

/** Another county of the same city company, for 同城受理. */
function neighbour(world: World, { county, city }: Hall): string | undefined {
  return [...world.counties.values()].find((other) => other.city === city && other.code !== county)?.code;
}
