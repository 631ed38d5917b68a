import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeCatalogueLookup } from '../../src/engine/catalogue-lookup.js';
import { compileConditions } from '../../src/engine/compile-conditions.js';
import { compileRule } from '../../src/engine/compile-rule.js';
import { explainApplies } from '../../src/engine/explain-applies.js';
import { explainConditions } from '../../src/engine/explain-conditions.js';
import { explainRule } from '../../src/engine/explain-rule.js';
import { explainWindowRule } from '../../src/engine/explain-window-rule.js';
import { NO_PARAMETERS } from '../../src/engine/parameter-table.js';
import type { RuleExplanation } from '../../src/engine/rule-explanation.js';
import type { AppliesTo, RuleFile } from '../../src/engine/rule-file.js';
import { compareEvents } from '../../src/events/business-event.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { at, calendar, eventOf, ruleWith, visit, workOrderWith } from './fixtures.js';
import { anyConditions, anyScope } from './random-rules.js';
import { catalogue } from './rule-folder.js';

const lookup = makeCatalogueLookup(catalogue);
const context = { calendar, parameters: NO_PARAMETERS, catalogue: lookup };

let serial = 0;
function told(
  type: string,
  time: string,
  data: EventData = {},
  more: Partial<BusinessEvent> = {},
): BusinessEvent {
  const id = String((serial += 1)).padStart(4, '0');
  return { ...eventOf(type, data, time), id, key: `/t ${id}`, ...more };
}

async function explain(
  rule: Partial<RuleFile>,
  events: readonly BusinessEvent[],
  until: string,
): Promise<RuleExplanation> {
  const compiled = compileRule(ruleWith(rule), lookup);
  const request = {
    rule: compiled,
    identity: { recordId: 'W1', subjectType: 'workOrder' as const, subject: 'W1' },
    events: [...events].sort(compareEvents),
    at: at(until),
  };
  return compiled.window
    ? explainWindowRule(context, { ...request, groupEvents: request.events })
    : explainRule(context, request);
}

const opened = told('workorder.opened', '2026-01-05 09:00', { process: '高压新装', sameCity: true });
const done = told('stage.completed', '2026-01-05 10:00', { stage: '业务受理' });
const atAcceptance = { appliesTo: { stages: ['业务受理'] } };
const deadline: Partial<RuleFile> = {
  ...atAcceptance,
  trigger: {
    on: 'deadline',
    start: 'stage.completed',
    stop: 'paper.delivered',
    limit: { value: 1, unit: 'workingDay' },
  },
};

describe('explaining an event rule', () => {
  it('shows every condition with its fact and value when it fired', async () => {
    const explained = await explain(atAcceptance, [opened, done], '2026-01-05 12:00');
    expect(explained).toMatchObject({
      outcome: 'hit',
      summary: '2026-01-05 10:00 产生预警（业务受理），还没有解除',
      steps: [
        {
          at: '2026-01-05T10:00:00+08:00',
          kind: 'event',
          type: 'stage.completed',
          stage: '业务受理',
          outcome: 'hit',
          conditions: {
            kind: 'all',
            result: 'yes',
            children: [
              { key: 'workOrder.sameCity', factText: '是否同城受理', operatorText: '等于', value: true, factValue: true, result: 'yes' },
            ],
          },
        },
      ],
    }); // prettier-ignore
  });

  it('names the fact that nobody told', async () => {
    const silent = told('workorder.opened', '2026-01-05 09:00', { process: '高压新装' });
    expect(await explain(atAcceptance, [silent, done], '2026-01-05 12:00')).toMatchObject({
      outcome: 'not_evaluated',
      summary: '没有预警：不能判断，不知道 workOrder.sameCity',
      steps: [{ outcome: 'not_evaluated', missing: ['workOrder.sameCity'] }],
    });
  });

  it('says which condition did not hold', async () => {
    const other = told('workorder.opened', '2026-01-05 09:00', { process: '高压新装', sameCity: false });
    expect(await explain(atAcceptance, [other, done], '2026-01-05 12:00')).toMatchObject({
      outcome: 'no_hit',
      summary: '没有预警：2026-01-05 10:00 事件发生时判断过，条件不成立',
      steps: [{ conditions: { result: 'no', children: [{ factValue: false, result: 'no' }] } }],
    });
  });

  it.each<[string, Partial<RuleFile>, string, string]>([
    ['another process', { appliesTo: { processes: ['过户'] } }, 'not_applicable', '没有预警：规则不适用，业务类型是 高压新装，规则只看 过户'],
    ['another stage', { appliesTo: { stages: ['现场勘查'] } }, 'not_applicable', '没有预警：规则不适用，环节是 业务受理，规则只看 现场勘查'],
    ['an exception', { appliesTo: { except: { processes: ['高压新装'] } } }, 'not_applicable', '没有预警：规则不适用，业务类型是 高压新装，规则除外 高压新装'],
    ['a class nobody told', { appliesTo: { customerClasses: ['低压居民'] } }, 'not_evaluated', '没有预警：不能判断，还不知道工单是否属于规则的适用范围'],
    ['a basis out of force', { basis: [{ document: '手册', effectiveFrom: '2026-02-01' }] }, 'not_applicable', '没有预警：规则不适用，这一天没有任何一条依据在施行（basis 的 effectiveFrom、effectiveTo）'],
    ['an event that never came', { trigger: { on: 'event', types: ['fee.paid'] } }, 'not_triggered', '没有预警：没有发生过 trigger.types 所列的事件'],
    ['an event of another kind', { trigger: { on: 'event', types: [{ type: 'stage.completed', stage: '现场勘查' }] } }, 'not_triggered', '没有预警：有这类事件，但都不符合 trigger.types 的要求'],
  ])('says that it does not apply because of %s', async (_what, rule, outcome, summary) => {
    expect(await explain(rule, [opened, done], '2026-01-05 12:00')).toMatchObject({ outcome, summary });
  }); // prettier-ignore

  it('says what an event of the right type lacked', async () => {
    const rule: Partial<RuleFile> = {
      trigger: {
        on: 'event',
        types: [{ type: 'stage.completed', stage: '现场勘查', where: { result: 'ok' }, has: ['note'] }],
      },
    };
    const { steps } = await explain(rule, [opened, done], '2026-01-05 12:00');
    expect(steps).toMatchObject([
      {
        outcome: 'not_selected',
        reasons: ['环节是 业务受理，规则要 现场勘查，字段 result 不等于 "ok"，没有写 note'],
      },
    ]);
  });

  it('leaves out what had not happened, or had not been entered, at the time asked about', async () => {
    const late = told('workorder.opened', '2026-01-05 09:00', { sameCity: true }, { recordedAt: at('2026-01-06 09:00') }); // prettier-ignore
    const before = await explain(atAcceptance, [late, done], '2026-01-05 18:00');
    expect(before).toMatchObject({ outcome: 'not_evaluated', events: { used: 1, later: 1 } });
    expect(before.notes).toContain('另有 1 个事件在这之后才发生或录入，没有计入。');
    expect(await explain(atAcceptance, [late, done], '2026-01-06 18:00')).toMatchObject({ outcome: 'hit' });
    expect(await explain(atAcceptance, [opened, done], '2026-01-05 09:30')).toMatchObject({
      outcome: 'not_triggered',
    });
  });

  it('says that the rule is switched off, or on trial', async () => {
    const { notes } = await explain(
      { ...atAcceptance, status: 'shadow' },
      [opened, done],
      '2026-01-05 12:00',
    );
    expect(notes[0]).toMatch(/试运行/);
  });
});

