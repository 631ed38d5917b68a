import { z } from 'zod';
import type { ProcessCatalogue } from '../engine/catalogue-lookup.js';

const text = z.string().trim().min(1, 'must not be blank');

const stageSchema = z.strictObject({
  stage: text,
  kinds: z.array(text).min(1, 'must name at least one kind').optional(),
  workItem: text
    .regex(/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$/, 'must be a work item code, e.g. YXZY-YY-151')
    .optional(),
  name: text.optional(),
  printedName: text.optional(),
  page: z.int().positive().optional(),
  final: z.boolean().optional(),
});

/** Beside the processes of a folder; no process itself. */
export const STAGE_KINDS_FILE = '_stage-kinds.json';

/** A catalogue file, `rules/catalogue/<slug>.json`: one process (业务类型) and its stages (环节) in order. */
export const processFileSchema = z.strictObject({
  $schema: z.string().optional(),
  process: text,
  kind: text.optional(),
  source: text,
  feeds: z.array(text).min(1).optional(),
  stages: z.array(stageSchema).min(1, 'must name at least one stage'),
});
export type ProcessFile = z.infer<typeof processFileSchema>;

/** `_stage-kinds.json` of a catalogue folder: what sorts of stages there are, so that rules can speak of all of one sort. */
export const stageKindsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  source: text,
  kinds: z.array(z.strictObject({ kind: text, meaning: text })).min(1),
});

/** A sort of stages (环节类别), e.g. 受理. */
export type StageKind = z.infer<typeof stageKindsFileSchema>['kinds'][number];

/** A process and its ordered stages. */
export interface ProcessDefinition {
  readonly process: string;
  /** What sort of work, e.g. application, contract, inspection; free text of the catalogue. */
  readonly kind?: string;
  /** Where the process is laid down. */
  readonly source: string;
  /** Feeds its events come through; an absence is only believed while they are alive. */
  readonly feeds?: readonly string[];
  readonly stages: readonly StageDefinition[];
}

/** A stage of a process, with its work item (作业项) where the source has one. */
export interface StageDefinition {
  readonly stage: string;
  /** 环节类别 of `_stage-kinds.json`, e.g. 受理; absent where the process does not say. */
  readonly kinds?: readonly string[];
  /** e.g. YXZY-YY-151. */
  readonly workItem?: string;
  /** The name of the work item; process + stage where it has no name of its own. */
  readonly name: string;
  /** What the source prints instead, where it misprints the name. The process is then told by its position. */
  readonly printedName?: string;
  readonly page?: number;
  /** Nothing is sent on from here. The last stage is final where no stage says so. */
  readonly final: boolean;
}

/** All declared processes. */
export interface Catalogue {
  readonly processes: readonly ProcessDefinition[];
  readonly stageKinds: readonly StageKind[];
  process(name: string): ProcessDefinition | undefined;
  /** The process and stage of a work item code. */
  workItem(
    code: string,
  ): { readonly process: ProcessDefinition; readonly stage: StageDefinition } | undefined;
}

/** A catalogue of checked files (see {@link findCatalogueProblems}). */
export function makeCatalogue(
  files: readonly ProcessFile[],
  stageKinds: readonly StageKind[] = [],
): Catalogue {
  const processes = files.map(toDefinition);
  const byName = new Map(processes.map((process) => [process.process, process]));
  const byCode = new Map(
    processes.flatMap((process) =>
      process.stages.flatMap((stage) =>
        stage.workItem === undefined ? [] : [[stage.workItem, { process, stage }] as const],
      ),
    ),
  );
  return {
    processes,
    stageKinds,
    process: (name) => byName.get(name),
    workItem: (code) => byCode.get(code),
  };
}

/** The names in the shape the engine checks rule files against and finds work items with. */
export function toProcessCatalogue(catalogue: Catalogue): ProcessCatalogue {
  return {
    processes: catalogue.processes.map(({ process, stages }) => ({
      name: process,
      stages: stages.map(({ stage, kinds, workItem }) => ({
        name: stage,
        ...(kinds !== undefined && { kinds }),
        ...(workItem !== undefined && { workItem }),
      })),
    })),
  };
}

/** What is wrong within and between files that match the schema: every offender, as `file: what`. */
export function findCatalogueProblems(
  files: readonly { readonly name: string; readonly content: ProcessFile }[],
  stageKinds: readonly StageKind[] = [],
): string[] {
  const problems: string[] = [];
  const kinds = new Set(stageKinds.map(({ kind }) => kind));
  const processAt = new Map<string, string>();
  const codeAt = new Map<string, string>();
  for (const { name, content } of files) {
    claim(processAt, content.process, name, `${name}: process "${content.process}"`, problems);
    const stageAt = new Map<string, string>();
    let page = 0;
    for (const [index, stage] of content.stages.entries()) {
      const where = `${name}: stages.${index}`;
      claim(stageAt, stage.stage, where, `${where}: stage "${stage.stage}"`, problems);
      for (const kind of stage.kinds ?? []) {
        if (!kinds.has(kind))
          problems.push(`${where}: kind "${kind}" is not declared in ${STAGE_KINDS_FILE}`);
      }
      if (stage.workItem !== undefined) {
        claim(codeAt, stage.workItem, where, `${where}: work item "${stage.workItem}"`, problems);
      }
      if (stage.page !== undefined && stage.page < page) {
        problems.push(
          `${where}: page ${stage.page} comes before page ${page}; stages must be in the order of the source`,
        );
      }
      page = Math.max(page, stage.page ?? 0);
    }
  }
  return problems;
}

function claim(taken: Map<string, string>, key: string, by: string, what: string, problems: string[]): void {
  const first = taken.get(key);
  if (first === undefined) taken.set(key, by);
  else problems.push(`${what} is already declared by ${first}`);
}

function toDefinition(file: ProcessFile): ProcessDefinition {
  const saysFinal = file.stages.some((stage) => stage.final);
  const lastIndex = file.stages.length - 1;
  return {
    process: file.process,
    ...(file.kind !== undefined && { kind: file.kind }),
    source: file.source,
    ...(file.feeds !== undefined && { feeds: file.feeds }),
    stages: file.stages.map(({ stage, kinds, workItem, name, printedName, page, final }, index) => ({
      stage,
      ...(kinds !== undefined && { kinds }),
      ...(workItem !== undefined && { workItem }),
      name: name ?? `${file.process}${stage}`,
      ...(printedName !== undefined && { printedName }),
      ...(page !== undefined && { page }),
      final: saysFinal ? final === true : index === lastIndex,
    })),
  };
}
