import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { compareEvents, type BusinessEvent } from '../events/business-event.js';
import { applyEvent, newWorkOrder } from '../work-orders/project-work-order.js';
import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import {
  alignClocks,
  clockScope,
  matchClocks,
  nextLook,
  recomputeDeadlines,
  voidClocks,
  type ClockLook,
} from './advance-clocks.js';
import { judgeLeft, lookAtRule, lookIfResolved, type Outcome } from './look-at-rule.js';
import { matchesAny } from './match-name.js';
import { eventVisit, placeVisit } from './place-visit.js';
import { closeFinding, fingerprintOf } from './record-finding.js';
import type { CompiledRule, Evaluation, FactScope, LetThrough, RuleSet } from './rule-set.js';
import type { Clock, Finding, WorkOrderRecord } from './work-order-record.js';

/** Who counts what rules do. Nothing of it changes a result; none of it may throw. */
export interface LookObserver {
  /** Called for every rule looked at. `detail`: the message of an error; the facts that are missing, where asked for. */
  readonly onEvaluation?: (rule: CompiledRule, outcome: Evaluation['outcome'], detail?: string) => void;
  /** Called when a look begins; where it answers a function, that is called when the look ends. */
  readonly measure?: (rule: CompiledRule) => (() => void) | undefined;
  /** Whether to name the facts that are missing this time. To name them costs as much as to find that some are. */
  readonly asksWhatIsMissing?: (rule: CompiledRule) => boolean;
}

