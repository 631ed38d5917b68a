import type { BusinessEvent } from '../events/business-event.js';
import { fieldsOf, flagOf, numberOf, personIdOf, personOf, textOf, textsOf } from './read-fields.js';
import { pushBounded } from './push-bounded.js';
import type {
  DocumentReceipt,
  OfflineAcceptance,
  RecordCheck,
  RecordEntry,
  Shortfall,
  Signature,
  WorkOrder,
} from './work-order.js';

export function applyDocumentReceived(draft: WorkOrder, event: BusinessEvent): void {
  const document = textOf(event.data, 'document');
  if (document === undefined) return;
  const receipt: DocumentReceipt = { document, at: event.at, ...stageOf(event) };
  const paper = flagOf(event.data, 'paper');
  if (paper !== undefined) receipt.paper = paper;
  const electronic = flagOf(event.data, 'electronic');
  if (electronic !== undefined) receipt.electronic = electronic;
  const copies = numberOf(event.data, 'copies');
  if (copies !== undefined) receipt.copies = copies;
  pushBounded(draft.documents, receipt);
}

export function applyShortfallNotified(draft: WorkOrder, event: BusinessEvent): void {
  const shortfall: Shortfall = {
    documents: textsOf(event.data, 'documents'),
    at: event.at,
    ...stageOf(event),
  };
  const agreedDate = textOf(event.data, 'agreedDate');
  if (agreedDate !== undefined) shortfall.agreedDate = agreedDate;
  pushBounded(draft.shortfalls, shortfall);
}

export function applyContactCardIssued(draft: WorkOrder, event: BusinessEvent): void {
  pushBounded(draft.contactCards, {
    at: event.at,
    ...stageOf(event),
    fields: fieldsOf(event.data, 'fields'),
  });
}

export function applyRecordEntered(draft: WorkOrder, event: BusinessEvent): void {
  const entry: RecordEntry = {
    at: event.at,
    ...stageOf(event),
    ...formOf(event),
    fields: fieldsOf(event.data, 'fields'),
  };
  if (event.recordedAt !== undefined) entry.recordedAt = event.recordedAt;
  const operatorId = personIdOf(event.data, 'operator');
  if (operatorId !== undefined) entry.operatorId = operatorId;
  pushBounded(draft.records, entry);
}

/** The checker is the one named as such; where none is, who entered the check checked. */
export function applyRecordChecked(draft: WorkOrder, event: BusinessEvent): void {
  const check: RecordCheck = {
    at: event.at,
    ...stageOf(event),
    ...formOf(event),
    mismatches: textsOf(event.data, 'mismatches'),
  };
  const checkerId = personIdOf(event.data, 'checker') ?? personIdOf(event.data, 'operator');
  if (checkerId !== undefined) check.checkerId = checkerId;
  pushBounded(draft.checks, check);
}

/** A source may date the backfill back to the acceptance itself, so that it comes first of the two. */
export function applyAcceptanceOffline(draft: WorkOrder, event: BusinessEvent): void {
  const told: Partial<OfflineAcceptance> = { ...stageOf(event) };
  const incident = textOf(event.data, 'incident');
  if (incident !== undefined) told.incident = incident;
  const contact = textOf(event.data, 'contact');
  if (contact !== undefined) told.contact = contact;
  const same = draft.acceptances.findLast((a) => a.at === event.at && a.backfilledAt !== undefined);
  if (same) Object.assign(same, told);
  else pushBounded(draft.acceptances, { at: event.at, ...told });
}

/** Backfills the latest offline acceptance that still waits (of the incident, if named); without one it stands for both. */
export function applyAcceptanceBackfilled(draft: WorkOrder, event: BusinessEvent): void {
  const backfilledAt = event.recordedAt ?? event.at;
  const incident = textOf(event.data, 'incident');
  const waiting = draft.acceptances.findLast(
    (a) =>
      a.backfilledAt === undefined &&
      (incident === undefined || a.incident === undefined || a.incident === incident),
  );
  const contact = textOf(event.data, 'contact');
  if (waiting) {
    waiting.backfilledAt = backfilledAt;
    if (contact !== undefined) waiting.contact ??= contact;
    return;
  }
  pushBounded(draft.acceptances, {
    at: event.at,
    ...stageOf(event),
    ...(incident === undefined ? {} : { incident }),
    ...(contact === undefined ? {} : { contact }),
    backfilledAt,
  });
}

/**
 * Needs the document and the role; the signer as told, else the operator who recorded it. Returns what
 * was kept.
 */
export function recordSignature(draft: WorkOrder, event: BusinessEvent): Signature | undefined {
  const document = textOf(event.data, 'document');
  const role = textOf(event.data, 'role');
  if (document === undefined || role === undefined) return undefined;
  const signature: Signature = { document, role, at: event.at, ...stageOf(event) };
  const signer = personOf(event.data, 'signer') ?? personIdOf(event.data, 'operator');
  if (signer !== undefined) signature.signer = signer;
  pushBounded(draft.signatures, signature);
  return signature;
}

/** The stage an event names, ready to spread. */
export function stageOf(event: BusinessEvent): { stage?: string } {
  const stage = textOf(event.data, 'stage');
  return stage === undefined ? {} : { stage };
}

function formOf(event: BusinessEvent): { form?: string } {
  const form = textOf(event.data, 'form');
  return form === undefined ? {} : { form };
}
