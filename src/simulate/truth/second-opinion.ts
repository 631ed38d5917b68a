import { dateOf, DAY_END, MORNING } from '../office-time.js';
import type { RuleContent, SelectorContent, TriggerContent } from '../rule-content.js';
import { holds, unknownWords } from './conditions.js';
import { dailyLooks, follow, limitLooks, type Finding, type Limit, type Look } from './follow.js';
import { kindsOf, visitAt, type Fact, type Timeline } from './timeline.js';
import type { Scope } from './told-facts.js';

/*
 * What a rule of any kind must find, read from its file by other means than the service's: no index, no compiled
 * screen, no json-rules-engine, no state that is carried from event to event. At each moment at which the rule looks, all that has
 * been told so far is gone through anew. Slow, and plain.
 */

type DeadlineContent = Extract<TriggerContent, { on: 'deadline' }>;
type SweepContent = Extract<TriggerContent, { on: 'sweep' }>;
const MOMENTS: Readonly<Record<string, string>> = { 'end-of-day': DAY_END, morning: MORNING };
const SCOPES = ['subject', 'except', 'processes', 'stages', 'stageKinds', 'customerClasses'];
const SUBJECTS = ['workOrder', 'hall', 'orgUnit', 'account'];
const UNITS = ['workingDay', 'workingHour', 'calendarDay', 'calendarHour', 'month', 'minute'];

/** Why a rule cannot be given a second opinion; empty where it can. */
export function obstaclesOf(rule: RuleContent): string[] {
  const { trigger, appliesTo, conditions, resolveWhen } = rule;
  const words = [...unknownWords(conditions), ...(resolveWhen ? unknownWords(resolveWhen) : [])];
  if (trigger.on === 'window') return ['a window'];
  if (!SUBJECTS.includes(subjectOf(rule))) words.push(`subject ${appliesTo?.subject}`);
  for (const [field, value] of Object.entries({ ...appliesTo, ...appliesTo?.except }))
    if (!SCOPES.includes(field) || JSON.stringify(value).includes('*')) words.push(`appliesTo.${field}`);
  if (trigger.on === 'sweep' && (trigger.subject !== subjectOf(rule) || !MOMENTS[trigger.job]))
    words.push(`sweep ${trigger.job} of ${trigger.subject}`);
  if (trigger.on === 'deadline') {
    const { limit, warnAt = [], pausedBy = 'customer', per, startDay } = trigger;
    if (!UNITS.includes(limit.unit) || limit.rollToWorkingDay) words.push(`limit ${limit.unit}`);
    if (warnAt.length > 1) words.push('several warnings');
    if (pausedBy === 'any' || per !== undefined || startDay !== undefined) words.push('the clock');
  }
  return words;
}

/** What a rule is about; a work order, where its file says nothing else. */
export function subjectOf({ appliesTo }: RuleContent): string {
  return appliesTo?.subject ?? 'workOrder';
}

/** All that a rule must find on a work order, a day of a hall, an org unit or an account. */
export function secondOpinion(rule: RuleContent, timeline: Timeline): Finding[] {
  const { trigger } = rule;
  switch (trigger.on) {
    case 'event':
      return onEvents(rule, trigger.types, timeline);
    case 'deadline':
      return onDeadlines(rule, trigger, timeline);
    case 'sweep':
      return onSweeps(rule, trigger, timeline);
    case 'window':
      throw new RangeError(`${rule.id} looks at more than one record`);
  }
}

function onEvents(rule: RuleContent, types: readonly SelectorContent[], timeline: Timeline): Finding[] {
  const places = new Map<string, { place: Place; events: Map<number, Fact> }>();
  for (const fact of timeline.facts.filter((one) => types.some((type) => selects(type, one)))) {
    const place = placeOf(timeline, fact);
    const entry = places.get(JSON.stringify(place)) ?? { place, events: new Map<number, Fact>() };
    entry.events.set(fact.at, fact);
    places.set(JSON.stringify(place), entry);
  }
  return [...places.values()].flatMap(({ place, events }) =>
    follow(timeline, {
      rule: rule.id,
      place,
      looks: [...events.keys()].map((at) => ({ at })),
      isWrong: (at) => {
        const event = events.get(at);
        return event !== undefined && inForce(rule, at) && isHit(rule, { timeline, at, ...place, event });
      },
      ...rightWhen(rule, timeline, place),
    }),
  );
}

interface Clock {
  readonly place: Place;
  readonly startedAt: number;
  endsAt: number;
}

