import type { JsonObject, JsonValue } from '../../json.js';
import type { Pause } from '../office-time.js';
import type { ChecklistContent, ChecklistDocument } from '../rule-content.js';
import type { CloudEvent } from '../simulation.js';
import { papersOf } from '../stage-papers.js';
import type { SimulationContent, Stage } from '../world.js';

/*
 * What is true of a work order, read from its events alone. Nothing here or beside it comes from the engine, the
 * projection or the calendar of the service: it is the other opinion that theirs is held against.
 */

/** An event with its times as epoch ms. */
export interface Fact {
  readonly at: number;
  readonly recordedAt?: number;
  /** Without `yxzy.`. */
  readonly type: string;
  readonly stage?: string;
  readonly data: JsonObject;
}

/** One visit to a stage. */
export interface Visit {
  readonly stage: string;
  /** 1, 2, … */
  readonly visit: number;
  readonly arrivedAt: number;
  /** When the next visit to the stage begins. */
  readonly until: number;
  readonly completed?: Fact;
}

/** A work order, or the day of a hall, with its events in the order in which they happened. */
export interface Timeline {
  readonly subject: string;
  readonly facts: readonly Fact[];
  readonly process?: string;
  /** The stages of its process, as the catalogue has them. */
  readonly stages: readonly Stage[];
  readonly checklists: readonly ChecklistContent[];
  readonly sameCity: boolean;
  readonly managingUnit?: string;
  readonly visits: readonly Visit[];
  /** Suspensions on the customer's side. */
  readonly pauses: readonly Pause[];
  readonly closedAt: number;
  readonly cancelledAt: number;
  /** Nothing is looked at from then on. */
  readonly until: number;
}

export function makeTimeline(
  events: readonly CloudEvent[],
  until: number,
  signs: readonly number[],
  { processes, checklists }: Pick<SimulationContent, 'processes' | 'checklists'>,
): Timeline {
  const others = signs.map((at): Fact => ({ at, type: 'feed.sign', data: {} }));
  const facts = [...events.map(toFact), ...others].sort((a, b) => a.at - b.at);
  const opened = facts.find(({ type }) => type === 'workorder.opened')?.data;
  const first = (type: string) => facts.find((fact) => fact.type === type)?.at ?? Infinity;
  const process = opened?.['process'];
  const unit = opened?.['managingUnit'];
  return {
    subject: events[0]?.subject ?? '',
    facts,
    ...(typeof process === 'string' && { process }),
    stages: processes.find((one) => one.process === process)?.stages ?? [],
    checklists,
    sameCity: opened?.['sameCity'] === true,
    ...(typeof unit === 'string' && { managingUnit: unit }),
    visits: visitsOf(facts),
    pauses: pausesOf(facts),
    closedAt: first('workorder.closed'),
    cancelledAt: first('workorder.cancelled'),
    until,
  };
}

function toFact({ type, time, recordedtime, data }: CloudEvent): Fact {
  const stage = data['stage'];
  return {
    at: Date.parse(time),
    type: type.replace(/^yxzy\./, ''),
    data,
    ...(recordedtime !== undefined && { recordedAt: Date.parse(recordedtime) }),
    ...(typeof stage === 'string' && { stage }),
  };
}

/** In the stories each visit begins with an arrival. */
function visitsOf(facts: readonly Fact[]): Visit[] {
  const arrivals = facts.filter(({ type, stage }) => type === 'stage.arrived' && stage !== undefined);
  return arrivals.map(({ stage = '', at }, i) => {
    const until = arrivals.slice(i + 1).find((next) => next.stage === stage)?.at ?? Infinity;
    const completed = facts.find(
      (fact) => fact.type === 'stage.completed' && fact.stage === stage && fact.at >= at && fact.at < until,
    );
    const visit = arrivals.slice(0, i + 1).filter((one) => one.stage === stage).length;
    return { stage, visit, arrivedAt: at, until, ...(completed && { completed }) };
  });
}

function pausesOf(facts: readonly Fact[]): Pause[] {
  const pauses: { from: number; to?: number }[] = [];
  for (const { type, at, data } of facts) {
    const open = pauses.find(({ to }) => to === undefined);
    if (type === 'workorder.suspended' && data['side'] === 'customer' && !open) pauses.push({ from: at });
    const ends =
      type === 'workorder.resumed'
        ? data['side'] === 'customer'
        : /^workorder\.(closed|cancelled)$/.test(type);
    if (ends && open) open.to = at;
  }
  return pauses;
}

/** Facts of a type up to an instant, the newest last. */
export function before({ facts }: Timeline, at: number, type: string, stage?: string): readonly Fact[] {
  return facts.filter(
    (fact) => fact.type === type && fact.at <= at && (stage === undefined || fact.stage === stage),
  );
}

/** The newest fact of a type. */
export function newest(timeline: Timeline, at: number, type: string, stage?: string): Fact | undefined {
  return before(timeline, at, type, stage).at(-1);
}

/** Which visit a stage is in at an instant; what is told before the first arrival belongs to the first. */
export function visitAt({ visits }: Timeline, stage: string, at: number): { stage: string; visit: number } {
  const found = visits.findLast((visit) => visit.stage === stage && visit.arrivedAt <= at);
  return { stage, visit: found?.visit ?? 1 };
}

/** The newest value of an attribute. */
export function attributeAt(timeline: Timeline, at: number, name: string): JsonValue | undefined {
  let value: JsonValue | undefined;
  for (const { at: when, data } of timeline.facts) {
    const attributes = data['attributes'];
    if (when > at || typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
      continue;
    value = attributes[name] ?? value;
  }
  return value;
}

/** Texts of a list in the data. */
export function listOf(fact: Fact | undefined, field: string): readonly string[] {
  const list = fact?.data[field];
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}

/** A text, or the id of a person. */
export function textOf(fact: Fact | undefined, field: string): string | undefined {
  const value = fact?.data[field];
  if (typeof value === 'string') return value;
  const id = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** What kinds of work a stage is. */
export function kindsOf({ stages }: Timeline, stage: string): readonly string[] {
  return stages.find((one) => one.stage === stage)?.kinds ?? [];
}

/** After this stage nothing is sent on. */
export function isFinal({ stages }: Timeline, stage: string): boolean {
  return stages.find((one) => one.stage === stage)?.final ?? false;
}

/** The papers that a stage must have, whoever the customer is. */
export function checklistOf(timeline: Timeline, stage: string): readonly ChecklistDocument[] {
  const { process = '', checklists } = timeline;
  return papersOf(checklists, process, kindsOf(timeline, stage));
}
