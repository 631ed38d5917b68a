import { papersOf } from './stage-papers.js';
import { entryOf, type Process, type World } from './world.js';
import type { FaultKind } from './fault-kinds.js';
import type { Random } from './random.js';

/** What is particular, and in order, about a work order. */
export interface Traits {
  /** 同城受理: accepted at the counter of another county. */
  readonly sameCity: boolean;
  /** 先受理、后补录: the system is down when the customer comes. */
  readonly offline: boolean;
  /** The customer lacks papers; told at once, brought as agreed. */
  readonly shortfall: boolean;
  /** 一证受理: accepted on a 客户承诺书 in place of a paper. */
  readonly promise: boolean;
  /** A second form, entered and checked the other way round. */
  readonly secondForm: boolean;
  /** The check finds a mistake, which is put right. */
  readonly correction: boolean;
  /** The check takes hours, up to the very limit. */
  readonly slowCheck: boolean;
  /** Opened after the end-of-day look. */
  readonly evening: boolean;
  /** 大项目咨询: the project is settled. */
  readonly determined: boolean;
  /** A later stage sends it back. */
  readonly returned: boolean;
  /** Suspended on the way. */
  readonly paused: boolean;
  readonly cancelled: boolean;
}

const CHANCES: Readonly<Record<keyof Traits, number>> = {
  sameCity: 0.08,
  offline: 0.03,
  shortfall: 0.1,
  promise: 0.15,
  secondForm: 0.3,
  correction: 0.08,
  slowCheck: 0.05,
  evening: 0.03,
  determined: 0.7,
  returned: 0.12,
  paused: 0.1,
  cancelled: 0.03,
};

const AT_NO_COUNTER: Partial<Traits> = {
  sameCity: false, offline: false, shortfall: false, promise: false, secondForm: false, correction: false,
  slowCheck: false, evening: false, determined: false,
}; // prettier-ignore

/** Draws what the faults leave open. Traits that do not go together are dropped, those the faults need first kept. */
export function drawTraits(
  random: Random,
  process: Process,
  faults: readonly FaultKind[],
  hasNeighbours: boolean,
): Traits {
  const needs: Partial<Traits> = Object.assign({}, ...faults.map((fault) => fault.needs)) as Partial<Traits>;
  const drawn = Object.fromEntries(
    Object.entries(CHANCES).map(([name, chance]) => [name, random.chance(chance)]),
  ) as Record<keyof Traits, boolean>;
  const entry = entryOf(process);
  if (entry === 'confirmation') Object.assign(drawn, { sameCity: false, offline: false, returned: false });
  if (entry === 'confirmation') drawn.shortfall ||= random.chance(0.5);
  if (entry === 'internal') Object.assign(drawn, AT_NO_COUNTER);
  if (isConsult(process)) drawn.shortfall = false;
  if (!hasNeighbours) drawn.sameCity = false;
  const traits = { ...drawn, ...needs };
  const keep = (name: keyof Traits) => needs[name] === true;
  if (traits.offline) {
    if (!keep('shortfall')) traits.shortfall = false;
    if (!keep('evening')) traits.evening = false;
  }
  if (traits.shortfall) traits.promise = false;
  if (traits.correction && traits.slowCheck) traits[keep('slowCheck') ? 'correction' : 'slowCheck'] = false;
  if (faults.length > 0) traits.cancelled = false;
  return traits;
}

/** Whether a fault can happen in a process. */
export function fitsProcess(
  fault: FaultKind,
  process: Process,
  { checklists }: Pick<World, 'checklists'>,
): boolean {
  const { processes, stageKinds, papers, of } = fault;
  if (of && !of.includes(process.process)) return false;
  if (stageKinds && !process.stages.some(({ kinds }) => kinds.some((kind) => stageKinds.includes(kind))))
    return false;
  const later = entryOf(process) === 'internal' ? process.stages : process.stages.slice(1);
  const documents = later.flatMap(({ kinds }) => papersOf(checklists, process.process, kinds));
  if (papers && !documents.some(({ signatures }) => papers === 'paper' || signatures)) return false;
  const entry = entryOf(process);
  const counter = entry === 'acceptance';
  switch (processes) {
    case 'every':
      return true;
    case 'flow':
      return counter || (entry === 'internal' && process.stages.length > 1);
    case 'long':
      return counter && process.stages.length > 6;
    case 'none':
      return false;
    case 'any':
      return entry !== 'internal';
    case 'residential':
      return counter && /^低压居民(新装|增容)$/.test(process.process);
    case 'person':
      return isPersons(process);
    case 'firm':
      return counter && !isPersons(process) && !isConsult(process);
    case 'consult':
      return isConsult(process);
    case 'notConsult':
      return counter && !isConsult(process);
    case 'survey':
      return counter && process.stages[1]?.stage === '现场勘查';
    default:
      return counter;
  }
}

export function isConsult({ process }: Process): boolean {
  return process === '用电大项目前期咨询';
}

/** Applied for by a person, not by a firm. */
export function isPersons({ process }: Process): boolean {
  return /^低压居民|^客户申请确认$|^过户$|^更名$/.test(process);
}
