import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { Checklists } from './checklists.js';
import type { ProcessCatalogue } from './catalogue-lookup.js';
import type { FactCheck } from './check-fact.js';
import type { OrgTree, ParameterTable } from './parameter-table.js';

/** What a rule file is checked against besides the fact catalogue and the operators. */
export interface RuleCheckContext {
  /** Processes, stages and work items there are; without it their names are not checked. */
  readonly catalogue?: ProcessCatalogue;
  readonly calendar: BusinessCalendar;
  /** The papers and signatures stages must have; the rules that are loaded look at them. */
  readonly checklists?: Checklists;
  /** The org units there are; without them their codes are not checked, and a unit has none above it. */
  readonly orgUnits?: OrgTree;
}

/** What of the folder beside a rule its checks need: its parameters and shared conditions. */
export interface RuleSurroundings {
  readonly parameters?: ParameterTable;
  readonly shared?: NonNullable<FactCheck['shared']>;
}

/** The names of a process catalogue, ready for checking. */
export interface CatalogueNames {
  readonly processes: readonly string[];
  readonly stages: readonly string[];
  readonly stageKinds: readonly string[];
  readonly workItems: readonly string[];
  readonly stagesOf: ReadonlyMap<string, readonly string[]>;
}

export function namesOfCatalogue({ processes }: ProcessCatalogue): CatalogueNames {
  return {
    processes: processes.map((process) => process.name),
    stages: [...new Set(processes.flatMap((process) => process.stages.map((stage) => stage.name)))],
    stageKinds: [
      ...new Set(processes.flatMap((process) => process.stages.flatMap((stage) => stage.kinds ?? []))),
    ],
    workItems: [
      ...new Set(processes.flatMap((process) => process.stages.flatMap((stage) => stage.workItem ?? []))),
    ],
    stagesOf: new Map(processes.map((process) => [process.name, process.stages.map((stage) => stage.name)])),
  };
}
