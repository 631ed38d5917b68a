import { describe, expect, it } from '@jest/globals';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { loadRules } from '../../src/engine/load-rules.js';
import { makeParameterTable } from '../../src/engine/parameter-table.js';
import type { ParameterFile } from '../../src/engine/parameter-file.js';
import { ruleErrorText } from '../../src/engine/rule-error.js';
import type { RuleSet } from '../../src/engine/rule-set.js';
import { makeOrgUnits } from '../../src/inspections/org-units.js';
import { compareEvents, type BusinessEvent } from '../../src/events/business-event.js';
import { at, calendar, ruleWith } from './fixtures.js';
import { eventOf } from './fixtures.js';
import { loadFiles, problemsOf, withRuleFolder } from './rule-folder.js';

const orgUnits = makeOrgUnits({
  units: [
    { code: 'p', name: '省', type: 'province' },
    { code: 'c', name: '市', type: 'city', parent: 'p' },
    { code: 'h1', name: '一厅', type: 'hall', parent: 'c' },
    { code: 'h2', name: '二厅', type: 'hall', parent: 'c' },
  ],
});
const DAYS = (value: number) => ({ value, unit: 'workingDay' as const });
const file: ParameterFile = {
  group: 'reply',
  name: '答复时限',
  basis: [{ document: '旧办法' }],
  parameters: {
    low: { name: '低压', type: 'limit', default: DAYS(5) },
    waiting: { name: '等候人数', type: 'number', default: 10, min: 1, max: 100 },
    roles: { name: '岗位', type: 'list', default: ['customer'] },
  },
  orgUnits: { c: { waiting: 20 }, h1: { waiting: 30 } },
  sets: [
    {
      name: '新办法',
      effectiveFrom: '2026-03-01',
      basis: [{ document: '新办法' }],
      values: { low: DAYS(2), waiting: 8 },
      orgUnits: { h2: { waiting: 12 } },
    },
    {
      name: '试点',
      effectiveFrom: '2026-02-01',
      effectiveTo: '2026-02-10',
      basis: [{ document: '试点方案' }],
      orgUnits: { c: { low: DAYS(1) } },
    },
  ],
};

describe('a parameter', () => {
  const table = makeParameterTable([file], orgUnits);
  const value = (name: string, orgUnit?: string, date?: string) =>
    table.lookUp(name, { orgUnit, date })?.value;

  it('has its default where nothing else is said', () => {
    expect(value('reply.waiting', undefined, '2026-01-01')).toBe(10);
    expect(value('reply.waiting', 'p', '2026-01-01')).toBe(10);
    expect(value('reply.waiting', 'unheard-of', '2026-01-01')).toBe(10);
    expect(value('reply.no', undefined, '2026-01-01')).toBeUndefined();
    expect(value('toString', undefined, '2026-01-01')).toBeUndefined();
  });

  it('is overridden for a unit and those below it; the nearest counts', () => {
    expect(value('reply.waiting', 'h1', '2026-01-01')).toBe(30);
    expect(value('reply.waiting', 'h2', '2026-01-01')).toBe(20);
  });

  it('changes with the sets as they come into force, and back when one ends', () => {
    expect(value('reply.low', 'h1', '2026-01-31')).toEqual(DAYS(5));
    expect(value('reply.low', 'h1', '2026-02-01')).toEqual(DAYS(1));
    expect(value('reply.low', 'h1', '2026-02-10')).toEqual(DAYS(1));
    expect(value('reply.low', 'h1', '2026-02-11')).toEqual(DAYS(5));
    expect(value('reply.low', 'p', '2026-02-05')).toEqual(DAYS(5));
    expect(value('reply.low', 'h1', '2026-03-01')).toEqual(DAYS(2));
    expect(value('reply.roles', 'h1', '2026-03-01')).toEqual(['customer']);
  });

  it('takes a newer set before an older override of a unit, unless the set repeats it', () => {
    expect(value('reply.waiting', 'h1', '2026-03-01')).toBe(8);
    expect(value('reply.waiting', 'h2', '2026-03-01')).toBe(12);
  });

  it('is the newest that has not ended where no day is asked for', () => {
    expect(value('reply.low', 'c')).toEqual(DAYS(2));
  });
});

