import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { loadCoverage } from '../../src/coverage/load-coverage.js';
import type { Clause } from '../../src/coverage/coverage-content.js';
import { loadProjectRules } from './load-project-rules.js';

/** docs/clauses.md: what the service must do about each clause, word by word, and what does it. Generated. */
export const CLAUSES = 'docs/clauses.md';

const TYPES = { requirement: '要求', risk: '风险', control: '措施' } as const satisfies Record<
  Clause['type'],
  string
>;

/** The document as it should be. */
export async function makeClauses(): Promise<string> {
  const { files } = await loadProjectRules();
  const { clauses } = await loadCoverage('rules');
  const ruleOf = new Map(files.map(({ file, rule }) => [rule.id, { file, rule }]));
  const show = (by: string): string => {
    const found = ruleOf.get(by);
    if (!found) return by.startsWith('YXZY-') ? `条款 ${by}` : `[\`${by}\`](../${by})`;
    const { status, name } = found.rule.file;
    return `[\`${by}\`](../rules/${found.file}) ${name}${status === 'shadow' ? '（试运行）' : ''}`;
  };
  const text = [
    '# 34 条款逐字对照 · Clauses, word by word',
    '',
    'Generated from `rules/clauses.json` (`decided`): `node --import tsx test/rules/update-clauses.ts`. For each of the 34 clauses of YXZY-YY-144 and 145 what the service is asked to do,',
    'cut into its words, and the rule, inspection task, job or code that decides them. A test holds that no word is left over and that all that is named exists. Tests and faults: [traceability.md](traceability.md).',
    '',
    '<!-- prettier-ignore-start -->',
    ...clauses.flatMap(({ id, type, text: asked, service, decided = [] }) => [
      `## ${id} ${TYPES[type]}`,
      '',
      `${asked}`,
      '',
      `> ${service}`,
      '',
      '| 原话 | 由什么判断或办理 |',
      '| --- | --- |',
      ...decided.map(({ words, by }) => `| ${words} | ${by.map(show).join('<br>')} |`),
      '',
    ]),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
  return format(text, { ...(await resolveConfig(CLAUSES)), parser: 'markdown' });
}

// node --import tsx test/rules/update-clauses.ts
if (process.argv[1]?.endsWith('update-clauses.ts')) {
  await writeFile(CLAUSES, await makeClauses());
}
