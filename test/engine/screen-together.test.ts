import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { AppliesTo, RuleFile, Trigger } from '../../src/engine/rule-file.js';
import type { FactScope, RuleSet } from '../../src/engine/rule-set.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { eventOf, ruleWith, scopeOf, visit, workOrderWith } from './fixtures.js';
import { anyConditions, anyScope } from './random-rules.js';

const TYPES = ['stage.completed', 'flow.sent'];
const PROCESSES = ['高压新装', '过户'];
const STAGES = ['业务受理', '现场勘查'];
/** 现场勘查 is of one kind in one process and of another in the other. */
const CATALOGUE = {
  processes: PROCESSES.map((name, index) => ({
    name,
    stages: [
      { name: '业务受理', workItem: 'YXZY-YY-151', kinds: ['受理'] },
      { name: '现场勘查', kinds: [index === 0 ? '勘查' : '受理'] },
    ],
  })),
};

const some = (names: readonly string[]) => fc.subarray([...names], { minLength: 1 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const type = fc.constantFrom(...TYPES, '*');
const selector = fc.record({
  type,
  stage: maybe(fc.constantFrom('any', 'same', ...STAGES)),
  where: maybe(fc.record({ a: fc.constantFrom(1, 2) })),
  has: maybe(fc.constantFrom(['b'], ['a', 'b'])),
});
const lists = {
  processes: maybe(some([...PROCESSES, '高压*'])),
  stages: maybe(some([...STAGES, '*勘查', '别的*'])),
  stageKinds: maybe(some(['受理', '勘查', '别的类别'])),
  workItems: maybe(fc.constant(['YXZY-YY-151'])),
  customerClasses: maybe(some(['低压居民', '高压单电源'])),
  orgUnits: maybe(some(['33', '34'])),
};
const appliesTo = fc.record({
  ...lists,
  subject: maybe(fc.constantFrom('workOrder', 'hall')),
  except: maybe(fc.record(lists)),
});
const basis = fc.record({
  effectiveFrom: maybe(fc.constantFrom('2025-01-01', '2026-01-06')),
  effectiveTo: maybe(fc.constantFrom('2026-01-04', '2026-12-31')),
});

/** Without what is undefined. */
type Clean<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const clean = <T>(value: T) => JSON.parse(JSON.stringify(value)) as Clean<T>;
const rules = fc
  .array(
    fc.record({
      types: fc.array(selector, { minLength: 1, maxLength: 2 }),
      applies: maybe(appliesTo),
      conditions: anyConditions,
      basis: maybe(basis),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => all.map((drafted, index) => toRule(drafted, index)));

function toRule(
  {
    types,
    applies,
    conditions,
    basis: dates,
  }: { types: unknown; applies: unknown; conditions: RuleFile['conditions']; basis: unknown },
  index: number,
): RuleFile {
  return ruleWith({
    id: `r${index}`,
    trigger: clean({ on: 'event', types }) as Trigger,
    conditions,
    basis: [{ document: '手册', ...clean(dates ?? {}) }],
    ...(applies !== undefined && { appliesTo: clean(applies) as AppliesTo }),
  });
}

const told = fc.record({
  type: fc.constantFrom(...TYPES, 'never.heard.of'),
  process: maybe(fc.constantFrom(...PROCESSES, '高压增容', '别的流程')),
  stage: maybe(fc.constantFrom(...STAGES, '别的环节')),
  customerClass: maybe(fc.constantFrom('低压居民', '别的')),
  orgUnit: maybe(fc.constantFrom('33', '35')),
  data: fc.record({ a: fc.constantFrom(1, 2, 'x'), b: maybe(fc.constantFrom('', 'y')) }),
});

type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;
function toScope(ofWorkOrder: FactScope, { type: name, process, stage, customerClass, orgUnit, data }: Told) {
  const event = eventOf(name, clean({ ...data, stage }));
  const { stage: _, event: _e, ...others } = ofWorkOrder;
  const { process: _p, customerClass: _c, orgUnit: _o, ...rest } = ofWorkOrder.workOrder;
  const workOrder = { ...rest, ...clean({ process, customerClass, orgUnit }) };
  return { ...others, workOrder, event, ...(stage !== undefined && { stage: visit(stage) }) };
}

/** One rule after the other, each asked itself: what the screen of all together must come to. */
function oneByOne(set: RuleSet, scope: FactScope & { event: BusinessEvent }): string[] {
  return set.rules.flatMap((rule) => {
    if (!rule.matchesEvent(scope.event)) return [];
    const applies = rule.applies(scope.workOrder, scope.stage);
    if (applies === 'no' || !rule.inForce(scope.now, scope.calendar)) return [];
    const screen = rule.screen(scope);
    const outcome = screen === 'maybe' ? applies : screen === 'no' ? 'no_hit' : 'not_evaluated';
    return [`${rule.id} ${outcome}`];
  });
}

function together(set: RuleSet, scope: FactScope & { event: BusinessEvent }): string[] {
  const heard: string[] = [];
  const left = set.screenEvent(scope, { onEvaluation: ({ id }, outcome) => heard.push(`${id} ${outcome}`) });
  return [...heard, ...left.map(({ rule, applies }) => `${rule.id} ${applies}`)];
}

describe('rules that are screened together', () => {
  it('come to what each comes to on its own, wherever an event stands and whatever it lacks', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(rules, fc.array(fc.tuple(anyScope, told), { minLength: 4, maxLength: 4 }), (files, places) => {
        const set = makeRuleSet(files, CATALOGUE);
        for (const [ofWorkOrder, event] of places) {
          const scope = toScope(ofWorkOrder, event);
          const wanted = oneByOne(set, scope);
          expect(together(set, scope).sort()).toEqual([...wanted].sort());
          for (const line of wanted) {
            const outcome = line.split(' ')[1] ?? '';
            seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
          }
        }
      }),
      { numRuns: 400 },
    );
    // The generators reach every answer.
    for (const outcome of ['yes', 'unknown', 'no_hit', 'not_evaluated']) expect(seen.get(outcome)).toBeGreaterThan(5);
  }); // prettier-ignore

  it('are left in their order, and hear nothing of each other’s work orders', () => {
    const asks = (id: string, value: boolean) =>
      ruleWith({
        id,
        trigger: { on: 'event', types: ['stage.completed'] },
        conditions: { all: [{ fact: 'workOrder.sameCity', operator: 'equal', value }] },
      });
    const set = makeRuleSet([asks('b', true), asks('a', true), asks('c', false)]);
    const leftOf = (sameCity: boolean) => {
      const scope = {
        ...scopeOf({ workOrder: workOrderWith({ sameCity }) }),
        event: eventOf('stage.completed'),
      };
      return set.screenEvent(scope, {}).map(({ rule }) => rule.id);
    };
    expect([leftOf(true), leftOf(false), leftOf(true)]).toEqual([['b', 'a'], ['c'], ['b', 'a']]);
  });
});
