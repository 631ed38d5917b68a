import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { shortType } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';
import { applyEvent, newWorkOrder } from '../work-orders/project-work-order.js';
import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import { FEED_SWEEP_JOB } from './assess-feed.js';
import { assessWorkOrder } from './assess-work-order.js';
import type { RecordIdentity } from './assess-work-order.js';
import type { CatalogueLookup } from './catalogue-lookup.js';
import type { Checklists } from './checklists.js';
import { explainApplies, SUBJECT_TEXTS } from './explain-applies.js';
import { explainClock } from './explain-clock.js';
import { explainSelection } from './explain-trigger.js';
import { gatherSteps } from './gather-steps.js';
import type { DatedStep } from './gather-steps.js';
import { toIso } from './moments.js';
import type { OrgTree, ParameterTable } from './parameter-table.js';
import type { ExplainedClock, ExplainedFinding, RuleExplanation } from './rule-explanation.js';
import type { CompiledRule } from './rule-set.js';
import { summarizeExplanation } from './summarize-explanation.js';
import { takeLook, traceRule } from './trace-rule.js';
import type { Look } from './trace-rule.js';
import type { Clock, Finding, WorkOrderRecord } from './work-order-record.js';

/** What a rule is explained with besides itself: the content that it is loaded with. */
export interface ExplainContext {
  readonly calendar: BusinessCalendar;
  readonly parameters: ParameterTable;
  readonly checklists?: Checklists;
  readonly catalogue: CatalogueLookup;
  readonly orgTree?: OrgTree;
}

export interface ExplainRequest {
  readonly rule: CompiledRule;
  readonly identity: RecordIdentity;
  /** All of the record, in compareEvents order; what was not known at `at` is left out here. */
  readonly events: readonly BusinessEvent[];
  /** Epoch ms. A limit that ends at this very instant is not yet over, as in the service. */
  readonly at: number;
}

/** Steps that are told; of more, the newest. */
const MOST_STEPS = 200;

/**
 * Why a rule fired on a work order, or did not, as of an instant. The events known by then are folded by the engine
 * itself with this rule alone, and every look it takes is noted; moments at which it did not even look are explained
 * from the trigger and `appliesTo`. Not for window rules: see explain-window-rule.ts.
 */
export async function explainRule(
  context: ExplainContext,
  request: ExplainRequest,
): Promise<RuleExplanation> {
  const { rule, identity, at } = request;
  const { calendar } = context;
  const events = request.events.filter((event) => isKnownAt(event, at));
  const looks: Look[] = [];
  const { ruleSet } = traceRule(rule, context, (look) => looks.push(look));
  const engine = { ruleSet, calendar };
  const record = await assessWorkOrder(engine, identity, undefined, events, at);
  const { workOrder } = record;
  const clocks = record.clocks.filter((clock) => clock.rule.id === rule.id);
  const steps: DatedStep[] = [
    ...looks.map((look) => stepOf(look, calendar)),
    ...explainEvents(context, rule, identity, events, looks, clocks),
    ...explainMoments(context, rule, record, clocks, looks, at),
    ...explainFeed(context, rule, record, at),
  ];
  const { told, omitted } = gatherSteps(steps, MOST_STEPS);
  const explained = {
    rule: headOf(rule),
    workOrder: workOrder.no,
    ...(workOrder.process !== undefined && { process: workOrder.process }),
    at: toIso(at, calendar),
    events: { used: events.length, later: request.events.length - events.length },
    steps: told,
    omitted,
    clocks: clocks.map((clock) => explainOwnClock(context, rule, record, clock, at)),
    findings: record.findings.map((finding) => findingOf(finding, calendar)),
    notes: notesOf(rule, workOrder, request.events.length - events.length),
  };
  return { ...explained, ...summarizeExplanation(explained, calendar) };
}

/** An event counts from when it happened, and not before it was entered (补录). */
export function isKnownAt(event: BusinessEvent, at: number): boolean {
  return event.at <= at && (event.recordedAt ?? event.at) <= at;
}

export function headOf({ file }: CompiledRule): RuleExplanation['rule'] {
  const { id, version, name, status, trigger } = file;
  return { id, version, name, status, trigger: trigger.on };
}

export function findingOf(finding: Finding, calendar: BusinessCalendar): ExplainedFinding {
  const { openedAt, closedAt, closedBy, phase, stage, dueAt } = finding;
  return {
    openedAt: toIso(openedAt, calendar),
    ...(closedAt !== undefined && { closedAt: toIso(closedAt, calendar) }),
    ...(closedBy && { closedBy }),
    ...(phase && { phase }),
    ...(stage !== undefined && { stage }),
    ...(dueAt !== undefined && { dueAt: toIso(dueAt, calendar) }),
  };
}

