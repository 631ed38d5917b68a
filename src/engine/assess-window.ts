import { subjectTypeOf, type BusinessEvent } from '../events/business-event.js';
import { applyEvent, newWorkOrder } from '../work-orders/project-work-order.js';
import type { WorkOrder } from '../work-orders/work-order.js';
import type { AssessContext } from './assess-work-order.js';
import { closeFinding, recordHit } from './record-finding.js';
import type { CompiledRule, FactScope, RuleSet } from './rule-set.js';
import { SlidingWindow, type WindowView } from './sliding-window.js';
import type { Finding } from './work-order-record.js';

/** Findings of one group of a window rule. A pure function of its events, the rule set and the calendar. */
export interface WindowRecord {
  readonly findings: readonly MemberFinding[];
  /** When the newest event happened that has been judged; -1 before the first. */
  readonly advancedTo: number;
}

/** What was found about one member of the group. */
export interface MemberFinding {
  readonly member: WindowMember;
  readonly finding: Finding;
}

/** Who a finding is about: the subject of its alert. */
export type WindowMember = Pick<WorkOrder, 'no' | 'subject' | 'subjectType'>;

/** The groups an event belongs to. */
export interface WindowGroup {
  /** `window:ruleId|group`. */
  readonly id: string;
  readonly ruleId: string;
  readonly group: string;
}

export const EMPTY_WINDOW: WindowRecord = { findings: [], advancedTo: -1 };

/** The window records an event must be handed to. Decided by the event alone, so that every delivery decides the same. */
export function windowGroupsOf(ruleSet: RuleSet, event: BusinessEvent): WindowGroup[] {
  const groups: WindowGroup[] = [];
  for (const rule of ruleSet.windowsOn(event)) {
    const group = counts(rule, event) ? rule.window?.groupOf(event) : undefined;
    if (group !== undefined) groups.push({ id: `window:${rule.id}|${group}`, ruleId: rule.id, group });
  }
  return groups;
}

/** Whether an event counts in the windows of a rule: what it does not tell of itself, nobody tells for it. */
function counts(rule: CompiledRule, event: BusinessEvent): boolean {
  const { window } = rule;
  if (!window?.selects(event) || window.memberOf(event) === undefined) return false;
  if (!rule.file.appliesTo) return true;
  const workOrder = workOrderOf(event, event.subject);
  const { stage } = event.data;
  const visit = workOrder.stages.findLast((one) => one.stage === stage);
  const at = visit ?? (stage === undefined ? undefined : { stage, visit: 1, completions: 0 });
  return rule.applies(workOrder, at) === 'yes';
}

/**
 * From when a group must be judged anew for events at or after `changedFrom`. What later events did to a finding
 * cannot be taken out of it, so a finding that spans the moment is found again from its beginning.
 */
export function restartAt(
  { findings, advancedTo }: WindowRecord,
  changedFrom: number,
  rule: CompiledRule,
): number {
  if (changedFrom > advancedTo) return changedFrom;
  let from = changedFrom;
  for (let moved = true; moved;) {
    moved = false;
    for (const { finding } of findings) {
      const { openedAt, closedAt } = finding;
      if (finding.rule.version !== rule.version) continue;
      if (openedAt < from && (closedAt === undefined || closedAt >= from || finding.lastAt >= from)) {
        from = openedAt;
        moved = true;
      }
    }
  }
  return from;
}

/**
 * Judges the events of a group from `from` on, each as of the moment it happened, with what had happened in the window
 * before it. The same events end in the same record, whatever order they came in and however often.
 *
 * @param base the record so far
 * @param from as restartAt answers
 * @param events all of the group after `from - rule.window.keepMs`, distinct, in compareEvents order
 * @param sliding taken over and changed: an empty window; or the one that has taken in all events up to `base.advancedTo`, then
 *   `events` are those after it
 */
