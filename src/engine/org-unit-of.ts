import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';

/**
 * The org unit a case belongs to, for selectors and parameters: the one that handled it last, else where it is
 * managed. A hall or an org unit is its own.
 */
export function orgUnitOf(
  { orgUnit, managingUnit, subjectType, subject }: WorkOrder,
  stage: StageVisit | undefined,
): string | undefined {
  if (subjectType === 'hall' || subjectType === 'orgUnit') return orgUnit ?? subject;
  return orgUnit ?? stage?.orgUnit ?? managingUnit;
}
