import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { stripVTControlCharacters } from 'node:util';
import { addExplainCommand } from '../../src/cli/explain-command.js';
import { compileRule } from '../../src/engine/compile-rule.js';
import { NO_PARAMETERS } from '../../src/engine/parameter-table.js';
import { explainContextOf } from '../../src/explain/explain-context.js';
import { makeExplain } from '../../src/explain/make-explain.js';
import type { ExplainableAlert } from '../../src/engine/explain-alert.js';
import { makeAlert } from '../api/support/make-alert.js';
import { at, calendar, eventOf, ruleWith } from '../engine/fixtures.js';
import { catalogue } from '../engine/rule-folder.js';

const events = [
  eventOf('workorder.opened', { process: '高压新装', sameCity: true }, '2026-01-05 09:00'),
  { ...eventOf('stage.completed', { stage: '业务受理' }, '2026-01-05 10:00'), key: '/t 2' },
];
const alert = makeAlert({
  rule: { id: 'a-rule', version: 7, name: '规则' },
  recordId: 'W1',
  firstAt: new Date(at('2026-01-05 10:00')),
  dueAt: new Date(at('2026-01-06 17:30')),
  occurrences: 2,
  conditions: [
    { name: '同城', fact: 'workOrder.sameCity', operator: 'equal', value: true, factValue: true, result: true },
    { fact: 'signature.signer', params: { document: '申请表', role: 'customer' }, operator: 'isPresent', value: true, factValue: '张三丰', result: true, negated: true },
  ],
}); // prettier-ignore

async function run(...args: string[]) {
  const result = { code: -1, out: '', err: '', closed: 0 };
  const rule = compileRule(ruleWith({ name: '同城受理' }));
  const program = new Command().exitOverride();
  addExplainCommand(program, {
    openExplainer: () =>
      Promise.resolve({
        rules: [rule],
        calendar,
        explain: makeExplain({
          context: () => explainContextOf({ calendar, catalogue }, NO_PARAMETERS),
          inbox: {
            loadByRecord: (id) => Promise.resolve(id === 'W1' ? events : []),
            loadEvents: () => Promise.resolve([]),
          },
        }),
        findAlert: (id) => Promise.resolve(id === 'alert-1' ? (alert as ExplainableAlert) : undefined),
        ruleOfVersion: () => Promise.resolve(undefined),
        close: () => Promise.resolve(void (result.closed += 1)),
      }),
    now: () => at('2026-01-05 12:00'),
    out: (text) => (result.out += text),
    err: (text) => (result.err += text),
    setExitCode: (code) => (result.code = code),
  });
  await program.parseAsync(['explain', ...args], { from: 'user' });
  expect(result.closed).toBe(1);
  // Colours come with a terminal, and where the variable CI is set.
  return { code: result.code, out: stripVTControlCharacters(result.out), err: result.err };
}

describe('yxrisk rules explain', () => {
  it('tells in plain Chinese what each condition saw', async () => {
    expect(await run('a-rule', '--work-order', 'W1')).toEqual({
      code: 0,
      err: '',
      out: [
        '规则 a-rule@1 同城受理',
        '工单 W1（高压新装），截至 2026-01-05 12:00，已知 2 个事件',
        '结论 2026-01-05 10:00 产生预警（业务受理），还没有解除',
        '',
        '经过',
        '  2026-01-05 10:00 事件 stage.completed 业务受理：命中',
        '    ✓ 全部成立',
        '      ✓ 是否同城受理 workOrder.sameCity = 是，要求 等于 是',
        '',
      ].join('\n'),
    });
  });

  it('goes back to a time, of which a day means its end', async () => {
    const { out } = await run('a-rule', '--work-order', 'W1', '--at', '2026-01-05 09:30');
    expect(out).toContain('结论 没有预警：没有发生过 trigger.types 所列的事件');
    expect((await run('a-rule', '--work-order', 'W1', '--at', '2026-01-05')).out).toContain('产生预警');
  });

  it('gives programs the same as JSON', async () => {
    const { out } = await run('a-rule', '--work-order', 'W1', '--json');
    expect(JSON.parse(out)).toMatchObject({ outcome: 'hit', rule: { id: 'a-rule' } });
  });

  it('explains an alert from what was stored with it, names shortened', async () => {
    const { code, out } = await run('alert-1');
    expect(code).toBe(0);
    expect(out).toContain('✓ 同城：是否同城受理 workOrder.sameCity = 是，要求 等于 是');
    expect(out).toContain('✗ 某资料上某签章的签署人 signature.signer(document=申请表,role=customer) = 张**，要求 isPresent true（要求不成立）');
    expect(out).toContain('应于 2026-01-06 17:30 前完成');
    expect(out).toContain('规则现在是第 1 版，这条预警是第 7 版判断的');
    expect(out).toContain('共命中 2 次');
    expect(out).not.toContain('张三丰');
  }); // prettier-ignore

  it.each([
    [['a-rule'], 2, '解释规则要写明工单'],
    [['a-rule', '--work-order', 'W9'], 1, '没有工单 "W9" 的事件'],
    [['a-rul'], 1, '没有规则或预警 "a-rul"，是不是 "a-rule"'],
    [['a-rule', '--work-order', 'W1', '--at', '2026-02-30 09:00'], 2, '--at 应为'],
  ])('says what is wrong with %j', async (args, code, message) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toContain(message);
  });
});
