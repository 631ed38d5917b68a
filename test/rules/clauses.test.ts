import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { loadProjectRules } from './load-project-rules.js';

const PREFIX = 'YXZY-YY-';
const OURS = /^YXZY-YY-14[45]\//;

let rules: { file: string; rule: RuleFile }[];
let everyId: ReadonlySet<string>;
let known: string[];
/** Cells of the rows of the guide's two tables, by their first cell. */
let ruleRows: string[][];
let clauseRows: string[][];

beforeAll(async () => {
  const { files } = await loadProjectRules();
  rules = files
    .map(({ file, rule }) => ({ file: file.replace(/\.json$/, ''), rule: rule.file }))
    .filter(({ file }) => /^(acceptance|consult)\//.test(file));
  everyId = new Set(files.map(({ rule }) => rule.id));
  known = JSON.parse(await readFile('test/rules/fixtures/risk-point-ids.json', 'utf8')) as string[];
  const guide = await readFile('rules/acceptance/README.md', 'utf8');
  const rows = guide
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
  ruleRows = rows.filter(([first]) => /^`(acceptance|consult)\//.test(first ?? ''));
  clauseRows = rows.filter(([first]) => /^14[45]\//.test(first ?? ''));
});

const codesIn = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? '');

describe('the guide to the counter rules', () => {
  it('lists every rule under its name, with its clauses', () => {
    const expected = rules.map(({ file, rule }) => [
      `\`${file}\``,
      rule.name + (rule.status === 'shadow' ? '（试运行）' : ''),
      rule.riskPoint.clauses.map((clause) => clause.slice(PREFIX.length)).join('、'),
    ]);
    expect(ruleRows.map(([file, name, _when, clauses]) => [file, name, clauses])).toEqual(expected);
  });

  it('lists all 34 clauses in the order of the manual', () => {
    expect(known).toHaveLength(34);
    expect(clauseRows.map(([clause]) => `${PREFIX}${clause ?? ''}`)).toEqual(known);
  });

  it('names for each clause exactly the rules that cite it', () => {
    const cited = known.map((clause) => [
      clause,
      ...rules.filter(({ rule }) => rule.riskPoint.clauses.includes(clause)).map(({ rule }) => rule.id),
    ]);
    expect(clauseRows.map(([clause, , ids]) => [`${PREFIX}${clause ?? ''}`, ...codesIn(ids)])).toEqual(cited);
  });

  it('names for each clause exactly the inspection plans that carry it out', async () => {
    const dir = 'rules/inspections';
    const plans = await Promise.all(
      (await readdir(dir))
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map(
          async (name) =>
            JSON.parse(await readFile(`${dir}/${name}`, 'utf8')) as { id: string; clauses: string[] },
        ),
    );
    const carried = known.map((clause) => [
      clause,
      ...plans.filter((plan) => plan.clauses.includes(clause)).map((plan) => plan.id),
    ]);
    expect(clauseRows.map(([clause, , , ids]) => [`${PREFIX}${clause ?? ''}`, ...codesIn(ids)])).toEqual(
      carried,
    );
  });

  it('says of what neither its rules nor a plan decide which other rule does, or in which issue it will be', () => {
    const open = clauseRows.filter(([, , ids, plans, rest]) => !ids && !plans && !/`|issue/.test(rest ?? ''));
    const others = clauseRows.flatMap(([, , , , rest]) => codesIn(rest));
    expect(others.filter((id) => !everyId.has(id))).toEqual([]);
    expect(open).toEqual([]);
    const vague = clauseRows.filter(
      ([, , , , rest]) => /尚/.test(rest ?? '') && !/issue \d/.test(rest ?? ''),
    );
    expect(vague).toEqual([]);
  });
});

describe('the clauses that rules cite', () => {
  it('are among the 34, where they are of the two work items written out', () => {
    const strange = rules.flatMap(({ file, rule }) =>
      rule.riskPoint.clauses
        .filter((clause) => OURS.test(clause) && !known.includes(clause))
        .map((clause) => `${file}: ${clause}`),
    );
    expect(strange).toEqual([]);
  });
});
