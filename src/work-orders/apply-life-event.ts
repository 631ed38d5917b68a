import type { BusinessEvent } from '../events/business-event.js';
import { flagOf, textOf } from './read-fields.js';
import { pushBounded } from './push-bounded.js';
import type { WorkOrder } from './work-order.js';

const TEXT_FIELDS = ['process', 'customerNo', 'customerClass', 'managingUnit', 'feed'] as const;

/**
 * What the work order is. `workorder.opened` decides and may correct itself later; any other event only
 * fills in what no event has told yet, so that a sub-process cannot rename its work order.
 */
export function applyIdentity(draft: WorkOrder, event: BusinessEvent, decides: boolean): void {
  for (const field of TEXT_FIELDS) {
    if (!decides && draft[field] !== undefined) continue;
    const value = textOf(event.data, field);
    if (value !== undefined) draft[field] = value;
  }
  if (decides || draft.sameCity === undefined) {
    const sameCity = flagOf(event.data, 'sameCity');
    if (sameCity !== undefined) draft.sameCity = sameCity;
  }
}

/** Opened again after its end, it goes on; its first opening stays its opening. */
export function applyOpened(draft: WorkOrder, event: BusinessEvent): void {
  applyIdentity(draft, event, true);
  draft.openedAt ??= event.at;
  draft.status = 'open';
  delete draft.endedAt;
}

export function applyClosed(draft: WorkOrder, event: BusinessEvent): void {
  end(draft, event.at, 'closed');
}

export function applyCancelled(draft: WorkOrder, event: BusinessEvent): void {
  end(draft, event.at, 'cancelled');
}

/** One pause a side at a time; a repeated suspension keeps the first. An untold side is the customer's, so that clocks stop. */
export function applySuspended(draft: WorkOrder, event: BusinessEvent): void {
  if (draft.status !== 'open') return;
  const side = sideOf(event) ?? 'customer';
  if (draft.pauses.some((pause) => pause.side === side && pause.to === undefined)) return;
  const reason = textOf(event.data, 'reason');
  pushBounded(draft.pauses, { from: event.at, side, ...(reason === undefined ? {} : { reason }) });
}

/** Ends the pause of the side it names, or of both; without a pause it says nothing. */
export function applyResumed(draft: WorkOrder, event: BusinessEvent): void {
  endPauses(draft, event.at, sideOf(event));
}

/** The first end is when it ended; a later word may still change closed into cancelled. */
function end(draft: WorkOrder, at: number, status: 'closed' | 'cancelled'): void {
  draft.status = status;
  draft.endedAt ??= at;
  endPauses(draft, at, undefined);
}

function endPauses(draft: WorkOrder, at: number, side: 'customer' | 'utility' | undefined): void {
  for (const pause of draft.pauses) {
    if (pause.to === undefined && (side === undefined || pause.side === side)) pause.to = at;
  }
}

function sideOf(event: BusinessEvent): 'customer' | 'utility' | undefined {
  const side = textOf(event.data, 'side');
  return side === 'customer' || side === 'utility' ? side : undefined;
}
