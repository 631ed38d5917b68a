import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/json.js';
import { isoOf } from '../../src/simulate/office-time.js';
import type { RuleContent } from '../../src/simulate/rule-content.js';
import { fillInParameters } from '../../src/simulate/fill-in-parameters.js';
import { obstaclesOf, secondOpinion } from '../../src/simulate/truth/second-opinion.js';
import { makeTimeline } from '../../src/simulate/truth/timeline.js';

const at = (local: string) => `${local.replace(' ', 'T')}:00+08:00`;
const UNTIL = Date.parse(at('2026-12-31 00:00'));
const stages = ['业务受理', '审批', '资料归档'].map((stage, i) => ({
  stage,
  kinds: [`类${i}`],
  final: i === 2,
}));
const CONTENT = { processes: [{ process: '甲', stages }], checklists: [] };

type Step = readonly [type: string, local: string, data?: JsonObject];
const OPENED: Step = ['workorder.opened', '2026-09-29 09:00', { process: '甲', customerClass: '低压居民' }];

function judge(rule: Partial<RuleContent>, steps: readonly Step[]) {
  const events = steps.map(([type, local, data = {}], i) => ({
    specversion: '1.0' as const, id: `e${i}`, source: '/t', type: `yxzy.${type}`, subject: 'W1', time: at(local), data,
  })); // prettier-ignore
  const full = { id: 'r', status: 'active', basis: [{}], ...rule } as RuleContent;
  expect(obstaclesOf(full)).toEqual([]);
  const timeline = makeTimeline(events, UNTIL, [], CONTENT);
  return secondOpinion(full, timeline).map(({ stage, visit, firstKnownAt, overdueAt, curedAt }) =>
    [stage && `${stage}#${visit}`, ...[firstKnownAt, overdueAt, curedAt].map((time) => (time ? isoOf(time).slice(5, 16) : '-'))].join(' ')); // prettier-ignore
}

const limit = (value: number, unit: string, more: object = {}): Partial<RuleContent> => ({
  trigger: {
    on: 'deadline',
    start: 'workorder.opened',
    stop: 'power.connected',
    limit: { value, unit },
    ...more,
  },
  conditions: {
    all: [
      { fact: 'milestone.reached', params: { name: 'power.connected' }, operator: 'equal', value: false },
    ],
  },
});

describe('the second opinion on a time limit', () => {
  it.each([
    ['workingDay', 2, ' 10-08T17:30'],
    ['calendarDay', 2, ' 10-02T00:00'],
    ['calendarHour', 30, ' 09-30T15:00'],
    ['workingHour', 8, ' 09-30T09:30'],
    ['month', 1, ' 10-30T00:00'],
  ])('in %s runs out as the calendar has it, over the National Day', (unit, value, due) => {
    expect(judge(limit(value, unit), [OPENED])).toEqual([`${due} ${due.trim()} -`]);
  });

  it('warns, stands still while the customer has it suspended, and ends with what it waits for', () => {
    const steps: Step[] = [
      OPENED,
      ['workorder.suspended', '2026-09-29 10:00', { side: 'customer' }],
      ['workorder.resumed', '2026-10-09 10:00', { side: 'customer' }],
      ['power.connected', '2026-10-10 16:00'],
    ];
    expect(judge(limit(8, 'workingHour', { warnAt: [0.5] }), steps)).toEqual([
      ' 10-09T14:30 10-10T09:30 10-10T16:00',
    ]);
    expect(judge(limit(8, 'workingHour', { pausedBy: 'none' }), steps)).toEqual([
      ' 09-30T09:30 09-30T09:30 10-10T16:00',
    ]);
  });

  it('counts only what began while the rule was in force', () => {
    const rule = { ...limit(1, 'workingDay'), basis: [{ effectiveTo: '2026-09-28' }] };
    expect(judge(rule, [OPENED])).toEqual([]);
  });
});

