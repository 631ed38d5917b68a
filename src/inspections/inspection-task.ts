/** `planned`: to be done; `done`: every item has its result. */
export const INSPECTION_STATUSES = ['planned', 'done'] as const;
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
}

/** One thing to look at. */
export interface InspectionItem {
  readonly id: string;
  readonly text: string;
  readonly clause: string;
}

/** A work order drawn for inspection. */
export interface SampledWorkOrder {
  readonly workOrder: string;
  readonly process?: string;
  readonly archivedAt?: Date;
  readonly items: readonly InspectionItem[];
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
}
