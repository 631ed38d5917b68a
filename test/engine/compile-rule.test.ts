import { describe, expect, it } from '@jest/globals';
import { compileRule } from '../../src/engine/compile-rule.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { makeCatalogueLookup } from '../../src/engine/catalogue-lookup.js';
import type { AppliesTo, EventSelector } from '../../src/engine/rule-file.js';
import { at, eventOf, ruleWith, scopeOf, visit, workOrderWith } from './fixtures.js';
import { catalogue } from './rule-folder.js';

function clockRule(start: EventSelector, stop: EventSelector, stages?: string[]) {
  return compileRule(
    ruleWith({
      trigger: { on: 'deadline', start, stop, limit: { value: 1, unit: 'workingDay' } },
      ...(stages ? { appliesTo: { stages } } : {}),
    }),
  );
}

describe('where a rule applies', () => {
  const order = workOrderWith({ process: '高压新装', customerClass: '高压单电源' });
  const stage = visit('业务受理');
  const CASES: [string, AppliesTo, 'yes' | 'no' | 'unknown'][] = [
    ['nothing asked', {}, 'yes'],
    ['the process', { processes: ['过户', '高压新装'] }, 'yes'],
    ['another process', { processes: ['过户'] }, 'no'],
    ['process and stage', { processes: ['高压新装'], stages: ['业务受理'] }, 'yes'],
    ['process but another stage', { processes: ['高压新装'], stages: ['现场勘查'] }, 'no'],
    ['work item, by the catalogue', { workItems: ['YXZY-YY-151'] }, 'yes'],
    ['another work item', { workItems: ['YXZY-YY-152'] }, 'no'],
    ['customer class', { customerClasses: ['高压单电源'] }, 'yes'],
    ['another customer class', { customerClasses: ['低压居民'] }, 'no'],
    ['excepted process', { except: { processes: ['高压新装'] } }, 'no'],
    ['excepted stage', { stages: ['业务受理'], except: { stages: ['业务受理'] } }, 'no'],
    ['excepted work item', { except: { workItems: ['YXZY-YY-151'] } }, 'no'],
    ['other exceptions', { except: { processes: ['过户'], stages: ['现场勘查'] } }, 'yes'],
    ['its kind of stage', { stageKinds: ['受理'] }, 'yes'],
    ['one of several kinds', { stageKinds: ['勘查', '受理'] }, 'yes'],
    ['another kind of stage', { stageKinds: ['勘查'] }, 'no'],
    ['excepted kind of stage', { except: { stageKinds: ['受理'] } }, 'no'],
    ['other excepted kind', { except: { stageKinds: ['勘查'] } }, 'yes'],
    ['the subject', { subject: 'workOrder' }, 'yes'],
    ['another subject', { subject: 'hall' }, 'no'],
  ];
  it.each(CASES)('%s', (_what, appliesTo, answer) => {
    const rule = compileRule(ruleWith({ appliesTo }), makeCatalogueLookup(catalogue));
    expect(rule.applies(order, stage)).toBe(answer);
  });

  it('is unknown while the work order does not tell what the rule asks for', () => {
    const unknown: AppliesTo[] = [
      { processes: ['过户'] },
      { customerClasses: ['低压居民'] },
      { stages: ['业务受理'] },
      { workItems: ['YXZY-YY-151'] },
    ];
    for (const appliesTo of unknown) {
      expect(compileRule(ruleWith({ appliesTo })).applies(workOrderWith(), undefined)).toBe('unknown');
    }
    const both = compileRule(ruleWith({ appliesTo: { processes: ['过户'], stages: ['业务受理'] } }));
    expect(both.applies(workOrderWith(), visit('现场勘查'))).toBe('no');
  });

  it('excepts only what is known to be excepted', () => {
    const except = { processes: ['过户'], stages: ['现场勘查'], workItems: ['YXZY-YY-152'] };
    const rule = compileRule(ruleWith({ appliesTo: { except } }));
    expect(rule.applies(workOrderWith(), undefined)).toBe('yes');
    expect(rule.applies(workOrderWith(), visit('业务受理'))).toBe('yes');
    expect(rule.applies(workOrderWith({ process: '过户' }), visit('业务受理'))).toBe('no');
    expect(rule.applies(workOrderWith(), visit('业务受理', { workItem: 'YXZY-YY-152' }))).toBe('no');
    const asked = compileRule(ruleWith({ appliesTo: { processes: ['高压新装'], except } }));
    expect(asked.applies(workOrderWith(), visit('业务受理'))).toBe('unknown');
  });

  it('tells the kind of a stage by its name where the process is not told, as far as all processes agree', () => {
    const processes = [
      {
        name: '复装',
        stages: [
          { name: '装表接电', kinds: ['装表', '送电'] },
          { name: '业务受理', kinds: ['受理'] },
        ],
      },
      { name: '申请校验', stages: [{ name: '装表接电', kinds: ['装表'] }] },
    ];
    const appliesTo = (stageKinds: string[]) => ruleWith({ appliesTo: { stageKinds } });
    const on = (kinds: string[], process: string | undefined, stage: string) =>
      compileRule(appliesTo(kinds), makeCatalogueLookup({ processes })).applies(
        workOrderWith(process === undefined ? {} : { process }),
        visit(stage),
      );
    expect(on(['送电'], '复装', '装表接电')).toBe('yes');
    expect(on(['送电'], '申请校验', '装表接电')).toBe('no');
    expect(on(['送电'], undefined, '装表接电')).toBe('unknown');
    expect(on(['送电'], '光伏并网', '装表接电')).toBe('unknown');
    expect(on(['装表'], undefined, '装表接电')).toBe('yes');
    expect(on(['受理'], '光伏并网', '业务受理')).toBe('yes');
    expect(on(['受理'], undefined, '没有的环节')).toBe('no');
    const except = compileRule(
      ruleWith({ appliesTo: { except: { stageKinds: ['送电'] } } }),
      makeCatalogueLookup({ processes }),
    );
    expect(except.applies(workOrderWith(), visit('装表接电'))).toBe('yes');
    expect(except.applies(workOrderWith({ process: '复装' }), visit('装表接电'))).toBe('no');
  });

  it('takes the work item that events told before that of the catalogue', () => {
    const rule = compileRule(
      ruleWith({ appliesTo: { workItems: ['YXZY-YY-300'] } }),
      makeCatalogueLookup(catalogue),
    );
    expect(rule.applies(order, visit('业务受理', { workItem: 'YXZY-YY-300' }))).toBe('yes');
  });
});