function onDeadlines(rule: RuleContent, trigger: DeadlineContent, timeline: Timeline): Finding[] {
  const clocks = clocksOf(rule, trigger, timeline);
  return clocks.flatMap(({ place, startedAt, endsAt }) => {
    const looks = looksOf(rule, trigger, timeline, { place, startedAt, endsAt });
    return follow(timeline, {
      rule: rule.id,
      place,
      looks,
      isWrong: (at) => isHit(rule, { timeline, at, ...place, phase: phaseAt(looks, at) }),
      ...rightWhen(rule, timeline, place),
      endsAt,
    });
  });
}

/** One after the other at a place: a start while one runs is none. */
function clocksOf(rule: RuleContent, trigger: DeadlineContent, timeline: Timeline): Clock[] {
  const starts = listOf(trigger.start);
  // A clock that starts anew with each such event is not stopped by one: it runs from each to the next.
  const isStart = (stop: SelectorContent) =>
    starts.some((start) => JSON.stringify(start) === JSON.stringify(stop));
  const stops = listOf(trigger.stop).filter((stop) => !trigger.restart || !isStart(stop));
  const clocks: Clock[] = [];
  for (const fact of timeline.facts) {
    if (fact.at > timeline.cancelledAt) break;
    const open = clocks.filter(({ endsAt }) => endsAt === Infinity);
    const stopped = open.filter(({ place }) => stops.some((stop) => selects(stop, fact, { clock: place })));
    for (const clock of stopped) clock.endsAt = fact.at;
    if (stopped.length > 0 || stops.some((stop) => selects(stop, fact))) continue;
    if (!starts.some((start) => selects(start, fact)) || !mayStartAt(rule, timeline, fact)) continue;
    const place = trigger.restart ? {} : placeOf(timeline, fact);
    if (applies(rule, { timeline, at: fact.at, ...place }) === false || !inForce(rule, fact.at)) continue;
    const running = clocks.find((clock) => clock.endsAt === Infinity && samePlace(clock.place, place));
    if (running && trigger.restart) running.endsAt = fact.at;
    if (running && !trigger.restart && !isVoid(rule, trigger, timeline, running, fact.at)) continue;
    if (running && running.endsAt === Infinity) running.endsAt = fact.at;
    clocks.push({ place, startedAt: fact.at, endsAt: Infinity });
  }
  return clocks;
}

/** It ran out, and what it watched over was not so: it is gone. */
function isVoid(
  rule: RuleContent,
  trigger: DeadlineContent,
  timeline: Timeline,
  clock: Clock,
  at: number,
): boolean {
  const due = limitLooksOf(trigger, timeline, clock).find(({ phase }) => phase === 'overdue');
  if (!due || due.at >= at) return false;
  return holds(rule.conditions, { timeline, at: due.at, ...clock.place, phase: 'overdue' }) === false;
}

function limitLooksOf(
  { limit, warnAt, pausedBy }: DeadlineContent,
  timeline: Timeline,
  clock: Clock,
): Look[] {
  const [warn] = warnAt ?? [];
  const budget: Limit = {
    value: limit.value,
    unit: limit.unit as Limit['unit'],
    ...(warn !== undefined && { warnAt: warn }),
  };
  return limitLooks(clock.startedAt, budget, pausedBy === 'none' ? [] : timeline.pauses, timeline.until);
}

/** What cannot be said when the limit runs out, for something is not told, is said when it is. */
function looksOf(rule: RuleContent, trigger: DeadlineContent, timeline: Timeline, clock: Clock): Look[] {
  const looks = limitLooksOf(trigger, timeline, clock);
  const due = looks.find(({ phase }) => phase === 'overdue');
  if (!due || due.at >= clock.endsAt) return looks;
  const isOpen = (at: number) =>
    holds(rule.conditions, { timeline, at, ...clock.place, phase: 'overdue' }) === undefined;
  if (!isOpen(due.at)) return looks;
  for (const { at } of timeline.facts.filter((fact) => fact.at >= due.at && fact.at < clock.endsAt)) {
    looks.push({ at, phase: 'overdue' });
    if (!isOpen(at)) break;
  }
  return looks;
}

function phaseAt(looks: readonly Look[], at: number): 'early' | 'overdue' {
  return looks.find((look) => look.at === at)?.phase ?? 'overdue';
}