describe('the second opinion on an event', () => {
  const done = (stage: string, local: string, by = 'u1'): Step[] => [
    ['stage.arrived', local.replace(/\d$/, '0'), { stage, operator: { id: by } }],
    ['stage.completed', local, { stage, operator: { id: by } }],
  ];
  const rule: Partial<RuleContent> = {
    appliesTo: { stageKinds: ['类1'], except: { processes: ['乙'] } },
    trigger: { on: 'event', types: ['stage.completed'] },
    conditions: {
      any: [
        { not: { fact: 'document.received', params: { document: '审批单' }, operator: 'equal', value: true } },
        { fact: 'stage.operatorId', operator: 'equal', value: { fact: 'stage.operatorId', params: { stage: '业务受理' } } },
      ],
    },
    resolveWhen: {
      all: [{ fact: 'document.received', params: { document: '审批单' }, operator: 'equal', value: true }],
    },
  }; // prettier-ignore

  it('finds what is wrong at the stages it is about, until it is put right', () => {
    const steps = [
      OPENED,
      ...done('业务受理', '2026-09-29 09:15'),
      ...done('审批', '2026-09-29 10:15', 'u2'),
    ];
    expect(judge(rule, steps)).toEqual(['审批#1 09-29T10:15 - -']);
    const brought: Step = ['document.received', '2026-09-30 08:00', { document: '审批单' }];
    expect(judge(rule, [...steps, brought])).toEqual(['审批#1 09-29T10:15 - 09-30T08:00']);
    const before: Step = ['document.received', '2026-09-29 09:30', { document: '审批单' }];
    expect(judge(rule, [...steps, before])).toEqual([]);
  });

  it('is withheld where it is not told what would decide', () => {
    const conditions = {
      all: [{ fact: 'workOrder.attribute', params: { name: 'arrears' }, operator: 'greaterThan', value: 0 }],
    };
    const steps = [OPENED, ...done('审批', '2026-09-29 10:15')];
    expect(judge({ ...rule, conditions }, steps)).toEqual([]);
    const told: Step = ['stage.started', '2026-09-29 09:05', { stage: '审批', attributes: { arrears: 3 } }];
    expect(judge({ ...rule, conditions }, [...steps, told])).toEqual(['审批#1 09-29T10:15 - -']);
  });
});

describe('a rule that says what the second opinion cannot read', () => {
  it('is named with the reason, not guessed at', () => {
    const leaf = { fact: 'moon.phase', operator: 'shines', value: { fact: 'parameter' } };
    const base = { id: 'r', status: 'active', basis: [{}] };
    const trigger = { on: 'event' as const, types: ['stage.completed'] };
    expect(obstaclesOf({ ...base, trigger, conditions: { all: [leaf] } })).toEqual([
      'moon.phase',
      'shines',
      'parameter',
    ]);
    const rule = {
      ...base,
      ...limit(3, 'moon'),
      appliesTo: { subject: 'moon', stages: ['装*'] },
    } as RuleContent;
    expect(obstaclesOf(rule)).toEqual(['subject moon', 'appliesTo.stages', 'limit moon']);
  });
});

describe('the parameters of a rule file', () => {
  const groups = [
    { group: 'a', parameters: { days: { default: { value: 2, unit: 'workingDay' } }, most: { default: 7 } } },
  ];
  const file = {
    trigger: { limit: { parameter: 'a.days' } },
    value: { fact: 'parameter', params: { name: 'a.most' } },
  };

  it('are read as their defaults', () => {
    expect(fillInParameters(file, groups)).toEqual({
      trigger: { limit: { value: 2, unit: 'workingDay' } },
      value: 7,
    });
  });

  it('are left alone where they differ by unit or date, or are not known', () => {
    expect(
      fillInParameters(
        file,
        groups.map((group) => ({ ...group, orgUnits: {} })),
      ),
    ).toEqual(file);
    expect(fillInParameters(file, [])).toEqual(file);
  });
});
