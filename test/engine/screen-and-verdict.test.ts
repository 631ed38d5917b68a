import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileConditions } from '../../src/engine/compile-conditions.js';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import { conformsTo } from '../../src/engine/fact-definition.js';
import { referTo } from '../../src/engine/fact-reference.js';
import { OPERATORS } from '../../src/engine/operators.js';
import type { OperatorDefinition } from '../../src/engine/operators.js';
import type { ConditionLeaf, Conditions } from '../../src/engine/rule-file.js';
import type { JsonObject, JsonValue } from '../../src/json.js';
import { at, given } from './fixtures.js';

/** One fact of each type, with and without parameters. */
const FACTS: { fact: string; params?: JsonObject }[] = [
  { fact: 'workOrder.sameCity' },
  { fact: 'workOrder.returns' },
  { fact: 'workOrder.customerNo' },
  { fact: 'workOrder.openedAt' },
  { fact: 'shortfall.agreedDate' },
  { fact: 'shortfall.missing' },
  { fact: 'event.data', params: { field: 'a' } },
  { fact: 'stage.completed', params: { stage: '勘查' } },
  { fact: 'stage.completions', params: { stage: '勘查' } },
  {
    fact: 'elapsed.minutes',
    params: { from: 'workOrder.openedAt', to: { fact: 'milestone.at', params: { name: 'fee.paid' } } },
  },
];
const GIVEN = [...FACTS, { fact: 'milestone.at', params: { name: 'fee.paid' } }].map(
  ({ fact, params }) => referTo(fact, params).key,
);

const word = fc.constantFrom('a', 'b', '');
const count = fc.integer({ min: -1, max: 3 });
const moment = fc.constantFrom(at('2026-01-05 09:00'), at('2026-01-10 12:00'), at('2031-05-05 09:00'));
const day = fc.constantFrom('2026-01-05', '2026-01-10');
const wordList = fc.array(word, { maxLength: 3 });
/** Of every type, so that many are of the wrong one; null stands for missing. */
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  count,
  word,
  moment,
  day,
  wordList,
  fc.constant({ deep: 1 }),
);

function literalOf({ value }: OperatorDefinition, type: string): fc.Arbitrary<JsonValue> {
  const own: fc.Arbitrary<JsonValue> =
    type === 'number'
      ? count
      : type === 'boolean'
        ? fc.boolean()
        : type === 'string'
          ? word
          : fc.oneof(word, count);
  switch (value) {
    case 'same':
    case 'scalar':
      return own;
    case 'sameList':
    case 'scalarList':
      return fc.array(own, { minLength: 1, maxLength: 3 });
    case 'number':
      return count;
    case 'length':
      return fc.integer({ min: 1, max: 3 });
    case 'date':
      return fc.oneof(day, fc.constantFrom('2026-01-07 10:00', '2026-01-05T09:00:00+08:00'));
    case 'boolean':
      return fc.boolean();
    case 'string':
      return fc.constantFrom('a', 'b');
    case 'format':
      return fc.constantFrom('digits', 'mobilePhone');
  }
}

const leaf: fc.Arbitrary<ConditionLeaf> = fc.constantFrom(...FACTS).chain((naming) => {
  const type = FACT_CATALOGUE.get(naming.fact)?.type ?? 'any';
  const fitting = [...OPERATORS.values()].filter(
    (operator) => type === 'any' || operator.factTypes.includes(type),
  );
  return fc.constantFrom(...fitting).chain((operator) =>
    fc
      .oneof(
        { weight: 3, arbitrary: literalOf(operator, type) },
        {
          weight: operator.valueFact ? 1 : 0,
          arbitrary: fc.constantFrom<JsonValue[]>(...(FACTS as JsonObject[])),
        },
      )
      .map((value) => ({ ...naming, operator: operator.name, value })),
  );
});

const tree = fc.letrec<{ node: Conditions | ConditionLeaf; branch: Conditions }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, tie('branch')),
  branch: fc.oneof(
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).branch;

const facts = fc.record(Object.fromEntries(GIVEN.map((key) => [key, anyValue])));

