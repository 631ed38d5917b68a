import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { compareEvents, recordIdOf, subjectTypeOf, type BusinessEvent } from '../events/business-event.js';
import { assessWindow, EMPTY_WINDOW, windowGroupsOf } from './assess-window.js';
import { assessWorkOrder } from './assess-work-order.js';
import { KNOWN_EVENT_TYPES } from './check-fact.js';
import { indexRules } from './make-rule-set.js';
import { startOf, toReadable } from './moments.js';
import type { ParameterTable } from './parameter-table.js';
import type { ExpectedAlert, RuleSequence } from './rule-file.js';
import type { CompiledRule } from './rule-set.js';
import type { Finding } from './work-order-record.js';

/** What an event-sequence case gave. */
export interface RuleSequenceResult {
  readonly index: number;
  readonly name: string;
  readonly passed: boolean;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  /** Why it failed, for the author. */
  readonly reason?: string;
}

/**
 * Runs the event-sequence cases of a rule: the events are folded as live ones are, trigger, selectors and clocks
 * included, and what the rule finds by `until` must be what the case expects, no more and no less.
 */
export async function runRuleSequences(
  rule: CompiledRule,
  calendar: BusinessCalendar,
  parameters?: ParameterTable,
): Promise<RuleSequenceResult[]> {
  const results: RuleSequenceResult[] = [];
  for (const [index, sequence] of (rule.file.sequences ?? []).entries()) {
    const expected = sequence.expect.map((alert) => expectedText(alert, calendar)).sort();
    const found = await findingsOf(rule, sequence, calendar, parameters);
    const actual = found.map((finding) => findingText(finding, calendar)).sort();
    const passed = expected.join('\n') === actual.join('\n');
    const list = (texts: readonly string[]) => (texts.length === 0 ? '没有预警' : texts.join('；'));
    results.push({
      index,
      name: sequence.name,
      passed,
      expected,
      actual,
      ...(passed ? {} : { reason: `应为 ${list(expected)}，实为 ${list(actual)}` }),
    });
  }
  return results;
}

async function findingsOf(
  rule: CompiledRule,
  sequence: RuleSequence,
  calendar: BusinessCalendar,
  parameters: ParameterTable | undefined,
): Promise<Finding[]> {
  const ruleSet = indexRules([rule], parameters);
  const context = { ruleSet, calendar };
  const events = sequence.events.map((event, index) => toEvent(event, index, calendar)).sort(compareEvents);
  const last = events.at(-1)?.at ?? 0;
  const until = sequence.until === undefined ? last + 1 : (startOf(sequence.until, calendar) ?? last);
  const findings: Finding[] = [];
  for (const [recordId, own] of groupBy(events, (event) => [
    recordIdOf(event.type, event.subject, calendar.dateOf(event.at)),
  ])) {
    const [first] = own;
    if (!first) continue;
    const identity = { recordId, subjectType: subjectTypeOf(first.type), subject: first.subject };
    findings.push(...(await assessWorkOrder(context, identity, undefined, own, until)).findings);
  }
  for (const own of groupBy(events, (event) => windowGroupsOf(ruleSet, event).map(({ id }) => id)).values()) {
    const record = await assessWindow(context, rule, EMPTY_WINDOW, -Infinity, own);
    findings.push(...record.findings.map(({ finding }) => finding));
  }
  return findings;
}

function groupBy(
  events: readonly BusinessEvent[],
  keysOf: (event: BusinessEvent) => readonly string[],
): Map<string, BusinessEvent[]> {
  const groups = new Map<string, BusinessEvent[]>();
  for (const event of events)
    for (const key of keysOf(event)) groups.set(key, [...(groups.get(key) ?? []), event]);
  return groups;
}

function toEvent(
  { type, time, subject = '示例', recordedTime, data = {} }: RuleSequence['events'][number],
  index: number,
  calendar: BusinessCalendar,
): BusinessEvent {
  const at = startOf(time, calendar) ?? 0;
  const recordedAt = recordedTime === undefined ? undefined : startOf(recordedTime, calendar);
  const id = String(index).padStart(5, '0');
  return {
    key: `case ${id}`,
    id,
    source: 'case',
    type: KNOWN_EVENT_TYPES.includes(type) ? `yxzy.${type}` : type,
    subject,
    at,
    receivedAt: at,
    data,
    ...(recordedAt !== undefined && { recordedAt }),
  };
}

function expectedText({ at, closed, phase, stage }: ExpectedAlert, calendar: BusinessCalendar): string {
  const readable = (time: string) => toReadable(startOf(time, calendar) ?? 0, calendar);
  return alertText(readable(at), closed === undefined ? undefined : readable(closed), phase, stage);
}

function findingText({ openedAt, closedAt, phase, stage }: Finding, calendar: BusinessCalendar): string {
  const closed = closedAt === undefined ? undefined : toReadable(closedAt, calendar);
  return alertText(toReadable(openedAt, calendar), closed, phase, stage);
}

function alertText(at: string, closed: string | undefined, phase?: string, stage?: string): string {
  const what = [phase === 'early' ? '临期' : phase === 'overdue' ? '超期' : '预警', stage].filter(Boolean);
  return `${at} ${what.join(' ')}${closed === undefined ? '' : `（${closed} 解除）`}`;
}
