import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { measureFolder } from '../coverage/measure-folder.js';
import { didYouMean } from '../engine/did-you-mean.js';
import { loadRules } from '../engine/load-rules.js';
import type { LoadRulesResult } from '../engine/load-rules.js';
import { factsMarkdown, operatorsMarkdown } from '../engine/reference-tables.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import { ruleJsonSchema, schemaFiles, schemaText } from '../engine/rule-json-schema.js';
import { diffRuleSets } from '../engine/diff-rule-sets.js';
import type { ComparedRules } from '../engine/diff-rule-sets.js';
import { addExplainCommand } from './explain-command.js';
import type { ExplainCommandDeps } from './explain-command.js';
import { conflictReport, findFolderConflicts } from './rule-conflicts.js';
import { parseRevisions, withRulesAtRevision } from './rules-at-revision.js';
import { withFired } from './fired-rules.js';
import type { FiredRules } from './fired-rules.js';
import { loadSchemaNames } from './load-schema-names.js';
import { lintFolder, lintText } from './lint-rules.js';
import { writeNewRule } from './new-rule-command.js';
import type { NewRuleOptions } from './new-rule-command.js';
import {
  changeList,
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
  /** Asks the person at the keyboard; absent where there is none. */
  readonly ask?: (question: string) => Promise<string>;
  /** 0 fine, 1 findings, 2 misuse. */
  readonly setExitCode: (code: 0 | 1 | 2) => void;
  /** Opens the stores for `coverage --fired`. */
  readonly openFired: () => Promise<FiredRules>;
  /** Opens the stores for `explain`. */
  readonly openExplainer: ExplainCommandDeps['openExplainer'];
  /** Epoch ms. */
  readonly now: () => number;
}

interface RulesOptions extends NewRuleOptions {
  readonly dir?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly write?: boolean | string;
  readonly draft7?: boolean;
  readonly git?: string;
  readonly fired?: boolean;
}

type Action = (deps: RulesCommandDeps, options: RulesOptions, names: readonly string[]) => Promise<0 | 1 | 2>;

/** Adds `yxrisk rules validate|test|lint|explain|coverage|conflicts|new|diff|facts|operators|schema`. */
export function addRulesCommand(program: Command, deps: RulesCommandDeps): void {
  const rules = program
    .command('rules')
    .description('check, test and look up rules / 规则的检查、测试与查阅');
  const add = (name: string, description: string, action: Action): Command =>
    rules
      .command(name)
      .description(description)
      .option('--json', 'answer in JSON, for programs')
      .action(async (...args: (string | readonly string[] | RulesOptions | Command)[]) => {
        // Commander hands over the arguments, one by one or as a list, then the options, then the command.
        const given = args.slice(0, -2).flat() as string[];
        deps.setExitCode(await runGuarded(action, deps, args.at(-2) as RulesOptions, given));
      });
  const dir = ['--dir <folder>', 'rules folder (default: RULES_DIR)'] as const;
  add(
    'validate',
    'check all rule files and run their tests / 检查所有规则文件并运行用例',
    validateRules,
  ).option(...dir);
  add(
    'lint',
    'look for conditions that can never matter, rules that others cover, what nobody uses / 找出没有作用的条件、重复的规则、没有用到的参数',
    lintRules,
  ).option(...dir);
  add('test [ids...]', 'run the in-file tests of all or the named rules / 运行规则用例', testRules).option(
    ...dir,
  );
  add(
    'coverage',
    'hold the rules against the work items and the clauses of the manual / 作业项与条款的覆盖情况',
    showCoverage,
  )
    .option('--fired', 'also tell which rules never raised an alert: reads the stores of the service')
    .option(...dir);
  add('conflicts', 'time limits of different layers that differ / 各层时限的冲突', showConflicts).option(
    ...dir,
  );
  add('new', 'write a new rule file from the template; asks what is not told / 由模板新建规则文件', newRule)
    .option('--id <id>', 'rule id, e.g. no-contact-card')
    .option('--domain <folder>', 'folder of the rule, e.g. acceptance')
    .option('--name <text>', 'what the rule finds, in one sentence')
    .option('--kind <kind>', 'kind of risk, e.g. missing-signature')
    .option(...dir);
  add(
    'diff [folders...]',
    'compare two rules folders, or two revisions of one / 比较两个规则文件夹，或两个版本',
    diffRules,
  )
    .option('--git <before..after>', 'revisions of the rules folder, e.g. HEAD~1..HEAD')
    .option(...dir);
  add('facts [words...]', 'list the facts rules may use / 列出可用的事实', showFacts)
    .option('--markdown', 'as Markdown tables')
    .option('--write <file>', 'put the tables between the marks in a Markdown file');
  add('operators', 'list the operators / 列出操作符', showOperators)
    .option('--markdown', 'as Markdown tables')
    .option('--write <file>', 'put the tables between the marks in a Markdown file');
  add('schema', 'print the JSON Schema of rule files / 输出规则文件的 JSON Schema', showSchema)
    .option('--draft7', 'as JSON Schema draft 7')
    .option('--write', 'write the schemas of rules, parameters and shared conditions into the rules folder')
    .option(...dir);
  addExplainCommand(rules, deps);
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
  const tests = result.files.reduce((sum, { tests, sequences }) => sum + tests.length + sequences.length, 0);
  deps.out(`${result.files.length} 条规则全部正确，${tests} 个用例全部通过。\n`);
  return 0;
}

