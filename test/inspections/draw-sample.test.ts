import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawSample, sampleSize } from '../../src/inspections/draw-sample.js';

const request = fc
  .record({
    population: fc.uniqueArray(fc.string({ maxLength: 12 }), { maxLength: 80 }),
    /** Per cent, so that the test can reckon in whole numbers. */
    percent: fc.integer({ min: 0, max: 100 }),
    floor: fc.nat(12),
    more: fc.nat(40),
    seed: fc.string({ maxLength: 20 }),
  })
  .map(({ percent, more, ...rest }) => ({ ...rest, percent, ratio: percent / 100, cap: rest.floor + more }));

describe('a sample', () => {
  it('has the ratio rounded up, within floor and cap and all there are, each of the population at most once', () => {
    fc.assert(
      fc.property(request, ({ percent, ...asked }) => {
        const drawn = drawSample(asked);
        const { population, floor, cap } = asked;
        const share = Math.floor((population.length * percent + 99) / 100);
        expect(drawn).toHaveLength(Math.min(population.length, Math.min(cap, Math.max(floor, share))));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((id) => population.includes(id))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same for the same seed, whatever the order of the population and its repetitions', () => {
    fc.assert(
      fc.property(
        request.chain((asked) =>
          fc.record({
            asked: fc.constant(asked),
            shuffled: fc.shuffledSubarray([...asked.population, ...asked.population], {
              minLength: asked.population.length * 2,
            }),
          }),
        ),
        ({ asked, shuffled }) => {
          expect(drawSample({ ...asked, population: shuffled })).toEqual(drawSample(asked));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('only grows when more is asked for: a smaller draw of the same seed is the beginning of a larger one', () => {
    fc.assert(
      fc.property(request, fc.nat(10), (asked, more) => {
        const larger = drawSample({ ...asked, floor: asked.floor + more, cap: asked.cap + more });
        const smaller = drawSample(asked);
        expect(larger.slice(0, smaller.length)).toEqual(smaller);
      }),
      { numRuns: 300 },
    );
  });

  it('gives every work order the same chance', () => {
    const population = Array.from({ length: 20 }, (_, i) => `3301000000${i}`);
    const draws = 4000;
    const hits = new Map<string, number>();
    for (let seed = 0; seed < draws; seed += 1)
      for (const id of drawSample({ population, ratio: 0.25, floor: 1, cap: 10, seed: `seed-${seed}` }))
        hits.set(id, (hits.get(id) ?? 0) + 1);
    const expected = draws / 4;
    const spread = Math.sqrt(draws * 0.25 * 0.75);
    expect([...hits.values()].reduce((a, b) => a + b)).toBe(draws * 5);
    for (const id of population) expect(Math.abs(hits.get(id)! - expected)).toBeLessThan(4.5 * spread);
  });

  it('differs from seed to seed', () => {
    const population = Array.from({ length: 50 }, (_, i) => `wo-${i}`);
    const draws = Array.from({ length: 20 }, (_, seed) =>
      drawSample({ population, ratio: 0.1, floor: 0, cap: 50, seed: String(seed) }).join(),
    );
    expect(new Set(draws).size).toBe(20);
  });

  it('can be checked by hand: the ranks are the SHA-256 of seed and id', () => {
    // printf 's\na' | sha256sum begins with 009fa556, 's\nb' with cd85bddd, 's\nc' with a953fc7a
    const drawn = drawSample({ population: ['a', 'b', 'c'], ratio: 1, floor: 0, cap: 3, seed: 's' });
    expect(drawn).toEqual(['a', 'c', 'b']);
  });

  it('does not stumble over binary fractions', () => {
    expect(sampleSize(100, { ratio: 0.07, floor: 0, cap: 100 })).toBe(7);
    expect(sampleSize(101, { ratio: 0.07, floor: 0, cap: 100 })).toBe(8);
    expect(sampleSize(30, { ratio: 0.1, floor: 0, cap: 100 })).toBe(3);
  });

  it.each([
    [{ ratio: 1.1, floor: 0, cap: 1 }, 'sample ratio 1.1: expected 0 to 1'],
    [{ ratio: NaN, floor: 0, cap: 1 }, 'sample ratio NaN: expected 0 to 1'],
    [{ ratio: 0.1, floor: 3, cap: 2 }, 'sample floor 3 and cap 2: expected whole numbers, 0 <= floor <= cap'],
    [{ ratio: 0.1, floor: 0.5, cap: 2 }, 'sample floor 0.5 and cap 2'],
    [{ ratio: 0.1, floor: -1, cap: 2 }, 'sample floor -1 and cap 2'],
  ])('refuses %j', (numbers, message) => {
    expect(() => drawSample({ population: ['a'], seed: '', ...numbers })).toThrow(message);
  });
});
