import { checkRule } from './check-rule.js';
import { parseRuleJson } from './parse-rule-json.js';
import type { JsonPath, Position } from './parse-rule-json.js';
import type { CatalogueNames, RuleCheckContext, RuleSurroundings } from './rule-check-context.js';
import { makeReport, ruleError } from './rule-error.js';
import type { RuleError } from './rule-error.js';
import type { RuleFile } from './rule-file.js';

/** What became of the text of a rule file. */
export interface CheckedText {
  /** Present only if there are no errors. */
  readonly rule?: RuleFile;
  readonly errors: readonly RuleError[];
  readonly warnings: readonly RuleError[];
  readonly locate: (path: JsonPath) => Position;
}

/**
 * Checks the text of one rule file; runs nothing. The id must be the file's name, since that is how
 * people find the file of an alert.
 * @param file path relative to the rules folder, for messages
 * @param around parameters and shared conditions of the folder
 */
export function checkRuleText(
  text: string,
  file: string,
  context: RuleCheckContext,
  names: CatalogueNames | undefined,
  around: RuleSurroundings = {},
): CheckedText {
  const json = parseRuleJson(text);
  if ('problem' in json) {
    const { position, path, message } = json.problem;
    return { errors: [ruleError(file, position, path, message)], warnings: [], locate: () => position };
  }
  const errors: RuleError[] = [];
  const warnings: RuleError[] = [];
  const report = makeReport(file, json, errors);
  const warn = makeReport(file, json, warnings);
  const rule = checkRule(json.value, context, { ...around, ...(names && { names }) }, report, warn);
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  if (rule && rule.id !== name) report(['id'], `编号应与文件名相同："${name}"，现为 "${rule.id}"`);
  return { ...(rule && errors.length === 0 ? { rule } : {}), errors, warnings, locate: json.locate };
}
