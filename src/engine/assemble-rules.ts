import type { Conditions, RuleFile } from './rule-file.js';
import { checkParameterText } from './check-parameters.js';
import { checkRuleText } from './check-rule-text.js';
import { compileRule } from './compile-rule.js';
import { indexRules } from './make-rule-set.js';
import { makeCatalogueLookup } from './catalogue-lookup.js';
import { makeParameterTable } from './parameter-table.js';
import type { ParameterTable } from './parameter-table.js';
import { namesOfCatalogue } from './rule-check-context.js';
import type { RuleCheckContext } from './rule-check-context.js';
import { ruleError } from './rule-error.js';
import type { RuleError } from './rule-error.js';
import type { CompiledRule, RuleSet } from './rule-set.js';
import { runRuleSequences } from './run-rule-sequences.js';
import type { RuleSequenceResult } from './run-rule-sequences.js';
import { runRuleTests } from './run-rule-tests.js';
import type { RuleTestResult } from './run-rule-tests.js';
import { checkSharedConditions, expandConditions } from './shared-conditions.js';
import type { SharedConditions } from './shared-conditions.js';

/** A file as text, its path relative to the rules folder. */
export interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** All texts that make up a rule set. */
export interface RuleTexts {
  readonly rules: readonly NamedText[];
  readonly parameters: readonly NamedText[];
  /** Shared conditions. */
  readonly conditions: readonly NamedText[];
}

/** All or nothing: one bad file and there is no rule set. Warnings keep nothing from loading. */
export type LoadRulesResult =
  | {
      readonly ruleSet: RuleSet;
      readonly files: readonly LoadedRule[];
      readonly warnings: readonly RuleError[];
    }
  | { readonly errors: readonly RuleError[]; readonly warnings: readonly RuleError[] };

/** A rule with the file it came from; disabled ones, which are not in the rule set, included. */
export interface LoadedRule {
  readonly file: string;
  readonly rule: CompiledRule;
  readonly tests: readonly RuleTestResult[];
  readonly sequences: readonly RuleSequenceResult[];
}

/**
 * Checks, compiles and tests the texts of a rule set; all problems at once. Pure: the same texts make the same set,
 * whether they come from a folder, from two versions that are compared, or over HTTP.
 * @param errors what was wrong before, while the texts were read
 */
export async function assembleRules(
  texts: RuleTexts,
  options: RuleCheckContext & {
    readonly runTests?: boolean;
    /** Leave the tests out altogether: they have passed before with the same texts. */
    readonly skipTests?: boolean;
    /** Called now and then on the way, to let others run. */
    readonly pause?: () => Promise<unknown>;
  },
  errors: RuleError[] = [],
): Promise<LoadRulesResult> {
  const warnings: RuleError[] = [];
  const { catalogue, orgUnits, calendar } = options;
  const names = catalogue && namesOfCatalogue(catalogue);
  const parameters = assembleParameters(texts.parameters, options, errors);
  const about = { parameters, ...(names && { names }) };
  const shared = checkSharedConditions(texts.conditions, about, errors, warnings);
  const ids = texts.conditions.map(({ file }) =>
    file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, ''),
  );
  const around = { parameters, shared: { ids, trees: shared } };
  const checked: Checked[] = [];
  for (const [index, { file, text }] of texts.rules.entries()) {
    if (index % RULES_AT_A_STRETCH === RULES_AT_A_STRETCH - 1) await options.pause?.();
    const result = checkRuleText(text, file, options, names, around);
    errors.push(...result.errors);
    warnings.push(...result.warnings);
    const rule = result.rule && putShared(result.rule, file, result.locate, shared, errors);
    if (rule) checked.push({ file, rule, place: result.locate });
  }
  refuseDuplicates(checked, errors);
  const lookup = makeCatalogueLookup(catalogue);
  const files: LoadedRule[] = [];
  for (const [index, { file, rule, place }] of checked.entries()) {
    if (index % RULES_AT_A_STRETCH === RULES_AT_A_STRETCH - 1) await options.pause?.();
    const compiled = compileRule(rule, lookup, orgUnits);
    if (options.skipTests) {
      files.push({ file, rule: compiled, tests: [], sequences: [] });
      continue;
    }
    const tests = await runRuleTests(compiled, calendar, parameters);
    const sequences = await runRuleSequences(compiled, calendar, parameters);
    files.push({ file, rule: compiled, tests, sequences });
    if (options.runTests === false) continue;
    for (const { index, name, reason } of tests) {
      if (reason === undefined) continue;
      const path = ['tests', index];
      errors.push(ruleError(file, place(path), path, `用例 "${name}" 未通过：${reason}`));
    }
    for (const { index, name, reason } of sequences) {
      if (reason === undefined) continue;
      const path = ['sequences', index];
      errors.push(ruleError(file, place(path), path, `事件序列用例 "${name}" 未通过：${reason}`));
    }
  }
  if (errors.length > 0) return { errors: errors.sort(byPlace), warnings };
  const live = files.map(({ rule }) => rule).filter((rule) => rule.file.status !== 'disabled');
  return { ruleSet: indexRules(live, parameters, options.checklists), files, warnings };
}

/** Some milliseconds of work. */
const RULES_AT_A_STRETCH = 10;

type Place = ReturnType<typeof checkRuleText>['locate'];
interface Checked {
  readonly file: string;
  readonly rule: RuleFile;
  readonly place: Place;
}

function assembleParameters(
  texts: readonly NamedText[],
  { orgUnits }: RuleCheckContext,
  errors: RuleError[],
): ParameterTable {
  const files = texts.flatMap(({ file, text }) => checkParameterText(text, file, orgUnits, errors) ?? []);
  return makeParameterTable(files, orgUnits);
}

/** The rule with its shared conditions in place: what is compiled, hashed, kept with alerts and published. */
function putShared(
  rule: RuleFile,
  file: string,
  place: Place,
  shared: ReadonlyMap<string, SharedConditions>,
  errors: RuleError[],
): RuleFile | undefined {
  const put = (field: 'conditions' | 'resolveWhen'): Conditions | undefined => {
    const expanded = expandConditions(rule[field] as never, shared);
    if (expanded !== undefined) return expanded as unknown as Conditions;
    errors.push(ruleError(file, place([field]), [field], '展开共用条件后条件过多'));
    return undefined;
  };
  const conditions = put('conditions');
  const resolveWhen = rule.resolveWhen && put('resolveWhen');
  if (!conditions || (rule.resolveWhen && !resolveWhen)) return undefined;
  return { ...rule, conditions, ...(resolveWhen && { resolveWhen }) };
}

function refuseDuplicates(checked: readonly Checked[], errors: RuleError[]): void {
  const first = new Map<string, string>();
  for (const { file, rule, place } of checked) {
    const other = first.get(rule.id);
    if (other === undefined) first.set(rule.id, file);
    else errors.push(ruleError(file, place(['id']), ['id'], `规则编号 "${rule.id}" 与 ${other} 重复`));
  }
}

function byPlace(a: RuleError, b: RuleError): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
