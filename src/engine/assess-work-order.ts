import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { compareEvents, type BusinessEvent } from '../events/business-event.js';
import { applyEvent, newWorkOrder } from '../work-orders/project-work-order.js';
import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import {
  clockScope,
  matchClocks,
  nextLook,
  recomputeDeadlines,
  voidClocks,
  type ClockLook,
} from './advance-clocks.js';
import { matchesAny } from './match-name.js';
import { closeFinding, recordHit } from './record-finding.js';
import type { CompiledConditions, CompiledRule, Evaluation, FactScope, RuleSet } from './rule-set.js';
import type { Clock, Finding, WorkOrderRecord } from './work-order-record.js';

/** What an assessment needs besides the events. Pure: the same input gives the same record. */
export interface AssessContext {
  readonly ruleSet: RuleSet;
  readonly calendar: BusinessCalendar;
  /** Called for every rule looked at; for counting only. */
  readonly onEvaluation?: (rule: CompiledRule, outcome: Evaluation['outcome'], detail?: string) => void;
}

/** Identity of the record to fold into. */
export interface RecordIdentity {
  readonly recordId: string;
  readonly subjectType: WorkOrder['subjectType'];
  readonly subject: string;
}

/** The working state of one fold; private to the engine. */
export interface Draft {
  readonly workOrder: WorkOrder;
  readonly clocks: Clock[];
  readonly findings: Finding[];
  advancedTo: number;
}

/**
 * True when the events cannot simply be appended: one of them occurred at or before what has already
 * been folded or looked at, or the calendar changed. The record must then be assessed anew from all
 * events of the subject.
 */
export function needsRefold(
  record: WorkOrderRecord,
  events: readonly BusinessEvent[],
  calendarHash: string,
): boolean {
  if (record.calendarHash !== calendarHash) return true;
  const last = record.workOrder.last;
  return events.some(
    (event) => event.at <= record.advancedTo || (last !== undefined && compareEvents(event, last) <= 0),
  );
}

/**
 * Folds events into a record and lets the rules look at every step: the heart of the service.
 *
 * Time is part of the fold. Before each event, and up to `until` after the last one, every moment at
 * which a clock warns or runs out and every sweep moment is looked at, in order, with the state as of
 * then. So a late event, a restart, three days of downtime and the import of an old log all end in the
 * record that the undisturbed live run would have made.
 *
 * @param base the record so far; taken over and changed. Omit it to fold from the beginning.
 * @param events distinct, in {@link compareEvents} order, all after `base` (see {@link needsRefold})
 * @param until epoch ms, exclusive: a limit that ends exactly at `until` is not yet overdue
 */
export async function assessWorkOrder(
  context: AssessContext,
  identity: RecordIdentity,
  base: WorkOrderRecord | undefined,
  events: readonly BusinessEvent[],
  until: number,
): Promise<WorkOrderRecord> {
  const draft: Draft = base
    ? { workOrder: base.workOrder, clocks: base.clocks, findings: base.findings, advancedTo: base.advancedTo }
    : { workOrder: newWorkOrder(identity), clocks: [], findings: [], advancedTo: 0 };
  for (const event of events) {
    await advanceTime(context, draft, event.at);
    await foldEvent(context, draft, event);
  }
  await advanceTime(context, draft, until);
  return { ...draft, calendarHash: context.calendar.hash };
}

/**
 * Keeps what an earlier version of a rule found: a published rule version is not judged again by its
 * successor only because a late event made a refold necessary. Findings of rules that are gone stay too.
 */
export function keepFindingsOfOtherVersions(
  before: WorkOrderRecord,
  after: WorkOrderRecord,
  ruleSet: RuleSet,
): WorkOrderRecord {
  const present = new Set(after.findings.map((finding) => `${finding.fingerprint}#${finding.episode}`));
  const kept = before.findings.filter(
    (finding) =>
      ruleSet.byId(finding.rule.id)?.version !== finding.rule.version &&
      !present.has(`${finding.fingerprint}#${finding.episode}`),
  );
  return kept.length === 0 ? after : { ...after, findings: [...after.findings, ...kept] };
}

