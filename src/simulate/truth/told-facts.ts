import type { JsonObject, JsonValue } from '../../json.js';
import { dateOf, instantOf, isWorkday, addDays, workingMs, HOUR, MINUTE } from '../office-time.js';
import type { ChecklistDocument } from '../rule-content.js';
import {
  attributeAt,
  before,
  checklistOf,
  newest,
  textOf,
  type Fact,
  type Timeline,
  type Visit,
} from './timeline.js';
import { toTime } from './told-times.js';

/** From where something is looked at. */
export interface Scope {
  readonly timeline: Timeline;
  readonly at: number;
  readonly stage?: string;
  readonly visit?: number;
  /** The event that made somebody look. */
  readonly event?: Fact;
  readonly phase?: 'early' | 'overdue';
}

/** What was told; undefined where it was not. */
export type Told = JsonValue | undefined;
type Params = JsonObject;
type Read = (scope: Scope, params: Params) => Told;

const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return typeof value === 'string' ? value : undefined;
};
const stageOf = ({ stage }: Scope, params: Params) => {
  const named = text(params, 'stage');
  return named === undefined || named === 'same' ? stage : named;
};
/** The visit in question, or the newest to a named stage. */
function visitOf(scope: Scope, params: Params): Visit | undefined {
  const { timeline, at, stage, visit } = scope;
  const begun = timeline.visits.filter((one) => one.arrivedAt <= at);
  const named = text(params, 'stage');
  if (named !== undefined && named !== 'same') return begun.findLast((one) => one.stage === named);
  return begun.find((one) => one.stage === stage && one.visit === visit);
}
const completedAt = (visit: Visit | undefined, at: number) =>
  visit?.completed && visit.completed.at <= at ? visit.completed : undefined;
/** Where no stage is named and none is in question, nobody knows. */
const isOfNoStage = (scope: Scope, params: Params) => stageOf(scope, params) === undefined;
const ofStage = (scope: Scope, params: Params, type: string) =>
  before(
    scope.timeline,
    scope.at,
    type,
    text(params, 'stage') === undefined ? undefined : stageOf(scope, params),
  );
const seen = ({ timeline, at }: Scope, params: Params) => before(timeline, at, text(params, 'type') ?? '');
const milestone = ({ timeline, at }: Scope, params: Params) =>
  newest(timeline, at, text(params, 'name') ?? '');
const handler = (fact: Fact | undefined) => textOf(fact, 'operator');

const FACTS: Readonly<Record<string, Read>> = {
  now: ({ at }) => at,
  today: ({ at }) => dateOf(at),
  'clock.phase': ({ phase }) => phase,
  'event.time': ({ event }) => event?.at,
  'event.nextStage': ({ event }) => event?.data['nextStage'],
  'event.data': ({ event }, params) => event?.data[text(params, 'field') ?? ''],
  'event.share': ({ event }, params) => {
    const wanted = event?.data[text(params, 'of') ?? ''];
    const there = event?.data[text(params, 'in') ?? ''];
    if (!Array.isArray(wanted) || !Array.isArray(there) || wanted.length === 0) return undefined;
    return wanted.filter((one) => there.includes(one)).length / wanted.length;
  },
  'workOrder.no': ({ timeline }) => timeline.subject,
  'workOrder.openedAt': ({ timeline, at }) => before(timeline, at, 'workorder.opened')[0]?.at,
  'workOrder.attribute': ({ timeline, at }, params) => attributeAt(timeline, at, text(params, 'name') ?? ''),
  'workOrder.returns': ({ timeline, at }) => before(timeline, at, 'flow.returned').length,
  'stage.name': (scope) => scope.stage,
  'stage.completed': (scope, params) =>
    isOfNoStage(scope, params) ? undefined : completedAt(visitOf(scope, params), scope.at) !== undefined,
  'stage.completedAt': (scope, params) => completedAt(visitOf(scope, params), scope.at)?.at,
  'stage.arrivedAt': (scope, params) => visitOf(scope, params)?.arrivedAt,
  'stage.visits': (scope, params) => {
    const stage = stageOf(scope, params);
    if (stage === undefined) return undefined;
    return scope.timeline.visits.filter((one) => one.stage === stage && one.arrivedAt <= scope.at).length;
  },
  'stage.operatorId': (scope, params) => {
    const visit = visitOf(scope, params);
    const arrived = scope.timeline.facts.find(
      ({ at, type }) => at === visit?.arrivedAt && type === 'stage.arrived',
    );
    return handler(completedAt(visit, scope.at) ?? arrived);
  },
  'stage.checkerId': (scope, params) => textOf(completedAt(visitOf(scope, params), scope.at), 'checker'),
  'stage.workingDaysSpent': ({ timeline, at }, { except }) => {
    const others = Array.isArray(except) ? except : [];
    return timeline.visits
      .filter(({ stage, arrivedAt }) => !others.includes(stage) && arrivedAt <= at)
      .reduce((sum, visit) => sum + daysSpent(timeline, visit, at), 0);
  },
  'milestone.reached': (scope, params) => milestone(scope, params) !== undefined,
  'milestone.at': (scope, params) => milestone(scope, params)?.at,
  'milestone.data': (scope, params) => milestone(scope, params)?.data[text(params, 'field') ?? ''],
  'seen.count': (scope, params) => seen(scope, params).length,
  'seen.firstAt': (scope, params) => seen(scope, params)[0]?.at,
  'seen.lastAt': (scope, params) => seen(scope, params).at(-1)?.at,
  'document.received': (scope, params) =>
    ofStage(scope, params, 'document.received').some(({ data }) => data['document'] === params['document']),
  'signature.present': (scope, params) =>
    ofStage(scope, params, 'signature.recorded').some(
      ({ data }) => data['document'] === params['document'] && data['role'] === params['role'],
    ),
  'shortfall.notified': ({ timeline, at }) =>
    newest(timeline, at, 'document.shortfall.notified') !== undefined,
  'checklist.missing': (scope, params) => {
    const need = text(params, 'need') ?? '必备';
    const stage = stageOf(scope, params);
    if (stage === undefined) return undefined;
    const wanted = checklistAt(scope, stage).filter((item) => item.need === need);
    return wanted.filter((item) => !hasDocument(scope, item)).map(({ document }) => document);
  },
  'checklist.unsigned': (scope, params) => {
    const stage = stageOf(scope, params);
    if (stage === undefined) return undefined;
    return checklistAt(scope, stage).flatMap((item) => lacking(scope, item));
  },
  'checklist.fileMissing': (scope) => {
    const done = scope.timeline.visits.filter((visit) => completedAt(visit, scope.at) !== undefined);
    const wanted = done
      .flatMap(({ stage }) => checklistAt(scope, stage))
      .filter(({ need }) => need === '必备');
    return wanted.filter((item) => !hasDocument(scope, item)).map(({ document }) => document);
  },
  'elapsed.minutes': span((from, to) => (to - from) / MINUTE),
  'elapsed.calendarHours': span((from, to) => (to - from) / HOUR),
  'elapsed.workingHours': span((from, to) => workingMs(from, to) / HOUR),
};
export const factNames: ReadonlySet<string> = new Set(Object.keys(FACTS));

