import { describe, expect, it } from '@jest/globals';
import { ruleWith } from './fixtures.js';
import { loadFiles, problemsOf } from './rule-folder.js';

const deadline = {
  ...ruleWith(),
  appliesTo: { stages: ['业务受理'] },
  trigger: {
    on: 'deadline',
    start: 'stage.completed',
    stop: 'paper.delivered',
    limit: { value: 1, unit: 'workingDay' },
    warnAt: [0.5],
  },
};
const done = {
  type: 'stage.completed',
  time: '2026-01-05 10:00',
  data: { stage: '业务受理', sameCity: true },
};
const opened = { type: 'workorder.opened', time: '2026-01-05 09:00', data: { sameCity: true } };
// 13.5 working hours from 10:00 to the next day's closing time: half of them are over at 09:15 of that day.
const late = {
  name: '次日没有送达',
  events: [opened, done],
  until: '2026-01-07 09:00',
  expect: [{ at: '2026-01-06 09:15', phase: 'overdue', stage: '业务受理' }],
};

describe('event-sequence cases', () => {
  it('say which alert comes when, clocks and selectors included', async () => {
    const right = late;
    const delivered = { type: 'paper.delivered', time: '2026-01-05 11:00', data: {} };
    const inTime = {
      name: '当日送达',
      events: [opened, done, delivered],
      until: '2026-01-07 09:00',
      expect: [],
    };
    const other = { name: '别的环节', events: [opened, { ...done, data: { stage: '现场勘查' } }], until: '2026-01-07 09:00', expect: [] }; // prettier-ignore
    const loaded = await loadFiles({ 'a-rule.json': { ...deadline, sequences: [right, inTime, other] } });
    expect(loaded).toHaveProperty('ruleSet');
    expect('files' in loaded && loaded.files[0]?.sequences.map(({ passed }) => passed)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('tell what came instead, at their place', async () => {
    const wrong = { ...late, expect: [] };
    expect(await problemsOf({ 'a-rule.json': { ...deadline, sequences: [wrong] } })).toEqual([
      expect.stringMatching(/^a-rule.json:\d+:\d+ sequences\[0\]：事件序列用例 "次日没有送达" 未通过：应为 没有预警，实为 2026-01-0\d \d\d:\d\d 超期 业务受理$/),
    ]); // prettier-ignore
  });

  it('try window rules over several work orders', async () => {
    const rule = {
      ...ruleWith(),
      event: { type: 'alert', params: { ...ruleWith().event.params, title: '{{window.member}}' } },
      trigger: { on: 'window', types: ['stage.completed'], groupBy: 'operator.id', window: { value: 10, unit: 'minute' } },
      conditions: { all: [{ fact: 'window.count', operator: 'greaterThanInclusive', value: 3 }] },
      tests: [
        { name: '三个', facts: { 'window.count': 3 }, expect: 'hit' },
        { name: '两个', facts: { 'window.count': 2 }, expect: 'no_hit' },
      ],
      sequences: [
        {
          name: '十分钟内办结三张工单，二十分钟后恢复正常',
          events: ['09:00', '09:04', '09:09', '09:30'].map((time, n) => ({
            type: 'stage.completed',
            time: `2026-01-05 ${time}`,
            subject: `W${n}`,
            data: { operator: { id: 'u1' } },
          })),
          expect: [{ at: '2026-01-05 09:09', closed: '2026-01-05 09:30' }],
        },
      ],
    }; // prettier-ignore
    expect(await problemsOf({ 'a-rule.json': rule })).toEqual([]);
  });

  it.each([
    ['time', { events: [{ ...done, time: '2026-02-30 09:00' }] }, /sequences\[0\].events\[0\].time：应为 "YYYY-MM-DD HH:mm"/],
    ['type', { events: [{ ...done, type: 'yxzy.stage.completed' }] }, /events\[0\].type：不要写 yxzy. 前缀/],
    ['field', { expected: [] }, /sequences\[0\].expected：没有 "expected" 这个字段，是不是 "expect"/],
    ['nothing', { events: [] }, /sequences\[0\].events：不能为空列表/],
  ])('are refused with a wrong %s', async (_what, fields, message) => {
    const problems = await problemsOf({ 'a-rule.json': { ...deadline, sequences: [{ ...late, ...fields }] } });
    expect(problems.join('\n')).toMatch(message);
  }); // prettier-ignore
});
