import { access, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Clause } from '../../src/coverage/coverage-content.js';
import { loadCoverage } from '../../src/coverage/load-coverage.js';
import { loadInspectionPlans } from '../../src/inspections/load-inspection-plans.js';
import { CLAUSES, makeClauses } from './update-clauses.js';
import { loadProjectRules } from './load-project-rules.js';

let clauses: readonly Clause[];
let ruleIds: ReadonlySet<string>;
beforeAll(async () => {
  clauses = (await loadCoverage('rules')).clauses;
  ruleIds = new Set((await loadProjectRules()).files.map(({ rule }) => rule.id));
});

/** What joins the words and is no task of its own: that an alert follows, that a person is reminded. */
const JOINTS = /预警|提醒|[→；：、/，（）]/g;

describe('what the service is asked to do about a clause', () => {
  it('is decided to the last word', () => {
    const left = clauses.map(({ id, service, decided = [] }) => {
      let rest = service;
      for (const { words } of decided) {
        expect([id, words, rest.includes(words)]).toEqual([id, words, true]);
        rest = rest.replace(words, '');
      }
      return [id, rest.replace(JOINTS, '')];
    });
    expect(left).toEqual(clauses.map(({ id }) => [id, '']));
    expect(clauses).toHaveLength(34);
  });

  it('is decided by what there is: rules that ship, files of the project, other clauses', async () => {
    const known = new Set(clauses.map(({ id }) => id));
    const missing: string[] = [];
    for (const { id, decided = [] } of clauses)
      for (const by of decided.flatMap((one) => one.by)) {
        const exists = by.startsWith('YXZY-')
          ? known.has(by) && by !== id
          : by.includes('/')
            ? await access(by).then(
                () => true,
                () => false,
              )
            : ruleIds.has(by);
        if (!exists) missing.push(`${id}: ${by}`);
      }
    expect(missing).toEqual([]);
  });

  it('is told in docs/clauses.md (else run: node --import tsx test/rules/update-clauses.ts)', async () => {
    expect(await readFile(CLAUSES, 'utf8')).toBe(await makeClauses());
  });
});

describe('inspection plans that go by alerts', () => {
  it('name rules that there are', async () => {
    const plans = await loadInspectionPlans('rules/inspections');
    const named = plans.flatMap(({ id, alerts }) => (alerts?.rules ?? []).map((rule) => `${id}: ${rule}`));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((one) => !ruleIds.has(one.split(': ')[1] ?? ''))).toEqual([]);
  });
});
