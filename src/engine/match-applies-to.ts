import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import type { AppliesTo } from './rule-file.js';

/** Processes with their ordered stages, as `rules/catalogue/*.json` declares them. */
export interface ProcessCatalogue {
  readonly processes: readonly {
    readonly name: string;
    readonly stages: readonly { readonly name: string; readonly workItem?: string }[];
  }[];
}

/** Finds the work item of a process's stage. */
export type WorkItemLookup = (process: string | undefined, stage: string | undefined) => string | undefined;

/** Looks work items up in the catalogue; without one, none is known. */
export function makeWorkItemLookup(catalogue: ProcessCatalogue | undefined): WorkItemLookup {
  const items = new Map<string, string>();
  for (const process of catalogue?.processes ?? []) {
    for (const { name, workItem } of process.stages) {
      if (workItem !== undefined) items.set(`${process.name}\n${name}`, workItem);
    }
  }
  return (process, stage) => items.get(`${process ?? ''}\n${stage ?? ''}`);
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
  workOrder: WorkOrder,
  stage: StageVisit | undefined,
  workItemOf: WorkItemLookup,
): Applies {
  if (!appliesTo) return 'yes';
  if (appliesTo.subject && appliesTo.subject !== workOrder.subjectType) return 'no';
  const { except } = appliesTo;
  const ofProcess = judgeField(appliesTo.processes, except?.processes, workOrder.process);
  if (ofProcess === 'no') return 'no';
  const ofStage = judgeField(appliesTo.stages, except?.stages, stage?.stage);
  if (ofStage === 'no') return 'no';
  let ofWorkItem: Applies = 'yes';
  if (appliesTo.workItems || except?.workItems) {
    const workItem = stage?.workItem ?? workItemOf(workOrder.process, stage?.stage);
    ofWorkItem = judgeField(appliesTo.workItems, except?.workItems, workItem);
    if (ofWorkItem === 'no') return 'no';
  }
  const ofClass = judgeField(appliesTo.customerClasses, undefined, workOrder.customerClass);
  if (ofClass === 'no') return 'no';
  const isKnown = ofProcess === 'yes' && ofStage === 'yes' && ofWorkItem === 'yes' && ofClass === 'yes';
  return isKnown ? 'yes' : 'unknown';
}

type Applies = 'yes' | 'no' | 'unknown';

function judgeField(
  wanted: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  value: string | undefined,
): Applies {
  if (value === undefined) return wanted === undefined ? 'yes' : 'unknown';
  return (wanted && !wanted.includes(value)) || excluded?.includes(value) ? 'no' : 'yes';
}
