import type { DeadlineRequest, Limit } from '../calendar/business-calendar.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { StageVisit } from '../work-orders/work-order.js';
import { fieldOf } from './facts/reading.js';
import type { AssessContext, Draft } from './assess-work-order.js';
import { reportError } from './look-at-rule.js';
import { orgUnitOf } from './org-unit-of.js';
import { placeVisit } from './place-visit.js';
import type { DeadlineTrigger } from './rule-file.js';
import type { CompiledRule, FactScope } from './rule-set.js';
import type { Clock } from './work-order-record.js';

/** The next thing to look at on a clock. */
export interface ClockLook {
  readonly clock: Clock;
  readonly at: number;
  readonly phase: 'early' | 'overdue';
}

/** The earliest warn or due time before `until` that has not been looked at; ties go by clock key. */
export function nextLook(clocks: readonly Clock[], until: number): ClockLook | undefined {
  let next: ClockLook | undefined;
  for (const clock of clocks) {
    const at = nextLookAt(clock);
    if (at === undefined || at >= until) continue;
    if (next && (at > next.at || (at === next.at && clock.key > next.clock.key))) continue;
    next = { clock, at, phase: clock.warned < clock.warnTimes.length ? 'early' : 'overdue' };
  }
  return next;
}

/** Epoch ms of the next warn or due time of a running clock; undefined when there is none. */
export function nextLookAt(clock: Clock): number | undefined {
  if (clock.state !== 'running' || clock.expired || clock.dueAt === undefined) return undefined;
  return clock.warnTimes[clock.warned] ?? clock.dueAt;
}

/** What a deadline rule sees. `now` is the instant of the look. */
export function clockScope(
  context: AssessContext,
  draft: Draft,
  clock: Clock,
  now: number,
  phase: 'early' | 'overdue',
): FactScope {
  const stage = placeVisit(draft.workOrder, clock);
  const { anchorAt, dueAt } = clock;
  return {
    workOrder: draft.workOrder,
    calendar: context.calendar,
    checklists: context.ruleSet.checklists,
    now,
    parameters: context.ruleSet.parameters,
    clock: { anchorAt, phase, ...(dueAt !== undefined && { dueAt }) },
    ...(stage && { stage }),
  };
}

/**
 * Starts and stops clocks for an event that has just been applied. Where an event both stops and starts
 * a clock of one rule, it stops it, unless the rule restarts.
 * @returns the clocks whose open findings this event closes: those it stopped or started anew
 */
export function matchClocks(
  context: AssessContext,
  draft: Draft,
  event: BusinessEvent,
  stage: StageVisit | undefined,
): Clock[] {
  const settled: Clock[] = [];
  const { rules, mayStart } = context.ruleSet.clocksAt(event, draft.workOrder.process);
  for (let index = 0; index < rules.length; index += 1) {
    const rule = rules[index] as CompiledRule;
    // Most rules that an event could stop a clock of have none here.
    if (mayStart[index] === false && !hasClock(draft.clocks, rule)) continue;
    try {
      matchClocksOf(context, draft, rule, event, stage, settled);
    } catch (error) {
      reportError(context, rule, error);
    }
  }
  return settled;
}

function hasClock(clocks: readonly Clock[], { id }: CompiledRule): boolean {
  for (const { state, rule } of clocks) {
    if (state !== 'stopped' && state !== 'void' && rule.id === id) return true;
  }
  return false;
}

function matchClocksOf(
  context: AssessContext,
  draft: Draft,
  rule: CompiledRule,
  event: BusinessEvent,
  stage: StageVisit | undefined,
  settled: Clock[],
): void {
  if (rule.file.trigger.on !== 'deadline') return;
  let stops = rule.stopsClock(event, stage?.stage);
  for (const clock of draft.clocks) {
    if (clock.rule.id !== rule.id || clock.state === 'stopped' || clock.state === 'void') continue;
    if (!rule.stopsClock(event, clock.stage) || !isOfPart(event, rule.file.trigger, clock)) continue;
    stops = true;
    clock.state = 'stopped';
    clock.stoppedAt = event.at;
    settled.push(clock);
  }
  if (stops || !rule.startsClock(event) || rule.applies(draft.workOrder, stage) === 'no') return;
  if (!rule.inForce(event.at, context.calendar)) return;
  const restarted = startClock(context, draft, rule, rule.file.trigger, event, stage);
  if (restarted) settled.push(restarted);
}

