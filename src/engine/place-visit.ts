import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';

/** Where a clock runs or something was found: a visit to a stage, or the work order as a whole. */
interface Place {
  readonly stage?: string;
  readonly visit?: number;
}

/** The visit that an event speaks of: the newest. Evidence may come before the stage does: then it is of the visit to come. */
export function eventVisit({ stages }: WorkOrder, stage: string | undefined): StageVisit | undefined {
  if (stage === undefined) return undefined;
  return stages.findLast((visit) => visit.stage === stage) ?? { stage, visit: 1, completions: 0 };
}

/** The visit of a clock or finding, be it to a stage at which nobody was told to have arrived. */
export function placeVisit({ stages }: WorkOrder, { stage, visit = 1 }: Place): StageVisit | undefined {
  if (stage === undefined) return undefined;
  return stages.find((one) => one.stage === stage && one.visit === visit) ?? { stage, visit, completions: 0 };
}
