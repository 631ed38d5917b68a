import { shortType } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { applyEvent, newWorkOrder } from '../work-orders/project-work-order.js';
import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import { FEED_SWEEP_JOB } from './assess-feed.js';
import type { RecordIdentity } from './assess-work-order.js';
import { explainApplies, SUBJECT_TEXTS } from './explain-applies.js';
import type { ExplainContext } from './explain-rule.js';
import { explainSelection } from './explain-trigger.js';
import type { DatedStep } from './gather-steps.js';
import { toIso } from './moments.js';
import type { CompiledRule } from './rule-set.js';
import { takeLook } from './trace-rule.js';
import type { Look } from './trace-rule.js';
import type { Clock, WorkOrderRecord } from './work-order-record.js';

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
export function explainEvents(
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
export function explainMoments(
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
export function explainFeed(
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
