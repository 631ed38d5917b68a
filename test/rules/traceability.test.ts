import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { loadCoverage } from '../../src/coverage/load-coverage.js';
import { loadProjectRules } from './load-project-rules.js';
import { makeTraceability, TRACEABILITY, withoutFaults } from './update-traceability.js';

describe('docs/traceability.md', () => {
  it('is as the rules, clauses and tests are (else run: node --import tsx test/rules/update-traceability.ts)', async () => {
    const document = await readFile(TRACEABILITY, 'utf8');
    expect(withoutFaults(document)).toBe(withoutFaults(await makeTraceability()));
  });

  it('has no rule that stands for a clause the manual has not, and none without a case', async () => {
    const { files } = await loadProjectRules();
    const { clauses } = await loadCoverage('rules');
    const known = new Set(clauses.map(({ id }) => id));
    const orphans = files.filter(
      ({ rule: { file } }) =>
        file.tests.length < 2 ||
        file.riskPoint.clauses.some((clause) => /^YXZY-YY-14[45]\//.test(clause) && !known.has(clause)),
    );
    expect(orphans.map(({ file }) => file)).toEqual([]);
  });
});
