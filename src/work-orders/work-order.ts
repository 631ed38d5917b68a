import type { EventOrder, SubjectType } from '../events/business-event.js';
import type { JsonObject } from '../json.js';

/**
 * A work order (工单): one application's run through a process, projected from its events and from
 * nothing else. The record of a hall, an org unit, an account or a feed has the same shape. Times are epoch
 * milliseconds at which things *occurred*; `recordedAt` is when they were entered, if that was told.
 */
export interface WorkOrder {
  /** Record id: the work order no., `hall:<code>@<date>` for the day of a hall or feed, `orgUnit:<code>`, `account:<no>`. */
  readonly no: string;
  readonly subjectType: SubjectType;
  /** The event subject: the work order no. or the hall / org unit / feed code. */
  readonly subject: string;
  /** 业务类型, e.g. 高压新装; absent until an event tells it. */
  process?: string;
  customerNo?: string;
  /** 低压居民, 低压非居民, 高压单电源, 高压双电源. */
  customerClass?: string;
  /** 同城受理: accepted at another unit's counter. */
  sameCity?: boolean;
  managingUnit?: string;
  /** The unit of the latest event that named one. */
  orgUnit?: string;
  feed?: string;
  status: 'open' | 'closed' | 'cancelled';
  openedAt?: number;
  endedAt?: number;
  /** Every visit to a stage (环节) in order of arrival; a stage comes again after a return. */
  stages: StageVisit[];
  documents: DocumentReceipt[];
  shortfalls: Shortfall[];
  signatures: Signature[];
  handovers: Handover[];
  contactCards: ContactCard[];
  records: RecordEntry[];
  checks: RecordCheck[];
  acceptances: OfflineAcceptance[];
  /** paper.delivered, fee.*, contract.signed, meter.installed, power.*, visit.completed, archive.filed … by short type. */
  milestones: Record<string, Milestone[]>;
  pauses: Pause[];
  /** `data.attributes` of all events, merged key by key in event order. */
  attributes: JsonObject;
  /** How often and when each short event type was seen, unknown types included. */
  seen: Record<string, Seen>;
  /** The newest event folded in. */
  last?: EventOrder;
}

/** One visit to a stage. */
export interface StageVisit {
  stage: string;
  /** 1 for the first visit, 2 after a return, … */
  visit: number;
  workItem?: string;
  orgUnit?: string;
  arrivedAt?: number;
  /** stage.started, where a source tells it. */
  startedAt?: number;
  completedAt?: number;
  /** How often completion was reported in this visit; 2 = done twice without a return between. */
  completions: number;
  completedRecordedAt?: number;
  /** flow.sent from this stage. */
  sentAt?: number;
  sentTo?: string;
  /** flow.returned from this stage, to an earlier one. */
  returnedAt?: number;
  returnReason?: string;
  /** flow.returned *to* this stage after this visit: whatever happens next at the stage is a new visit. */
  recalledAt?: number;
  /** Who completed it (else who it arrived at). */
  operatorId?: string;
  checkerId?: string;
}

export interface DocumentReceipt {
  document: string;
  at: number;
  paper?: boolean;
  electronic?: boolean;
  copies?: number;
  stage?: string;
}
/** 一次性告知: what was missing and by when the customer agreed to bring it. */
export interface Shortfall {
  documents: string[];
  at: number;
  /** Business date YYYY-MM-DD. */
  agreedDate?: string;
  stage?: string;
}
export interface Signature {
  document: string;
  /** customer, handler, checker, utilitySeal, giver, receiver. */
  role: string;
  signer?: string;
  at: number;
  stage?: string;
}
export interface Handover {
  at: number;
  stage?: string;
  toStage?: string;
  documents: string[];
  giver?: string;
  receiver?: string;
  giverSigned?: boolean;
  receiverSigned?: boolean;
}
export interface ContactCard {
  at: number;
  stage?: string;
  fields: JsonObject;
}
/** record.entered: a form keyed into the sales system. */
export interface RecordEntry {
  at: number;
  recordedAt?: number;
  form?: string;
  stage?: string;
  fields: JsonObject;
  operatorId?: string;
}
/** record.checked: 一人工作、一人校核. */
export interface RecordCheck {
  at: number;
  form?: string;
  stage?: string;
  checkerId?: string;
  mismatches: string[];
}
/** 先受理、后补录. */
export interface OfflineAcceptance {
  at: number;
  stage?: string;
  incident?: string;
  contact?: string;
  /** When the backfill was entered: `recordedtime` of the backfilled event, else its time. */
  backfilledAt?: number;
}
export interface Milestone {
  at: number;
  recordedAt?: number;
  stage?: string;
  operatorId?: string;
  /** The event's own fields, e.g. `toUnit`, `utilitySigned`, `expiresOn`. */
  data: JsonObject;
}
export interface Pause {
  from: number;
  to?: number;
  side: 'customer' | 'utility';
  reason?: string;
}
export interface Seen {
  count: number;
  firstAt: number;
  lastAt: number;
}
