import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partitionOf } from '../../src/events/partition-of.js';

describe('partitionOf', () => {
  it('never changes: it decides where the events of a record queue up, on every machine and after every update', () => {
    expect(
      ['330100000001', '330100000002', 'hall:ZJ-HZ@2026-11-20', '工单-7', ''].map((id) => partitionOf(id, 8)),
    ).toEqual([0, 3, 4, 1, 3]);
  });

  it('answers a partition that exists, for any record id and any number of partitions', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1024 }), (id, partitions) => {
        const partition = partitionOf(id, partitions);
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
        expect(partitionOf(id, partitions)).toBe(partition);
      }),
    );
  });

  it.each([2, 3, 4, 7, 8, 16, 64])(
    'spreads consecutive work order numbers evenly over %d partitions',
    (partitions) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 9_000_000 }),
          fc.constantFrom('', '3301', 'ZX-'),
          (start, prefix) => {
            const perPartition = 200;
            const counts = new Array<number>(partitions).fill(0);
            for (let i = 0; i < perPartition * partitions; i++) {
              const partition = partitionOf(`${prefix}${String(start + i).padStart(8, '0')}`, partitions);
              counts[partition] = (counts[partition] ?? 0) + 1;
            }
            // 200 expected, standard deviation 14: ±40 % is far beyond chance and far below a bad hash.
            expect(Math.min(...counts)).toBeGreaterThan(perPartition * 0.6);
            expect(Math.max(...counts)).toBeLessThan(perPartition * 1.4);
          },
        ),
        { numRuns: 10 },
      );
    },
  );

  it.each([0, -1, 1.5, Number.NaN])('refuses %p partitions', (partitions) => {
    expect(() => partitionOf('x', partitions)).toThrow(
      `The number of partitions must be a whole number from 1, not ${partitions}.`,
    );
  });
});