describe('which events matter', () => {
  it('a trigger matches by type, stage and fields of the data', () => {
    const rule = compileRule(
      ruleWith({
        trigger: {
          on: 'event',
          types: [
            'flow.sent',
            { type: 'stage.completed', stage: '业务受理' },
            { type: 'visit.completed', where: { result: '不满意', 'operator.id': '7' } },
          ],
        },
      }),
    );
    expect(rule.matchesEvent(eventOf('flow.sent'))).toBe(true);
    expect(rule.matchesEvent(eventOf('flow.returned'))).toBe(false);
    expect(rule.matchesEvent(eventOf('stage.completed', { stage: '业务受理' }))).toBe(true);
    expect(rule.matchesEvent(eventOf('stage.completed', { stage: '现场勘查' }))).toBe(false);
    expect(rule.matchesEvent(eventOf('stage.completed'))).toBe(false);
    expect(rule.matchesEvent(eventOf('visit.completed', { result: '不满意', operator: { id: '7' } }))).toBe(
      true,
    );
    expect(rule.matchesEvent(eventOf('visit.completed', { result: '不满意' }))).toBe(false);
    expect(rule.matchesEvent(eventOf('visit.completed', { result: '满意', operator: { id: '7' } }))).toBe(
      false,
    );
    expect(rule.startsClock(eventOf('flow.sent'))).toBe(false);
  });

  it('a star matches every type, unknown ones too', () => {
    const rule = compileRule(ruleWith({ trigger: { on: 'event', types: ['*'] } }));
    expect(rule.matchesEvent({ ...eventOf('x'), type: 'com.example.thing' })).toBe(true);
  });

  it('a clock starts only at a stage that the rule applies to', () => {
    const rule = clockRule('stage.arrived', 'stage.completed', ['业务受理']);
    expect(rule.startsClock(eventOf('stage.arrived', { stage: '业务受理' }))).toBe(true);
    expect(rule.startsClock(eventOf('stage.arrived', { stage: '现场勘查' }))).toBe(false);
    expect(rule.startsClock(eventOf('stage.arrived'))).toBe(false);
    expect(clockRule('stage.arrived', 'stage.completed').startsClock(eventOf('stage.arrived'))).toBe(true);
  });

  it('stage and flow events stop only the clock of their own stage, other events any', () => {
    const rule = clockRule('stage.arrived', 'stage.completed');
    expect(rule.stopsClock(eventOf('stage.completed', { stage: '业务受理' }), '业务受理')).toBe(true);
    expect(rule.stopsClock(eventOf('stage.completed', { stage: '现场勘查' }), '业务受理')).toBe(false);
    expect(rule.stopsClock(eventOf('stage.completed'), '业务受理')).toBe(false);
    expect(rule.stopsClock(eventOf('stage.completed', { stage: '现场勘查' }), undefined)).toBe(true);
    const paper = clockRule('stage.arrived', 'paper.delivered');
    expect(paper.stopsClock(eventOf('paper.delivered', { stage: '现场勘查' }), '业务受理')).toBe(true);
    const any = clockRule('stage.arrived', { type: 'stage.completed', stage: 'any' });
    expect(any.stopsClock(eventOf('stage.completed', { stage: '现场勘查' }), '业务受理')).toBe(true);
    const named = clockRule('stage.arrived', { type: 'stage.completed', stage: '现场勘查' });
    expect(named.stopsClock(eventOf('stage.completed', { stage: '现场勘查' }), '业务受理')).toBe(true);
    expect(named.stopsClock(eventOf('stage.completed', { stage: '业务受理' }), '业务受理')).toBe(false);
  });
});

