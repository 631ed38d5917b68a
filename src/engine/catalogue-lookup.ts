/** Processes with their ordered stages, as `rules/catalogue/*.json` declares them. */
export interface ProcessCatalogue {
  readonly processes: readonly {
    readonly name: string;
    readonly stages: readonly {
      readonly name: string;
      readonly workItem?: string;
      /** 环节类别, e.g. 受理; a stage may be of several. */
      readonly kinds?: readonly string[];
    }[];
  }[];
}

/** The stages of some kinds. */
export interface StageSet {
  /** Every stage name that is of one of the kinds in some process. */
  readonly names: readonly string[];
  /** Processes that must be known to tell whether such a name is of the kinds there. */
  readonly processes: readonly string[];
  /**
   * Whether a stage is of the kinds. A process that is not told, or does not declare the stage, leaves it to the
   * name: that is decided where all processes agree, else `undefined`.
   */
  has(process: string | undefined, stage: string | undefined): boolean | undefined;
}

/** What rules ask of the catalogue. */
export interface CatalogueLookup {
  /** The work item of a process's stage. */
  workItemOf(process: string | undefined, stage: string | undefined): string | undefined;
  stagesOf(kinds: readonly string[]): StageSet;
}

/** Without a catalogue no work item is known, and no stage is of any kind. */
export function makeCatalogueLookup(catalogue: ProcessCatalogue | undefined): CatalogueLookup {
  const processes = catalogue?.processes ?? [];
  const items = new Map<string, string>();
  for (const process of processes) {
    for (const { name, workItem } of process.stages) {
      if (workItem !== undefined) items.set(`${process.name}\n${name}`, workItem);
    }
  }
  return {
    workItemOf: (process, stage) => items.get(`${process ?? ''}\n${stage ?? ''}`),
    stagesOf: (kinds) => stageSetOf(processes, kinds),
  };
}

function stageSetOf(processes: ProcessCatalogue['processes'], kinds: readonly string[]): StageSet {
  /** By stage name: the processes that declare it, and whether it is of the kinds there. */
  const byStage = new Map<string, Map<string, boolean>>();
  for (const process of processes) {
    for (const stage of process.stages) {
      const declared = byStage.get(stage.name) ?? new Map<string, boolean>();
      declared.set(process.name, stage.kinds?.some((kind) => kinds.includes(kind)) ?? false);
      byStage.set(stage.name, declared);
    }
  }
  const byName = new Map<string, boolean | undefined>();
  for (const [stage, declared] of byStage) {
    const answers = new Set(declared.values());
    byName.set(stage, answers.size === 1 ? [...answers][0] : undefined);
  }
  const disputed = [...byStage].filter(([stage]) => byName.get(stage) === undefined);
  return {
    names: [...byStage.keys()].filter((stage) => byName.get(stage) !== false),
    processes: [...new Set(disputed.flatMap(([, declared]) => [...declared.keys()]))],
    has: (process, stage) => {
      if (stage === undefined) return undefined;
      const declared = process === undefined ? undefined : byStage.get(stage)?.get(process);
      return declared ?? (byName.has(stage) ? byName.get(stage) : false);
    },
  };
}