function startClock(
  context: AssessContext,
  draft: Draft,
  rule: CompiledRule,
  trigger: DeadlineTrigger,
  event: BusinessEvent,
  stage: StageVisit | undefined,
): Clock | undefined {
  // A rule that restarts watches the subject as a whole: one clock, whatever stage the event names.
  const visit = trigger.restart ? undefined : stage;
  const part = partOf(event, trigger);
  const ofStage = visit ? `${rule.id}|${visit.stage}#${visit.visit}` : rule.id;
  const key = part === undefined ? ofStage : `${ofStage}|${trigger.per ?? ''}=${part}`;
  const index = draft.clocks.findIndex((clock) => clock.key === key);
  const existing = draft.clocks[index];
  if (existing && !trigger.restart && (existing.state === 'running' || existing.state === 'paused'))
    return undefined;
  const clock: Clock = {
    key,
    rule: { id: rule.id, version: rule.version },
    ...(visit && { stage: visit.stage, visit: visit.visit }),
    ...(part !== undefined && { part }),
    anchorAt: event.at,
    warnTimes: [],
    warned: 0,
    expired: false,
    state: 'running',
    ...('parameter' in trigger.limit && {
      limit: limitInForce(context, draft, trigger.limit.parameter, event.at, stage),
    }),
  };
  computeDeadline(context, draft, clock, trigger);
  if (index >= 0) draft.clocks[index] = clock;
  else draft.clocks.push(clock);
  return existing ? clock : undefined;
}

/** What the event tells of the field that the rule counts by. */
function partOf(event: BusinessEvent, { per }: DeadlineTrigger): string | undefined {
  const value = per === undefined ? undefined : fieldOf(event.data, per);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** An event that does not tell the field is about all of its values. */
function isOfPart(event: BusinessEvent, trigger: DeadlineTrigger, { part }: Clock): boolean {
  const told = partOf(event, trigger);
  return part === undefined || told === undefined || told === part;
}

/** The limit in force for the unit on the day the clock starts: what comes into force later does not touch it. */
function limitInForce(
  { ruleSet, calendar }: AssessContext,
  { workOrder }: Draft,
  parameter: string,
  startedAt: number,
  stage: StageVisit | undefined,
): Limit {
  const place = { orgUnit: orgUnitOf(workOrder, stage), date: calendar.dateOf(startedAt) };
  return ruleSet.parameters.limitOf(parameter, place);
}

/**
 * Clocks that run by an earlier version of their rule take the limit of the version in force, counted from when they
 * started. What has run out stays: it was judged by the version of its day. So does a clock whose rule is not there.
 */
export function alignClocks(context: AssessContext, draft: Draft): void {
  for (const clock of draft.clocks) {
    if (clock.expired || (clock.state !== 'running' && clock.state !== 'paused')) continue;
    const rule = context.ruleSet.byId(clock.rule.id);
    if (!rule || rule.version === clock.rule.version || rule.file.trigger.on !== 'deadline') continue;
    const { trigger } = rule.file;
    clock.rule = { id: rule.id, version: rule.version };
    clock.warned = 0;
    delete clock.limit;
    if ('parameter' in trigger.limit) {
      const stage = placeVisit(draft.workOrder, clock);
      clock.limit = limitInForce(context, draft, trigger.limit.parameter, clock.anchorAt, stage);
    }
    computeDeadline(context, draft, clock, trigger);
  }
}

/** After a pause began or ended: due and warn times of every clock that still counts. */
export function recomputeDeadlines(context: AssessContext, draft: Draft): void {
  for (const clock of draft.clocks) {
    if (clock.expired || (clock.state !== 'running' && clock.state !== 'paused')) continue;
    const trigger = context.ruleSet.byId(clock.rule.id)?.file.trigger;
    if (trigger?.on === 'deadline') computeDeadline(context, draft, clock, trigger);
  }
}

/** A cancelled work order has no deadlines. */
export function voidClocks(draft: Draft): void {
  for (const clock of draft.clocks) {
    if (clock.state === 'running' || clock.state === 'paused') clock.state = 'void';
  }
}

function computeDeadline(context: AssessContext, draft: Draft, clock: Clock, trigger: DeadlineTrigger): void {
  const pausedBy = trigger.pausedBy ?? 'customer';
  const pauses = draft.workOrder.pauses.filter((pause) => pausedBy === 'any' || pause.side === pausedBy);
  const limit = clock.limit ?? ('parameter' in trigger.limit ? undefined : trigger.limit);
  // A clock of an earlier version of the rule that had no parameter yet: it keeps the time it has.
  if (!limit) return;
  const request: DeadlineRequest = {
    anchor: clock.anchorAt,
    limit,
    pauses,
    ...(trigger.warnAt && { warnAt: trigger.warnAt }),
    ...(trigger.startDay && { startDay: trigger.startDay }),
  };
  const result = context.calendar.deadline(request);
  delete clock.dueAt;
  delete clock.uncoveredYears;
  clock.state = result.state === 'paused' ? 'paused' : 'running';
  if (result.state === 'due') {
    clock.dueAt = result.dueAt;
    clock.warnTimes = [...result.warnTimes].sort((a, b) => a - b);
  } else {
    clock.warnTimes = [];
    if (result.state === 'uncovered') clock.uncoveredYears = [...result.years];
  }
}
