import { DAY, dateOf, instantOf, MINUTE } from './office-time.js';
import { makeRandom } from './random.js';

/** The feed says that it is alive, night and day, so often. */
const EVERY = 10 * MINUTE;

/**
 * The heartbeats from one instant to another, and the times at which they stay away.
 * @param signs other signs of life of the feed, epoch ms; it falls silent where there are none
 */
export function tellFeed(
  seed: number,
  from: number,
  to: number,
  days: readonly string[],
  faultRate: number,
  signs: readonly number[],
): { heartbeats: number[]; silences: number } {
  const random = makeRandom(seed, 'feed');
  const gaps: (readonly [from: number, to: number])[] = [];
  for (const date of days) {
    if (!random.chance(faultRate)) continue;
    for (let tries = 0; tries < 50; tries++) {
      const start = instantOf(date, '00:00') + random.int(0, (DAY - 1) / EVERY) * EVERY;
      const end = start + random.int(2, 12) * EVERY;
      if (dateOf(end) !== date || signs.some((at) => at >= start && at <= end)) continue;
      gaps.push([start, end]);
      break;
    }
  }
  const heartbeats: number[] = [];
  for (let at = from; at <= to; at += EVERY) {
    if (!gaps.some(([start, end]) => at > start && at < end)) heartbeats.push(at);
  }
  return { heartbeats, silences: gaps.length };
}
