import type { BusinessEvent } from '../events/business-event.js';

/** What was known of the feeds at any instant: when each had given its last sign of life, as of then. */
export interface FeedTimeline {
  /** Up to when absence may be believed at `now`, as FeedStore.horizonOf answers. */
  horizonOf(feed: string | undefined, now: number): number;
  /** Undefined unless the feed is silent at `now`: then when its next sign becomes known, Infinity for never. */
  silentUntil(feed: string | undefined, now: number): number | undefined;
  /** The feeds that sent heartbeats, each with the instant from which on it is watched. */
  readonly watched: readonly { readonly feed: string; readonly from: number }[];
  /** Its last sign of life known at `now`. */
  lastSeenAt(feed: string, now: number): number | undefined;
}

/** Takes note of signs of life in any order. */
export interface FeedSigns {
  add(event: BusinessEvent, knownAt: number): void;
  /** @param silentAfterMs how long a feed may give no sign of life */
  toTimeline(silentAfterMs: number): FeedTimeline;
}

interface Sign {
  readonly knownAt: number;
  readonly at: number;
  readonly heartbeat: boolean;
}
/** The signs of one feed by when they were known; `seen` is the newest occurred time so far. */
interface Line {
  readonly knownAt: Float64Array;
  readonly seen: Float64Array;
  /** From when it is known to send heartbeats. */
  readonly watchedFrom: number;
}

export function makeFeedSigns(): FeedSigns {
  const signs = new Map<string, Sign[]>();
  return {
    add({ type, at, data: { feed } }, knownAt) {
      if (typeof feed !== 'string') return;
      const sign = { knownAt, at, heartbeat: type === 'yxzy.feed.heartbeat' };
      const known = signs.get(feed);
      if (known) known.push(sign);
      else signs.set(feed, [sign]);
    },
    toTimeline: (silentAfterMs) =>
      makeTimeline(new Map([...signs].map(([feed, list]) => [feed, toLine(list)])), silentAfterMs),
  };
}

function toLine(signs: Sign[]): Line {
  signs.sort((a, b) => a.knownAt - b.knownAt);
  let newest = -Infinity;
  const seen = signs.map(({ at }) => (newest = Math.max(newest, at)));
  return {
    knownAt: Float64Array.from(signs, ({ knownAt }) => knownAt),
    seen: Float64Array.from(seen),
    watchedFrom: signs.find(({ heartbeat }) => heartbeat)?.knownAt ?? Infinity,
  };
}

function makeTimeline(lines: ReadonlyMap<string, Line>, silentAfterMs: number): FeedTimeline {
  const seenAt = ({ knownAt, seen }: Line, now: number) => seen[countUpTo(knownAt, now) - 1];
  /** The last sign of life of a feed that is silent. */
  const silentSince = (line: Line, now: number): number | undefined => {
    if (now < line.watchedFrom) return undefined;
    const seen = seenAt(line, now);
    return seen !== undefined && now - seen > silentAfterMs ? seen : undefined;
  };
  const lineOf = (feed: string | undefined) => (feed === undefined ? undefined : lines.get(feed));
  return {
    horizonOf(feed, now) {
      const line = lineOf(feed);
      return (line && silentSince(line, now)) ?? now;
    },
    silentUntil(feed, now) {
      const line = lineOf(feed);
      if (!line || silentSince(line, now) === undefined) return undefined;
      return line.knownAt[countUpTo(line.knownAt, now)] ?? Infinity;
    },
    watched: [...lines].flatMap(([feed, { watchedFrom }]) =>
      watchedFrom < Infinity ? [{ feed, from: watchedFrom }] : [],
    ),
    lastSeenAt(feed, now) {
      const line = lines.get(feed);
      return line && seenAt(line, now);
    },
  };
}

/** How many of the sorted values are at or before `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
