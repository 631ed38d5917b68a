import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { measureFolder } from '../coverage/measure-folder.js';
import { didYouMean } from '../engine/did-you-mean.js';
import { loadRules } from '../engine/load-rules.js';
import type { LoadRulesResult } from '../engine/load-rules.js';
import { factsMarkdown, operatorsMarkdown } from '../engine/reference-tables.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import { ruleJsonSchemaText } from '../engine/rule-json-schema.js';
import {
  coverageTable,
  errorList,
  factTable,
  factsJson,
  operatorTable,
  operatorsJson,
  testTable,
} from './rules-output.js';

/** What the `rules` commands need from the outside. */
export interface RulesCommandDeps {
  /** The rules folder where `--dir` names none. */
  readonly rulesDir: string;
  /** Loads the calendar and the process catalogue that belong to a rules folder. */
  readonly loadContext: (dir: string) => Promise<RuleCheckContext>;
  /** Writes to stdout, without adding a line end. */
  readonly out: (text: string) => void;
  /** Writes to stderr, without adding a line end. */
  readonly err: (text: string) => void;
  /** 0 fine, 1 findings, 2 misuse. */
  readonly setExitCode: (code: 0 | 1 | 2) => void;
}

interface RulesOptions {
  readonly dir?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly write?: boolean | string;
}

type Action = (deps: RulesCommandDeps, options: RulesOptions, names: readonly string[]) => Promise<0 | 1 | 2>;

/** Adds `yxrisk rules validate|test|coverage|facts|operators|schema`. */
export function addRulesCommand(program: Command, deps: RulesCommandDeps): void {
  const rules = program
    .command('rules')
    .description('check, test and look up rules / 规则的检查、测试与查阅');
  const add = (name: string, description: string, action: Action): Command =>
    rules
      .command(name)
      .description(description)
      .option('--json', 'answer in JSON, for programs')
      .action(async (names: readonly string[] | RulesOptions, options: RulesOptions | Command) => {
        const given = Array.isArray(names) ? (names as readonly string[]) : [];
        const chosen = (Array.isArray(names) ? options : names) as RulesOptions;
        deps.setExitCode(await runGuarded(action, deps, chosen, given));
      });
  const dir = ['--dir <folder>', 'rules folder (default: RULES_DIR)'] as const;
  add(
    'validate',
    'check all rule files and run their tests / 检查所有规则文件并运行用例',
    validateRules,
  ).option(...dir);
  add('test [ids...]', 'run the in-file tests of all or the named rules / 运行规则用例', testRules).option(
    ...dir,
  );
  add(
    'coverage',
    'hold the rules against the work items and the clauses of the manual / 作业项与条款的覆盖情况',
    showCoverage,
  ).option(...dir);
  add('facts [words...]', 'list the facts rules may use / 列出可用的事实', showFacts)
    .option('--markdown', 'as Markdown tables')
    .option('--write <file>', 'put the tables between the marks in a Markdown file');
  add('operators', 'list the operators / 列出操作符', showOperators)
    .option('--markdown', 'as Markdown tables')
    .option('--write <file>', 'put the tables between the marks in a Markdown file');
  add('schema', 'print the JSON Schema of rule files / 输出规则文件的 JSON Schema', showSchema)
    .option('--write', 'write it to rule.schema.json in the rules folder')
    .option(...dir);
}

