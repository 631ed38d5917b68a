import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import type { CatalogueLookup, StageSet } from './catalogue-lookup.js';
import { matchesAny } from './match-name.js';
import { orgUnitOf } from './org-unit-of.js';
import { unitsUpwards } from './parameter-table.js';
import type { OrgTree } from './parameter-table.js';
import type { AppliesTo } from './rule-file.js';

/** The stage kinds of an `appliesTo`, looked up once. */
export interface KindSets {
  readonly wanted?: StageSet;
  readonly excluded?: StageSet;
}

export function kindSetsOf(appliesTo: AppliesTo | undefined, catalogue: CatalogueLookup): KindSets {
  const wanted = appliesTo?.stageKinds;
  const excluded = appliesTo?.except?.stageKinds;
  return {
    ...(wanted && { wanted: catalogue.stagesOf(wanted) }),
    ...(excluded && { excluded: catalogue.stagesOf(excluded) }),
  };
}

/**
 * Whether a rule applies to a work order and stage. Lists are alternatives, fields are all required.
 * A field that is asked for and missing leaves it `unknown`, unless another field says no. An exception
 * must be known to be one: where the field is missing, nothing is excepted, or a source that leaves out one
 * field would switch the rule off without a word. A rule that must rather not be judged then says so in
 * its conditions, where a missing fact is `not_evaluated`.
 */
export function matchAppliesTo(
  appliesTo: AppliesTo | undefined,
  kinds: KindSets,
  workOrder: WorkOrder,
  stage: StageVisit | undefined,
  catalogue: CatalogueLookup,
  orgTree?: OrgTree,
): Applies {
  if (!appliesTo) return 'yes';
  if (appliesTo.subject && appliesTo.subject !== workOrder.subjectType) return 'no';
  const { except } = appliesTo;
  const ofProcess = judgeField(appliesTo.processes, except?.processes, workOrder.process);
  if (ofProcess === 'no') return 'no';
  const ofStage = judgeField(appliesTo.stages, except?.stages, stage?.stage);
  if (ofStage === 'no') return 'no';
  const ofKind = judgeKinds(kinds, workOrder.process, stage?.stage);
  if (ofKind === 'no') return 'no';
  let ofWorkItem: Applies = 'yes';
  if (appliesTo.workItems || except?.workItems) {
    const workItem = stage?.workItem ?? catalogue.workItemOf(workOrder.process, stage?.stage);
    ofWorkItem = judgeField(appliesTo.workItems, except?.workItems, workItem);
    if (ofWorkItem === 'no') return 'no';
  }
  const ofClass = judgeField(appliesTo.customerClasses, except?.customerClasses, workOrder.customerClass);
  if (ofClass === 'no') return 'no';
  const ofUnit = judgeUnits(appliesTo, workOrder, stage, orgTree);
  if (ofUnit === 'no') return 'no';
  const isPlaced = ofProcess === 'yes' && ofStage === 'yes' && ofKind === 'yes' && ofWorkItem === 'yes';
  const isKnown = isPlaced && ofClass === 'yes' && ofUnit === 'yes';
  return isKnown ? 'yes' : 'unknown';
}

export type Applies = 'yes' | 'no' | 'unknown';

export function judgeKinds(
  { wanted, excluded }: KindSets,
  process: string | undefined,
  stage: string | undefined,
): Applies {
  if (excluded?.has(process, stage)) return 'no';
  if (!wanted) return 'yes';
  const has = wanted.has(process, stage);
  return has === undefined ? 'unknown' : has ? 'yes' : 'no';
}

export function judgeUnits(
  { orgUnits: wanted, except }: AppliesTo,
  workOrder: WorkOrder,
  stage: StageVisit | undefined,
  orgTree: OrgTree | undefined,
): Applies {
  const excluded = except?.orgUnits;
  if (!wanted && !excluded) return 'yes';
  const units = unitsUpwards(orgUnitOf(workOrder, stage), orgTree);
  if (units.length === 0) return wanted ? 'unknown' : 'yes';
  if (units.some((unit) => excluded?.includes(unit))) return 'no';
  return !wanted || units.some((unit) => wanted.includes(unit)) ? 'yes' : 'no';
}

export function judgeField(
  wanted: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  value: string | undefined,
): Applies {
  if (value === undefined) return wanted === undefined ? 'yes' : 'unknown';
  return (wanted && !matchesAny(wanted, value)) || (excluded && matchesAny(excluded, value)) ? 'no' : 'yes';
}
