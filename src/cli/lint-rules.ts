import { assembleRules } from '../engine/assemble-rules.js';
import { readRuleFolder } from '../engine/load-rules.js';
import { lintRuleSet } from '../engine/lint/lint-rule-set.js';
import type { LintReport } from '../engine/lint/lint-rule-set.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import type { RuleError } from '../engine/rule-error.js';
import { errorList } from './rules-output.js';

/** A folder's lint, or why it could not be linted: only rules that load can be. */
export type FolderLint = LintReport | { readonly errors: readonly RuleError[] };

/** Rejects only if the folder itself cannot be read. */
export async function lintFolder(dir: string, context: RuleCheckContext): Promise<FolderLint> {
  const errors: RuleError[] = [];
  const texts = await readRuleFolder(dir, errors);
  const loaded = await assembleRules(texts, { ...context, runTests: false }, errors);
  if ('errors' in loaded) return { errors: loaded.errors };
  return lintRuleSet(loaded.files, texts, loaded.ruleSet.parameters, context);
}

/** For people: findings, then warnings, then the total. */
export function lintText({ findings, warnings }: LintReport): string {
  if (findings.length === 0 && warnings.length === 0) return '没有发现问题。\n';
  return [
    ...(findings.length > 0 ? [errorList('问题', findings)] : []),
    ...(warnings.length > 0 ? [errorList('注意', warnings)] : []),
  ].join('');
}