describe('explaining a deadline rule', () => {
  it('shows the clock that runs, and the conditions as they stand', async () => {
    expect(await explain(deadline, [opened, done], '2026-01-06 10:00')).toMatchObject({
      outcome: 'waiting',
      summary: '还没有预警：正在计时，2026-01-06 17:30 到期',
      steps: [{ kind: 'start', outcome: 'started' }],
      clocks: [
        {
          stage: '业务受理',
          anchorAt: '2026-01-05T10:00:00+08:00',
          dueAt: '2026-01-06T17:30:00+08:00',
          limit: { value: 1, unit: 'workingDay' },
          state: 'running',
          overdue: false,
          workingHours: 7.5,
          hours: 24,
          conditions: { result: 'yes' },
        },
      ],
    });
  });

  it('is in time at the very instant of the limit, and over it a minute later', async () => {
    expect(await explain(deadline, [opened, done], '2026-01-06 17:30')).toMatchObject({ outcome: 'waiting' });
    expect(await explain(deadline, [opened, done], '2026-01-06 17:31')).toMatchObject({
      outcome: 'hit',
      summary: '2026-01-06 17:30 产生超期预警（业务受理），还没有解除',
      clocks: [{ overdue: true }],
      steps: [{}, { kind: 'overdue', outcome: 'hit' }],
    });
  });

  it('says when the clock was stopped, paused, or ran out for nothing', async () => {
    const delivered = told('paper.delivered', '2026-01-06 09:00');
    expect(await explain(deadline, [opened, done, delivered], '2026-01-07 09:00')).toMatchObject({
      outcome: 'no_hit',
      summary: '没有预警：2026-01-06 09:00 已停止计时，没有超过时限',
      clocks: [{ state: 'stopped', workingHours: 6.5 }],
    });
    const suspended = told('workorder.suspended', '2026-01-05 11:00', { side: 'customer' });
    expect(await explain(deadline, [opened, done, suspended], '2026-01-07 09:00')).toMatchObject({
      outcome: 'waiting',
      summary: '还没有预警：计时已暂停',
      clocks: [{ state: 'paused', workingHours: 1, hours: 1 }],
    });
    const notSameCity = told('workorder.opened', '2026-01-05 09:00', { sameCity: false });
    expect(await explain(deadline, [notSameCity, done], '2026-01-07 09:00')).toMatchObject({
      outcome: 'no_hit',
      summary: '没有预警：2026-01-06 17:30 到期时判断过，条件不成立',
    });
  });

  it('says that no clock started, and why', async () => {
    const elsewhere = told('stage.completed', '2026-01-05 10:00', { stage: '现场勘查' });
    expect(await explain(deadline, [opened, elsewhere], '2026-01-07 09:00')).toMatchObject({
      outcome: 'not_applicable',
      summary: '没有预警：规则不适用，环节是 现场勘查，规则只看 业务受理',
    });
    expect(await explain(deadline, [opened], '2026-01-07 09:00')).toMatchObject({
      outcome: 'not_triggered',
      summary: '没有预警：没有发生过起算事件（trigger.start），没有开始计时',
    });
  });
});

