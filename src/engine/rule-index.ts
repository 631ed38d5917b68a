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
  readonly mayMatch: (place: Place) => boolean;
}

/** Stands for every name that no rule mentions; no event can bring it. */
export const OTHER = '\u0000other';
const NONE: readonly CompiledRule[] = Object.freeze([]);

export function makeRuleIndex(entries: readonly IndexedRule[]): RuleIndex {
  const types = new Set(entries.flatMap((entry) => entry.types));
  const processes = new Set(entries.flatMap((entry) => entry.processes));
  const stages = new Set(entries.flatMap((entry) => entry.stages));
  const byType = new Map<string, IndexedRule[]>([...types, OTHER].map((type) => [type, []]));
  for (const entry of entries) {
    const own = entry.types.includes('*') ? byType.keys() : new Set(entry.types);
    for (const type of own) byType.get(type)?.push(entry);
  }
  const found = new Map<string, readonly CompiledRule[]>();
  return {
    find: (type, process, stage) => {
      const place = {
        type: known(type, types) ?? OTHER,
        process: known(process, processes),
        stage: known(stage, stages),
      };
      const candidates = byType.get(place.type);
      if (!candidates || candidates.length === 0) return NONE;
      const key = `${place.type}\n${place.process ?? ''}\n${place.stage ?? ''}`;
      let rules = found.get(key);
      if (!rules) {
        rules = candidates.filter((entry) => entry.mayMatch(place)).map((entry) => entry.rule);
        found.set(key, rules);
      }
      return rules;
    },
  };
}

function known(name: string | undefined, names: ReadonlySet<string>): string | undefined {
  return name === undefined || names.has(name) ? name : OTHER;
}
