import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine } from 'json-rules-engine';
import { applyOperator, OPERATORS } from '../../src/engine/operators.js';
import { at, calendar } from './fixtures.js';

function apply(name: string, fact: unknown, value: unknown): boolean | undefined {
  const operator = OPERATORS.get(name);
  if (!operator) throw new Error(`no operator ${name}`);
  return applyOperator(operator, fact, value, calendar);
}

const MONDAY = at('2026-01-05 09:00');
const SATURDAY = at('2026-01-10 09:00');
const NOON = at('2026-01-05 12:30');
const UNCOVERED = at('2031-01-06 09:00');
const UNKNOWN = undefined;

/** operator, fact, value, answer; undefined = nobody knows. */
const TABLE: [string, unknown, unknown, boolean | undefined][] = [
  ['equal', 'a', 'a', true],
  ['equal', 'a', 'b', false],
  ['equal', 5, '5', UNKNOWN],
  ['equal', [], [], UNKNOWN],
  ['notEqual', 'a', 'b', true],
  ['notEqual', 'a', 'a', false],
  ['notEqual', 5, '5', UNKNOWN],
  ['in', 'a', ['a', 'b'], true],
  ['in', 'c', ['a', 'b'], false],
  ['in', 'a', 'abc', UNKNOWN],
  ['in', 1, ['1'], UNKNOWN],
  ['notIn', 'c', ['a'], true],
  ['notIn', 'a', ['a'], false],
  ['notIn', 'a', 'xyz', UNKNOWN],
  ['lessThan', 1, 2, true],
  ['lessThan', 2, 2, false],
  ['lessThan', '1', 2, UNKNOWN],
  ['lessThanInclusive', 2, 2, true],
  ['lessThanInclusive', 3, 2, false],
  ['greaterThan', 3, 2, true],
  ['greaterThan', 2, 2, false],
  ['greaterThan', '5', 3, UNKNOWN],
  ['greaterThan', NaN, 3, UNKNOWN],
  ['greaterThanInclusive', 2, 2, true],
  ['greaterThanInclusive', 1, 2, false],
  ['before', MONDAY, SATURDAY, true],
  ['before', MONDAY, MONDAY, false],
  ['before', MONDAY, '2026-01-05 09:01', true],
  ['before', MONDAY, '2026-01-05T01:00:01Z', true],
  ['before', MONDAY, '2026-01-06', true],
  ['before', MONDAY, '2026-01-05', false],
  ['before', '2026-01-05', '2026-01-06', true],
  ['before', MONDAY, 1e21, UNKNOWN], // a number that is no instant is no date, beside an instant too
  ['before', 'yesterday', MONDAY, UNKNOWN],
  ['before', MONDAY, '2026-02-30', UNKNOWN],
  ['before', MONDAY, '2026-01-05T09:00:00', false], // without an offset: business time
  ['before', Date.UTC(-5, 0), '2026-01-05', UNKNOWN],
  ['onOrBefore', MONDAY, '2026-01-05', true],
  ['onOrBefore', SATURDAY, '2026-01-05', false],
  ['onOrBefore', MONDAY, true, UNKNOWN],
  ['after', SATURDAY, MONDAY, true],
  ['after', MONDAY, '2026-01-05', false],
  ['after', at('2026-01-06 00:00'), '2026-01-05', true],
  ['after', {}, MONDAY, UNKNOWN],
  ['onOrAfter', MONDAY, MONDAY, true],
  ['onOrAfter', MONDAY, '2026-01-06', false],
  ['isWorkingDay', MONDAY, true, true],
  ['isWorkingDay', SATURDAY, true, false],
  ['isWorkingDay', SATURDAY, false, true],
  ['isWorkingDay', '2026-01-01', true, false],
  ['isWorkingDay', UNCOVERED, true, UNKNOWN],
  ['isWorkingDay', 'soon', true, UNKNOWN],
  ['isWorkingTime', MONDAY, true, true],
  ['isWorkingTime', NOON, true, false],
  ['isWorkingTime', SATURDAY, false, true],
  ['isWorkingTime', '2026-01-05', true, UNKNOWN],
  ['isWorkingTime', UNCOVERED, false, UNKNOWN],
  ['contains', ['a', 'b'], 'a', true],
  ['contains', ['a', 'b'], 'c', false],
  ['contains', 'abc', 'a', UNKNOWN],
  ['contains', ['a'], ['a'], UNKNOWN],
  ['doesNotContain', ['a'], 'b', true],
  ['doesNotContain', ['a'], 'a', false],
  ['doesNotContain', 'abc', 'z', UNKNOWN],
  ['isEmpty', [], true, true],
  ['isEmpty', ['a'], true, false],
  ['isEmpty', ['a'], false, true],
  ['isEmpty', '', true, UNKNOWN],
  ['hasAll', ['a', 'b', 'c'], ['a', 'c'], true],
  ['hasAll', ['a'], ['a', 'c'], false],
  ['hasAll', 'ac', ['a'], UNKNOWN],
  ['hasAny', ['a'], ['a', 'c'], true],
  ['hasAny', ['b'], ['a', 'c'], false],
  ['hasAny', ['b'], 'b', UNKNOWN],
  ['lacksAny', ['a'], ['a', 'c'], true],
  ['lacksAny', ['a', 'c'], ['a', 'c'], false],
  ['lacksAny', ['a'], 'a', UNKNOWN],
  ['isPresent', 'a', true, true],
  ['isPresent', false, true, true],
  ['isPresent', 'a', false, false],
  ['isPresent', undefined, true, false],
  ['isPresent', undefined, false, true],
  ['isPresent', null, false, true],
  ['hasFormat', '13800138000', 'mobilePhone', true],
  ['hasFormat', '1380013800', 'mobilePhone', false],
  ['hasFormat', 13800138000, 'mobilePhone', UNKNOWN],
  ['startsWith', 'YXZY-YY', 'YXZY', true],
  ['startsWith', 'yxzy', 'YXZY', false],
  ['startsWith', 5, '5', UNKNOWN],
  ['lengthAtLeast', '供电方案', 4, true],
  ['lengthAtLeast', '供电', 4, false],
  ['lengthAtLeast', '𠮷𠮷', 3, false],
  ['lengthAtLeast', ['a', 'b'], 2, true],
  ['lengthAtLeast', 12345, 2, UNKNOWN],
];

