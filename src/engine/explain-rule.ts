import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { WorkOrder } from '../work-orders/work-order.js';
import { assessWorkOrder } from './assess-work-order.js';
import type { RecordIdentity } from './assess-work-order.js';
import type { CatalogueLookup } from './catalogue-lookup.js';
import type { Checklists } from './checklists.js';
import { explainClock } from './explain-clock.js';
import { explainEvents, explainFeed, explainMoments, stepOf } from './explain-steps.js';
import { gatherSteps } from './gather-steps.js';
import type { DatedStep } from './gather-steps.js';
import { toIso } from './moments.js';
import type { OrgTree, ParameterTable } from './parameter-table.js';
import { placeVisit } from './place-visit.js';
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
  const stage = placeVisit(workOrder, clock);
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