function known(values: Record<string, JsonValue>): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

describe('the screen', () => {
  it('never says no where json-rules-engine says yes, and sends on only what json-rules-engine confirms', async () => {
    const seen = { no: 0, maybe: 0, unknown: 0, unsound: 0 };
    await fc.assert(
      fc.asyncProperty(tree, facts, async (conditions, values) => {
        const scope = given(known(values));
        const compiled = compileConditions(conditions);
        const screen = compiled.screen(scope);
        const verdict = await compiled.judge(scope);
        expect(verdict.outcome).not.toBe('error');
        if (screen === 'no') expect(verdict.outcome).toBe('no_hit');
        if (screen === 'maybe') expect(verdict.outcome).toBe('hit');
        seen[screen]++;
        if (screen === 'unknown' && verdict.outcome === 'hit') seen.unsound++;
      }),
      { numRuns: 6000 },
    );
    // The generator reaches every answer often, and json-rules-engine alone would raise alerts on missing facts.
    expect(Math.min(seen.no, seen.maybe, seen.unknown)).toBeGreaterThan(300);
    expect(seen.unsound).toBeGreaterThan(0);
  });

  it('decides only what no missing fact could change', () => {
    fc.assert(
      fc.property(tree, facts, facts, (conditions, values, fill) => {
        const compiled = compileConditions(conditions);
        const before = compiled.screen(given(known(values)));
        fc.pre(before !== 'unknown' && !JSON.stringify(conditions).includes('isPresent'));
        const filled = Object.fromEntries(
          Object.entries(values).map(([key, value]) => {
            const type = FACT_CATALOGUE.get(key.split('(')[0] ?? '')?.type ?? 'any';
            const more = fill[key] ?? null;
            // A span is known through its two ends; a value of its own would contradict them.
            const stays = conformsTo(value, type) || key.startsWith('elapsed.') || !conformsTo(more, type);
            return [key, stays ? value : more];
          }),
        );
        expect(compiled.screen(given(known(filled)))).toBe(before);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('evaluate', () => {
  it('never throws, and answers without a promise whenever the screen decides', async () => {
    await fc.assert(
      fc.asyncProperty(tree, facts, async (conditions, values) => {
        const compiled = compileConditions(conditions);
        const scope = given(known(values));
        const answer = compiled.evaluate(scope);
        const screen = compiled.screen(scope);
        expect(answer instanceof Promise).toBe(screen === 'maybe');
        const { outcome } = await answer;
        expect(outcome).toBe({ no: 'no_hit', maybe: 'hit', unknown: 'not_evaluated' }[screen]);
      }),
      { numRuns: 1500 },
    );
  });

  it('names the facts that are missing and those of the wrong type, and no others', () => {
    const conditions: Conditions = {
      all: [
        { fact: 'workOrder.returns', operator: 'greaterThan', value: 0 },
        { fact: 'workOrder.customerNo', operator: 'equal', value: 'a' },
        { any: [
          { fact: 'workOrder.sameCity', operator: 'equal', value: true },
          { fact: 'event.data', params: { field: 'a' }, operator: 'greaterThan', value: 1 },
        ] },
      ],
    }; // prettier-ignore
    const answer = compileConditions(conditions).evaluate(
      given({ 'workOrder.returns': 1, 'workOrder.sameCity': 'yes', 'event.data(field=a)': '5' }),
    );
    expect(answer).toEqual({
      outcome: 'not_evaluated',
      missing: ['workOrder.customerNo', 'workOrder.sameCity (mistyped)', 'event.data(field=a) (mistyped)'],
    });
  });

  it('takes no missing fact for a yes: notEqual, not, notIn, doesNotContain, isEmpty', () => {
    const missing: (Conditions | ConditionLeaf)[] = [
      { fact: 'workOrder.customerNo', operator: 'notEqual', value: 'a' },
      { not: { fact: 'workOrder.customerNo', operator: 'equal', value: 'a' } },
      { not: { not: { fact: 'workOrder.customerNo', operator: 'equal', value: 'a' } } },
      { fact: 'workOrder.customerNo', operator: 'notIn', value: ['a'] },
      { fact: 'shortfall.missing', operator: 'doesNotContain', value: 'a' },
      { fact: 'shortfall.missing', operator: 'isEmpty', value: true },
      { not: { all: [{ fact: 'workOrder.sameCity', operator: 'equal', value: true }] } },
    ];
    for (const condition of missing) {
      const answer = compileConditions({ all: [condition] }).evaluate(given({}));
      expect({ condition, answer }).toMatchObject({ answer: { outcome: 'not_evaluated' } });
    }
  });

  it('keeps what every condition found, with times in business time', async () => {
    const conditions: Conditions = {
      all: [
        { name: '已开工单', fact: 'workOrder.openedAt', operator: 'before', value: { fact: 'milestone.at', params: { name: 'fee.paid' } } },
        { not: { fact: 'stage.completed', params: { stage: '勘查' }, operator: 'equal', value: true } },
        { any: [
          { fact: 'workOrder.customerNo', operator: 'startsWith', value: 'x' },
          { fact: 'elapsed.minutes', params: { from: 'workOrder.openedAt', to: 'now' }, operator: 'greaterThan', value: 30 },
        ] },
      ],
    }; // prettier-ignore
    const answer = await compileConditions(conditions).evaluate(
      given({
        'workOrder.openedAt': at('2026-01-05 09:00'),
        'milestone.at(name=fee.paid)': at('2026-01-05 10:00'),
        'stage.completed(stage=勘查)': false,
        now: at('2026-01-05 10:30'),
      }),
    );
    expect(answer).toEqual({
      outcome: 'hit',
      facts: {
        'workOrder.openedAt': '2026-01-05T09:00:00+08:00',
        'milestone.at(name=fee.paid)': '2026-01-05T10:00:00+08:00',
        'stage.completed(stage=勘查)': false,
        'workOrder.customerNo': null,
        'elapsed.minutes(from=workOrder.openedAt,to=now)': 90,
      },
      conditions: [
        {
          name: '已开工单',
          fact: 'workOrder.openedAt',
          operator: 'before',
          value: '2026-01-05T10:00:00+08:00',
          valueFact: 'milestone.at(name=fee.paid)',
          factValue: '2026-01-05T09:00:00+08:00',
          result: true,
        },
        {
          fact: 'stage.completed',
          params: { stage: '勘查' },
          operator: 'equal',
          value: true,
          factValue: false,
          result: false,
          negated: true,
        },
        { fact: 'workOrder.customerNo', operator: 'startsWith', value: 'x', factValue: null, result: false },
        {
          fact: 'elapsed.minutes',
          params: { from: 'workOrder.openedAt', to: 'now' },
          operator: 'greaterThan',
          value: 30,
          factValue: 90,
          result: true,
        },
      ],
    });
  });

  it('turns a throw into an error of this rule only, in the screen and in the verdict', async () => {
    const broken = new Proxy(new Map<string, JsonValue>(), {
      get: () => () => {
        throw new Error('no such luck');
      },
    });
    const scope = { ...given({}), given: broken };
    const conditions: Conditions = { all: [{ fact: 'workOrder.sameCity', operator: 'equal', value: true }] };
    const compiled = compileConditions(conditions);
    expect(compiled.screen(scope)).toBe('maybe');
    expect(compiled.evaluate(scope)).toEqual({ outcome: 'error', message: 'no such luck' });
    expect(await compiled.judge(scope)).toEqual({ outcome: 'error', message: 'no such luck' });
  });

  it('loses nothing when hundreds of runs of one rule overlap', async () => {
    const compiled = compileConditions({
      all: [{ fact: 'workOrder.returns', operator: 'greaterThanInclusive', value: 0 }],
    });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        Promise.resolve(compiled.evaluate(given({ 'workOrder.returns': n }))),
      ),
    );
    expect(answers.map((answer) => answer.outcome === 'hit' && answer.facts['workOrder.returns'])).toEqual(
      Array.from({ length: 500 }, (_, n) => n),
    );
  });
});