function onSweeps(rule: RuleContent, { job, each }: SweepContent, timeline: Timeline): Finding[] {
  const looks = dailyLooks(timeline, MOMENTS[job] ?? DAY_END);
  const { visits } = timeline;
  const placesAt = (at: number): Place[] => {
    const begun = visits.filter(({ arrivedAt }) => arrivedAt <= at);
    const wanted = each === 'stage' ? begun.filter(({ until }) => until > at) : begun.slice(-1);
    const places = wanted.map(({ stage, visit }) => ({ stage, visit }));
    return each === 'stage' || places.length > 0 ? places : [{}];
  };
  const places = new Map(
    looks.flatMap(({ at }) => placesAt(at)).map((place) => [JSON.stringify(place), place]),
  );
  return [...places].flatMap(([key, place]) =>
    follow(timeline, {
      rule: rule.id,
      place,
      looks: looks.filter(({ at }) => placesAt(at).some((other) => JSON.stringify(other) === key)),
      isWrong: (at) => inForce(rule, at) && isHit(rule, { timeline, at, ...place }),
      ...rightWhen(rule, timeline, place),
    }),
  );
}

interface Place {
  readonly stage?: string;
  readonly visit?: number;
}

function placeOf(timeline: Timeline, { stage, at }: Fact): Place {
  return stage === undefined ? {} : visitAt(timeline, stage, at);
}

function samePlace(a: Place, b: Place): boolean {
  return a.stage === b.stage && a.visit === b.visit;
}

function isHit(rule: RuleContent, scope: Scope): boolean {
  return applies(rule, scope) === true && holds(rule.conditions, scope) === true;
}

function rightWhen({ resolveWhen }: RuleContent, timeline: Timeline, place: Place) {
  if (!resolveWhen) return {};
  const isRight = (at: number) => {
    const event = timeline.facts.find((fact) => fact.at === at);
    return holds(resolveWhen, { timeline, at, ...place, ...(event && { event }) }) === true;
  };
  return { isRight };
}

function inForce({ basis }: RuleContent, at: number): boolean {
  const date = dateOf(at);
  return basis.some(
    ({ effectiveFrom = '', effectiveTo = '9' }) => effectiveFrom <= date && date <= effectiveTo,
  );
}

function mayStartAt({ appliesTo }: RuleContent, timeline: Timeline, { stage }: Fact): boolean {
  if (appliesTo?.stages && (stage === undefined || !appliesTo.stages.includes(stage))) return false;
  if (!appliesTo?.stageKinds) return true;
  return stage !== undefined && appliesTo.stageKinds.some((kind) => kindsOf(timeline, stage).includes(kind));
}

/** Whether a rule is about this place; undefined where that is not known yet. */
function applies({ appliesTo = {} }: RuleContent, { timeline, at, stage }: Scope): boolean | undefined {
  const { processes, stages, stageKinds, customerClasses, except = {} } = appliesTo;
  const told = timeline.facts.some((fact) => fact.at <= at && fact.data['process'] !== undefined);
  const process = told ? timeline.process : undefined;
  const opened = timeline.facts.find((fact) => fact.at <= at && fact.type === 'workorder.opened');
  const customerClass = opened?.data['customerClass'];
  const kinds = stage === undefined || process === undefined ? undefined : kindsOf(timeline, stage);
  const answers = [
    isAmong(processes, process),
    isAmong(stages, stage),
    stageKinds === undefined ? true : kinds && stageKinds.some((kind) => kinds.includes(kind)),
    isAmong(customerClasses, typeof customerClass === 'string' ? customerClass : undefined),
  ];
  const excepted =
    (process !== undefined && except.processes?.includes(process)) ||
    (stage !== undefined && except.stages?.includes(stage)) ||
    kinds?.some((kind) => except.stageKinds?.includes(kind));
  if (excepted || answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function isAmong(wanted: readonly string[] | undefined, value: string | undefined): boolean | undefined {
  if (wanted === undefined) return true;
  return value === undefined ? undefined : wanted.includes(value);
}

function listOf(selectors: SelectorContent | readonly SelectorContent[]): readonly SelectorContent[] {
  return Array.isArray(selectors)
    ? (selectors as readonly SelectorContent[])
    : [selectors as SelectorContent];
}

/** Whether a selector means an event; stops of stage and flow mean the stage of their clock. */
function selects(selector: SelectorContent, fact: Fact, stopping?: { readonly clock: Place }): boolean {
  const { type, stage, where = {} } = typeof selector === 'string' ? { type: selector } : selector;
  if (type !== '*' && type !== fact.type) return false;
  const same = stage === 'same' || (stage === undefined && /^(stage|flow)\./.test(type));
  if (stopping && same && stopping.clock.stage !== undefined && stopping.clock.stage !== fact.stage)
    return false;
  if (stage !== undefined && stage !== 'same' && stage !== 'any' && stage !== fact.stage) return false;
  return Object.entries(where).every(
    ([field, value]) => JSON.stringify(fact.data[field]) === JSON.stringify(value),
  );
}