const leaf = (parameter: string, more = {}) => ({
  fact: 'workOrder.returns',
  operator: 'greaterThanInclusive',
  value: { fact: 'parameter', params: { name: parameter, ...more } },
});
const deadline = {
  on: 'deadline',
  start: 'workorder.opened',
  stop: 'workorder.closed',
  limit: { parameter: 'reply.low' },
} as const;

function loadWith(fields: object, parameters: object = file) {
  return loadFiles({ 'a-rule.json': ruleWith(fields), 'parameters/reply.json': parameters }, { orgUnits });
} // prettier-ignore
async function setWith(fields: object): Promise<RuleSet> {
  const loaded = await loadWith(fields);
  if (!('ruleSet' in loaded)) throw new Error(loaded.errors.map(ruleErrorText).join('\n'));
  return loaded.ruleSet;
}
const returnsTests = (hit: number, noHit: number, facts = {}) => [
  { name: '达到', facts: { 'workOrder.returns': hit, ...facts }, expect: 'hit' },
  { name: '未达到', facts: { 'workOrder.returns': noHit, ...facts }, expect: 'no_hit' },
];

describe('rules with parameters', () => {
  it('compare with the value of the test day, of the unit, or the one that the test gives', async () => {
    const conditions = { all: [leaf('reply.waiting')] };
    await setWith({ conditions, tests: returnsTests(8, 7) });
    await setWith({ conditions, tests: returnsTests(10, 9, { now: '2026-01-05 09:00' }) });
    const unit = { now: '2026-01-05 09:00', 'workOrder.orgUnit': 'h1' };
    await setWith({ conditions, tests: returnsTests(30, 29, unit) });
    await setWith({ conditions, tests: returnsTests(3, 2, { 'parameter(name=reply.waiting)': 3 }) });
  });

  it('may ask for the value of another day, and do not know it where the day is unknown', async () => {
    const conditions = { all: [leaf('reply.waiting', { asOf: 'workOrder.openedAt' })] };
    await setWith({
      conditions,
      tests: [
        ...returnsTests(10, 9, { 'workOrder.openedAt': '2026-02-28 23:59', now: '2026-03-05 09:00' }),
        { name: '不知何时', facts: { 'workOrder.returns': 99 }, expect: 'not_evaluated' },
      ],
    });
  });

  it('fill the value into titles', async () => {
    const params = { ...ruleWith().event.params, title: '达到 {{parameter(name=reply.waiting)}}' };
    const ruleSet = await setWith({ event: { type: 'alert', params } });
    const record = await assess(ruleSet, [eventOf('stage.completed', { orgUnit: 'h1', sameCity: true })]);
    void record;
    expect(ruleSet.byId('a-rule')?.render(params.title, {
      workOrder: record.workOrder, now: at('2026-01-05 09:00'), calendar, parameters: ruleSet.parameters,
    })).toBe('达到 30'); // prettier-ignore
  });

  it('judge a case under the limit in force when its clock started, for the unit it started in', async () => {
    const ruleSet = await setWith({ trigger: deadline });
    const due = async (opened: string, orgUnit: string, ...later: BusinessEvent[]) => {
      const record = await assess(ruleSet, [eventOf('workorder.opened', { orgUnit }, opened), ...later]);
      return record.clocks[0];
    };
    expect(await due('2026-02-27 10:00', 'p')).toMatchObject({
      limit: DAYS(5),
      dueAt: at('2026-03-06 17:30'),
    });
    expect(await due('2026-03-02 10:00', 'p')).toMatchObject({
      limit: DAYS(2),
      dueAt: at('2026-03-04 17:30'),
    });
    expect(await due('2026-02-10 10:00', 'h1')).toMatchObject({ limit: DAYS(1) });
  });

  it('keep that limit over a pause in which another comes into force, and over a change of unit', async () => {
    const ruleSet = await setWith({ trigger: deadline });
    const record = await assess(ruleSet, [
      eventOf('workorder.opened', { orgUnit: 'p' }, '2026-02-27 10:00'),
      eventOf('workorder.suspended', { side: 'customer', orgUnit: 'h1' }, '2026-02-27 11:00'),
      eventOf('workorder.resumed', { orgUnit: 'h1' }, '2026-03-09 11:00'),
    ]);
    expect(record.clocks[0]).toMatchObject({ limit: DAYS(5), state: 'running' });
    expect(record.clocks[0]?.dueAt).toBeGreaterThan(at('2026-03-13 00:00'));
  });

  it('start no clock and find nothing before their basis is in force, or after it has ended', async () => {
    const basis = [{ document: '办法', effectiveFrom: '2026-03-01', effectiveTo: '2026-03-31' }];
    const ruleSet = await setWith({ trigger: deadline, basis });
    const clocks = async (opened: string) =>
      (await assess(ruleSet, [eventOf('workorder.opened', {}, opened)])).clocks.length;
    expect(await clocks('2026-02-28 23:59')).toBe(0);
    expect(await clocks('2026-03-01 00:00')).toBe(1);
    expect(await clocks('2026-03-31 23:59')).toBe(1);
    expect(await clocks('2026-04-01 00:00')).toBe(0);
    const found = async (basis: object[], time: string) => {
      const set = await setWith({ basis });
      const event = eventOf('stage.completed', {}, time);
      const opened = eventOf('workorder.opened', { sameCity: true }, '2026-01-05 08:00');
      return (await assess(set, [{ ...opened, key: 'o' }, event])).findings.length;
    };
    expect(await found(basis, '2026-02-28 10:00')).toBe(0);
    expect(await found(basis, '2026-03-10 10:00')).toBe(1);
    // One of several is enough.
    expect(await found([...basis, { document: '惯例' }], '2026-02-28 10:00')).toBe(1);
  });

  it('change the hash of the rule set with any value', async () => {
    const one = await setWith({});
    const changed = await loadWith({}, { ...file, orgUnits: {} });
    expect('ruleSet' in changed && changed.ruleSet.hash).not.toBe(one.hash);
  });
});

