import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assembleRules } from '../../src/engine/assemble-rules.js';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import { FACTS_WITH_VALUES } from '../../src/engine/lint/fact-values.js';
import { lintRuleSet } from '../../src/engine/lint/lint-rule-set.js';
import {
  choice,
  complementOf,
  intersect,
  isEmpty,
  isWithin,
  numbers,
  points,
} from '../../src/engine/lint/value-domain.js';
import type { Domain } from '../../src/engine/lint/value-domain.js';
import { ruleErrorText } from '../../src/engine/rule-error.js';
import type { ConditionLeaf, Conditions, RuleFile } from '../../src/engine/rule-file.js';
import { calendar, ruleWith } from './fixtures.js';
import { catalogue } from './rule-folder.js';

interface Texts {
  readonly rules: readonly Partial<RuleFile>[];
  readonly parameters?: Readonly<Record<string, object>>;
  readonly conditions?: Readonly<Record<string, object>>;
}

/** What lint says of rules, each as the author reads it. */
async function lint({ rules, parameters = {}, conditions = {} }: Texts) {
  const named = (folder: string, files: Readonly<Record<string, object>>) =>
    Object.entries(files).map(([name, content]) => ({
      file: `${folder}${name}.json`,
      text: JSON.stringify(content, null, 1),
    }));
  const texts = {
    rules: named('', Object.fromEntries(rules.map((rule) => [rule.id ?? 'a-rule', ruleWith(rule)]))),
    parameters: named('parameters/', parameters),
    conditions: named('conditions/', conditions),
  };
  const context = { calendar, catalogue };
  const loaded = await assembleRules(texts, { ...context, runTests: false });
  if ('errors' in loaded) throw new Error(loaded.errors.map(ruleErrorText).join('\n'));
  const report = lintRuleSet(loaded.files, texts, loaded.ruleSet.parameters, context);
  return { findings: report.findings.map(ruleErrorText), warnings: report.warnings.map(ruleErrorText) };
}

const leaf = (fact: string, operator: string, value: ConditionLeaf['value'], more: object = {}): ConditionLeaf => ({
  fact,
  operator,
  value,
  ...more,
}); // prettier-ignore
const returns = (operator: string, value: number) => leaf('workOrder.returns', operator, value);

/** What lint says of one rule with these conditions. */
async function ofConditions(conditions: Conditions, more: Partial<RuleFile> = {}): Promise<string[]> {
  return (await lint({ rules: [{ conditions, ...more }] })).findings;
}

