import type { LoadRulesResult } from '../engine/load-rules.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import type { Coverage } from './measure-coverage.js';
import { measureFolder } from './measure-folder.js';

type Loaded = Pick<Extract<LoadRulesResult, { files: unknown }>, 'files'> & {
  readonly ruleSet: { readonly hash: string };
};

/** Holds the rules in force against the manual, once for each rule set. */
export function makeCoverageReader(deps: {
  readonly dir: string;
  readonly context: Pick<RuleCheckContext, 'checklists'>;
  readonly loaded: () => Loaded;
}): () => Promise<Coverage> {
  let measured: { readonly hash: string; readonly coverage: Promise<Coverage> } | undefined;
  return async () => {
    const rules = deps.loaded();
    const { hash } = rules.ruleSet;
    if (measured?.hash !== hash) measured = { hash, coverage: measureFolder(deps.dir, rules, deps.context) };
    try {
      return await measured.coverage;
    } catch (error) {
      // A file that could not be read now may be there the next time.
      measured = undefined;
      throw error;
    }
  };
}
