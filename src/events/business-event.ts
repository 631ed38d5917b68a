import type { JsonObject } from '../json.js';

/**
 * A business fact from the sales system (营销业务系统), already validated. Immutable. All times are
 * epoch milliseconds; the three of them are kept apart so that late entry (补录) never moves a clock.
 */
export interface BusinessEvent {
  /** Natural key, `source` + space + `id` (a source is a URI reference and holds no space). */
  readonly key: string;
  readonly id: string;
  /** Where it comes from, e.g. `/sales/zj/hz`. */
  readonly source: string;
  /** e.g. `yxzy.stage.completed`. */
  readonly type: string;
  /** Work order no.; for hall, org and feed events their code. */
  readonly subject: string;
  /** Occurred: CloudEvents `time`. The only time that clocks look at. */
  readonly at: number;
  /** Recorded: when it was entered in the sales system (`recordedtime`), if told. */
  readonly recordedAt?: number;
  /** Received by this service. Never looked at by projection or rules. */
  readonly receivedAt: number;
  /** CloudEvents `sequence` extension: orders events of the same instant, compared as text. */
  readonly sequence?: string;
  readonly data: EventData;
}

/** The common fields of `data`; each type adds its own (docs/events.md). */
export interface EventData extends JsonObject {
  process?: string;
  workItem?: string;
  stage?: string;
  orgUnit?: string;
  operator?: { id?: string; name?: string };
  attributes?: JsonObject;
}

/** What an event is about: a work order (工单), a customer's account (户), an org unit, or the day of a hall or feed. */
export type EventSubjectType = 'workOrder' | 'hall' | 'orgUnit' | 'account' | 'feed';

/** What a finding may be about: window rules also look at an operator, or a group by any other field. */
export type SubjectType = EventSubjectType | 'operator' | 'group';

/** The kind of subject an event type speaks of. Unknown types belong to a work order. */
export function subjectTypeOf(type: string): EventSubjectType {
  const name = shortType(type);
  if (name.startsWith('hall.')) return 'hall';
  if (name.startsWith('meeting.') || name.startsWith('drill.')) return 'orgUnit';
  if (name.startsWith('account.')) return 'account';
  if (name.startsWith('feed.')) return 'feed';
  return 'workOrder';
}

/** Rules name YXZY types without their prefix: `yxzy.stage.completed` → `stage.completed`. */
export function shortType(type: string): string {
  return type.startsWith('yxzy.') ? type.slice(5) : type;
}

/**
 * The id of the record an event is folded into. A work order is its own record; a hall or feed, of which there are
 * many events and no end, has one record a business day, so that a refold stays bounded. Of an org unit there are
 * only meetings and drills, of an account only contracts, inspections and the like: few, and what matters is how
 * long ago the last one was. So each has one record for ever.
 */
export function recordIdOf(type: string, subject: string, businessDate: string): string {
  const kind = subjectTypeOf(type);
  if (kind === 'workOrder') return subject;
  return kind === 'orgUnit' || kind === 'account'
    ? `${kind}:${subject}`
    : `${kind}:${subject}@${businessDate}`;
}

/**
 * The order in which events are folded: when they occurred, never when they arrived. Ties are broken
 * by the source's own sequence, then by entry time, then by key, so that the order is total.
 */
export function compareEvents(a: EventOrder, b: EventOrder): number {
  return (
    a.at - b.at ||
    compareText(a.sequence ?? '', b.sequence ?? '') ||
    (a.recordedAt ?? a.at) - (b.recordedAt ?? b.at) ||
    compareText(a.key, b.key)
  );
}

/** The part of an event that decides its place in the order. */
export type EventOrder = Pick<BusinessEvent, 'at' | 'sequence' | 'recordedAt' | 'key'>;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
