import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RETRY, retryDelay } from '../../src/queue/retry-delay.js';

describe('the wait before a chunk is tried again', () => {
  it('doubles with each failure and is jittered between half and all of it', () => {
    const waits = [1, 2, 3, 4].map((made) => [
      retryDelay(DEFAULT_RETRY, made, () => 0),
      retryDelay(DEFAULT_RETRY, made, () => 0.999_999),
    ]);
    expect(waits).toEqual([
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
    ]);
  });

  it('ends with the last attempt', () => {
    expect(retryDelay(DEFAULT_RETRY, 5, Math.random)).toBe(-1);
    expect(retryDelay({ ...DEFAULT_RETRY, attempts: 1 }, 1, Math.random)).toBe(-1);
  });

  it('never exceeds the longest delay, however often it failed', () => {
    const policy = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 5_000 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (made, random) => {
          const wait = retryDelay(policy, made, () => random);
          expect(wait).toBeGreaterThanOrEqual(50);
          expect(wait).toBeLessThanOrEqual(5_000);
        },
      ),
    );
  });
});
