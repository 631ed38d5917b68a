import { shortType, type BusinessEvent } from '../events/business-event.js';
import type { JsonObject } from '../json.js';
import { stageOf } from './apply-evidence-event.js';
import { MAX_MILESTONES, pushBounded } from './push-bounded.js';
import { own, personIdOf, setOwn } from './read-fields.js';
import type { Milestone, WorkOrder } from './work-order.js';

/** Fields every event may carry; they are kept elsewhere and are not the milestone's own. */
const COMMON_FIELDS = new Set(['process', 'workItem', 'stage', 'orgUnit', 'operator', 'attributes']);

/** Keeps a fact that changes nothing else, by short type, so that rules can name it: the newest 50 a type. */
export function applyMilestone(draft: WorkOrder, event: BusinessEvent): void {
  const type = shortType(event.type);
  const milestone: Milestone = { at: event.at, ...stageOf(event), data: ownFields(event.data) };
  if (event.recordedAt !== undefined) milestone.recordedAt = event.recordedAt;
  const operatorId = personIdOf(event.data, 'operator');
  if (operatorId !== undefined) milestone.operatorId = operatorId;
  const list = own(draft.milestones, type);
  if (list) pushBounded(list, milestone, MAX_MILESTONES);
  else setOwn(draft.milestones, type, [milestone]);
}

function ownFields(data: JsonObject): JsonObject {
  const fields: JsonObject = {};
  for (const key of Object.keys(data)) {
    const value = data[key];
    if (value !== undefined && !COMMON_FIELDS.has(key)) setOwn(fields, key, value);
  }
  return fields;
}
