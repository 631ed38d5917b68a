import { readdir, readFile, writeFile } from 'node:fs/promises';
import { measureFolder } from '../../src/coverage/measure-folder.js';
import { FAULT_KINDS } from '../../src/simulate/fault-kinds.js';
import { UNSIMULATED_RULES } from '../../src/simulate/unsimulated-rules.js';
import { loadProjectRules } from './load-project-rules.js';

/** docs/traceability.md: clause → rules, inspection tasks, controls → tests → faults of the simulator. Generated. */
export const TRACEABILITY = 'docs/traceability.md';

const TESTS = 'test/rules';
/** Tests of all rules of a kind at once, which name none of them. */
const SWEEPING: Readonly<Record<string, string>> = { deadline: 'every-limit' };

/** The document as it should be. */
export async function makeTraceability(): Promise<string> {
  const { files, checklists } = await loadProjectRules();
  const { clauseList } = await measureFolder('rules', { files }, { checklists });
  const tests = await readTests();
  const testsOf = (id: string, trigger: string) => {
    const named = tests.filter(({ text }) => text.includes(`'${id}'`)).map(({ name }) => name);
    const sweeping = SWEEPING[trigger];
    return [...new Set([...(sweeping ? [sweeping] : []), ...named])];
  };
  const faultsOf = (id: string) =>
    FAULT_KINDS.filter(({ rules, mayShow = [] }) => [...rules, ...mayShow].includes(id)).map(
      ({ kind }) => kind,
    );
  const excuseOf = (id: string) => {
    const found = UNSIMULATED_RULES.find(({ rule }) => rule === id);
    if (!found) return '';
    return found.until === undefined ? `不模拟：${found.reason}` : `不模拟：有效期至 ${found.until}`;
  };
  const rows = files.map(({ file, rule }) => ({
    file,
    id: rule.id,
    rule: rule.file,
    tests: testsOf(rule.id, rule.file.trigger.on),
    faults: faultsOf(rule.id),
    excuse: excuseOf(rule.id),
  }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const clauses = clauseList.map(({ clause, text, rules, inspections, controls }) => {
    const own = rules.flatMap((id) => byId.get(id) ?? []);
    return cells([
      clause,
      text,
      code(rules),
      code(inspections),
      controls.map(({ what, where }) => `${what}（\`${where}\`）`).join('<br>'),
      code([...new Set(own.flatMap((row) => row.tests))]),
      code([...new Set(own.flatMap((row) => row.faults))]),
    ]);
  });
  const ruleRows = rows.map(({ file, rule, tests: named, faults, excuse }) =>
    cells([
      `\`${file.replace(/\.json$/, '')}\``,
      rule.name + (rule.status === 'active' ? '' : `（${rule.status === 'shadow' ? '试运行' : '停用'}）`),
      rule.riskPoint.kind,
      rule.riskPoint.clauses.join('<br>'),
      `${rule.tests.length + (rule.sequences?.length ?? 0)} 个用例${named.length > 0 ? `，${code(named)}` : ''}`,
      code(faults) || excuse,
    ]),
  );
  return [
    '# 追溯表 · Traceability',
    '',
    'Generated: `node --import tsx test/rules/update-traceability.ts`. Clause of the manual → what decides it → tests of `test/rules/` that name the rule → faults of the simulator.',
    'All rules besides: their in-file cases, `every-process` (nothing is raised where all is done by the book), `coverage` (339 work items, 34 clauses).',
    'Every rule has a kind of fault of the simulator that shows to it, or a reason why there is none (`src/simulate/unsimulated-rules.ts`); `test/simulate/every-rule-is-simulated` tries each.',
    '',
    '<!-- prettier-ignore-start -->',
    '## 手册条款',
    '',
    '| 条款 | 内容 | 规则 | 巡检任务 | 其他措施 | 测试 | 模拟差错 |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...clauses,
    '',
    '## 规则',
    '',
    '| 规则 | 名称 | 类别 | 条款或出处 | 测试 | 模拟差错 |',
    '| --- | --- | --- | --- | --- | --- |',
    ...ruleRows,
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

async function readTests(): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(TESTS)).filter((name) => name.endsWith('.test.ts')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.replace(/\.test\.ts$/, ''),
      text: await readFile(`${TESTS}/${name}`, 'utf8'),
    })),
  );
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ');
const cells = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;

// node --import tsx test/rules/update-traceability.ts
if (process.argv[1]?.endsWith('update-traceability.ts')) {
  await writeFile(TRACEABILITY, await makeTraceability());
}