export function readFact(name: string, params: Params, scope: Scope): Told {
  return FACTS[name]?.(scope, params);
}

function checklistAt({ timeline, at }: Scope, stage: string): readonly ChecklistDocument[] {
  const customerClass = before(timeline, at, 'workorder.opened')[0]?.data['customerClass'];
  return checklistOf(timeline, stage).filter(
    ({ customerClasses }) =>
      !customerClasses || (typeof customerClass === 'string' && customerClasses.includes(customerClass)),
  );
}

function hasDocument({ timeline, at }: Scope, { document }: ChecklistDocument): boolean {
  return before(timeline, at, 'document.received').some(({ data }) => data['document'] === document);
}

function lacking({ timeline, at }: Scope, { document, signatures = [] }: ChecklistDocument): string[] {
  const signed = before(timeline, at, 'signature.recorded').filter(
    ({ data }) => data['document'] === document,
  );
  return signatures
    .filter((role) => !signed.some(({ data }) => data['role'] === role))
    .map((role) => `${document}·${role}`);
}

/** Working days from the day after arrival to the day of completion, without those on which the customer had it suspended. */
function daysSpent(timeline: Timeline, { stage, arrivedAt, completed, until }: Visit, now: number): number {
  const returned = before(timeline, now, 'flow.returned', stage).find(
    ({ at }) => at > arrivedAt && at < until,
  );
  const done = completed && completed.at <= now ? completed.at : undefined;
  const end = done ?? returned?.at ?? now;
  if (end < arrivedAt) return 0;
  const paused = timeline.pauses
    .filter(({ from }) => from <= now)
    .map(
      ({ from, to }) =>
        [Math.max(from, arrivedAt), Math.min(end, to !== undefined && to <= now ? to : now)] as const,
    )
    .reduce((sum, [from, to]) => sum + workdaysBetween(from, to), 0);
  return Math.max(0, workdaysBetween(arrivedAt, end) - paused);
}

function workdaysBetween(from: number, to: number): number {
  let days = 0;
  for (let day = dateOf(from); from < to && day < dateOf(to);) {
    day = addDays(day, 1);
    if (isWorkday(day)) days += 1;
  }
  return days;
}

/** From one time to another, each the name of a fact or a fact with parameters; to now where it does not say. */
function span(measure: (from: number, to: number) => number): Read {
  return (scope, { from, to }) => {
    const start = timeOf(from, scope);
    const end = to === undefined ? scope.at : timeOf(to, scope);
    if (start === undefined || end === undefined) return undefined;
    return start <= end ? measure(start, end) : -measure(end, start);
  };
}

function timeOf(reference: JsonValue | undefined, scope: Scope): number | undefined {
  const name = typeof reference === 'string' ? reference : (reference as JsonObject | undefined)?.['fact'];
  const params =
    typeof reference === 'string' ? undefined : (reference as JsonObject | undefined)?.['params'];
  const value =
    typeof name === 'string' ? toTime(readFact(name, (params ?? {}) as Params, scope)) : undefined;
  return typeof value === 'string' ? instantOf(value, '00:00') : value;
}