async function foldEvent(context: AssessContext, draft: Draft, event: BusinessEvent): Promise<void> {
  const { workOrder } = draft;
  const wasOpen = workOrder.status === 'open';
  const pauses = pauseSignature(workOrder);
  applyEvent(workOrder, event);
  const stage = visitOf(workOrder, event.data.stage);

  for (const clock of matchClocks(context, draft, event, stage)) closeClockFinding(draft, clock, event.at);
  if (pauseSignature(workOrder) !== pauses) recomputeDeadlines(context, draft);
  if (wasOpen && workOrder.status === 'cancelled') {
    voidClocks(draft);
    for (const finding of draft.findings) closeFinding(finding, event.at, 'ended');
    return;
  }
  await decideUndecidedClocks(context, draft, event);
  await resolveFindings(context, draft, event);
  for (const rule of context.ruleSet.onEvent(event, workOrder.process)) {
    if (!rule.matchesEvent(event)) continue;
    await look(context, draft, rule, {
      workOrder,
      calendar: context.calendar,
      parameters: context.ruleSet.parameters,
      now: event.at,
      event,
      ...(stage && { stage }),
    });
  }
}

/** Looks at every moment before `until`, earliest first. */
async function advanceTime(context: AssessContext, draft: Draft, until: number): Promise<void> {
  const from = draft.workOrder.last?.at;
  if (from === undefined) return;
  const sweeps = sweepMoments(context, draft, from, until);
  let sweep = 0;
  for (;;) {
    const clockLook = nextLook(draft.clocks, until);
    const sweepLook = sweeps[sweep];
    if (clockLook && (!sweepLook || clockLook.at <= sweepLook.at)) {
      await lookAtClock(context, draft, clockLook);
    } else if (sweepLook) {
      sweep += 1;
      await lookAtSweep(context, draft, sweepLook);
    } else {
      return;
    }
  }
}

async function lookAtClock(
  context: AssessContext,
  draft: Draft,
  { clock, at, phase }: ClockLook,
): Promise<void> {
  draft.advancedTo = Math.max(draft.advancedTo, at);
  if (phase === 'early') clock.warned += 1;
  else clock.expired = true;
  const rule = context.ruleSet.byId(clock.rule.id);
  if (!rule) return;
  const outcome = await look(context, draft, rule, clockScope(context, draft, clock, at, phase), clock);
  if (phase !== 'overdue') return;
  if (outcome === 'not_evaluated') clock.undecided = true;
  // The limit does not bind this work order: it is no overdue deadline, and not shown as one.
  if (outcome === 'no_hit') clock.state = 'void';
}

/** A clock that ran out while a fact was missing is decided as soon as an event tells the fact. */
async function decideUndecidedClocks(
  context: AssessContext,
  draft: Draft,
  event: BusinessEvent,
): Promise<void> {
  for (const clock of draft.clocks) {
    if (!clock.undecided || clock.state === 'stopped' || clock.state === 'void') continue;
    const rule = context.ruleSet.byId(clock.rule.id);
    if (!rule) continue;
    const outcome = await look(
      context,
      draft,
      rule,
      clockScope(context, draft, clock, event.at, 'overdue'),
      clock,
    );
    if (outcome === 'hit' || outcome === 'no_hit') delete clock.undecided;
    if (outcome === 'no_hit') clock.state = 'void';
  }
}

interface SweepLook {
  readonly at: number;
  readonly rule: CompiledRule;
}

/** Sweep moments in [from, until) that have not been looked at; none once the subject has ended. */
function sweepMoments(context: AssessContext, draft: Draft, from: number, until: number): SweepLook[] {
  const { workOrder } = draft;
  if (workOrder.status !== 'open') return [];
  const looks: SweepLook[] = [];
  const after = Math.max(from - 1, draft.advancedTo);
  if (after >= until - 1) return [];
  const momentsOf = new Map<string, readonly number[]>();
  for (const rule of context.ruleSet.sweeping(workOrder.subjectType, workOrder.process)) {
    if (rule.file.trigger.on !== 'sweep') continue;
    const { job } = rule.file.trigger;
    let moments = momentsOf.get(job);
    if (!moments) {
      const isNamed = Object.hasOwn(context.calendar.moments, job);
      moments = isNamed ? context.calendar.momentsBetween(job, after, until - 1) : [];
      momentsOf.set(job, moments);
    }
    for (const at of moments) looks.push({ at, rule });
  }
  return looks.sort((a, b) => a.at - b.at);
}

