import { describe, expect, it } from '@jest/globals';
import { withFired } from '../../src/cli/fired-rules.js';
import { coverageTable } from '../../src/cli/rules-output.js';
import type { Coverage, CoverageCell } from '../../src/coverage/measure-coverage.js';
import { RISK_KINDS, type RiskKind } from '../../src/engine/rule-file.js';

const cell = (state: CoverageCell['state'], ...rules: string[]): CoverageCell => ({ state, rules });
const cells = Object.fromEntries(RISK_KINDS.map((kind) => [kind, cell('notApplicable')])) as Record<RiskKind, CoverageCell>; // prettier-ignore
const coverage: Coverage = {
  workItems: { total: 1, covered: 0 },
  clauses: { total: 0, covered: 0 },
  limits: { total: 0, covered: 0 },
  matrix: [
    {
      workItem: 'YXZY-YY-151',
      process: '高压新装',
      stage: '业务受理',
      stageKinds: ['受理'],
      cells: {
        ...cells,
        timeout: cell('covered', 'late', 'too-late'),
        handover: cell('covered', 'late'),
        contract: cell('uncovered'),
      },
    },
  ],
  clauseList: [],
  limitList: [],
  inspectionPlans: [],
  findings: [],
};
const rules = ['late', 'too-late', 'other'];

describe('yxrisk rules coverage --fired', () => {
  it('tells of each work item what nobody watches, and which of its rules never raised an alert', () => {
    const told = withFired(coverage, rules, new Set(['late']));
    expect(told.matrix).toMatchObject([{ uncovered: ['contract'], neverFired: ['too-late'] }]);
    expect(told.neverFired).toEqual(['other', 'too-late']);
    expect(coverageTable(told)).toContain('从未预警的规则 2 条：other、too-late');
  });

  it('says that it does not know where the stores were not read, rather than that nothing fired', () => {
    const told = withFired(coverage, rules, { notKnown: '预警库读不出来' });
    expect(told).toMatchObject({ neverFired: null, matrix: [{ neverFired: null }] });
    expect(coverageTable(told)).toContain('从未预警的规则：不知道（预警库读不出来）');
  });
});
