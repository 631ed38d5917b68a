import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assembleRules } from './assemble-rules.js';
import type { LoadRulesResult, NamedText, RuleTexts } from './assemble-rules.js';
import { RULE_JSON_LIMITS } from './parse-rule-json.js';
import type { RuleCheckContext } from './rule-check-context.js';
import { ruleError } from './rule-error.js';
import type { RuleError } from './rule-error.js';

export type { LoadedRule, LoadRulesResult } from './assemble-rules.js';

/** Where the rule files are, and what they are checked against. */
export interface LoadRulesOptions extends RuleCheckContext {
  /** The rules folder; every `*.json` in it and below is a rule, but for the names below. */
  readonly dir: string;
  /** Whether a failing in-file test keeps the rules from loading. Default true. */
  readonly runTests?: boolean;
}

/** Folders and files beside the rules that are something else. */
const OTHER_FOLDERS = new Set([
  'catalogue',
  'calendars',
  'inspections',
  'parameters',
  'conditions',
  'checklists',
  '_retired',
]);
const OTHER_FILES = new Set([
  'alert-handling.json',
  'assessment.json',
  'clauses.json',
  'coverage.json',
  'duty.json',
  'known-limits.json',
  'notify.json',
  'org-units.json',
  'reports.json',
]);
const MAX_FOLDER_DEPTH = 8;

/**
 * Reads, checks and compiles all rule files of a folder, with its parameters and shared conditions, and runs
 * the in-file tests. Reports every problem of every file at once. Rejects only if the folder itself cannot be read.
 */
export async function loadRules(options: LoadRulesOptions): Promise<LoadRulesResult> {
  const errors: RuleError[] = [];
  const texts = await readRuleFolder(options.dir, errors);
  return assembleRules(texts, options, errors);
}

/** Whether a folder or file beside the rules is content of another kind, which a process reads when it starts. */
export function isOtherContent(name: string): boolean {
  return OTHER_FILES.has(name) || ['catalogue', 'calendars', 'inspections', 'checklists'].includes(name);
}

/** Reads what makes up a rule set. What cannot be read is reported; rejects only if the folder itself cannot be. */
export async function readRuleFolder(dir: string, errors: RuleError[]): Promise<RuleTexts> {
  return {
    rules: await readTexts(dir, await listRuleFiles(dir), errors),
    ...(await readRuleSurroundings(dir, errors)),
  };
}

/** What rules of a folder find beside them: its parameters and shared conditions. */
export async function readRuleSurroundings(
  dir: string,
  errors: RuleError[],
): Promise<Omit<RuleTexts, 'rules'>> {
  return {
    parameters: await readTexts(dir, await listJsonFiles(dir, 'parameters'), errors),
    conditions: await readTexts(dir, await listJsonFiles(dir, 'conditions'), errors),
  };
}

async function readTexts(dir: string, files: readonly string[], errors: RuleError[]): Promise<NamedText[]> {
  const texts: NamedText[] = [];
  for (const file of files) {
    const text = await readText(join(dir, file), file, errors);
    if (text !== undefined) texts.push({ file, text });
  }
  return texts;
}

/** `*.json` of one folder beside the rules, which need not exist. */
export async function listJsonFiles(dir: string, folder: string): Promise<string[]> {
  const names = await readdir(join(dir, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`文件夹 "${join(dir, folder)}" 读不出来：${error.message}`, { cause: error });
  });
  const wanted = names.filter((name) => name.endsWith('.json') && !/^[._]/.test(name));
  return wanted.sort().map((name) => `${folder}/${name}`);
}

/** A rule file is named after its rule. */
export function ruleIdOfFile(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
}

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
      else if (entry?.isFile() && isRule(name)) files.push(path);
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

/** Schemas for editors lie beside the rules. */
function isRule(name: string): boolean {
  return name.endsWith('.json') && !name.endsWith('.schema.json') && !OTHER_FILES.has(name);
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
