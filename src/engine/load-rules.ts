import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCatalogueLookup } from './catalogue-lookup.js';
import { checkRuleText } from './check-rule-text.js';
import { compileRule } from './compile-rule.js';
import { indexRules } from './make-rule-set.js';
import { RULE_JSON_LIMITS } from './parse-rule-json.js';
import { namesOfCatalogue } from './rule-check-context.js';
import type { RuleCheckContext } from './rule-check-context.js';
import { ruleError } from './rule-error.js';
import type { RuleError } from './rule-error.js';
import type { RuleFile } from './rule-file.js';
import type { CompiledRule, RuleSet } from './rule-set.js';
import { runRuleTests } from './run-rule-tests.js';
import type { RuleTestResult } from './run-rule-tests.js';

/** Where the rule files are, and what they are checked against. */
export interface LoadRulesOptions extends RuleCheckContext {
  /** The rules folder; every `*.json` in it and below is a rule, but for the names below. */
  readonly dir: string;
  /** Whether a failing in-file test keeps the rules from loading. Default true. */
  readonly runTests?: boolean;
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
}

/** Folders and files beside the rules that are something else. */
const OTHER_FOLDERS = new Set(['catalogue', 'calendars', 'inspections', 'parameters', '_retired']);
const OTHER_FILES = new Set(['org-units.json', 'rule.schema.json']);
const MAX_FOLDER_DEPTH = 8;

/**
 * Reads, checks and compiles all rule files of a folder, and runs their in-file tests. Reports every
 * problem of every file at once. Rejects only if the folder itself cannot be read.
 */
export async function loadRules(options: LoadRulesOptions): Promise<LoadRulesResult> {
  const errors: RuleError[] = [];
  const warnings: RuleError[] = [];
  const checked: { file: string; rule: RuleFile; place: Place }[] = [];
  const names = options.catalogue && namesOfCatalogue(options.catalogue);
  for (const file of await listRuleFiles(options.dir)) {
    const text = await readText(join(options.dir, file), file, errors);
    if (text === undefined) continue;
    const result = checkRuleText(text, file, options, names);
    errors.push(...result.errors);
    warnings.push(...result.warnings);
    if (result.rule) checked.push({ file, rule: result.rule, place: result.locate });
  }
  refuseDuplicates(checked, errors);
  const lookup = makeCatalogueLookup(options.catalogue);
  const files: LoadedRule[] = [];
  for (const { file, rule, place } of checked) {
    const compiled = compileRule(rule, lookup);
    const tests = await runRuleTests(compiled, options.calendar);
    files.push({ file, rule: compiled, tests });
    if (options.runTests === false) continue;
    for (const { index, name, reason } of tests) {
      if (reason === undefined) continue;
      const path = ['tests', index];
      errors.push(ruleError(file, place(path), path, `用例 "${name}" 未通过：${reason}`));
    }
  }
  if (errors.length > 0) return { errors: errors.sort(byPlace), warnings };
  const live = files.map(({ rule }) => rule).filter((rule) => rule.file.status !== 'disabled');
  return { ruleSet: indexRules(live), files, warnings };
}

type Place = ReturnType<typeof checkRuleText>['locate'];

/** Rule files below a folder, relative, with `/`, in order of name. Symbolic links are followed once. */
export async function listRuleFiles(dir: string): Promise<string[]> {
  const visited = new Set<string>();
  const files: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const real = await realpath(join(dir, folder));
    if (visited.has(real) || depth > MAX_FOLDER_DEPTH) return;
    visited.add(real);
    for (const name of (await readdir(join(dir, folder))).sort()) {
      if (name.startsWith('_') || name.startsWith('.')) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const entry = await stat(join(dir, path)).catch(() => undefined);
      if (entry?.isDirectory() && !OTHER_FOLDERS.has(name)) await walk(path, depth + 1);
      else if (entry?.isFile() && name.endsWith('.json') && !OTHER_FILES.has(name)) files.push(path);
    }
  };
  try {
    await walk('', 0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`规则文件夹 "${dir}" 读不出来：${reason}`, { cause: error });
  }
  return files;
}

async function readText(path: string, file: string, errors: RuleError[]): Promise<string | undefined> {
  const refuse = (message: string): undefined => {
    errors.push(ruleError(file, { line: 1, column: 1 }, [], message));
    return undefined;
  };
  try {
    const { size } = await stat(path);
    if (size > RULE_JSON_LIMITS.bytes) {
      return refuse(`文件过大：${size} 字节，最多 ${RULE_JSON_LIMITS.bytes} 字节`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return refuse('文件不是 UTF-8 编码（可能是 GBK），请另存为 UTF-8');
    return refuse(`文件读不出来：${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuseDuplicates(
  checked: readonly { file: string; rule: RuleFile; place: Place }[],
  errors: RuleError[],
): void {
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