/** A look of the engine as a step. */
export function stepOf(
  { scope, outcome, conditions, missing, message }: Look,
  calendar: BusinessCalendar,
): DatedStep {
  const { event, clock, stage, now, window } = scope;
  const kind = window ? 'window' : clock ? clock.phase : event ? 'event' : 'sweep';
  const unplaced = outcome === 'not_evaluated' && missing.length === 0;
  const reasons = message !== undefined ? [`判断出错：${message}`] : unplaced ? [UNPLACED] : [];
  return {
    instant: now,
    at: toIso(now, calendar),
    kind,
    ...(event && { type: shortType(event.type) }),
    ...(stage && { stage: stage.stage }),
    outcome,
    reasons,
    ...(conditions && { conditions }),
    ...(missing.length > 0 && { missing }),
  };
}
const UNPLACED = '条件都成立，但还不知道是否属于规则的适用范围（appliesTo 所要的内容没有事件告知）';

/** Events that the rule asks for by type, and at which it did not look or start a clock. */
function explainEvents(
  context: ExplainContext,
  rule: CompiledRule,
  identity: RecordIdentity,
  events: readonly BusinessEvent[],
  looks: readonly Look[],
  clocks: readonly Clock[],
): DatedStep[] {
  const { trigger } = rule.file;
  if (trigger.on !== 'event' && trigger.on !== 'deadline') return [];
  const { calendar } = context;
  const selectors = trigger.on === 'event' ? trigger.types : trigger.start;
  const kind = trigger.on === 'event' ? 'event' : 'start';
  const looked = new Set(looks.map(({ scope }) => scope.event?.key));
  const steps: DatedStep[] = [];
  const workOrder = newWorkOrder(identity);
  for (const event of events) {
    const wasCancelled = workOrder.status === 'cancelled';
    applyEvent(workOrder, event);
    const selection = explainSelection(selectors, event);
    if (selection === undefined || (kind === 'event' && looked.has(event.key))) continue;
    const step = (outcome: DatedStep['outcome'], reasons: readonly string[]): DatedStep => ({
      instant: event.at,
      at: toIso(event.at, calendar),
      kind,
      type: shortType(event.type),
      ...(event.data.stage !== undefined && { stage: event.data.stage }),
      outcome,
      reasons,
    });
    if (clocks.some(({ anchorAt }) => anchorAt === event.at)) {
      steps.push(step('started', []));
    } else if (selection.length > 0) {
      steps.push(step('not_selected', selection));
    } else {
      const reasons = whyNotLookedAt(context, rule, workOrder, event, wasCancelled);
      if (reasons.length > 0) steps.push(step('not_applicable', reasons));
    }
  }
  return steps;
}

function whyNotLookedAt(
  { calendar, catalogue, orgTree }: ExplainContext,
  rule: CompiledRule,
  workOrder: WorkOrder,
  event: BusinessEvent,
  wasCancelled: boolean,
): string[] {
  if (wasCancelled || workOrder.status === 'cancelled') return ['工单已作废，不再判断'];
  const stage = visitOf(workOrder, event.data.stage);
  const gaps = explainApplies(rule, workOrder, stage, catalogue, orgTree);
  const refusals = gaps.filter(({ result }) => result === 'no');
  if (refusals.length > 0) return refusals.map(({ reason }) => reason);
  if (!rule.inForce(event.at, calendar)) return [NOT_IN_FORCE];
  if (rule.file.trigger.on === 'event') return gaps.map(({ reason }) => reason);
  if (!rule.startsClock(event))
    return gaps.length > 0
      ? gaps.map(({ reason }) => reason)
      : [`环节 ${stage?.stage ?? '（没有写）'} 不在规则的适用范围`];
  return [startedBefore(rule) ? '从这里重新计时，后来又重新起算' : '计时已在进行，或这个事件同时使计时停止'];
}

function startedBefore({ file: { trigger } }: CompiledRule): boolean {
  return trigger.on === 'deadline' && trigger.restart === true;
}
const NOT_IN_FORCE = '这一天没有任何一条依据在施行（basis 的 effectiveFrom、effectiveTo）';

function visitOf({ stages }: WorkOrder, stage: string | undefined): StageVisit | undefined {
  if (stage === undefined) return undefined;
  return stages.findLast((visit) => visit.stage === stage) ?? { stage, visit: 1, completions: 0 };
}

