import { describe, expect, it } from '@jest/globals';
import { ruleWith } from './fixtures.js';
import { loadFiles, problemsOf } from './rule-folder.js';

const highVoltage = {
  id: 'high-voltage',
  name: '高压客户',
  conditions: {
    all: [{ fact: 'workOrder.customerClass', operator: 'in', value: ['高压单电源', '高压双电源'] }],
  },
};
const returned = {
  id: 'returned',
  name: '高压客户的工单被退回过',
  conditions: {
    all: [{ condition: 'high-voltage' }, { fact: 'workOrder.returns', operator: 'greaterThan', value: 0 }],
  },
};
const tests = [
  { name: '是', facts: { 'workOrder.customerClass': '高压单电源', 'workOrder.returns': 1 }, expect: 'hit' },
  { name: '否', facts: { 'workOrder.customerClass': '低压居民', 'workOrder.returns': 1 }, expect: 'no_hit' },
] as const;

/** A folder with one rule and shared conditions. */
function folder(fields: object, ...shared: { id: string }[]) {
  return {
    'a-rule.json': ruleWith(fields),
    ...Object.fromEntries(shared.map((one) => [`conditions/${one.id}.json`, one])),
  };
}

describe('shared conditions', () => {
  it('are taken in by name, also by each other, and are what the rule then is', async () => {
    const files = folder({ conditions: { condition: 'returned' }, tests }, highVoltage, returned);
    const loaded = await loadFiles(files);
    if (!('ruleSet' in loaded)) throw new Error(JSON.stringify(loaded.errors));
    expect(loaded.ruleSet.byId('a-rule')?.file.conditions).toEqual({
      name: '高压客户的工单被退回过',
      all: [
        { name: '高压客户', all: highVoltage.conditions.all },
        { fact: 'workOrder.returns', operator: 'greaterThan', value: 0 },
      ],
    });
  });

  it('stand anywhere in a tree, under a name of the rule, and in resolveWhen', async () => {
    const nested = { any: [{ not: { condition: 'high-voltage', name: '不是高压' } }] };
    const turned = tests.map((test) => ({ ...test, expect: test.expect === 'hit' ? 'no_hit' : 'hit' }));
    const files = folder({ conditions: nested, resolveWhen: { condition: 'high-voltage' }, tests: turned }, highVoltage); // prettier-ignore
    const loaded = await loadFiles(files);
    expect('ruleSet' in loaded && loaded.ruleSet.byId('a-rule')?.file).toMatchObject({
      conditions: { any: [{ not: { name: '不是高压' } }] },
      resolveWhen: { name: '高压客户' },
    });
  });

  it('change the hash of the rule set when they change', async () => {
    const hashWith = async (conditions: object) => {
      const loaded = await loadFiles(folder({ conditions: { condition: 'high-voltage' }, tests }, { ...highVoltage, conditions } as never)); // prettier-ignore
      return 'ruleSet' in loaded ? loaded.ruleSet.hash : JSON.stringify(loaded.errors);
    };
    const same = await hashWith(highVoltage.conditions);
    expect(await hashWith(highVoltage.conditions)).toBe(same);
    expect(await hashWith({ all: [{ ...highVoltage.conditions.all[0], value: ['高压单电源'] }] })).not.toBe(
      same,
    );
  });

  const deep = Array.from({ length: 12 }, (_, n) => ({
    id: `level-${n}`,
    name: `第 ${n} 层`,
    conditions: n === 11 ? highVoltage.conditions : { all: [{ condition: `level-${n + 1}` }] },
  }));
  const wide = Array.from({ length: 6 }, (_, n) => ({
    id: `level-${n}`,
    name: `第 ${n} 层`,
    conditions:
      n === 5
        ? highVoltage.conditions
        : { all: Array.from({ length: 10 }, () => ({ condition: `level-${n + 1}` })) },
  }));

  it.each<[string, object, { id: string }[], RegExp]>([
    ['unknown', { conditions: { condition: 'hihg-voltage' } }, [highVoltage], /a-rule.json:\d+:\d+ conditions.condition：conditions 文件夹中没有共用条件 "hihg-voltage"，是不是 "high-voltage"？；可用：high-voltage/],
    ['not a text', { conditions: { all: [{ condition: 7 }] } }, [], /conditions.all\[0\].condition：应为共用条件的编号，现为 7/],
    ['with more fields', { conditions: { all: [{ condition: 'high-voltage', value: 1 }] } }, [highVoltage], /conditions.all\[0\].value：没有 "value" 这个字段/],
    ['with facts that this trigger never has', { resolveWhen: { condition: 'by-event' } }, [{ id: 'by-event', name: 'x', conditions: { all: [{ fact: 'record.unchecked', params: { form: 'same' }, operator: 'isEmpty', value: false }] } } as never], /resolveWhen.condition：共用条件 "by-event"：参数 "form" 的 same 指触发事件的/],
    ['that name each other', {}, [{ ...highVoltage, conditions: { all: [{ condition: 'returned' }] } } as never, returned], /共用条件循环引用：high-voltage → returned → high-voltage/],
    ['too deep', {}, deep, /共用条件引用过深：最多 8 层/],
    ['too many', {}, wide, /展开后条件过多：最多 1000 个/],
    ['with an unknown fact', {}, [{ ...highVoltage, conditions: { all: [{ fact: 'x', operator: 'equal', value: 1 }] } } as never], /conditions\/high-voltage.json:\d+:\d+ conditions.all\[0\].fact：没有名为 "x" 的事实/],
    ['under another file name', {}, [{ ...highVoltage, id: 'x/../high' }], /编号应与文件名相同|应为小写字母/],
    ['of one condition without all', {}, [{ ...highVoltage, conditions: { fact: 'now', operator: 'isWorkingTime', value: true } } as never], /最外层应为 all/],
    ['of nothing', {}, [{ ...highVoltage, conditions: undefined } as never], /缺少字段 "conditions"/],
  ])('are refused when %s', async (_what, fields, shared, message) => {
    expect((await problemsOf(folder(fields, ...shared))).join('\n')).toMatch(message);
  }); // prettier-ignore
});