describe('operators', () => {
  it.each(TABLE)('%s: %p against %p is %p', (name, fact, value, answer) => {
    expect(apply(name, fact, value)).toBe(answer);
  });

  it('are all in the table above, with a yes and a no each', () => {
    for (const name of OPERATORS.keys()) {
      const answers = TABLE.filter(([operator]) => operator === name).map(([, , , answer]) => answer);
      expect({ name, yes: answers.includes(true), no: answers.includes(false) }).toEqual({
        name,
        yes: true,
        no: true,
      });
    }
  });

  it('never say yes or no of a missing value, isPresent apart', () => {
    for (const operator of OPERATORS.values()) {
      if (operator.name === 'isPresent') continue;
      expect(applyOperator(operator, undefined, true, calendar)).toBeUndefined();
      expect(applyOperator(operator, null, true, calendar)).toBeUndefined();
      expect(applyOperator(operator, 'a', undefined, calendar)).toBeUndefined();
    }
  });

  it('never throw, whatever they are given', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...OPERATORS.values()),
        fc.anything(),
        fc.anything(),
        (operator, fact, value) => {
          expect([true, false, undefined]).toContain(applyOperator(operator, fact, value, calendar));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('answer as the built-in operators of json-rules-engine do where the types are right', async () => {
    const text = fc.constantFrom('a', 'b', 'c');
    const count = fc.integer({ min: 0, max: 3 });
    const cases = fc.oneof(
      fc.tuple(fc.constantFrom('equal', 'notEqual'), text, text),
      fc.tuple(fc.constantFrom('in', 'notIn'), text, fc.array(text, { minLength: 1 })),
      fc.tuple(fc.constantFrom('contains', 'doesNotContain'), fc.array(text), text),
      fc.tuple(
        fc.constantFrom('lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'),
        count,
        count,
      ),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([operator, fact, value]) => {
        const engine = new Engine([
          { conditions: { all: [{ fact: 'f', operator, value }] }, event: { type: 'e' } },
        ]);
        const { results } = await engine.run({ f: fact });
        expect(apply(operator, fact, value)).toBe(results.length === 1);
      }),
      { numRuns: 300 },
    );
  });
});
