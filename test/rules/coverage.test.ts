import { describe, expect, it } from '@jest/globals';
import { measureFolder } from '../../src/coverage/measure-folder.js';
import { measureCoverage } from '../../src/coverage/measure-coverage.js';
import type { Exemption } from '../../src/coverage/coverage-content.js';
import { loadCoverage } from '../../src/coverage/load-coverage.js';
import { loadInspectionPlans } from '../../src/inspections/load-inspection-plans.js';
import { loadProjectRules } from './load-project-rules.js';

describe('the rules that ship', () => {
  it('watch all 339 work items and all 34 clauses, or say why not', async () => {
    const { files, checklists } = await loadProjectRules();
    const coverage = await measureFolder('rules', { files }, { checklists });
    expect(coverage.findings).toEqual([]);
    expect(coverage.workItems).toEqual({ total: 339, covered: 339 });
    expect(coverage.clauses).toEqual({ total: 34, covered: 34 });
  });
});

describe('coverage', () => {
  /** The rules that ship, without some. */
  const without = async (...ids: string[]) => {
    const { files, catalogue, checklists } = await loadProjectRules();
    return measureCoverage({
      rules: files.map(({ rule }) => rule).filter(({ id }) => !ids.includes(id)),
      catalogue,
      checklists,
      inspectionPlans: await loadInspectionPlans('rules/inspections'),
      ...(await loadCoverage('rules')),
    });
  };

  it('finds the work items that a rule leaves without a time limit', async () => {
    const { findings, workItems } = await without('late-fee');
    // 确定补收电费及违约费用 keeps the limit of 退补.
    expect(workItems.covered).toBe(339 - 14);
    expect(findings).toContain('YXZY-YY-156 高压新装·确定费用：没有规则看 timeout，也没有写明理由');
  });

  it('does not take a limit on the whole work order, or a rule in trial, for one of the stage', async () => {
    const { files } = await loadProjectRules();
    expect(files.some(({ rule }) => rule.id === 'late-reply-regulation-hv1')).toBe(true);
    const { findings } = await without('late-survey-hv', 'late-survey-lv');
    expect(findings.filter((finding) => finding.includes('·现场勘查'))).toHaveLength(23);
  });

  it('finds a clause that nothing watches', async () => {
    const { findings, clauses } = await without('drill-missed', 'drill-attendance-low');
    expect(clauses).toEqual({ total: 34, covered: 33 });
    expect(findings.filter((finding) => finding.startsWith('YXZY-YY-144/1/C3'))).toHaveLength(1);
  });

  it('finds a reason that is not needed, since rules do watch', async () => {
    const { exemptions, clauses, knownLimits } = await loadCoverage('rules');
    const { files, catalogue, checklists } = await loadProjectRules();
    const idle: Exemption = { riskKind: 'timeout', stageKinds: ['勘查'], reason: '不必要' };
    const { findings } = measureCoverage({
      rules: files.map(({ rule }) => rule),
      catalogue,
      checklists,
      clauses,
      knownLimits,
      exemptions: [...exemptions, idle],
      inspectionPlans: await loadInspectionPlans('rules/inspections'),
    });
    expect(findings).toEqual(['coverage.json：timeout 的理由“不必要”没有用处，已有规则看']);
  });
});
