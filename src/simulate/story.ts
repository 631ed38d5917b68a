import type { JsonObject } from '../json.js';
import type { Customer } from './customers.js';
import { addWorkingMs, DAY_END, dateOf, instantOf, isWorkday, MINUTE, nextMoment, workdayAfter } from './office-time.js'; // prettier-ignore
import type { ChecklistContent } from './rule-content.js';
import type { Random } from './random.js';
import type { Traits } from './traits.js';
import type { County, Hall, Person, Process } from './world.js';

/** Something that happened and was told. */
export interface Told {
  /** Epoch ms, whole seconds. */
  readonly at: number;
  /** Without `yxzy.`. */
  readonly type: string;
  readonly data: JsonObject;
  /** When it was entered, where that was later. */
  readonly recordedAt?: number | undefined;
}

export interface TellOptions {
  /** Default: where the clock stands. */
  readonly at?: number;
  readonly by?: Person;
  readonly unit?: string;
  readonly recordedAt?: number | undefined;
}

/** A work order being told, with a clock that whoever tells moves on. */
export interface Story {
  readonly no: string;
  readonly random: Random;
  readonly process: Process;
  readonly customer: Customer;
  readonly traits: Traits;
  readonly hall: Hall;
  readonly county: County;
  /** In charge: the county of the hall, or, with 同城受理, another one of the city. */
  readonly managingUnit: string;
  readonly clerk: Person;
  readonly checker: Person;
  readonly archivist: Person;
  /** Papers and signatures that the stages must have. */
  readonly checklists: readonly ChecklistContent[];
  /** First stage: 业务受理 or 客户申请确认. */
  readonly counter: string;
  /** Where a fault that can happen at any stage happens. */
  readonly faultStage: string;
  /** Some fault only shows when stages are completed well before the end-of-day look. */
  readonly daylight: boolean;
  /** It was opened before the period, when this feed was not there yet. */
  readonly isOld: boolean;
  /** After this instant no new step is begun. */
  readonly horizon: number;
  readonly told: Told[];
  /** Kinds of faults that were in fact committed. */
  readonly committed: Set<string>;
  now: number;
  /** What is left to do once the work order has been sent on from the counter. */
  readonly later: (() => void)[];
  /** Set once nothing more happens to it. */
  stalled: boolean;
  /** Whether a fault is to be committed; asking commits it. */
  commits(kind: string): boolean;
  /** The same, but true only once. */
  commitsOnce(kind: string): boolean;
  readonly tell: (type: string, data: JsonObject, options?: TellOptions) => number;
  /** Moves the clock by seconds that belong together. */
  tick(from: number, to: number): void;
  /** Moves the clock by working minutes. */
  work(minutes: number): void;
  workItem(stage: string): JsonObject;
}

export interface StoryOptions extends Omit<
  Story,
  | 'told'
  | 'later'
  | 'committed'
  | 'stalled'
  | 'commits'
  | 'commitsOnce'
  | 'tell'
  | 'tick'
  | 'work'
  | 'workItem'
> {
  readonly faults: ReadonlySet<string>;
}

export function makeStory({ faults, ...options }: StoryOptions): Story {
  const { random, process, hall, clerk } = options;
  const told: Told[] = [];
  const committed = new Set<string>();
  const taken = new Set<number>();
  const story: Story = {
    ...options,
    told,
    committed,
    later: [],
    stalled: false,
    commits(kind) {
      if (faults.has(kind)) committed.add(kind);
      return faults.has(kind);
    },
    commitsOnce: (kind) => !committed.has(kind) && story.commits(kind),
    tell(type, data, { at = story.now, by = clerk, unit = hall.code, recordedAt } = {}) {
      let second = Math.round(at / 1000) * 1000;
      // No two things of a work order in one second: the order of what happened is beyond doubt.
      while (taken.has(second) && type !== 'acceptance.backfilled') second += 1000;
      taken.add(second);
      if (at === story.now) story.now = Math.max(story.now, second);
      const late = recordedAt !== undefined && recordedAt > second ? recordedAt : undefined;
      told.push({
        at: second,
        type,
        data: { ...data, orgUnit: unit, operator: { ...by } },
        recordedAt: late,
      });
      return second;
    },
    tick(from, to) {
      story.now += random.int(from, to) * 1000;
    },
    work(minutes) {
      story.now = addWorkingMs(story.now, minutes * MINUTE) ?? story.now;
    },
    workItem(stage) {
      const workItem = process.stages.find((entry) => entry.stage === stage)?.workItem;
      return workItem === undefined ? { stage } : { stage, workItem };
    },
  };
  return story;
}

/** The instant, or, where what takes `minutes` from then on would be cut in two by the end-of-day look, a time after it. */
export function clearOfDayEnd(at: number, minutes: number): number {
  const look = nextMoment(at - 1, DAY_END);
  return at + minutes * MINUTE >= look && dateOf(at) === dateOf(look) ? look + 2 * MINUTE : at;
}

/** An instant between two times of day of a date. */
export function during(random: Random, date: string, from: string, to: string): number {
  const [first, last] = [instantOf(date, from), instantOf(date, to)];
  return first + random.int(0, Math.max(0, (last - first) / 1000)) * 1000;
}

/** The morning (09:00–11:30) of the nth working day after an instant's. */
export function someMorning(random: Random, at: number, n: number): number {
  return during(random, workdayAfter(dateOf(at), n), '09:00', '11:30');
}

/** The instant, or, where a working day has not long to go, the next working morning. */
export function inDaylight(random: Random, at: number): number {
  const date = dateOf(at);
  if (isWorkday(date) && at < instantOf(date, '16:40')) return at;
  return someMorning(random, at, 1);
}