/** What an assessment needs besides the events. Pure: the same input gives the same record. */
export interface AssessContext extends LookObserver {
  readonly ruleSet: RuleSet;
  readonly calendar: BusinessCalendar;
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
  if (base) alignClocks(context, draft);
  for (const event of events) {
    const looks = advanceTime(context, draft, event.at);
    if (looks) await looks;
    const judged = foldEvent(context, draft, event);
    if (judged) await judged;
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

/** Without a promise where nothing is left to be judged, as after most events. */
function foldEvent(context: AssessContext, draft: Draft, event: BusinessEvent): Promise<void> | undefined {
  const { workOrder } = draft;
  const wasOpen = workOrder.status === 'open';
  const pauses = pauseSignature(workOrder);
  applyEvent(workOrder, event);
  const stage = eventVisit(workOrder, event.data.stage);

  for (const clock of matchClocks(context, draft, event, stage)) closeClockFinding(draft, clock, event.at);
  if (pauseSignature(workOrder) !== pauses) recomputeDeadlines(context, draft);
  if (wasOpen && workOrder.status === 'cancelled') {
    voidClocks(draft);
    for (const finding of draft.findings) closeFinding(finding, event.at, 'ended');
    return undefined;
  }
  const scope = eventScope(context, draft, event, stage);
  if (draft.clocks.some(isUndecided) || draft.findings.some(isOpen))
    return lookAfterOpen(context, draft, event, scope);
  const left = context.ruleSet.screenEvent(scope, context);
  return left.length === 0 ? undefined : judgeAll(context, draft, left, scope);
}

type EventScope = FactScope & { readonly event: BusinessEvent };

/** First what is open already, then the rules that the event triggers. */
async function lookAfterOpen(
  context: AssessContext,
  draft: Draft,
  event: BusinessEvent,
  scope: EventScope,
): Promise<void> {
  if (draft.clocks.some(isUndecided)) await decideUndecidedClocks(context, draft, event);
  await resolveFindings(context, draft, scope);
  await judgeAll(context, draft, context.ruleSet.screenEvent(scope, context), scope);
}

async function judgeAll(
  context: AssessContext,
  draft: Draft,
  left: readonly LetThrough[],
  scope: EventScope,
): Promise<void> {
  for (const item of left) await judgeLeft(context, draft, item, scope);
}

function eventScope(
  context: AssessContext,
  { workOrder }: Draft,
  event: BusinessEvent,
  stage: StageVisit | undefined,
): EventScope {
  const { calendar, ruleSet } = context;
  const { parameters, checklists } = ruleSet;
  const now = event.at;
  return stage
    ? { workOrder, calendar, parameters, checklists, now, stage, event }
    : { workOrder, calendar, parameters, checklists, now, event };
}

/** Looks at every moment before `until`, earliest first. Without a promise where there is none, as before most events. */
function advanceTime(context: AssessContext, draft: Draft, until: number): Promise<void> | undefined {
  const from = draft.workOrder.last?.at;
  if (from === undefined) return undefined;
  const sweeps = sweepMoments(context, draft, from, until);
  if (sweeps.length === 0 && !nextLook(draft.clocks, until)) return undefined;
  return lookAtMoments(context, draft, until, sweeps);
}

async function lookAtMoments(
  context: AssessContext,
  draft: Draft,
  until: number,
  sweeps: readonly SweepLook[],
): Promise<void> {
  let sweep = 0;
  for (;;) {
    const clockLook = nextLook(draft.clocks, until);
    const sweepLook = sweeps[sweep];
    if (clockLook && (!sweepLook || clockLook.at <= sweepLook.at)) {
      await lookAtClock(context, draft, clockLook);
    } else if (sweepLook) {
      sweep += 1;
      const looked = lookAtSweep(context, draft, sweepLook);
      const outcome = looked instanceof Promise ? await looked : looked;
      // Only a hit is a trace of the sweep; a record that a sweep left alone need not be written.
      if (outcome === 'hit') draft.advancedTo = Math.max(draft.advancedTo, sweepLook.at);
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
  if (!rule) {
    // Its rule was taken out of use while it ran: it binds nobody.
    if (phase === 'overdue') clock.state = 'void';
    return;
  }
  const outcome = await lookAtRule(context, draft, rule, clockScope(context, draft, clock, at, phase), clock);
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
    if (!isUndecided(clock)) continue;
    const rule = context.ruleSet.byId(clock.rule.id);
    if (!rule) continue;
    const outcome = await lookAtRule(
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

function isUndecided({ undecided = false, state }: Clock): boolean {
  return undecided && state !== 'stopped' && state !== 'void';
}

/** A rule to look with at a moment: at a stage of its own, or at the latest. */
interface SweepLook {
  readonly at: number;
  readonly rule: CompiledRule;
  readonly stage?: StageVisit;
}
const NO_SWEEPS: readonly SweepLook[] = Object.freeze([]);

/** Sweep moments in [from, until) that have not been looked at; none once the subject has ended. */
function sweepMoments(
  context: AssessContext,
  draft: Draft,
  from: number,
  until: number,
  isWanted: (rule: CompiledRule, stage: StageVisit | undefined) => boolean = () => true,
): readonly SweepLook[] {
  const { subjectType, process, status } = draft.workOrder;
  const after = Math.max(from - 1, draft.advancedTo);
  if (status !== 'open' || after >= until - 1) return NO_SWEEPS;
  const { calendar, ruleSet } = context;
  let momentsOf: Map<string, readonly number[]> | undefined;
  for (const job of ruleSet.sweepJobs(subjectType, process)) {
    if (!Object.hasOwn(calendar.moments, job)) continue;
    const moments = calendar.momentsBetween(job, after, until - 1);
    if (moments.length > 0) momentsOf = (momentsOf ?? new Map<string, readonly number[]>()).set(job, moments);
  }
  if (!momentsOf) return NO_SWEEPS;
  // No event comes between these moments: the visits stay as they are.
  const visits = latestVisits(draft.workOrder);
  const latest = draft.workOrder.stages.at(-1);
  const looks: SweepLook[] = [];
  for (const rule of ruleSet.sweeping(subjectType, process)) {
    const { trigger, appliesTo } = rule.file;
    if (trigger.on !== 'sweep') continue;
    const moments = momentsOf.get(trigger.job) ?? [];
    if (trigger.each === 'stage') {
      for (const stage of visits) {
        if (appliesTo?.stages && !matchesAny(appliesTo.stages, stage.stage)) continue;
        if (!isWanted(rule, stage)) continue;
        for (const at of moments) looks.push({ at, rule, stage });
      }
    } else if (isWanted(rule, latest)) {
      for (const at of moments) looks.push(latest ? { at, rule, stage: latest } : { at, rule });
    }
  }
  return looks.sort((a, b) => a.at - b.at);
}

function lookAtSweep(
  context: AssessContext,
  draft: Draft,
  { at, rule, stage }: SweepLook,
): Outcome | Promise<Outcome> {
  const { workOrder } = draft;
  const { calendar, ruleSet } = context;
  const { parameters, checklists } = ruleSet;
  // Written out, not spread: this is asked some hundred times for each work order.
  const scope = stage
    ? { workOrder, calendar, parameters, checklists, now: at, stage }
    : { workOrder, calendar, parameters, checklists, now: at };
  return lookAtRule(context, draft, rule, scope);
}

/**
 * The first sweep moment before `until` at which a rule would find what is not an open finding yet; nothing is changed.
 * A sweep that finds nothing new leaves no trace that anybody is told of, so whoever replays a long time need not stop there.
 *
 * @param until epoch ms, exclusive
 */
export async function firstSweepFinding(
  { ruleSet, calendar }: AssessContext,
  record: WorkOrderRecord,
  until: number,
): Promise<number | undefined> {
  const from = record.workOrder.last?.at;
  if (from === undefined) return undefined;
  const context = { ruleSet, calendar };
  const scratch: Draft = { ...record, clocks: [], findings: [] };
  const open = new Set(record.findings.filter(isOpen).map(({ fingerprint }) => fingerprint));
  const isNew = ({ id }: CompiledRule, stage: StageVisit | undefined) =>
    open.size === 0 || !open.has(fingerprintOf(id, record.workOrder.no, stage?.stage, stage?.visit));
  for (const look of sweepMoments(context, { ...record }, from, until, isNew)) {
    const looked = lookAtSweep(context, scratch, look);
    if ((looked instanceof Promise ? await looked : looked) === 'hit') return look.at;
  }
  return undefined;
}

async function resolveFindings(context: AssessContext, draft: Draft, scope: FactScope): Promise<void> {
  const { workOrder } = draft;
  for (const finding of draft.findings) {
    if (!isOpen(finding)) continue;
    const rule = context.ruleSet.byId(finding.rule.id);
    if (!rule?.resolve) continue;
    const stage = placeVisit(workOrder, finding);
    const { stage: _ofEvent, ...ofRecord } = scope;
    // What was found under one limit is put right under the same.
    const asOf = clockOf(draft, finding)?.anchorAt ?? finding.openedAt;
    const looked = lookIfResolved(context, rule, { ...ofRecord, asOf, ...(stage && { stage }) });
    if (looked instanceof Promise ? await looked : looked) closeFinding(finding, scope.now, 'evidence');
  }
}

function isOpen({ closedAt }: Finding): boolean {
  return closedAt === undefined;
}

function clockOf({ clocks }: Draft, { rule, stage, visit }: Finding): Clock | undefined {
  return clocks.find((clock) => clock.rule.id === rule.id && clock.stage === stage && clock.visit === visit);
}

/** Closes what a clock led to, unless another part of the same place (another form) is overdue as well. */
function closeClockFinding(draft: Draft, clock: Clock, at: number): void {
  for (const other of draft.clocks) {
    if (other.state === 'running' && other.expired && isOfOnePlace(other, clock)) return;
  }
  for (const finding of draft.findings) {
    if (isOfOnePlace(finding, clock)) closeFinding(finding, at, 'stopped');
  }
}

function isOfOnePlace(a: Clock | Finding, b: Clock): boolean {
  return a.rule.id === b.rule.id && a.stage === b.stage && a.visit === b.visit;
}

function latestVisits(workOrder: WorkOrder): StageVisit[] {
  const latest = new Map<string, StageVisit>();
  for (const visit of workOrder.stages) latest.set(visit.stage, visit);
  return [...latest.values()];
}

/** Changes whenever a pause begins or ends; there may be an open one on each side. */
function pauseSignature({ pauses }: WorkOrder): string {
  if (pauses.length === 0) return '';
  return pauses.map(({ side, to }) => `${side}:${to ?? ''}`).join();
}
