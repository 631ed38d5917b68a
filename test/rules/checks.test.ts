import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { loadProjectRules } from './load-project-rules.js';

/** A rule that is named, and a case that is said to prove something. */
const RULE = /\[`([a-z0-9-]+)`\]\(\.\.\/rules\/([^)]+)\)/g;
const CASE = /`([a-z0-9-]+)`：([^<|]+?)(?=<br>| \|)/g;

it('docs/checks.md names rules and cases that there are, and a case for every check', async () => {
  const rows = (await readFile('docs/checks.md', 'utf8'))
    .split('\n')
    .filter((line) => /^\| (?!---|核对|时限 )/.test(line));
  expect(rows).toHaveLength(31);
  const { files } = await loadProjectRules();
  const byId = new Map(files.map(({ file, rule }) => [rule.id, { file, rule: rule.file }]));
  const wrong = rows.flatMap((row) => {
    const rules = [...row.matchAll(RULE)];
    const cases = [...row.matchAll(CASE)];
    const problems = rules.filter(([, id = '', file]) => byId.get(id)?.file !== file).map(([text]) => text);
    for (const [text, id = '', name] of cases) {
      const { tests = [], sequences = [] } = byId.get(id)?.rule ?? {};
      if (![...tests, ...sequences].some((one) => one.name === name)) problems.push(text);
    }
    return rules.length > 0 && cases.length > 0 ? problems : [...problems, `nothing in: ${row}`];
  });
  expect(wrong).toEqual([]);
});
