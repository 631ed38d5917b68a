import type { StratumCount } from './draw-stratified-sample.js';
import type { FileDocument } from './list-file-documents.js';

/** `planned`: to be done; `started`: results are entered, as a draft; `done`: every item has its result, submitted. */
export const INSPECTION_STATUSES = ['planned', 'started', 'done'] as const;
export type InspectionStatus = (typeof INSPECTION_STATUSES)[number];

/** An inspection task (巡检任务): work planned for a person of a unit on a business date. */
export interface InspectionTask {
  /** `plan|orgUnit|date`. */
  readonly id: string;
  readonly plan: { readonly id: string; readonly version: number; readonly name: string };
  readonly clauses: readonly string[];
  readonly orgUnit: string;
  readonly orgUnitName: string;
  /** Business date YYYY-MM-DD. */
  readonly date: string;
  readonly status: InspectionStatus;
  /** Role of the one who does it. */
  readonly assignTo: string;
  readonly dueAt: Date;
  readonly plannedAt: Date;
  /** Checklist plans: what to look at. Empty where the checks are made on a sample. */
  readonly items: readonly InspectionItem[];
  /** Sample plans: the work orders drawn, each with its checks. */
  readonly samples: readonly SampledWorkOrder[];
  /** Sample plans: how they were drawn. */
  readonly draw?: SampleDraw;
  /** What was found; a draft until the task is submitted. */
  readonly results?: readonly InspectionResult[];
  readonly submittedAt?: Date;
  readonly submittedBy?: string;
  /** Submitted after it was due. */
  readonly late?: boolean;
  /** It was not submitted in time, and an alert says so. */
  readonly overdue?: boolean;
  /** Plans that go by alerts: those it goes into, and those over its cap. */
  readonly foundAlerts?: readonly string[];
  /** What it found is still to become alerts. */
  readonly alertsOwed?: boolean;
  /** Optimistic lock; absent = 0. */
  readonly version?: number;
}

/** What was found at one item. */
export interface InspectionResult {
  readonly item: string;
  /** Sample plans: the work order it was looked at. */
  readonly workOrder?: string;
  /** `na`: does not apply here. */
  readonly result: 'pass' | 'fail' | 'na';
  /** fail: what is wrong, in the inspector's words. */
  readonly finding?: string;
  /** fail: operator id of the one who did the work, as far as it is known; for the assessment. */
  readonly responsible?: string;
  /** Ids of evidence: photos. */
  readonly attachments?: readonly string[];
  readonly at: Date;
  /** Who entered it. */
  readonly by: string;
}

/** One thing to look at. */
export interface InspectionItem {
  readonly id: string;
  readonly text: string;
  readonly clause: string;
  /** Clause of `assessment.json` that a failure is charged under. */
  readonly assess?: string | undefined;
}

/** A work order drawn for inspection. */
export interface SampledWorkOrder {
  readonly workOrder: string;
  readonly process?: string;
  readonly archivedAt?: Date;
  readonly items: readonly InspectionItem[];
  /** Team and process, as the plan's `strata` say; absent where it has none. */
  readonly stratum?: string;
  /** What its file must hold by the templates of its process and class of customer, with what was recorded when it was drawn. */
  readonly documents?: readonly FileDocument[];
}

/** All that is needed to draw again and to tell whether the population is still the same. */
export interface SampleDraw {
  readonly seed: string;
  /** Work orders archived from `from` up to, not including, `to`. */
  readonly from: Date;
  readonly to: Date;
  readonly populationSize: number;
  /** SHA-256 over the work order nos., sorted, one a line. */
  readonly populationHash: string;
  readonly ratio: number;
  readonly floor: number;
  readonly cap: number;
  /** Plans with `strata`: how the draw was shared out, by size times risk. */
  readonly strata?: readonly StratumCount[];
  /** Work orders left out because they were drawn within the plan's `noRepeatDays`. */
  readonly leftOut?: number;
}
