import type { BusinessEvent, EventData } from './business-event.js';

/**
 * `received` = stored, not folded yet; `processed` = folded; `dead` = set aside with a reason. Nothing else: processed ⊎ dead
 * is what was accepted, once the queue is empty.
 */
export const EVENT_STATUSES = ['received', 'processed', 'dead'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** An event as it lies in the collection `events`. */
export interface EventDocument {
  /** The event key. */
  _id: string;
  source: string;
  id: string;
  type: string;
  subject: string;
  recordId: string;
  partition: number;
  at: Date;
  recordedAt?: Date;
  receivedAt: Date;
  sequence?: string;
  data: EventData;
  /** canonicalHash: tells a resend from a conflict. */
  hash: string;
  status: EventStatus;
  /** Failed attempts to fold it. */
  attempts: number;
  /** Why it is dead. */
  reason?: string;
  deadAt?: Date;
}

/** An event to be stored, with what was computed from it. */
export interface NewEvent {
  readonly event: BusinessEvent;
  readonly recordId: string;
  readonly partition: number;
  /** canonicalHash of the event. */
  readonly hash: string;
}

/** An event as the inbox gives it back, with what became of it. Times are epoch ms. */
export interface StoredEvent {
  readonly event: BusinessEvent;
  readonly recordId: string;
  readonly partition: number;
  readonly status: EventStatus;
  /** Failed attempts to fold it. */
  readonly attempts: number;
  /** Why and since when it is dead. */
  readonly reason?: string;
  readonly deadAt?: number;
}

// By hand and field by field: this is the hot path, mongoose documents cost a third of the throughput.
export function toEventDocument({ event, recordId, partition, hash }: NewEvent): EventDocument {
  const document: EventDocument = {
    _id: event.key,
    source: event.source,
    id: event.id,
    type: event.type,
    subject: event.subject,
    recordId,
    partition,
    at: new Date(event.at),
    receivedAt: new Date(event.receivedAt),
    data: event.data,
    hash,
    status: 'received',
    attempts: 0,
  };
  if (event.recordedAt !== undefined) document.recordedAt = new Date(event.recordedAt);
  if (event.sequence !== undefined) document.sequence = event.sequence;
  return document;
}

export function toBusinessEvent(document: EventDocument): BusinessEvent {
  const { _id, recordedAt, sequence } = document;
  return {
    key: _id,
    id: document.id,
    source: document.source,
    type: document.type,
    subject: document.subject,
    at: document.at.getTime(),
    receivedAt: document.receivedAt.getTime(),
    data: document.data,
    ...(recordedAt !== undefined && { recordedAt: recordedAt.getTime() }),
    ...(sequence !== undefined && { sequence }),
  };
}

export function toStoredEvent(document: EventDocument): StoredEvent {
  const { reason, deadAt } = document;
  return {
    event: toBusinessEvent(document),
    recordId: document.recordId,
    partition: document.partition,
    status: document.status,
    attempts: document.attempts,
    ...(reason !== undefined && { reason }),
    ...(deadAt !== undefined && { deadAt: deadAt.getTime() }),
  };
}