/** Clocks that ran out, and sweeps that went by, without the rule having been asked. */
function explainMoments(
  context: ExplainContext,
  rule: CompiledRule,
  { workOrder }: WorkOrderRecord,
  clocks: readonly Clock[],
  looks: readonly Look[],
  at: number,
): DatedStep[] {
  const { calendar, catalogue, orgTree } = context;
  const { trigger } = rule.file;
  const refusal = (stage: StageVisit | undefined): string[] =>
    explainApplies(rule, workOrder, stage, catalogue, orgTree).map(({ reason }) => reason);
  if (trigger.on === 'deadline') {
    return clocks
      .filter(
        (clock) => clock.expired && !looks.some(({ scope }) => scope.clock?.anchorAt === clock.anchorAt),
      )
      .map((clock) => ({
        instant: clock.dueAt ?? at,
        at: toIso(clock.dueAt ?? at, calendar),
        kind: 'overdue',
        ...(clock.stage !== undefined && { stage: clock.stage }),
        outcome: 'not_applicable',
        reasons: refusal(visitOf(workOrder, clock.stage)),
      }));
  }
  if (trigger.on !== 'sweep' || trigger.job === FEED_SWEEP_JOB || looks.length > 0) return [];
  const reasons = whyNoSweep(context, rule, workOrder, at);
  const others = reasons.length > 0 ? reasons : refusal(workOrder.stages.at(-1));
  return [
    { instant: at, at: toIso(at, calendar), kind: 'sweep', outcome: 'not_applicable', reasons: others },
  ];
}

function whyNoSweep(
  { calendar }: ExplainContext,
  { file }: CompiledRule,
  workOrder: WorkOrder,
  at: number,
): string[] {
  const { trigger } = file;
  if (trigger.on !== 'sweep') return [];
  const { subjectType, last, endedAt, status } = workOrder;
  if (trigger.subject !== subjectType)
    return [`规则看${SUBJECT_TEXTS[trigger.subject]}，这是${SUBJECT_TEXTS[subjectType]}`];
  const time = calendar.moments[trigger.job] ?? '';
  const from =
    workOrder.openedAt ?? Object.values(workOrder.seen).reduce((a, b) => Math.min(a, b.firstAt), at);
  const until = status === 'open' ? at : (endedAt ?? last?.at ?? at);
  if (calendar.momentsBetween(trigger.job, from, until - 1).length === 0)
    return [`到这时为止，工单在办期间还没有到过巡检时刻 ${trigger.job}（工作日 ${time}）`];
  return trigger.each === 'stage' && workOrder.stages.length === 0 ? ['工单还没有到过任何环节'] : [];
}

/** Rules on feeds are asked each minute how long it is since the feed gave a sign of life. */
function explainFeed(
  { calendar, parameters }: ExplainContext,
  rule: CompiledRule,
  { workOrder }: WorkOrderRecord,
  at: number,
): DatedStep[] {
  const { trigger } = rule.file;
  if (trigger.on !== 'sweep' || trigger.job !== FEED_SWEEP_JOB || workOrder.subjectType !== 'feed') return [];
  const silent = Math.max(0, Math.floor((at - (workOrder.last?.at ?? at)) / 60_000));
  const extra = { 'feed.name': workOrder.subject, 'feed.silentMinutes': silent };
  const look = takeLook(rule, { workOrder, calendar, parameters, now: at, extra });
  return [{ ...stepOf(look, calendar), kind: 'feed' }];
}

function explainOwnClock(
  context: ExplainContext,
  rule: CompiledRule,
  { workOrder }: WorkOrderRecord,
  clock: Clock,
  at: number,
): ExplainedClock {
  const { calendar, parameters, checklists } = context;
  const { trigger } = rule.file;
  if (trigger.on !== 'deadline') throw new Error(`rule "${rule.id}" is no deadline rule`);
  const { anchorAt, dueAt, state, expired } = clock;
  if (expired || (state !== 'running' && state !== 'paused'))
    return explainClock(clock, trigger, workOrder, at, calendar);
  const stage = workOrder.stages.find((visit) => visit.stage === clock.stage && visit.visit === clock.visit);
  const { conditions } = takeLook(rule, {
    workOrder,
    calendar,
    parameters,
    ...(checklists && { checklists }),
    now: at,
    clock: { anchorAt, phase: 'overdue', ...(dueAt !== undefined && { dueAt }) },
    ...(stage && { stage }),
  });
  return explainClock(clock, trigger, workOrder, at, calendar, conditions);
}

function notesOf({ file }: CompiledRule, { endedAt, status }: WorkOrder, later: number): string[] {
  return [
    ...(file.status === 'disabled' ? ['规则已停用（disabled），不会产生预警；以下按启用时判断。'] : []),
    ...(file.status === 'shadow' ? ['规则在试运行（shadow）：只记录，不通知任何人。'] : []),
    ...(later > 0 ? [`另有 ${later} 个事件在这之后才发生或录入，没有计入。`] : []),
    ...(status === 'open' || endedAt === undefined
      ? []
      : [status === 'cancelled' ? '工单已作废。' : '工单已办结。']),
  ];
}