describe('lint of conditions', () => {
  it.each<[string, Conditions, RegExp, Partial<RuleFile>?]>([
    ['two bounds that exclude each other', { all: [returns('greaterThan', 5), returns('lessThan', 3)] }, /all\[1\]：永远不成立：要求 workOrder.returns 小于 3，而 conditions.all\[0\] 要求/],
    ['neighbouring whole numbers with nothing between', { all: [returns('greaterThan', 2), returns('lessThan', 3)] }, /永远不成立/],
    ['two texts at once', { all: [leaf('workOrder.process', 'equal', '过户'), leaf('workOrder.process', 'equal', '高压新装')] }, /永远不成立/],
    ['a list both empty and long', { all: [leaf('shortfall.missing', 'isEmpty', true), leaf('shortfall.missing', 'lengthAtLeast', 2)] }, /永远不成立/],
    ['two facts in both orders', { all: [leaf('workOrder.openedAt', 'before', { fact: 'stage.arrivedAt' }), leaf('stage.arrivedAt', 'before', { fact: 'workOrder.openedAt' })] }, /永远不成立/],
    ['two days in the wrong order', { all: [leaf('today', 'before', '2026-01-01'), leaf('today', 'after', '2026-02-01')] }, /永远不成立/],
    ['a condition and its opposite under not', { all: [leaf('workOrder.sameCity', 'equal', true), { not: leaf('workOrder.sameCity', 'equal', true) }] }, /永远不成立/],
    ['a number that a count never is', { all: [returns('lessThan', 0)] }, /永远不成立：workOrder.returns 只会是 至少 0，条件要求 小于 0/],
    ['a status that there is not', { all: [leaf('workOrder.status', 'equal', 'done')] }, /永远不成立：workOrder.status 只会是 open、closed、cancelled/],
    ['a stage that no process has', { all: [leaf('stage.name', 'equal', '受里')] }, /永远不成立：stage.name 只会是/],
    ['another process than appliesTo', { all: [leaf('workOrder.process', 'equal', '过户')] }, /而 appliesTo.processes 要求 高压新装/, { appliesTo: { processes: ['高压新装'] } }],
    ['an early look that there is not', { all: [leaf('clock.phase', 'equal', 'early')] }, /trigger（没有 warnAt）/, { trigger: { on: 'deadline', start: 'stage.completed', stop: 'flow.sent', limit: { value: 1, unit: 'workingDay' } } }],
    ['an alternative that siblings exclude', { all: [returns('greaterThan', 5), { any: [returns('lessThan', 2), leaf('workOrder.sameCity', 'equal', true)] }] }, /any\[0\]：这一支永远不成立/],
  ])('finds what can never hold: %s', async (...[, conditions, message, more]) => {
    const found = await ofConditions(conditions, more);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
    expect(found[0]).toMatch(/^a-rule.json:\d+:\d+ conditions/);
  }); // prettier-ignore

  it.each<[string, Conditions, RegExp, Partial<RuleFile>?]>([
    ['any that covers all', { any: [returns('lessThan', 3), returns('greaterThanInclusive', 3)] }, /any 总是成立：workOrder.returns 的所有情况都列到了/],
    ['yes or no', { any: [leaf('workOrder.sameCity', 'equal', true), leaf('workOrder.sameCity', 'notEqual', true)] }, /any 总是成立/],
    ['a count of at least nothing', { all: [returns('greaterThanInclusive', 0)] }, /已知时总是成立/],
    ['a bound inside another', { all: [returns('greaterThan', 2), returns('greaterThan', 5)] }, /all\[0\]：多余：conditions.all\[1\] 已经要求/],
    ['the same twice', { all: [returns('greaterThan', 2), returns('greaterThan', 2)] }, /all\[1\]：多余/],
    ['an alternative inside another', { any: [returns('greaterThan', 5), returns('greaterThan', 2)] }, /any\[0\]：多余：conditions.any\[1\] 已经包含它/],
    ['what appliesTo says already', { all: [leaf('workOrder.sameCity', 'equal', true), leaf('workOrder.process', 'in', ['高压新装'])] }, /多余：appliesTo.processes 已经要求/, { appliesTo: { processes: ['高压新装'] } }],
    ['an open work order in a sweep', { all: [leaf('stage.sent', 'equal', false), leaf('workOrder.status', 'equal', 'open')] }, /trigger（只巡检在办的）/, { trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder' } }],
  ])('finds what says nothing: %s', async (...[, conditions, message, more]) => {
    const found = await ofConditions(conditions, more);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  }); // prettier-ignore

  it.each<[string, Conditions, Partial<RuleFile>?]>([
    ['a range', { all: [returns('greaterThan', 2), returns('lessThan', 5)] }],
    ['the same fact with other parameters', { all: [leaf('milestone.reached', 'equal', true, { params: { name: 'fee.paid' } }), leaf('milestone.reached', 'equal', false, { params: { name: 'contract.signed' } })] }],
    ['a fact that must be known, and its value', { all: [leaf('workOrder.sameCity', 'isPresent', true), leaf('workOrder.sameCity', 'equal', true)] }],
    ['the only condition, for "always"', { all: [leaf('clock.phase', 'equal', 'overdue')] }, { trigger: { on: 'deadline', start: 'stage.completed', stop: 'flow.sent', limit: { value: 1, unit: 'workingDay' } } }],
    ['alternatives about different facts', { any: [returns('greaterThan', 5), leaf('workOrder.sameCity', 'equal', true)] }],
    ['negative working hours', { all: [leaf('elapsed.workingHours', 'lessThan', 0, { params: { from: 'workOrder.openedAt', to: 'stage.arrivedAt' } })] }],
  ])('leaves alone %s', async (...[, conditions, more]) => {
    expect(await ofConditions(conditions, more)).toEqual([]);
  }); // prettier-ignore
});

describe('lint of a rule', () => {
  const clock = { on: 'deadline', start: 'stage.completed', stop: 'paper.delivered', limit: { value: 1, unit: 'workingDay' } } as const; // prettier-ignore
  it.each<[string, Partial<RuleFile>, RegExp]>([
    ['start and stop on one event', { trigger: { ...clock, stop: 'stage.completed' } }, /trigger.start：永远不会起算：同一事件又是 stop.*"restart": true/],
    ['a start at a stage outside appliesTo', { appliesTo: { stages: ['业务受理'] }, trigger: { ...clock, start: { type: 'stage.completed', stage: '现场勘查' } } }, /trigger.start：永远不会起算/],
    ['an event at a stage outside appliesTo', { appliesTo: { stages: ['业务受理'] }, trigger: { on: 'event', types: [{ type: 'stage.completed', stage: '现场勘查' }] } }, /trigger.types\[0\]：永远不会判断/],
    ['the same event twice', { trigger: { on: 'event', types: ['stage.completed', 'stage.completed'] } }, /trigger.types\[1\]：重复/],
    ['a warning twice', { trigger: { ...clock, warnAt: [0.8, 0.8] } }, /trigger.warnAt\[1\]：重复/],
    ['a basis that ends before it begins', { basis: [{ document: '手册', effectiveFrom: '2026-02-01', effectiveTo: '2026-01-01' }] }, /basis\[0\].effectiveTo：永远不施行/],
    ['a resolveWhen that is the condition', { resolveWhen: ruleWith().conditions }, /resolveWhen：与 conditions 相同/],
    ['an escalation before the one before it', { escalation: [{ after: { value: 8, unit: 'workingHour' }, to: 'a' }, { after: { value: 4, unit: 'workingHour' }, to: 'b' }] }, /escalation\[1\].after：比上一级/],
  ])('finds %s', async (_what, rule, message) => {
    const { findings } = await lint({ rules: [rule] });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(message);
  }); // prettier-ignore

  it('warns of a number that no test stands at, and of none that one does', async () => {
    const conditions = { all: [returns('greaterThanInclusive', 3)] };
    const tests = (hit: number): RuleFile['tests'] => [
      { name: '多', facts: { 'workOrder.returns': hit }, expect: 'hit' },
      { name: '少', facts: { 'workOrder.returns': 2 }, expect: 'no_hit' },
    ];
    const far = await lint({ rules: [{ conditions, tests: tests(7) }] });
    expect(far).toEqual({
      findings: [],
      warnings: [expect.stringMatching(/conditions.all\[0\].value：没有一个用例恰好在界限上。请加一个 workOrder.returns 等于 3 的用例/)],
    }); // prettier-ignore
    expect((await lint({ rules: [{ conditions, tests: tests(3) }] })).warnings).toEqual([]);
  });
});

describe('lint of rules beside each other', () => {
  const wide = { id: 'wide', conditions: { all: [returns('greaterThan', 2)] } };
  it.each<[string, Partial<RuleFile>, RegExp | undefined]>([
    ['the same logic in other words', { conditions: { all: [{ ...returns('greaterThan', 2), name: '退回多次' }] } }, /与规则 narrow（规则）的逻辑完全相同/],
    ['a narrower bound', { conditions: { all: [returns('greaterThan', 5)] } }, /narrow.json:\d+:\d+ conditions：被规则 wide（规则）遮住/],
    ['one process of all', { ...wide, appliesTo: { processes: ['过户'] } }, /被规则 wide（规则）遮住/],
    ['another event', { ...wide, trigger: { on: 'event', types: ['flow.sent'] } }, undefined],
    ['another kind of risk', { ...wide, riskPoint: { kind: 'timeout', clauses: ['YXZY-YY-144/1/Q1'] } }, undefined],
    ['another layer', { ...wide, basis: [{ document: '承诺', layer: 'promise' }] }, undefined],
    ['a rule on trial', { ...wide, status: 'shadow' }, undefined],
    ['another bound on the other side', { conditions: { all: [returns('lessThan', 9)] } }, undefined],
  ])('%s', async (_what, narrow, message) => {
    const layered = { ...wide, basis: [{ document: '法规', layer: 'regulation' as const }] };
    const { findings } = await lint({ rules: [{ ...narrow, id: 'narrow' }, layered] });
    if (!message) return expect(findings).toEqual([]);
    expect(findings).toHaveLength(1);
    return expect(findings[0]).toMatch(message);
  }); // prettier-ignore

  it('finds places that two rules with the same conditions share', async () => {
    const at = (id: string, stages: string[]) => ({ ...wide, id, appliesTo: { stages } });
    const both = [at('one', ['业务受理', '现场勘查']), at('two', ['现场勘查', '资料归档'])];
    expect((await lint({ rules: both })).findings).toEqual([
      expect.stringMatching(/two.json:\d+:\d+ appliesTo：与规则 one（规则）的条件相同，适用范围有重叠/),
    ]);
    const apart = [at('one', ['业务受理']), at('two', ['资料归档'])];
    expect((await lint({ rules: apart })).findings).toEqual([]);
  });

  it('lets rules be that are never in force on one day', async () => {
    const until = { ...wide, basis: [{ document: '旧', effectiveTo: '2025-12-31' }] };
    const from = { ...wide, id: 'later', basis: [{ document: '新', effectiveFrom: '2026-01-01' }] };
    expect((await lint({ rules: [until, from] })).findings).toEqual([]);
  });
});

describe('lint of parameters and shared conditions', () => {
  const basis = [{ document: '规定' }];
  const group = {
    group: 'hall',
    name: '营业厅',
    basis,
    parameters: { many: { name: '多少算多', type: 'number', default: 3 } },
  };
  const shared = { id: 'same-city', name: '同城', conditions: ruleWith().conditions };

  it('finds those that no rule uses', async () => {
    const { findings } = await lint({
      rules: [{}],
      parameters: { hall: group },
      conditions: { 'same-city': shared },
    });
    expect(findings).toEqual([
      expect.stringMatching(/conditions\/same-city.json:\d+:\d+ id：没有一条规则引用这组共用条件/),
      expect.stringMatching(/parameters\/hall.json:\d+:\d+ parameters.many：没有一条规则用到这个参数/),
    ]);
  });

  it('knows those in conditions, titles and shared conditions', async () => {
    const params = { name: 'hall.many' };
    const { findings } = await lint({
      rules: [
        {
          conditions: {
            all: [
              { condition: 'same-city' } as never,
              leaf('workOrder.returns', 'greaterThan', { fact: 'parameter', params }),
            ],
          },
        },
      ],
      parameters: { hall: group },
      conditions: { 'same-city': shared },
    });
    expect(findings).toEqual([]);
    const { params: texts } = ruleWith().event;
    const event = { type: 'alert' as const, params: { ...texts, title: '{{parameter(name=hall.many)}} 次' } };
    expect((await lint({ rules: [{ event }], parameters: { hall: group } })).findings).toEqual([]);
  });
});

describe('sets of values', () => {
  const bound = fc.integer({ min: -4, max: 4 });
  const anyNumbers: fc.Arbitrary<Domain> = fc
    .tuple(bound, bound, fc.boolean(), fc.boolean(), fc.array(bound, { maxLength: 3 }), fc.integer({ max: 3, min: 0 }))
    .map(([low, high, lowOpen, highOpen, list, kind]) => {
      const range = numbers(kind === 1 ? -Infinity : low, kind === 2 ? Infinity : high, { lowOpen, highOpen });
      return kind === 3 ? points(list) : range;
    }); // prettier-ignore
  const holds = (domain: Domain, value: number) =>
    domain.kind === 'number' &&
    domain.intervals.some(
      ({ low, lowOpen, high, highOpen }) =>
        (value > low || (value === low && !lowOpen)) && (value < high || (value === high && !highOpen)),
    );
  const samples = Array.from({ length: 45 }, (_, index) => index / 4 - 5.5);

  it('are what set theory says, number by number', () => {
    fc.assert(
      fc.property(anyNumbers, anyNumbers, (a, b) => {
        for (const value of samples) {
          expect(holds(intersect(a, b), value)).toBe(holds(a, value) && holds(b, value));
          expect(holds(complementOf(a), value)).toBe(!holds(a, value));
          if (isWithin(a, b) && holds(a, value)) expect(holds(b, value)).toBe(true);
          if (isEmpty(a)) expect(holds(a, value)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are what set theory says for texts', () => {
    const anyChoice = fc
      .tuple(fc.subarray(['a', 'b', 'c']), fc.boolean())
      .map(([values, complement]) => choice(values, complement));
    const has = (domain: Domain, value: string) =>
      domain.kind === 'choice' && domain.values.has(value) !== domain.complement;
    fc.assert(
      fc.property(anyChoice, anyChoice, fc.constantFrom('a', 'b', 'c', 'd'), (a, b, value) => {
        expect(has(intersect(a, b), value)).toBe(has(a, value) && has(b, value));
        expect(has(complementOf(a), value)).toBe(!has(a, value));
      }),
    );
  });
});

describe('what facts can hold', () => {
  it('is told of facts that there are, and of every number', () => {
    expect(FACTS_WITH_VALUES.filter((name) => !FACT_CATALOGUE.has(name))).toEqual([]);
    const counted = [...FACT_CATALOGUE.values()]
      .filter(({ type }) => type === 'number')
      .map(({ name }) => name);
    expect(counted.filter((name) => !FACTS_WITH_VALUES.includes(name))).toEqual([]);
  });
});
