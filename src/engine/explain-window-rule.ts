import { subjectTypeOf } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';
import { assessWindow, EMPTY_WINDOW, windowGroupsOf } from './assess-window.js';
import { explainApplies } from './explain-applies.js';
import { findingOf, headOf, isKnownAt } from './explain-rule.js';
import { stepOf } from './explain-steps.js';
import type { ExplainContext, ExplainRequest } from './explain-rule.js';
import { explainSelection } from './explain-trigger.js';
import { gatherSteps } from './gather-steps.js';
import type { DatedStep } from './gather-steps.js';
import { toIso } from './moments.js';
import type { RuleExplanation } from './rule-explanation.js';
import { summarizeExplanation } from './summarize-explanation.js';
import { traceRule } from './trace-rule.js';
import type { Look } from './trace-rule.js';
import { applyEvent, newWorkOrder } from '../work-orders/project-work-order.js';

/** Steps that are told; of more, the newest. */
const MOST_STEPS = 200;

export interface ExplainWindowRequest extends ExplainRequest {
  /**
   * All events of the groups that the record's events are in, known or not, in compareEvents order; where they cannot be
   * had, those of the record alone, and `alone` says so.
   */
  readonly groupEvents: readonly BusinessEvent[];
  readonly alone?: boolean;
}

/** Why a window rule did or did not find something at the events of one work order, hall …: the looks at these events. */
export async function explainWindowRule(
  context: ExplainContext,
  request: ExplainWindowRequest,
): Promise<RuleExplanation> {
  const { rule, identity, at } = request;
  const { calendar } = context;
  const own = request.events.filter((event) => isKnownAt(event, at));
  const known = request.groupEvents.filter((event) => isKnownAt(event, at));
  const looks: Look[] = [];
  const { rule: traced, ruleSet } = traceRule(rule, context, (look) => looks.push(look));
  const findings: RuleExplanation['findings'][number][] = [];
  for (const events of byGroup(known, (event) => windowGroupsOf(ruleSet, event).map(({ id }) => id))) {
    const engine = { ruleSet, calendar };
    const record = await assessWindow(engine, traced, EMPTY_WINDOW, -Infinity, events);
    const members = new Set(own.map((event) => rule.window?.memberOf(event)));
    for (const { member, finding } of record.findings)
      if (members.has(member.subject)) findings.push(findingOf(finding, calendar));
  }
  const keys = new Set(own.map(({ key }) => key));
  const steps: DatedStep[] = looks
    .filter(({ scope }) => scope.event && keys.has(scope.event.key))
    .map((look) => stepOf(look, calendar));
  const looked = new Set(looks.map(({ scope }) => scope.event?.key));
  for (const event of own) {
    if (looked.has(event.key)) continue;
    const reasons = whyNotCounted(context, request, event);
    if (reasons) steps.push({ instant: event.at, at: toIso(event.at, calendar), kind: 'window', ...reasons });
  }
  const { told, omitted } = gatherSteps(steps, MOST_STEPS);
  const later = request.events.length - own.length;
  const explained = {
    rule: headOf(rule),
    workOrder: identity.recordId,
    at: toIso(at, calendar),
    events: { used: own.length, later },
    steps: told,
    omitted,
    clocks: [],
    findings,
    notes: [
      ...(request.alone
        ? ['窗口规则看许多工单的事件；这里只有这一张工单的，同组其他工单的事件没有计入。']
        : [`窗口中共有 ${known.length} 个同组事件。`]),
      ...(later > 0 ? [`另有 ${later} 个事件在这之后才发生或录入，没有计入。`] : []),
    ],
  };
  return { ...explained, ...summarizeExplanation(explained, calendar) };
}

function byGroup(
  events: readonly BusinessEvent[],
  groupsOf: (event: BusinessEvent) => readonly string[],
): Iterable<BusinessEvent[]> {
  const groups = new Map<string, BusinessEvent[]>();
  for (const event of events)
    for (const id of groupsOf(event)) {
      const group = groups.get(id);
      if (group) group.push(event);
      else groups.set(id, [event]);
    }
  return groups.values();
}

function whyNotCounted(
  { catalogue, orgTree }: ExplainContext,
  { rule }: ExplainRequest,
  event: BusinessEvent,
): Pick<DatedStep, 'outcome' | 'reasons'> | undefined {
  const { trigger } = rule.file;
  if (trigger.on !== 'window') return undefined;
  const selection = explainSelection(trigger.types, event);
  if (selection === undefined) return undefined;
  if (selection.length > 0) return { outcome: 'not_selected', reasons: selection };
  for (const field of [
    trigger.groupBy,
    ...(trigger.among === undefined || trigger.among === '*' ? [] : [trigger.among]),
  ])
    if (field !== 'subject' && explainSelection({ type: '*', has: [field] }, event)?.length !== 0)
      return { outcome: 'not_applicable', reasons: [`事件没有写 ${field}，不知道属于哪一组`] };
  const workOrder = newWorkOrder({
    recordId: event.subject,
    subjectType: subjectTypeOf(event.type),
    subject: event.subject,
  });
  applyEvent(workOrder, event);
  const gaps = explainApplies(rule, workOrder, workOrder.stages.at(-1), catalogue, orgTree);
  if (gaps.length > 0) return { outcome: 'not_applicable', reasons: gaps.map(({ reason }) => reason) };
  return { outcome: 'not_applicable', reasons: ['这一天没有任何一条依据在施行'] };
}
