import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { type KnownBy, knownAt } from '../backtest/known-at.js';
import { assessWorkOrder } from '../engine/assess-work-order.js';
import type { RuleSets } from '../engine/rule-set.js';
import type { WorkOrderRecord } from '../engine/work-order-record.js';
import { type BusinessEvent, subjectTypeOf } from '../events/business-event.js';

/** A record as it was known at a moment. */
export interface RecalledRecord {
  readonly record: WorkOrderRecord;
  /** The events that were known by then, in the order they occurred. */
  readonly events: readonly BusinessEvent[];
  /** How many more there are, which became known later. */
  readonly later: number;
}

export interface RecallDeps {
  readonly inbox: { loadByRecord(recordId: string): Promise<readonly BusinessEvent[]> };
  readonly ruleSets: Pick<RuleSets, 'current'>;
  readonly calendar: BusinessCalendar;
}

/** Undefined for a record without events. */
export type RecallRecord = (recordId: string, at: number, by: KnownBy) => Promise<RecalledRecord | undefined>;

/**
 * Folds what was known of a record at a moment (events that became known up to then, by when the service received them or
 * by when they were recorded) with the service's own fold, and lets time run to that moment. Judged by the rules and the
 * calendar in force now; feeds are taken for alive. Stores nothing.
 */
export function makeRecallRecord({ inbox, ruleSets, calendar }: RecallDeps): RecallRecord {
  return async (recordId, at, by) => {
    const all = await inbox.loadByRecord(recordId);
    const [first] = all;
    if (!first) return undefined;
    const events = all.filter((event) => knownAt(event, by) <= at);
    const { type, subject } = events[0] ?? first;
    const identity = { recordId, subjectType: subjectTypeOf(type), subject };
    const context = { ruleSet: ruleSets.current(), calendar };
    const record = await assessWorkOrder(context, identity, undefined, events, at);
    return { record, events, later: all.length - events.length };
  };
}
