import type { BusinessEvent } from '../events/business-event.js';
import { personIdOf, textOf } from './read-fields.js';
import { pushBounded } from './push-bounded.js';
import type { StageVisit, WorkOrder } from './work-order.js';

/*
 * When is it a new visit? A stage is visited anew when something happens at it after it was left:
 *  - an arrival after completion, sending or return opens the next visit; an arrival at a visit that
 *    still goes on is a repeat of the first, which counts;
 *  - anything at a stage that the flow was returned to, or that the flow was returned from, opens the
 *    next visit, even when the source told no arrival;
 *  - a completion without a return between is the same visit completed twice (`completions` 2).
 * Nothing that was not told is invented: sending does not make an arrival at the next stage, and a visit
 * that was opened by a completion has no `arrivedAt`. Events of the same instant belong together, in
 * whatever order the source numbered them. Without `stage` an event has no effect on the history.
 */

export function applyStageArrived(draft: WorkOrder, event: BusinessEvent): void {
  const visit = visitOf(
    draft,
    event,
    (v) => isOver(v) && !(v.arrivedAt === undefined && beganAt(v) === event.at),
  );
  if (!visit) return;
  visit.arrivedAt ??= event.at;
  const operatorId = personIdOf(event.data, 'operator');
  if (operatorId !== undefined && visit.operatorId === undefined) visit.operatorId = operatorId;
}

export function applyStageStarted(draft: WorkOrder, event: BusinessEvent): void {
  const visit = visitOf(draft, event, (v) => wasReturned(v, event.at));
  if (visit) visit.startedAt ??= event.at;
}

/** The first completion of a visit counts as its time; who did and who checked it is as told last. */
export function applyStageCompleted(draft: WorkOrder, event: BusinessEvent): void {
  const visit = visitOf(draft, event, (v) => wasReturned(v, event.at));
  if (!visit) return;
  visit.completions += 1;
  if (visit.completedAt === undefined) {
    visit.completedAt = event.at;
    if (event.recordedAt !== undefined) visit.completedRecordedAt = event.recordedAt;
  }
  const operatorId = personIdOf(event.data, 'operator');
  if (operatorId !== undefined) visit.operatorId = operatorId;
  const checkerId = personIdOf(event.data, 'checker');
  if (checkerId !== undefined) visit.checkerId = checkerId;
}

export function applyFlowSent(draft: WorkOrder, event: BusinessEvent): void {
  const visit = visitOf(draft, event, (v) => wasReturned(v, event.at));
  if (!visit) return;
  visit.sentAt ??= event.at;
  const nextStage = textOf(event.data, 'nextStage');
  if (nextStage !== undefined) visit.sentTo ??= nextStage;
}

/** Without `nextStage` it is not known where the flow went back to, so any other stage may be visited anew. */
export function applyFlowReturned(draft: WorkOrder, event: BusinessEvent): void {
  const visit = visitOf(draft, event, (v) => v.recalledAt !== undefined && v.returnedAt === undefined);
  if (!visit) return;
  visit.returnedAt ??= event.at;
  const reason = textOf(event.data, 'reason');
  if (reason !== undefined) visit.returnReason ??= reason;
  const target = textOf(event.data, 'nextStage');
  for (const other of draft.stages) {
    const isTarget = target === undefined || other.stage === target;
    if (!isTarget || other.stage === visit.stage || beganAt(other) >= event.at) continue;
    if (latestVisit(draft, other.stage) === other) other.recalledAt ??= event.at;
  }
}

/** The newest visit to a stage. */
export function latestVisit(workOrder: WorkOrder, stage: string): StageVisit | undefined {
  return workOrder.stages.findLast((visit) => visit.stage === stage);
}

/** The visit an event belongs to: the newest, or the next one where that `isLeft`. */
function visitOf(
  draft: WorkOrder,
  event: BusinessEvent,
  isLeft: (visit: StageVisit) => boolean,
): StageVisit | undefined {
  const stage = textOf(event.data, 'stage');
  if (stage === undefined) return undefined;
  let visit = latestVisit(draft, stage);
  if (visit === undefined || isLeft(visit)) {
    visit = { stage, visit: (visit?.visit ?? 0) + 1, completions: 0 };
    pushBounded(draft.stages, visit);
  }
  const workItem = textOf(event.data, 'workItem');
  if (workItem !== undefined) visit.workItem = workItem;
  const orgUnit = textOf(event.data, 'orgUnit');
  if (orgUnit !== undefined) visit.orgUnit = orgUnit;
  return visit;
}

function isOver(visit: StageVisit): boolean {
  return (
    visit.completedAt !== undefined ||
    visit.sentAt !== undefined ||
    visit.returnedAt !== undefined ||
    visit.recalledAt !== undefined
  );
}

function wasReturned(visit: StageVisit, at: number): boolean {
  return visit.recalledAt !== undefined || (visit.returnedAt !== undefined && visit.returnedAt < at);
}

/** The first thing known of a visit; every visit was opened by one of these. */
function beganAt(visit: StageVisit): number {
  return Math.min(
    visit.arrivedAt ?? Infinity,
    visit.startedAt ?? Infinity,
    visit.completedAt ?? Infinity,
    visit.sentAt ?? Infinity,
    visit.returnedAt ?? Infinity,
  );
}