describe('titles and advice', () => {
  const rule = compileRule(ruleWith());
  const scope = scopeOf({
    workOrder: workOrderWith({
      openedAt: at('2026-01-05 09:00'),
      sameCity: true,
      documents: [{ document: '甲', at: at('2026-01-05 09:00') }],
      attributes: { load: 12.3456, note: '{{workOrder.no}}', box: { a: 1 } },
    }),
    stage: visit('业务受理'),
  });
  it.each([
    ['工单 {{workOrder.no}}：{{stage.name}}', '工单 W1：业务受理'],
    ['{{ workOrder.openedAt }}', '2026-01-05 09:00'],
    ['{{today}}', '2026-01-05'],
    ['{{workOrder.sameCity}}/{{document.received(document=乙)}}', '是/否'],
    ['缺 {{document.missing(documents=[甲,乙,丙])}}', '缺 乙、丙'],
    ['缺 {{document.missing(documents=[甲])}}', '缺 —'],
    ['{{workOrder.attribute(name=load)}} kW', '12.35 kW'],
    ['{{workOrder.attribute(name=box)}}', '{"a":1}'],
    ['{{workOrder.process}} {{clock.dueAt}} {{event.type}}', '— — —'],
    ['{{workOrder.attribute(name=note)}}', '{{workOrder.no}}'],
    ['没有空格', '没有空格'],
  ])('%s', (template, text) => {
    expect(rule.render(template, scope)).toBe(text);
  });
});

describe('a rule set', () => {
  it('leaves disabled rules out and keeps shadow rules in', () => {
    const set = makeRuleSet([
      ruleWith({ id: 'a', status: 'active' }),
      ruleWith({ id: 's', status: 'shadow', version: 3 }),
      ruleWith({ id: 'd', status: 'disabled' }),
    ]);
    expect(set.rules.map((rule) => rule.key)).toEqual(['a@1', 's@3']);
    expect(set.byId('s')?.file.status).toBe('shadow');
    expect(set.byId('d')).toBeUndefined();
    expect(set.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('compiles resolveWhen beside the conditions', async () => {
    const rule = compileRule(
      ruleWith({ resolveWhen: { all: [{ fact: 'paper.delivered', operator: 'equal', value: true }] } }),
    );
    expect(rule.resolve?.screen(scopeOf())).toBe('no');
    const delivered = scopeOf({
      workOrder: workOrderWith({ milestones: { 'paper.delivered': [{ at: 1, data: {} }] } }),
    });
    expect(await rule.resolve?.evaluate(delivered)).toMatchObject({
      outcome: 'hit',
      facts: { 'paper.delivered': true },
    });
    expect(compileRule(ruleWith()).resolve).toBeUndefined();
  });

  it('says what a rule that was never checked gets wrong', () => {
    expect(() =>
      compileRule(ruleWith({ conditions: { all: [{ fact: 'no', operator: 'equal', value: 1 }] } })),
    ).toThrow('unknown fact "no"');
  });
});
