import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeFeedStore } from '../../src/schedule/feed-store.js';
import type { FeedStore } from '../../src/schedule/feed-store.js';
import { openTestMongo } from '../support/services.js';

const MINUTE = 60_000;
const LIMIT = 10 * MINUTE;
let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let feeds: FeedStore;
let clock = 0;

beforeAll(async () => {
  mongo = await openTestMongo();
  feeds = makeFeedStore(mongo.connection, { silentAfterMs: LIMIT, now: () => clock });
  await feeds.init();
});
afterAll(() => mongo.close());
beforeEach(async () => {
  await mongo.connection.collection('feeds').deleteMany({});
  clock += 1_000_000;
});

const T = Date.parse('2026-03-02T01:00:00Z');
const sign = (at: number, heartbeat = false) => ({ at, heartbeat });
const touch = (name: string, at: number, heartbeat = false) =>
  feeds.touch(new Map([[name, sign(at, heartbeat)]]));
const names = (list: readonly { feed: string }[]) => list.map(({ feed }) => feed);

describe('feeds', () => {
  it('remember the newest sign of life, whatever the order', async () => {
    await feeds.touch(
      new Map([
        ['a', sign(T + 5, true)],
        ['b', sign(T)],
      ]),
    );
    await feeds.touch(
      new Map([
        ['a', sign(T - 100, true)],
        ['b', sign(T + 1)],
      ]),
    );
    expect(await feeds.list()).toEqual([
      { feed: 'a', lastSeenAt: new Date(T + 5), lastHeartbeatAt: new Date(T + 5) },
      { feed: 'b', lastSeenAt: new Date(T + 1) },
    ]);
  });

  it('are silent when they once sent heartbeats and then nothing for longer than the limit', async () => {
    await touch('beating', T, true);
    await touch('events-only', T);
    await touch('alive', T + 1, true);
    expect(names(await feeds.silentFeeds(T + LIMIT))).toEqual([]);
    expect(names(await feeds.silentFeeds(T + LIMIT + 1))).toEqual(['beating']);
    expect(names(await feeds.silentFeeds(T + LIMIT + 2)).sort()).toEqual(['alive', 'beating']);
  });

  it('are alive by any event, not only by heartbeats', async () => {
    await touch('a', T, true);
    await touch('a', T + LIMIT);
    expect(await feeds.silentFeeds(T + 2 * LIMIT)).toEqual([]);
  });

  it('let absence be believed up to now, but for a silent one only up to its last sign of life', async () => {
    const later = T + LIMIT + 1;
    await touch('silent', T, true);
    await touch('events-only', T);
    expect(await feeds.horizonOf('silent', T + LIMIT)).toBe(T + LIMIT);
    expect(await feeds.horizonOf('silent', later)).toBe(T);
    expect(await feeds.horizonOf('events-only', later)).toBe(later);
    expect(await feeds.horizonOf('unknown', later)).toBe(later);
    expect(await feeds.horizonOf(undefined, later)).toBe(later);
    // A sign of life taken note of here counts at once.
    await touch('silent', later);
    expect(await feeds.horizonOf('silent', later)).toBe(later);
  });

  it('are looked up in a copy that follows other processes within two seconds', async () => {
    const later = T + LIMIT + 1;
    const elsewhere = makeFeedStore(await otherConnection(), { silentAfterMs: LIMIT, now: () => clock });
    await touch('a', T, true);
    expect(await feeds.horizonOf('a', later)).toBe(T);
    await elsewhere.touch(new Map([['a', sign(later)]]));
    clock += 1_999;
    expect(await feeds.horizonOf('a', later)).toBe(T);
    clock += 1;
    expect(await feeds.horizonOf('a', later)).toBe(later);
  });

  it('tell once that they fell silent, since when, and once that they speak again', async () => {
    await touch('a', T, true);
    await touch('b', T, true);
    const later = T + LIMIT + 1;
    await touch('b', later);
    expect(await feeds.updateSilence(later)).toEqual({
      fellSilent: [expect.objectContaining({ feed: 'a', silentSince: new Date(T) })],
      resumed: [],
    });
    expect(await feeds.updateSilence(later)).toEqual({ fellSilent: [], resumed: [] });
    expect(await feeds.list()).toMatchObject([{ feed: 'a', silentSince: new Date(T) }, { feed: 'b' }]);
    await touch('a', later, true);
    expect(names((await feeds.updateSilence(later)).resumed)).toEqual(['a']);
    expect((await feeds.list())[0]?.silentSince).toBeUndefined();
  });

  it('take the same signs from two processes at once', async () => {
    const signs = new Map(Array.from({ length: 30 }, (_, i) => [`feed ${i}`, sign(T + i)] as const));
    await Promise.all([1, 2, 3, 4].map(() => feeds.touch(signs)));
    expect(await feeds.list()).toHaveLength(30);
  });
});

/** Models are per connection: the second process of a test has its own. */
function otherConnection() {
  return Promise.resolve(mongo.connection.useDb(mongo.connection.name, { useCache: false }));
}
