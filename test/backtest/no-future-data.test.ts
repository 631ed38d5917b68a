import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/alerts/alert.js';
import { calendar } from '../engine/fixtures.js';
import { backtestRules, changedRules } from './backtest-rules.js';
import { END, START, streams } from './random-stream.js';
import { replay } from './replay.js';

// BACKTEST_RUNS=1000 npm test -- test/backtest/no-future-data
const RUNS = Number(process.env['BACKTEST_RUNS'] ?? 25);

/** All that anybody could see of the alerts before an instant. */
function seenBefore(alerts: readonly Alert[], before: number): string[] {
  return alerts
    .flatMap(({ id, history }) =>
      history
        .filter(({ at }) => at.getTime() < before)
        .map(({ at, what }) => `${at.toISOString()} ${id} ${what}`),
    )
    .sort();
}

describe('a backtest', () => {
  it('judges at every moment as if nothing that became known later existed', async () => {
    let compared = 0;
    const cut = fc.integer({ min: START, max: END });
    await fc.assert(
      fc.asyncProperty(streams(2, 6), cut, async (events, at) => {
        const sets = { live: backtestRules(), candidate: changedRules(), calendar };
        const whole = await replay(events, { ...sets, to: END });
        const known = events.filter(({ receivedAt }) => receivedAt < at);
        const part = await replay(known, { ...sets, to: at });
        for (const side of ['live', 'candidate'] as const) {
          const seen = seenBefore(whole[side], at);
          compared += seen.length;
          expect(seenBefore(part[side], at)).toEqual(seen);
        }
      }),
      { numRuns: RUNS },
    );
    // Streams without alerts would prove nothing.
    expect(compared).toBeGreaterThan(RUNS);
  }, 120_000);
});
