import Table from 'cli-table3';
import pc from 'picocolors';
import type { FiredCoverage } from './fired-rules.js';
import { FACT_CATALOGUE } from '../engine/fact-catalogue.js';
import type { RuleChange } from '../engine/diff-rule-sets.js';
import { show } from '../engine/explain-issue.js';
import type { FactDefinition } from '../engine/fact-definition.js';
import type { LoadedRule } from '../engine/load-rules.js';
import { OPERATORS } from '../engine/operators.js';
import { factTypesText, paramsText, valueText } from '../engine/reference-tables.js';
import { RISK_KINDS } from '../engine/rule-file.js';
import { ruleErrorText } from '../engine/rule-error.js';
import type { RuleError } from '../engine/rule-error.js';
import { wrapText as wrap } from '../wrap-text.js';

/** No colours of its own: they would end up in files and pipes. */
const PLAIN = { style: { head: [], border: [] } };

/** One line a problem, `file:line:column` first so that terminals make it clickable, and a total. */
export function errorList(word: string, errors: readonly RuleError[]): string {
  const files = new Set(errors.map((error) => error.file)).size;
  const lines = errors.map((error) => `${pc.red(word)} ${ruleErrorText(error)}`);
  return `${lines.join('\n')}\n${files} 个文件，共 ${errors.length} 处${word}。\n`;
}

/** Every test of every rule, failures with their reason. */
export function testTable(rules: readonly LoadedRule[]): string {
  const table = new Table({
    ...PLAIN,
    head: ['规则', '用例', '应为', '实为', ''],
  });
  for (const { rule, tests, sequences } of rules) {
    for (const { name, expect, outcome, passed, reason } of tests) {
      table.push([
        rule.key,
        wrap(name, 40),
        expect,
        outcome,
        passed ? pc.green('通过') : wrap(reason ?? '未通过', 40),
      ]);
    }
    for (const { name, expected, actual, passed, reason } of sequences) {
      const alerts = (texts: readonly string[]) => (texts.length === 0 ? '没有预警' : texts.join('\n'));
      table.push([
        rule.key,
        wrap(name, 40),
        wrap(alerts(expected), 40),
        wrap(alerts(actual), 40),
        passed ? pc.green('通过') : wrap(reason ?? '未通过', 40),
      ]);
    }
  }
  const all = rules.flatMap(({ tests, sequences }) => [...tests, ...sequences]);
  const failed = all.filter((test) => !test.passed).length;
  return `${table.toString()}\n${rules.length} 条规则，${all.length} 个用例，${failed} 个未通过。\n`;
}

const MARKS = { covered: '●', workOrder: '◐', trial: '○', notApplicable: '－', uncovered: '✗' } as const;

/** Work items × risk kinds, then the clauses, then what is wrong, then the rules that never fired. */
export function coverageTable({
  matrix,
  clauseList,
  workItems,
  clauses,
  limits,
  findings,
  neverFired,
  notKnown,
}: FiredCoverage): string {
  const table = new Table({
    ...PLAIN,
    head: ['作业项', '业务', '环节', ...RISK_KINDS.map((kind) => wrap(kind, 6)), '未覆盖', '从未预警'],
  });
  for (const { workItem, process, stage, cells, uncovered, neverFired: never } of matrix)
    table.push([
      workItem,
      wrap(process, 20),
      wrap(stage, 20),
      ...RISK_KINDS.map((kind) => MARKS[cells[kind].state]),
      uncovered.length,
      never?.length ?? '？',
    ]);
  const list = new Table({ ...PLAIN, head: ['条款', '规则', '巡检任务', '其他措施'] });
  for (const { clause, rules, inspections, controls } of clauseList)
    list.push([
      clause,
      wrap(rules.join('\n'), 44),
      inspections.join('\n'),
      wrap(controls.map(({ what }) => what).join('\n'), 30),
    ]);
  return [
    table.toString(),
    '● 有规则看  ◐ 有规则看整张工单  ○ 只有试运行的规则看  － 不适用（理由见 --json）  ✗ 没有规则看',
    list.toString(),
    neverFired === null
      ? `从未预警的规则：不知道（${notKnown}）`
      : `从未预警的规则 ${neverFired.length} 条：${neverFired.join('、') || '没有'}`,
    ...findings,
    `作业项 ${workItems.covered}/${workItems.total}，条款 ${clauses.covered}/${clauses.total}，时限条目 ${limits.covered}/${limits.total}，问题 ${findings.length} 个。`,
    '',
  ].join('\n');
}

export function factTable(words: readonly string[]): string {
  const table = new Table({
    ...PLAIN,
    head: ['事实', '类型', '参数', '说明'],
  });
  for (const fact of matching(words)) {
    table.push([
      fact.name,
      fact.type,
      wrap(paramsText(fact, '\n').replaceAll('`', ''), 44),
      wrap(fact.zh, 44),
    ]);
  }
  return `${table.toString()}\n${table.length} 个事实。\n`;
}

export function factsJson(words: readonly string[]): unknown {
  return matching(words).map(({ name, type, zh, en, params, alwaysKnown, onlyOn, day }) => ({
    name,
    type,
    zh,
    en,
    params,
    alwaysKnown,
    ...(onlyOn ? { onlyOn } : {}),
    ...(day ? { day } : {}),
  }));
}

export function operatorTable(): string {
  const table = new Table({
    ...PLAIN,
    head: ['操作符', '用于', 'value', '说明'],
  });
  for (const operator of OPERATORS.values()) {
    table.push([
      operator.name,
      wrap(factTypesText(operator), 30),
      valueText(operator),
      wrap(operator.zh, 44),
    ]);
  }
  return `${table.toString()}\n`;
}

export function operatorsJson(): unknown {
  return [...OPERATORS.values()].map(({ name, zh, en, factTypes, value, valueFact }) => ({
    name,
    zh,
    en,
    factTypes,
    value,
    valueFact,
  }));
}

function matching(words: readonly string[]): FactDefinition[] {
  const wanted = words.map((word) => word.toLowerCase());
  return [...FACT_CATALOGUE.values()].filter((fact) => {
    const text = `${fact.name} ${fact.zh} ${fact.en}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

const CHANGES = { added: '新增', removed: '删除', changed: '修改' } as const;

/** What changed between two rule sets, one line a field. */
export function changeList(changes: readonly RuleChange[]): string {
  if (changes.length === 0) return '两边的规则完全相同。\n';
  const lines = changes.flatMap(({ kind, id, fields, sameVersion }) => [
    `${CHANGES[kind]} ${id}${sameVersion ? '（内容改了，version 没有加 1）' : ''}`,
    ...fields.map(({ path, before, after }) => `  ${path}：${shownValue(before)} → ${shownValue(after)}`),
  ]);
  return `${lines.join('\n')}\n共 ${changes.length} 处不同。\n`;
}

function shownValue(value: unknown): string {
  return value === undefined ? '（没有）' : show(value);
}
