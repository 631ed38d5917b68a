import { compareEvents, shortType, subjectTypeOf, type BusinessEvent, type SubjectType } from '../events/business-event.js'; // prettier-ignore
import * as evidence from './apply-evidence-event.js';
import { applyHandoverRecorded, applySignature } from './apply-handover-event.js';
import * as life from './apply-life-event.js';
import { applyMilestone } from './apply-milestone.js';
import * as stages from './apply-stage-event.js';
import { own, setOwn, textOf } from './read-fields.js';
import type { WorkOrder } from './work-order.js';

type Effect = (draft: WorkOrder, event: BusinessEvent) => void;

/** What each type does to the work order; every other type, known or not, is a milestone. */
const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['workorder.opened', life.applyOpened],
  ['workorder.suspended', life.applySuspended],
  ['workorder.resumed', life.applyResumed],
  ['workorder.closed', life.applyClosed],
  ['workorder.cancelled', life.applyCancelled],
  ['stage.arrived', stages.applyStageArrived],
  ['stage.started', stages.applyStageStarted],
  ['stage.completed', stages.applyStageCompleted],
  ['flow.sent', stages.applyFlowSent],
  ['flow.returned', stages.applyFlowReturned],
  ['document.received', evidence.applyDocumentReceived],
  ['document.shortfall.notified', evidence.applyShortfallNotified],
  ['signature.recorded', applySignature],
  ['contactcard.issued', evidence.applyContactCardIssued],
  ['record.entered', evidence.applyRecordEntered],
  ['record.checked', evidence.applyRecordChecked],
  ['acceptance.offline', evidence.applyAcceptanceOffline],
  ['acceptance.backfilled', evidence.applyAcceptanceBackfilled],
  ['handover.recorded', applyHandoverRecorded],
]);

/** A record before its first event. */
export function newWorkOrder(identity: {
  readonly recordId: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
}): WorkOrder {
  return {
    no: identity.recordId,
    subjectType: identity.subjectType,
    subject: identity.subject,
    status: 'open',
    stages: [],
    documents: [],
    shortfalls: [],
    signatures: [],
    handovers: [],
    contactCards: [],
    records: [],
    checks: [],
    acceptances: [],
    milestones: {},
    pauses: [],
    attributes: {},
    seen: {},
  };
}

/**
 * Folds one event into a draft that the caller owns. The event must come after `draft.last` in
 * `compareEvents` order; this is the hot path and does not check. The draft shares nested values with
 * the event and never changes them.
 */
export function applyEvent(draft: WorkOrder, event: BusinessEvent): void {
  const type = shortType(event.type);
  life.applyIdentity(draft, event, false);
  const orgUnit = textOf(event.data, 'orgUnit');
  if (orgUnit !== undefined) draft.orgUnit = orgUnit;
  mergeAttributes(draft, event);
  count(draft, type, event.at);
  (EFFECTS.get(type) ?? applyMilestone)(draft, event);
  draft.last = {
    at: event.at,
    key: event.key,
    ...(event.sequence === undefined ? {} : { sequence: event.sequence }),
    ...(event.recordedAt === undefined ? {} : { recordedAt: event.recordedAt }),
  };
}

/**
 * The work order after these events. Pure: `base` is left alone.
 *
 * @param events in `compareEvents` order, each after the one before and after `base.last`
 * @param base what is already folded; without it, the work order the first event names
 * @throws RangeError when the order is broken (use `foldEvents`), or when there is neither base nor a work order event
 */
export function projectWorkOrder(events: readonly BusinessEvent[], base?: WorkOrder): WorkOrder {
  const draft = base === undefined ? startFrom(events[0]) : structuredClone(base);
  for (const event of events) {
    if (draft.last !== undefined && compareEvents(draft.last, event) >= 0) {
      throw new RangeError(
        `projectWorkOrder ${draft.no}: event "${event.key}" is not after "${draft.last.key}"; events must be in compareEvents order without repeats`,
      );
    }
    applyEvent(draft, event);
  }
  return draft;
}

/**
 * The same for events in any order and any number of repeats: sorts them and drops repeated keys. An
 * event at or before `base.last` cannot be folded in afterwards and throws; start from an empty base.
 */
export function foldEvents(events: readonly BusinessEvent[], base?: WorkOrder): WorkOrder {
  const keys = new Set<string>();
  const ordered = events
    .toSorted(compareEvents)
    .filter((event) => !keys.has(event.key) && keys.add(event.key).size > 0);
  return projectWorkOrder(ordered, base);
}

function startFrom(event: BusinessEvent | undefined): WorkOrder {
  if (event === undefined) {
    throw new RangeError('projectWorkOrder: no event and no base; pass newWorkOrder({…}) as base');
  }
  if (subjectTypeOf(event.type) !== 'workOrder') {
    throw new RangeError(
      `projectWorkOrder: the day record of "${event.subject}" (${event.type}) needs a base; pass newWorkOrder({ recordId, subjectType, subject })`,
    );
  }
  return newWorkOrder({ recordId: event.subject, subjectType: 'workOrder', subject: event.subject });
}

/** Key by key, the later event wins; a value is replaced whole. */
function mergeAttributes(draft: WorkOrder, event: BusinessEvent): void {
  const attributes = event.data.attributes;
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return;
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value !== undefined) setOwn(draft.attributes, key, value);
  }
}

function count(draft: WorkOrder, type: string, at: number): void {
  const seen = own(draft.seen, type);
  if (seen) {
    seen.count += 1;
    seen.lastAt = at;
  } else {
    setOwn(draft.seen, type, { count: 1, firstAt: at, lastAt: at });
  }
}