async function assess(ruleSet: RuleSet, events: readonly BusinessEvent[]) {
  const identity = { recordId: 'W1', subjectType: 'workOrder', subject: 'W1' } as const;
  const distinct = events.map((event, index) => ({ ...event, key: `k${index}` })).sort(compareEvents);
  return assessWorkOrder(
    { ruleSet, calendar },
    identity,
    undefined,
    distinct,
    (distinct.at(-1)?.at ?? 0) + 1,
  );
}

describe('mistakes with parameters', () => {
  const inRule = async (fields: object) =>
    (await problemsOf({ 'a-rule.json': ruleWith(fields), 'parameters/reply.json': file }, { orgUnits })).join('\n'); // prettier-ignore
  const inFile = async (fields: object) =>
    (await problemsOf({ 'parameters/reply.json': { ...file, ...fields } }, { orgUnits })).join('\n');

  it.each([
    ['unknown parameter', { conditions: { all: [leaf('reply.wating')] } }, /value.params.name：没有参数 "reply.wating"，是不是 "reply.waiting"？.*；可用：reply.waiting、reply.roles/],
    ['limit in a condition', { conditions: { all: [leaf('reply.low')] } }, /时限类参数只用于 trigger.limit 和窗口事实的 limit，"reply.low" 是 limit；可用：reply.waiting/],
    ['wrong type', { conditions: { all: [leaf('reply.roles')] } }, /value.fact：不能与 list 类的 "parameter" 比较；可用：number 类的事实/],
    ['number as a limit', { trigger: { ...deadline, limit: { parameter: 'reply.waiting' } } }, /trigger.limit.parameter：此处应为时限类（limit）参数，"reply.waiting" 是 number；可用：reply.low/],
    ['unknown limit', { trigger: { ...deadline, limit: { parameter: 'low' } } }, /trigger.limit.parameter：没有参数 "low"，是不是 "reply.low"/],
    ['limit of both kinds', { trigger: { ...deadline, limit: { parameter: 'reply.low', value: 1 } } }, /trigger.limit.value：没有 "value" 这个字段/],
    ['title', { event: { type: 'alert', params: { ...ruleWith().event.params, title: '{{parameter(name=x)}}' } } }, /event.params.title：没有参数 "x"/],
    ['unit of appliesTo', { appliesTo: { orgUnits: ['h3'] } }, /appliesTo.orgUnits\[0\]：org-units.json 中没有单位 "h3"，是不是 "h1" 或 "h2"/],
    ['excepted unit', { appliesTo: { except: { orgUnits: ['x'] } } }, /appliesTo.except.orgUnits\[0\]：org-units.json 中没有单位 "x"/],
    ['pattern of no stage', { appliesTo: { stages: ['*验收'] } }, /appliesTo.stages\[0\]：目录中没有环节符合 "\*验收"/],
  ])('in a rule: %s', async (_what, fields, message) => {
    expect(await inRule(fields)).toMatch(message);
  }); // prettier-ignore

  it.each([
    ['group is not the file name', { group: 'other' }, /parameters\/reply.json:2:12 group：参数组编号应与文件名相同："reply"/],
    ['no basis', { basis: [] }, /basis：不能为空列表/],
    ['default of another type', { parameters: { ...file.parameters, low: { name: 'x', type: 'limit', default: 5 } } }, /parameters.low.default：应为时限/],
    ['half a day', { parameters: { ...file.parameters, low: { name: 'x', type: 'limit', default: DAYS(0.5) } } }, /parameters.low.default.value：单位为 workingDay 时应为整数/],
    ['beyond its bounds', { orgUnits: { c: { waiting: 101 } } }, /orgUnits.c.waiting：应不大于 100，现为 101/],
    ['unknown unit', { orgUnits: { d: { waiting: 9 } } }, /orgUnits.d：没有单位 "d"/],
    ['unknown parameter', { orgUnits: { c: { wating: 9 } } }, /orgUnits.c.wating：本组没有参数 "wating"，是不是 "waiting"/],
    ['set of nothing', { sets: [{ name: '空', effectiveFrom: '2026-01-01', basis: file.basis }] }, /sets\[0\]：这一组没有任何值/],
    ['set that ends before it begins', { sets: [{ ...file.sets?.[1], effectiveTo: '2026-01-31' }] }, /sets\[0\].effectiveTo：早于施行日期 2026-02-01/],
    ['day that is none', { sets: [{ ...file.sets?.[0], effectiveFrom: '2026-02-30' }] }, /sets\[0\].effectiveFrom：应为存在的日期/],
    ['prototype', { parameters: undefined }, /parameters：缺少字段 "parameters"/],
  ])('in a parameter file: %s', async (_what, fields, message) => {
    expect(await inFile(fields)).toMatch(message);
  }); // prettier-ignore

  it('names the file and place of what is no JSON', async () => {
    expect(await problemsOf({ 'parameters/reply.json': '{"group":' })).toEqual([
      'parameters/reply.json:1:10 group：文件不完整：内容到此中断',
    ]);
  });

  it('leaves a folder without parameters as it is', async () => {
    await withRuleFolder({ 'a-rule.json': ruleWith() }, async (dir) => {
      expect(await loadRules({ dir, calendar })).toHaveProperty('ruleSet.parameters.names', []);
    });
  });
});