/** 0 = nothing found (warnings aside), 1 = findings, or files are wrong, 2 = the folder cannot be read. */
export async function lintRules(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  const dir = options.dir ?? deps.rulesDir;
  const report = await lintFolder(dir, await deps.loadContext(dir));
  if ('errors' in report) {
    if (options.json) print(deps, report);
    else deps.err(errorList('错误', report.errors));
    return 1;
  }
  if (options.json) print(deps, report);
  else deps.out(lintText(report));
  return report.findings.length === 0 ? 0 : 1;
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
  const passed = chosen.every(({ tests, sequences }) =>
    [...tests, ...sequences].every((test) => test.passed),
  );
  if (options.json) {
    print(deps, {
      passed,
      rules: chosen.map(({ file, rule, tests, sequences }) => ({ file, rule: rule.key, tests, sequences })),
    });
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
  const measured = await measureFolder(dir, loaded, context);
  const ids = loaded.ruleSet.rules.map(({ id }) => id);
  const coverage = withFired(measured, ids, await readFired(deps, options));
  if (options.json) print(deps, coverage);
  else deps.out(coverageTable(coverage));
  return coverage.findings.length === 0 ? 0 : 1;
}

/** A store that cannot be reached keeps nothing from being told but this. */
async function readFired(
  deps: RulesCommandDeps,
  options: RulesOptions,
): Promise<ReadonlySet<string> | { readonly notKnown: string }> {
  if (!options.fired) return { notKnown: '没有读预警库；加 --fired 从服务的预警库读' };
  try {
    const stores = await deps.openFired();
    try {
      return await stores.fired();
    } finally {
      await stores.close();
    }
  } catch (error) {
    return { notKnown: `预警库读不出来：${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Lists where the limits of the layers differ; that they do is no mistake. 0 = told; 1 = files are wrong; 2 = the folder cannot be read. */
export async function showConflicts(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  const dir = options.dir ?? deps.rulesDir;
  const context = await deps.loadContext(dir);
  const loaded = await loadRules({ ...context, dir });
  if (!('files' in loaded)) {
    if (options.json) print(deps, { errors: loaded.errors });
    else deps.err(errorList('错误', loaded.errors));
    return 1;
  }
  const conflicts = await findFolderConflicts(dir, loaded, context);
  if (options.json) print(deps, { conflicts });
  else deps.out(conflictReport(conflicts));
  return 0;
}

/** 0 = written; 2 = an answer is missing or wrong, or the file is there already. */
export async function newRule(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  const dir = options.dir ?? deps.rulesDir;
  return writeNewRule(options.json ? { ...deps, out: () => undefined } : deps, dir, options).then((code) => {
    if (options.json && code === 0)
      print(deps, { written: join(dir, options.domain ?? '', `${options.id ?? ''}.json`) });
    return code;
  });
}

/** 0 = both sides hold the same rules; 1 = they differ, or one of them is wrong; 2 = one cannot be read. */
export async function diffRules(
  deps: RulesCommandDeps,
  options: RulesOptions,
  dirs: readonly string[],
): Promise<0 | 1 | 2> {
  if (options.git !== undefined) {
    const dir = options.dir ?? deps.rulesDir;
    const { before, after } = parseRevisions(options.git);
    return withRulesAtRevision(dir, before, (old) =>
      withRulesAtRevision(dir, after, (young) =>
        diffFolders(deps, options, [
          { name: before, dir: old },
          { name: after, dir: young },
        ]),
      ),
    );
  }
  if (dirs.length !== 2) {
    deps.err('diff 需要两个规则文件夹，或 --git 旧版本..新版本\n');
    return 2;
  }
  const named = dirs.map((dir) => ({ name: dir, dir }));
  return diffFolders(deps, options, named);
}

async function diffFolders(
  deps: RulesCommandDeps,
  options: RulesOptions,
  folders: readonly { readonly name: string; readonly dir: string }[],
): Promise<0 | 1 | 2> {
  const sides: ComparedRules[] = [];
  for (const { name, dir } of folders) {
    const result = await load(deps, { dir }, false);
    if (!('files' in result)) {
      if (options.json) print(deps, { dir: name, errors: result.errors });
      else deps.err(`${name}：\n${errorList('错误', result.errors)}`);
      return 1;
    }
    sides.push({ files: result.files, parameters: result.ruleSet.parameters });
  }
  const [before, after] = sides;
  if (!before || !after) throw new Error('two sides are compared');
  const changes = diffRuleSets(before, after);
  if (options.json) print(deps, { same: changes.length === 0, changes });
  else deps.out(changeList(changes));
  return changes.length === 0 ? 0 : 1;
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

/** Prints the JSON Schema of rule files, or writes all schemas where rules, parameters and shared conditions point at. */
export async function showSchema(deps: RulesCommandDeps, options: RulesOptions): Promise<0 | 1 | 2> {
  const dir = options.dir ?? deps.rulesDir;
  const names = await loadSchemaNames(dir, await deps.loadContext(dir));
  if (!options.write) {
    deps.out(schemaText(ruleJsonSchema(names, options.draft7 ? 'draft-07' : '2020-12')));
    return 0;
  }
  const written: string[] = [];
  for (const [name, text] of Object.entries(schemaFiles(names))) {
    await writeFile(join(dir, name), text);
    written.push(join(dir, name));
  }
  if (options.json) print(deps, { written });
  else deps.out(written.map((file) => `已写入 ${file}\n`).join(''));
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
