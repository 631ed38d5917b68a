import { mergeAlert } from '../../src/alerts/merge-alert.js';
import type { Alert } from '../../src/alerts/alert.js';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import {
  compareEvents,
  recordIdOf,
  subjectTypeOf,
  type BusinessEvent,
} from '../../src/events/business-event.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { parseRawEvents } from '../../src/events/parse-raw-events.js';
import type { Content } from '../../src/open-content.js';
import { dueFieldsOf } from '../../src/work-orders/due-fields.js';
import { bySignature, type Outcome } from './outcome.js';

export interface FoldRequest {
  readonly events: readonly object[];
  readonly content: Pick<Content, 'ruleSet' | 'calendar'>;
  /** Records that could not be stored: all their events are dead. */
  readonly refused: ReadonlySet<string>;
  /** Epoch ms: up to where time is looked at. */
  readonly now: number;
}

/**
 * What must come out: each event once, in order, in this process, without stores, queues, chunks or faults.
 */
export async function foldOnce({ events, content, refused, now }: FoldRequest): Promise<Outcome> {
  const byRecord = groupByRecord(parse(events, now), content);
  const processed: string[] = [];
  const dead: string[] = [];
  const records: Record<string, string> = {};
  const alerts: Record<string, string> = {};
  const due: Record<string, string> = {};
  for (const [recordId, own] of byRecord) {
    (refused.has(recordId) ? dead : processed).push(...own.map(({ key }) => key));
    if (refused.has(recordId)) continue;
    const record = await fold(recordId, own, content, now);
    records[recordId] = bySignature.record(record);
    for (const alert of alertsOf(record, content)) alerts[alert.id] = bySignature.alert(alert);
    due[recordId] = bySignature.due(dueFieldsOf(record.clocks));
  }
  return { processed: processed.sort(), dead: dead.sort(), records, alerts, due };
}

function parse(events: readonly object[], now: number): BusinessEvent[] {
  return parseRawEvents(events, now, DEFAULT_EVENT_LIMITS).map((parsed) => {
    if ('errors' in parsed) throw new Error(`the generator made a bad event: ${JSON.stringify(parsed)}`);
    return parsed.event;
  });
}

function groupByRecord(events: readonly BusinessEvent[], { calendar }: FoldRequest['content']) {
  const byRecord = new Map<string, BusinessEvent[]>();
  const seen = new Set<string>();
  for (const event of events.toSorted(compareEvents)) {
    if (seen.has(event.key)) continue;
    seen.add(event.key);
    const recordId = recordIdOf(event.type, event.subject, calendar.dateOf(event.at));
    const own = byRecord.get(recordId);
    if (own) own.push(event);
    else byRecord.set(recordId, [event]);
  }
  return byRecord;
}

function fold(
  recordId: string,
  events: readonly BusinessEvent[],
  content: FoldRequest['content'],
  now: number,
): Promise<WorkOrderRecord> {
  const [first] = events;
  if (!first) throw new Error(`no events of ${recordId}`);
  const identity = { recordId, subjectType: subjectTypeOf(first.type), subject: first.subject };
  return assessWorkOrder(content, identity, undefined, events, now);
}

/** The alerts of findings that were never anything else. */
function alertsOf({ workOrder, findings }: WorkOrderRecord, { ruleSet }: FoldRequest['content']): Alert[] {
  return findings.flatMap((finding) => {
    const rule = ruleSet.byId(finding.rule.id)?.file;
    const source = { workOrder, revision: 1, ruleSet: ruleSet.hash, ...(rule && { rule }) };
    return mergeAlert(undefined, finding, source, 0) ?? [];
  });
}