export async function assessWindow(
  context: AssessContext,
  rule: CompiledRule,
  base: WindowRecord,
  from: number,
  events: Iterable<BusinessEvent> | AsyncIterable<BusinessEvent>,
  sliding: SlidingWindow = emptyWindowOf(rule),
): Promise<WindowRecord> {
  const kept = base.findings.filter(
    ({ finding }) => finding.openedAt < from || finding.rule.version !== rule.version,
  );
  const drafts = new Map<string, { member: WindowMember; findings: Finding[] }>();
  for (const { member, finding } of kept) {
    // Only what is open is changed by later events, and of it no more than the fields.
    const own = finding.closedAt === undefined ? { ...finding } : finding;
    const draft = drafts.get(member.no);
    if (draft) draft.findings.push(own);
    else drafts.set(member.no, { member, findings: [own] });
  }
  let advancedTo = base.advancedTo;
  for await (const event of events) {
    const view = sliding.push(event);
    if (!view || event.at < from) continue;
    advancedTo = Math.max(advancedTo, event.at);
    await judge(context, rule, event, view, drafts);
  }
  const findings = [...drafts.values()].flatMap(({ member, findings: found }) =>
    found.map((finding) => ({ member, finding })),
  );
  return { findings, advancedTo };
}

/** @throws Error for a rule that is no window rule */
export function emptyWindowOf({ id, window }: CompiledRule): SlidingWindow {
  if (!window) throw new Error(`rule "${id}" is no window rule`);
  return new SlidingWindow(window);
}

async function judge(
  context: AssessContext,
  rule: CompiledRule,
  event: BusinessEvent,
  view: WindowView,
  drafts: Map<string, { member: WindowMember; findings: Finding[] }>,
): Promise<void> {
  if (!rule.inForce(event.at, context.calendar)) return;
  const workOrder = { ...workOrderOf(event, view.member), ...memberOf(rule, event, view.member) };
  const scope: FactScope = {
    workOrder,
    calendar: context.calendar,
    parameters: context.ruleSet.parameters,
    now: event.at,
    event,
    window: view,
  };
  const end = context.measure?.(rule);
  const evaluation = await rule.evaluate(scope);
  end?.();
  const detail = evaluation.outcome === 'error' ? evaluation.message : undefined;
  const missing = evaluation.outcome === 'not_evaluated' ? evaluation.missing.join() : undefined;
  context.onEvaluation?.(rule, evaluation.outcome, detail ?? missing);
  const draft = drafts.get(workOrder.no);
  if (evaluation.outcome === 'hit') {
    const { no, subject, subjectType } = workOrder;
    const known = draft ?? { member: { no, subject, subjectType }, findings: [] };
    drafts.set(no, known);
    recordHit({ workOrder, clocks: [], findings: known.findings, advancedTo: 0 }, rule, scope, evaluation);
  } else if (evaluation.outcome === 'no_hit' && !rule.window?.keepOpen) {
    for (const finding of draft?.findings ?? []) closeFinding(finding, event.at, 'evidence');
  }
}

/** The subject of an alert: what the window is grouped by. */
function memberOf(rule: CompiledRule, event: BusinessEvent, member: string): WindowMember {
  const { trigger } = rule.file;
  const groupBy = trigger.on === 'window' ? trigger.groupBy : '';
  const types: Readonly<Record<string, WorkOrder['subjectType']>> = {
    subject: subjectTypeOf(event.type),
    orgUnit: 'orgUnit',
    'operator.id': 'operator',
    'enteredBy.id': 'operator',
    'complainedOf.id': 'operator',
  };
  return { no: `window:${rule.id}|${member}`, subject: member, subjectType: types[groupBy] ?? 'group' };
}

/** What the event tells of itself, in the shape that selectors and facts read. */
function workOrderOf(event: BusinessEvent, subject: string): WorkOrder {
  const workOrder = newWorkOrder({ recordId: subject, subjectType: subjectTypeOf(event.type), subject });
  applyEvent(workOrder, event);
  return workOrder;
}
