import { beforeAll, describe, expect, it } from '@jest/globals';
import { lintFolder } from '../../src/cli/lint-rules.js';
import { ruleErrorText } from '../../src/engine/rule-error.js';
import { openRuleContext } from '../../src/open-content.js';
import type { ConditionLeaf, Conditions, RuleFile } from '../../src/engine/rule-file.js';
import type { Catalogue } from '../../src/work-orders/catalogue.js';
import { BOUNDARY_CASES } from './boundary-cases.js';
import { loadProjectRules } from './load-project-rules.js';

let rules: { file: string; rule: RuleFile }[];
let loaded: Awaited<ReturnType<typeof loadProjectRules>>;
let catalogue: Catalogue;

beforeAll(async () => {
  loaded = await loadProjectRules();
  rules = loaded.files.map(({ file, rule }) => ({ file, rule: rule.file }));
  catalogue = loaded.catalogue;
});

/** Files of the rules for which something is wrong, with what. */
const offenders = (wrong: (rule: RuleFile, file: string) => string | false | undefined): string[] =>
  rules.flatMap(({ file, rule }) => {
    const what = wrong(rule, file);
    return what ? [`${file}: ${what}`] : [];
  });

describe('the rules that ship', () => {
  it('load without a problem or a warning, and pass their own tests', () => {
    expect(loaded.problems).toEqual([]);
    expect(loaded.warnings).toEqual([]);
    expect(loaded.files.flatMap(({ tests }) => tests).filter(({ reason }) => reason !== undefined)).toEqual(
      [],
    );
  });

  it('have nothing that lint finds: no dead condition, no rule that another covers, nothing unused', async () => {
    const context = await openRuleContext({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    const report = await lintFolder('rules', context);
    if ('errors' in report) throw new Error('the rules do not load');
    expect(report.findings.map(ruleErrorText)).toEqual([]);
    expect(report.warnings.map(ruleErrorText)).toEqual([]);
  });

  it('lie in a file of their own name', () => {
    expect(offenders((rule, file) => !file.endsWith(`/${rule.id}.json`) && `holds rule ${rule.id}`)).toEqual(
      [],
    );
  });

  it('test both sides of their boundary', () => {
    const lacks = (rule: RuleFile) =>
      (['hit', 'no_hit'] as const).find((side) => !rule.tests.some((test) => test.expect === side));
    expect(offenders((rule) => lacks(rule) && `has no test that expects ${lacks(rule)}`)).toEqual([]);
  });

  it('with a time limit show it in their file: kept at its last instant, missed a minute later, over a holiday', () => {
    expect(
      offenders((rule) => {
        if (rule.trigger.on !== 'deadline') return undefined;
        const names = (rule.sequences ?? []).map(({ name }) => name);
        const lacking = BOUNDARY_CASES.filter((name) => !names.includes(name));
        return lacking.length > 0 && `lacks ${lacking.join(', ')}: run test/rules/update-boundary-cases.ts`;
      }),
    ).toEqual([]);
  });

  it('say how sure each source is, and never sell a limit of ours as one of the manual', () => {
    expect(
      offenders((rule) => rule.basis.some((b) => b.certainty === undefined) && 'basis without certainty'),
    ).toEqual([]);
    const ownLimit = (rule: RuleFile) =>
      rule.trigger.on === 'deadline' && !rule.basis.some((b) => b.certainty === 'assumption' || b.limits);
    expect(
      offenders((rule) => ownLimit(rule) && 'a time limit without the basis that says whose it is'),
    ).toEqual([]);
  });

  it('put the assumption, not the manual, behind numbers that the manual does not state', () => {
    const thresholds = (rule: RuleFile) =>
      /"operator":"(greaterThan|lessThan)[A-Za-z]*","value":[1-9]/.test(JSON.stringify(rule.conditions)) &&
      !rule.basis.some((b) => b.certainty === 'assumption' || (b.layer && b.layer !== 'internal'));
    expect(offenders((rule) => thresholds(rule) && 'a threshold without an assumption')).toEqual([]);
  });

  it('tell the reader in Chinese which work order it is and what to do', () => {
    expect(
      offenders(
        ({ event: { params } }) =>
          (!/\{\{(workOrder\.no|window\.member)\}\}/.test(params.title) &&
            'the title does not name the work order') ||
          (!/[\u4e00-\u9fff]{4}/.test(params.advice) && 'the advice says nothing in Chinese'),
      ),
    ).toEqual([]);
  });

  it('decide the timeouts, missing signatures and unsent flows of YXZY-YY-144 and 145', () => {
    const cited = new Set(rules.flatMap(({ rule }) => rule.riskPoint.clauses));
    for (const clause of [
      'YXZY-YY-144/1/Q1', 'YXZY-YY-144/1/R1', 'YXZY-YY-144/1/R2', 'YXZY-YY-144/1/C1', 'YXZY-YY-144/2/Q2',
      'YXZY-YY-144/2/R1', 'YXZY-YY-144/2/R2', 'YXZY-YY-144/2/C2', 'YXZY-YY-144/3/Q1', 'YXZY-YY-144/3/R1',
      'YXZY-YY-144/3/C1', 'YXZY-YY-145/1/Q1', 'YXZY-YY-145/1/R1', 'YXZY-YY-145/1/R2', 'YXZY-YY-145/1/C3',
      'YXZY-YY-145/2/Q2', 'YXZY-YY-145/2/Q3', 'YXZY-YY-145/2/R1', 'YXZY-YY-145/2/R2', 'YXZY-YY-145/2/C1',
      'YXZY-YY-145/3/Q1', 'YXZY-YY-145/3/Q2', 'YXZY-YY-145/3/Q3', 'YXZY-YY-145/3/R1', 'YXZY-YY-145/3/R2',
      'YXZY-YY-145/3/C1', 'YXZY-YY-145/3/C2',
    ]) {
      expect([...cited]).toContain(clause);
    } // prettier-ignore
    const count = (kind: string) => rules.filter(({ rule }) => rule.riskPoint.kind === kind).length;
    expect(count('timeout')).toBeGreaterThanOrEqual(2);
    expect(count('missing-signature')).toBeGreaterThanOrEqual(4);
    expect(count('unsent-flow')).toBeGreaterThanOrEqual(4);
  });

  it('speak to a supervisor in plain Chinese, in the name of each condition too', () => {
    const plain = (text: string) => !/[A-Za-z]{2,}/.test(text.replaceAll(/\{\{.*?\}\}/g, ''));
    const leaves = (node: Conditions | ConditionLeaf): ConditionLeaf[] =>
      'fact' in node
        ? [node]
        : 'not' in node
          ? leaves(node.not)
          : ('all' in node ? node.all : node.any).flatMap(leaves);
    expect(
      offenders(({ name, conditions, event: { params } }) => {
        const unnamed = leaves(conditions).find((leaf) => leaf.name === undefined);
        if (unnamed) return `the condition on ${unnamed.fact} has no name`;
        const texts = [
          name,
          params.title,
          params.advice,
          ...leaves(conditions).map((leaf) => leaf.name ?? ''),
        ];
        return texts.find((text) => !plain(text));
      }),
    ).toEqual([]);
  });

  it('go to the shift supervisor, and further up where they lie for more than a day', () => {
    const isCounter = (file: string) => /^(acceptance|consult)\//.test(file);
    expect(
      offenders(
        (rule, file) =>
          isCounter(file) && rule.event.params.assignTo !== 'shift-supervisor' && 'goes to another role',
      ),
    ).toEqual([]);
    const overnight = ({ trigger }: RuleFile) =>
      (trigger.on === 'deadline' && 'unit' in trigger.limit && trigger.limit.unit === 'workingDay') ||
      (trigger.on === 'sweep' && trigger.job === 'morning');
    expect(offenders((rule) => overnight(rule) && !rule.escalation && 'no escalation')).toEqual([]);
  });

  it('expect no sending from the stages at which a process ends, and from those only', () => {
    const finals = new Set<string>();
    const others = new Set<string>();
    for (const { stages } of catalogue.processes) {
      for (const { stage, final } of stages) (final ? finals : others).add(stage);
    }
    const always = [...finals].filter((stage) => !others.has(stage)).sort();
    const sometimes = catalogue.processes.flatMap(({ process, stages }) =>
      stages.filter((s) => s.final && others.has(s.stage)).map((s) => [process, s.stage]),
    );
    // The one stage that ends one process and not others is excepted by a condition of the rules.
    expect(sometimes).toEqual([['批量更改线路台区', '信息归档']]);
    for (const id of ['flow-unsent-at-day-end', 'flow-unsent-across-day']) {
      const except = rules.find(({ rule }) => rule.id === id)?.rule.appliesTo?.except;
      expect([...(except?.stages ?? [])].sort()).toEqual(always);
    }
  });
});