async function lookAtSweep(context: AssessContext, draft: Draft, { at, rule }: SweepLook): Promise<void> {
  const { workOrder } = draft;
  const { trigger, appliesTo } = rule.file;
  const { calendar, ruleSet } = context;
  const scope = { workOrder, calendar, parameters: ruleSet.parameters, now: at };
  let hits = 0;
  if (trigger.on === 'sweep' && trigger.each === 'stage') {
    for (const stage of latestVisits(workOrder)) {
      if (appliesTo?.stages && !matchesAny(appliesTo.stages, stage.stage)) continue;
      if ((await look(context, draft, rule, { ...scope, stage })) === 'hit') hits += 1;
    }
  } else {
    const stage = workOrder.stages.at(-1);
    if ((await look(context, draft, rule, { ...scope, ...(stage && { stage }) })) === 'hit') hits += 1;
  }
  // Only a hit is a trace of the sweep; a record that a sweep left alone need not be written.
  if (hits > 0) draft.advancedTo = Math.max(draft.advancedTo, at);
}

/** Evaluates one rule on its own and records a hit. A rule can neither stop nor change another. */
async function look(
  context: AssessContext,
  draft: Draft,
  rule: CompiledRule,
  scope: FactScope,
  clock?: Clock,
): Promise<Evaluation['outcome']> {
  const applies = rule.applies(scope.workOrder, scope.stage);
  if (applies === 'no') return 'no_hit';
  if (!rule.inForce(clock?.anchorAt ?? scope.now, context.calendar)) return 'no_hit';
  const evaluation = await settle(rule, scope);
  const outcome =
    applies === 'unknown' && evaluation.outcome === 'hit' ? 'not_evaluated' : evaluation.outcome;
  context.onEvaluation?.(rule, outcome, evaluation.outcome === 'error' ? evaluation.message : undefined);
  if (outcome === 'hit' && evaluation.outcome === 'hit') recordHit(draft, rule, scope, evaluation, clock);
  return outcome;
}

async function resolveFindings(context: AssessContext, draft: Draft, event: BusinessEvent): Promise<void> {
  for (const finding of draft.findings) {
    if (finding.closedAt !== undefined) continue;
    const resolve = context.ruleSet.byId(finding.rule.id)?.resolve;
    if (!resolve) continue;
    const stage = draft.workOrder.stages.find((v) => v.stage === finding.stage && v.visit === finding.visit);
    const scope = {
      workOrder: draft.workOrder,
      calendar: context.calendar,
      parameters: context.ruleSet.parameters,
      now: event.at,
      // What was found under one limit is put right under the same.
      asOf: clockOf(draft, finding)?.anchorAt ?? finding.openedAt,
      event,
      ...(stage && { stage }),
    };
    const evaluation = await settle(resolve, scope);
    if (evaluation.outcome === 'hit') closeFinding(finding, event.at, 'evidence');
  }
}

/** Waits only where json-rules-engine was asked: most looks end at the screen, without a promise. */
async function settle(conditions: CompiledConditions, scope: FactScope): Promise<Evaluation> {
  const answer = conditions.evaluate(scope);
  return 'outcome' in answer ? answer : await answer;
}

function clockOf({ clocks }: Draft, { rule, stage, visit }: Finding): Clock | undefined {
  return clocks.find((clock) => clock.rule.id === rule.id && clock.stage === stage && clock.visit === visit);
}

/** Closes what a clock led to, unless another part of the same place (another form) is overdue as well. */
function closeClockFinding(draft: Draft, clock: Clock, at: number): void {
  const isOfPlace = ({ rule, stage, visit }: Clock | Finding) =>
    rule.id === clock.rule.id && stage === clock.stage && visit === clock.visit;
  if (draft.clocks.some((other) => other.state === 'running' && other.expired && isOfPlace(other))) return;
  for (const finding of draft.findings) {
    if (isOfPlace(finding)) closeFinding(finding, at, 'stopped');
  }
}

/** The visit an event speaks of. Evidence may come before the stage does: then it is of the visit to come. */
function visitOf(workOrder: WorkOrder, stage: string | undefined): StageVisit | undefined {
  if (stage === undefined) return undefined;
  return workOrder.stages.findLast((visit) => visit.stage === stage) ?? { stage, visit: 1, completions: 0 };
}

function latestVisits(workOrder: WorkOrder): StageVisit[] {
  const latest = new Map<string, StageVisit>();
  for (const visit of workOrder.stages) latest.set(visit.stage, visit);
  return [...latest.values()];
}

/** Changes whenever a pause begins or ends; there may be an open one on each side. */
function pauseSignature(workOrder: WorkOrder): string {
  return workOrder.pauses.map(({ side, to }) => `${side}:${to ?? ''}`).join();
}
