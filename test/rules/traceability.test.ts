import { readFile } from 'node:fs/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { loadCoverage } from '../../src/coverage/load-coverage.js';
import { loadProjectRules } from './load-project-rules.js';
import { makeTraceability, TRACEABILITY } from './update-traceability.js';

// It reads and runs all rules and tests there are.
jest.setTimeout(180_000);

describe('docs/traceability.md', () => {
  it('is as the rules, clauses, tests and simulated faults are (else run: node --import tsx test/rules/update-traceability.ts)', async () => {
    expect(await readFile(TRACEABILITY, 'utf8')).toBe(await makeTraceability());
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
