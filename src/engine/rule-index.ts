import { shortType } from '../events/business-event.js';
import type { CompiledRule } from './rule-set.js';

/**
 * Answers "which rules may this concern" by (type, process, stage). Each combination is worked out once
 * and kept. Names that no rule mentions share one place, so that the index stays as small as the rules
 * are, whatever events bring.
 */
export interface RuleIndex<T> {
  /** @param type short, or as events bring it (`yxzy.…`) */
  find(type: string, process: string | undefined, stage: string | undefined): T;
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

/** @param arrange what is made of what a place has, once; it is in the order of the entries */
export function makeRuleIndex<E extends IndexedRule, T extends object>(
  entries: readonly E[],
  arrange: (found: readonly E[], place: Place) => T,
): RuleIndex<T> {
  const types = new Set(entries.flatMap((entry) => entry.types));
  const processes = new Set(entries.flatMap((entry) => entry.processes));
  const stages = new Set(entries.flatMap((entry) => entry.stages));
  const byType = new Map([...types, OTHER].map((type) => [type, newCandidates<E, T>()] as const));
  for (const entry of entries) {
    const own = entry.types.includes('*') ? byType.keys() : new Set(entry.types);
    for (const type of own) byType.get(type)?.entries.push(entry);
  }
  // An event's type need not be cut.
  for (const type of types) byType.set(`yxzy.${type}`, byType.get(type) as Candidates<E, T>);
  const none = arrange([], { type: OTHER, process: OTHER, stage: OTHER });

  function workOut(type: string, process: string | undefined, stage: string | undefined): T {
    const short = shortType(type);
    const candidates = byType.get(short) ?? byType.get(OTHER);
    if (!candidates || candidates.entries.length === 0) return none;
    const place = {
      type: known(short, types) ?? OTHER,
      process: known(process, processes),
      stage: known(stage, stages),
    };
    let ofProcess = candidates.ofProcess.get(place.process);
    if (!ofProcess) {
      const left = candidates.entries.filter((entry) => entry.admitsProcess(place.process));
      ofProcess = { entries: left, ofStage: new Map<string | undefined, T>() };
      candidates.ofProcess.set(place.process, ofProcess);
    }
    let found = ofProcess.ofStage.get(place.stage);
    if (!found) {
      const matching = ofProcess.entries.filter((entry) => entry.mayMatch(place));
      found = arrange(matching, place);
      ofProcess.ofStage.set(place.stage, found);
    }
    return found;
  }

  return {
    // Names that rules mention stand for themselves: nearly always the place is there, after three look-ups.
    find: (type, process, stage) =>
      byType.get(type)?.ofProcess.get(process)?.ofStage.get(stage) ?? workOut(type, process, stage),
  };
}

/** The rules of one type, and what has been worked out of them: first by process, then by stage. */
interface Candidates<E, T> {
  readonly entries: E[];
  readonly ofProcess: Map<
    string | undefined,
    {
      readonly entries: readonly E[];
      readonly ofStage: Map<string | undefined, T>;
    }
  >;
}
function newCandidates<E, T>(): Candidates<E, T> {
  return { entries: [], ofProcess: new Map() };
}

function known(name: string | undefined, names: ReadonlySet<string>): string | undefined {
  return name === undefined || names.has(name) ? name : OTHER;
}