describe('explaining a sweep rule', () => {
  const sweep: Partial<RuleFile> = {
    trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder' },
    conditions: { all: [{ fact: 'stage.sent', operator: 'equal', value: false }] },
  };
  it('tells looks that end alike as one', async () => {
    const notYet = { ...sweep, conditions: { all: [{ fact: 'stage.visit', operator: 'equal', value: 2 }] } };
    expect(await explain(notYet, [opened, done], '2026-01-08 09:00')).toMatchObject({
      outcome: 'no_hit',
      steps: [
        { kind: 'sweep', times: 3, at: '2026-01-05T17:00:00+08:00', until: '2026-01-07T17:00:00+08:00' },
      ],
    });
  });

  it('says that there was no sweep yet, or that it looks at something else', async () => {
    expect(await explain(sweep, [opened, done], '2026-01-05 16:00')).toMatchObject({
      outcome: 'not_applicable',
      steps: [{ reasons: ['到这时为止，工单在办期间还没有到过巡检时刻 end-of-day（工作日 17:00）'] }],
    });
    const ofHall: Partial<RuleFile> = {
      ...sweep,
      trigger: { on: 'sweep', job: 'end-of-day', subject: 'hall' },
    };
    expect(await explain(ofHall, [opened, done], '2026-01-08 09:00')).toMatchObject({
      steps: [{ reasons: ['规则看营业厅，这是工单'] }],
    });
  });
});

describe('explaining a window rule', () => {
  it('shows what the window held at the events of the work order', async () => {
    const rule: Partial<RuleFile> = {
      trigger: { on: 'window', types: ['stage.completed'], groupBy: 'operator.id', window: { value: 10, unit: 'minute' } },
      conditions: { all: [{ fact: 'window.count', operator: 'greaterThanInclusive', value: 2 }] },
    }; // prettier-ignore
    const by = (time: string, id?: string) =>
      told('stage.completed', time, id === undefined ? {} : { operator: { id } });
    const events = [by('2026-01-05 10:00', 'u1'), by('2026-01-05 10:05', 'u1'), by('2026-01-05 10:06')];
    expect(await explain(rule, events, '2026-01-05 12:00')).toMatchObject({
      outcome: 'hit',
      steps: [
        { outcome: 'no_hit', conditions: { children: [{ factValue: 1 }] } },
        { outcome: 'hit', conditions: { children: [{ factValue: 2 }] } },
        { outcome: 'not_applicable', reasons: ['事件没有写 operator.id，不知道属于哪一组'] },
      ],
    });
  });
});

describe('the parts of an explanation', () => {
  it('say of any conditions what the engine decides', () => {
    const answers = { no: 'no', unknown: 'unknown', maybe: 'yes' } as const;
    fc.assert(
      fc.property(anyConditions, anyScope, (conditions, scope) => {
        const compiled = compileConditions(conditions);
        expect(explainConditions(conditions, scope).result).toBe(answers[compiled.screen(scope)]);
      }),
      { numRuns: 500 },
    );
  });

  it('say of any appliesTo what the engine decides', () => {
    const some = (names: string[]) => fc.option(fc.subarray(names, { minLength: 1 }), { nil: undefined });
    const fields = {
      processes: some(['高压新装', '过户']),
      stages: some(['业务受理', '*归档']),
      stageKinds: some(['受理', '勘查']),
      workItems: some(['YXZY-YY-151', 'YXZY-YY-300']),
      customerClasses: some(['低压居民', '高压单电源']),
      orgUnits: some(['HZ', 'NB']),
    };
    const one = (names: string[]) => fc.constantFrom(undefined, ...names);
    fc.assert(
      fc.property(
        fc.record({ ...fields, except: fc.option(fc.record(fields), { nil: undefined }) }),
        fc.record({ process: one(['高压新装', '过户', '其他']), customerClass: one(['低压居民']), orgUnit: one(['HZ']) }),
        one(['业务受理', '现场勘查', '资料归档']),
        (appliesTo, known, stage) => {
          const rule = compileRule(ruleWith({ appliesTo: appliesTo as AppliesTo }), lookup);
          const workOrder = workOrderWith(known as object);
          const place = stage === undefined ? undefined : visit(stage);
          const gaps = explainApplies(rule, workOrder, place, lookup).map(({ result }) => result);
          const explained = gaps.includes('no') ? 'no' : gaps.length > 0 ? 'unknown' : 'yes';
          expect(explained).toBe(rule.applies(workOrder, place));
        },
      ),
      { numRuns: 1_000 },
    ); // prettier-ignore
  });
});
