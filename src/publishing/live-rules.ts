import type { LoadedRule } from '../engine/assemble-rules.js';
import type { RuleSet, RuleSets } from '../engine/rule-set.js';

/** A rule set with the files it was made of. */
export interface LoadedRules {
  readonly ruleSet: RuleSet;
  /** Every rule file, disabled ones too. */
  readonly files: readonly LoadedRule[];
  /** Number of the publication it is; absent for a set that was not published, such as a test's. */
  readonly publication?: number;
}

/** The rules this process judges by. The only thing in it that changes while it runs, and always as a whole. */
export interface LiveRules extends RuleSets {
  loaded(): LoadedRules;
  /** From now on whoever begins an evaluation gets this set; evaluations under way end with theirs. */
  use(next: LoadedRules): void;
}

export function makeLiveRules(initial: LoadedRules): LiveRules {
  let loaded = initial;
  return {
    current: () => loaded.ruleSet,
    loaded: () => loaded,
    use: (next) => {
      loaded = next;
    },
  };
}
