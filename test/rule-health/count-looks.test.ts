import { describe, expect, it } from '@jest/globals';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { makeLookCounter } from '../../src/rule-health/count-looks.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { eventAt } from '../support/event-at.js';
import { ruleFile } from '../support/rule-file.js';

const identity = { recordId: 'WO1', subjectType: 'workOrder', subject: 'WO1' } as const;
const sameCity = (operator: string, value: boolean) => ({
  all: [{ fact: 'workOrder.sameCity', operator, value }],
});
const RULES = makeRuleSet([
  ruleFile({ id: 'hits' }),
  ruleFile({ id: 'lacks-a-fact', conditions: sameCity('equal', true) }),
  ruleFile({
    id: 'does-not-hit',
    conditions: { all: [{ fact: 'workOrder.status', operator: 'equal', value: 'closed' }] },
  }),
]);

async function fold(counter: ReturnType<typeof makeLookCounter>, events: number, ruleSet = RULES) {
  const all = Array.from({ length: events }, (_, hour) =>
    eventAt('stage.completed', `2026-11-20T${String(hour + 1).padStart(2, '0')}:00+08:00`, {
      stage: '业务受理',
    }),
  );
  const context = { ruleSet, calendar: chinaCalendar(), ...counter.looks };
  await assessWorkOrder(context, identity, undefined, all, 0);
}

describe('a look counter', () => {
  it('tells hits, misses and what is missing, by rule and version, and then begins anew', async () => {
    const counter = makeLookCounter({ now: () => 7, clock: () => 0 });
    await fold(counter, 3);
    const counts = new Map(counter.take().map((item) => [item.rule, item]));
    expect(counts.get('hits')).toMatchObject({ version: 1, hit: 3, no_hit: 0, lastHitAt: 7 });
    expect(counts.get('does-not-hit')).toMatchObject({ hit: 0, no_hit: 3 });
    expect(counts.get('lacks-a-fact')).toMatchObject({
      not_evaluated: 3,
      missing: new Map([['workOrder.sameCity', 1]]),
    });
    expect(counter.take()).toEqual([]);
  });

  it('counts one rule of two sets together, and two versions apart', async () => {
    const counter = makeLookCounter({ now: () => 7, clock: () => 0 });
    await fold(counter, 1, makeRuleSet([ruleFile({ id: 'hits' })]));
    await fold(counter, 1, makeRuleSet([ruleFile({ id: 'hits' })]));
    await fold(counter, 1, makeRuleSet([ruleFile({ id: 'hits', version: 2 })]));
    expect(counter.take()).toMatchObject([
      { version: 1, hit: 2 },
      { version: 2, hit: 1 },
    ]);
  });

  it('times some of the looks, and counts those that took too long', async () => {
    let time = 0;
    const counter = makeLookCounter({
      now: () => 7,
      clock: () => (time += 30),
      timeEvery: 1,
      random: () => 0,
    });
    await fold(counter, 4, makeRuleSet([ruleFile({ id: 'hits' })]));
    expect(counter.take()).toMatchObject([{ timed: 4, timedMs: 120, maxMs: 30, slow: 4 }]);
    const rarely = makeLookCounter({ now: () => 7, clock: () => 0, timeEvery: 32, random: () => 0.5 });
    await fold(rarely, 20);
    const timed = rarely.take().reduce((sum, item) => sum + item.timed, 0);
    expect(timed).toBe(1);
  });

  it('keeps the message of an error', () => {
    const counter = makeLookCounter({ now: () => 7, clock: () => 0 });
    const [rule] = RULES.rules;
    counter.looks.onEvaluation?.(rule!, 'error', 'no such fact');
    expect(counter.take()).toMatchObject([{ error: 1, lastError: 'no such fact', lastErrorAt: 7 }]);
  });

  it('tells the parameters of a missing fact from the next fact', () => {
    const counter = makeLookCounter({ now: () => 7, clock: () => 0 });
    const [rule] = RULES.rules;
    counter.looks.onEvaluation?.(
      rule!,
      'not_evaluated',
      'signature.missing(document=a,roles=[x,y]),stage.name',
    );
    expect([...(counter.take()[0]?.missing ?? [])]).toEqual([
      ['signature.missing(document=a,roles=[x,y])', 1],
      ['stage.name', 1],
    ]);
  });
});
