import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sampleSize } from '../../src/inspections/draw-sample.js';
import {
  drawStratifiedSample,
  shareOut,
  type StratifiedDrawRequest,
} from '../../src/inspections/draw-stratified-sample.js';

const STRATA = ['一班|高压新装', '一班|低压新装', '二班|高压新装', '三班|变更'];
const requests = fc
  .record({
    population: fc.uniqueArray(
      fc.record({ id: fc.string({ minLength: 1, maxLength: 6 }), stratum: fc.constantFrom(...STRATA) }),
      { selector: ({ id }) => id, maxLength: 120 },
    ),
    ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    limits: fc.tuple(fc.nat(30), fc.nat(30)),
    seed: fc.string(),
    risks: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ population, ratio, limits: [a, b], seed, risks }) => ({
    population,
    ratio,
    floor: Math.min(a, b),
    cap: Math.max(a, b),
    seed,
    risk: new Map(STRATA.map((stratum, index) => [stratum, risks[index] ?? 1])),
  }));
const RUNS = { numRuns: 1_000 };

function countsOf({ population }: StratifiedDrawRequest): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { stratum } of population) counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  return counts;
}

describe('a stratified sample', () => {
  it('is as large as ratio, floor and cap say, of those there are, none twice', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { drawn, strata } = drawStratifiedSample(request);
        const ids = drawn.map(({ id }) => id);
        expect(ids).toHaveLength(sampleSize(request.population.length, request));
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Map(request.population.map(({ id, stratum }) => [id, stratum]));
        for (const { id, stratum } of drawn) expect(known.get(id)).toBe(stratum);
        expect(strata.reduce((sum, one) => sum + one.drawn, 0)).toBe(ids.length);
      }),
      RUNS,
    );
  });

  it('has one of each stratum while there are places, and no more of any than there are', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { drawn, strata } = drawStratifiedSample(request);
        const counts = countsOf(request);
        for (const { stratum, size, drawn: share } of strata) {
          expect(size).toBe(counts.get(stratum));
          expect(share).toBeLessThanOrEqual(size);
          if (drawn.length >= strata.length) expect(share).toBeGreaterThanOrEqual(1);
        }
      }),
      RUNS,
    );
  });

  it('is the same for the same seed, in whatever order the population comes', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const again = { ...request, population: [...request.population].reverse() };
        expect(drawStratifiedSample(again)).toEqual(drawStratifiedSample(request));
      }),
      RUNS,
    );
  });

  it('looks no less often where more was found', () => {
    fc.assert(
      fc.property(requests, fc.constantFrom(...STRATA), (request, stratum) => {
        const shareOf = (risk: ReadonlyMap<string, number>) =>
          drawStratifiedSample({ ...request, risk }).strata.find((one) => one.stratum === stratum)?.drawn ??
          0;
        const more = new Map(request.risk).set(stratum, (request.risk.get(stratum) ?? 1) * 2);
        expect(shareOf(more)).toBeGreaterThanOrEqual(shareOf(request.risk));
      }),
      RUNS,
    );
  });

  it('is shared out in proportion where nothing was found', () => {
    const sizes = [60, 30, 10].map((size, index) => ({ stratum: String(index), size, risk: 1 }));
    expect(shareOut(10, sizes)).toEqual([6, 3, 1]);
    expect(shareOut(2, sizes)).toEqual([1, 1, 0]);
    expect(shareOut(500, sizes)).toEqual([60, 30, 10]);
    expect(() => shareOut(1, [{ stratum: 'x', size: 1, risk: 0 }])).toThrow('risk 0 of stratum "x"');
  });
});