async function runGuarded(
  action: Action,
  deps: RulesCommandDeps,
  options: RulesOptions,
  names: readonly string[],
): Promise<0 | 1 | 2> {
  try {
    return await action(deps, options, names);
  } catch (error) {
    deps.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

/** 0 = every file is right and every in-file test passes; 1 = not; 2 = the folder or its calendar cannot be read. */
export async function validateRules(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  const result = await load(deps, options, true);
  const errors = 'errors' in result ? result.errors : [];
  if (options.json) {
    const rules = 'files' in result ? result.files.length : 0;
    print(deps, { valid: errors.length === 0, rules, errors, warnings: result.warnings });
    return errors.length === 0 ? 0 : 1;
  }
  if (result.warnings.length > 0) deps.err(errorList('注意', result.warnings));
  if (!('files' in result)) {
    deps.err(errorList('错误', result.errors));
    return 1;
  }
  const tests = result.files.reduce((sum, { tests }) => sum + tests.length, 0);
  deps.out(`${result.files.length} 条规则全部正确，${tests} 个用例全部通过。\n`);
  return 0;
}

/** 0 = all tests pass, 1 = some fail or files are wrong, 2 = a rule named does not exist. */
export async function testRules(
  deps: RulesCommandDeps,
  options: RulesOptions,
  ids: readonly string[],
): Promise<0 | 1 | 2> {
  const result = await load(deps, options, false);
  if (!('files' in result)) {
    if (options.json) print(deps, { passed: false, errors: result.errors });
    else deps.err(errorList('错误', result.errors));
    return 1;
  }
  const known = result.files.map(({ rule }) => rule.id);
  const strange = ids.find((id) => !known.includes(id));
  if (strange !== undefined) {
    deps.err(`没有规则 "${strange}"${didYouMean(strange, known)}\n`);
    return 2;
  }
  const chosen = result.files.filter(({ rule }) => ids.length === 0 || ids.includes(rule.id));
  const passed = chosen.every(({ tests }) => tests.every((test) => test.passed));
  if (options.json) {
    print(deps, { passed, rules: chosen.map(({ file, rule, tests }) => ({ file, rule: rule.key, tests })) });
  } else deps.out(testTable(chosen));
  return passed ? 0 : 1;
}

/** 0 = every work item and clause is watched, or why not is stated; 1 = findings; 2 = the folder cannot be read. */
export async function showCoverage(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  const dir = options.dir ?? deps.rulesDir;
  const context = await deps.loadContext(dir);
  const loaded = await loadRules({ ...context, dir });
  if (!('files' in loaded)) {
    if (options.json) print(deps, { errors: loaded.errors });
    else deps.err(errorList('错误', loaded.errors));
    return 1;
  }
  const coverage = await measureFolder(dir, loaded, context);
  if (options.json) print(deps, coverage);
  else deps.out(coverageTable(coverage));
  return coverage.findings.length === 0 ? 0 : 1;
}

/** Lists the facts; words narrow the list by name or description. */
export async function showFacts(
  deps: RulesCommandDeps,
  options: RulesOptions,
  words: readonly string[] = [],
): Promise<0 | 1 | 2> {
  if (typeof options.write === 'string') return writeMarked(deps, options.write, 'facts', factsMarkdown());
  if (options.markdown) deps.out(`${factsMarkdown()}\n`);
  else if (options.json) print(deps, factsJson(words));
  else deps.out(factTable(words));
  return 0;
}

/** Lists the operators. */
export async function showOperators(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  if (typeof options.write === 'string') {
    return writeMarked(deps, options.write, 'operators', operatorsMarkdown());
  }
  if (options.markdown) deps.out(`${operatorsMarkdown()}\n`);
  else if (options.json) print(deps, operatorsJson());
  else deps.out(operatorTable());
  return 0;
}

/** Prints the JSON Schema of rule files, or writes it where rule files point at. */
export async function showSchema(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  if (!options.write) {
    deps.out(ruleJsonSchemaText());
    return 0;
  }
  const file = join(options.dir ?? deps.rulesDir, 'rule.schema.json');
  await writeFile(file, ruleJsonSchemaText());
  deps.out(options.json ? `${JSON.stringify({ written: file })}\n` : `已写入 ${file}\n`);
  return 0;
}

async function load(
  deps: RulesCommandDeps,
  options: RulesOptions,
  runTests: boolean,
): Promise<LoadRulesResult> {
  const dir = options.dir ?? deps.rulesDir;
  return loadRules({ ...(await deps.loadContext(dir)), dir, runTests });
}

/** Replaces what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
async function writeMarked(deps: RulesCommandDeps, file: string, name: string, text: string): Promise<0 | 2> {
  const before = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from < 0 || to < from) {
    deps.err(`${file} 中没有 ${begin} … ${end}\n`);
    return 2;
  }
  await writeFile(file, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`);
  deps.out(`已写入 ${file}\n`);
  return 0;
}

function print(deps: RulesCommandDeps, value: unknown): void {
  deps.out(`${JSON.stringify(value, null, 2)}\n`);
}
