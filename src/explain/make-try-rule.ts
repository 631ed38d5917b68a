import { assembleRules } from '../engine/assemble-rules.js';
import type { LoadedRule, RuleTexts } from '../engine/assemble-rules.js';
import { parseRuleJson } from '../engine/parse-rule-json.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import type { RuleError } from '../engine/rule-error.js';
import type { RuleExplanation } from '../engine/rule-explanation.js';
import type { Explain } from './make-explain.js';

/** What the text of a rule that is not published would do on one record; nothing is stored. */
export type TriedRule =
  | {
      readonly valid: true;
      readonly warnings: readonly RuleError[];
      readonly tests: LoadedRule['tests'];
      readonly sequences: LoadedRule['sequences'];
      /** Absent where no record was named. */
      readonly explanation?: RuleExplanation;
    }
  | { readonly valid: false; readonly errors: readonly RuleError[]; readonly warnings: readonly RuleError[] };

export interface TryRuleDeps {
  /** What rule files are checked against. */
  readonly checkContext: () => RuleCheckContext;
  /** The parameters and shared conditions that the rule would find beside it. */
  readonly surroundings: (errors: RuleError[]) => Promise<Omit<RuleTexts, 'rules'>>;
  readonly explain: Explain;
}

/** Checks the text as the loader does, in-file tests included, and explains the rule on a record where one is named. @throws NotFoundError for a record without events */
export type TryRule = (text: string, recordId: string | undefined, at: number) => Promise<TriedRule>;

export function makeTryRule({ checkContext, surroundings, explain }: TryRuleDeps): TryRule {
  return async (text, recordId, at) => {
    const errors: RuleError[] = [];
    const around = await surroundings(errors);
    const texts = { ...around, rules: [{ file: fileNameOf(text), text }] };
    const loaded = await assembleRules(texts, { ...checkContext(), runTests: false }, errors);
    const { warnings } = loaded;
    if ('errors' in loaded) return { valid: false, errors: loaded.errors, warnings };
    const [only] = loaded.files;
    if (!only) throw new Error('a rule text without errors gave no rule');
    const { rule, tests, sequences } = only;
    const checked = { valid: true, warnings, tests, sequences } as const;
    return recordId === undefined ? checked : { ...checked, explanation: await explain(rule, recordId, at) };
  };
}

/** A text has no file: it is taken for the one that its id asks for. */
function fileNameOf(text: string): string {
  const json = parseRuleJson(text);
  const value = 'value' in json ? json.value : undefined;
  const id = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['id'] : undefined;
  return typeof id === 'string' && /^[a-z0-9-]{1,80}$/.test(id) ? `${id}.json` : 'rule.json';
}
