import type { CompiledRule } from './rule-set.js';

/**
 * Answers "which rules may this concern" by (type, process, stage). Each combination is worked out once
 * and kept. Names that no rule mentions share one place, so that the index stays as small as the rules
 * are, whatever events bring.
 */
export interface RuleIndex {
  find(type: string, process: string | undefined, stage: string | undefined): readonly CompiledRule[];
}

/** A place in the index: undefined = the event or work order does not say. */
export interface Place {
  readonly type: string;
  readonly process: string | undefined;
  readonly stage: string | undefined;
}

/** What the index must know of a rule. */
export interface IndexedRule {
  readonly rule: CompiledRule;
  /** Names that tell places apart for this rule. */
  readonly types: readonly string[];
  readonly processes: readonly string[];
  readonly stages: readonly string[];
  /** Whether the process alone leaves it in: asked first, and once for all stages. */
  readonly admitsProcess: (process: string | undefined) => boolean;
  readonly mayMatch: (place: Place) => boolean;
}

/** Stands for every name that no rule mentions; no event can bring it. */
export const OTHER = '\u0000other';
const NONE: readonly CompiledRule[] = Object.freeze([]);

export function makeRuleIndex(entries: readonly IndexedRule[]): RuleIndex {
  const types = new Set(entries.flatMap((entry) => entry.types));
  const processes = new Set(entries.flatMap((entry) => entry.processes));
  const stages = new Set(entries.flatMap((entry) => entry.stages));
  const byType = new Map<string, Candidates>([...types, OTHER].map((type) => [type, newCandidates()]));
  for (const entry of entries) {
    const own = entry.types.includes('*') ? byType.keys() : new Set(entry.types);
    for (const type of own) byType.get(type)?.entries.push(entry);
  }
  return {
    find: (type, process, stage) => {
      const candidates = byType.get(type) ?? byType.get(OTHER);
      if (!candidates || candidates.entries.length === 0) return NONE;
      const place = {
        type: known(type, types) ?? OTHER,
        process: known(process, processes),
        stage: known(stage, stages),
      };
      let ofProcess = candidates.ofProcess.get(place.process);
      if (!ofProcess) {
        const left = candidates.entries.filter((entry) => entry.admitsProcess(place.process));
        ofProcess = { entries: left, ofStage: new Map<string | undefined, readonly CompiledRule[]>() };
        candidates.ofProcess.set(place.process, ofProcess);
      }
      let rules = ofProcess.ofStage.get(place.stage);
      if (!rules) {
        rules = ofProcess.entries.filter((entry) => entry.mayMatch(place)).map((entry) => entry.rule);
        ofProcess.ofStage.set(place.stage, rules);
      }
      return rules;
    },
  };
}

/** The rules of one type, and what has been worked out of them: first by process, then by stage. */
interface Candidates {
  readonly entries: IndexedRule[];
  readonly ofProcess: Map<
    string | undefined,
    {
      readonly entries: readonly IndexedRule[];
      readonly ofStage: Map<string | undefined, readonly CompiledRule[]>;
    }
  >;
}
function newCandidates(): Candidates {
  return { entries: [], ofProcess: new Map() };
}

function known(name: string | undefined, names: ReadonlySet<string>): string | undefined {
  return name === undefined || names.has(name) ? name : OTHER;
}
