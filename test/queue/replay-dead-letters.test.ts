import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../src/json.js';
import { makeDeadLetterStore } from '../../src/queue/dead-letter-store.js';
import type { DeadLetterStore } from '../../src/queue/dead-letter-store.js';
import type { EnqueueItem } from '../../src/queue/make-enqueuer.js';
import { makeReplayDeadLetters } from '../../src/queue/replay-dead-letters.js';
import type { ReplayDeps } from '../../src/queue/replay-dead-letters.js';
import { openTestMongo } from '../support/services.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let store: DeadLetterStore;

beforeAll(async () => {
  mongo = await openTestMongo();
  store = makeDeadLetterStore(mongo.connection, Date.now);
  await store.init();
});
afterAll(() => mongo.close());
afterEach(async () => {
  await mongo.connection.collection('deadLetters').deleteMany({});
});

/** An inbox that knows the events `/s 1` … as dead until they are revived. */
function makeReplay(changes: Partial<ReplayDeps> = {}) {
  const deadKeys = new Set(['/s 1', '/s 2']);
  const enqueued: EnqueueItem[] = [];
  const accepted: JsonValue[] = [];
  const replay = makeReplayDeadLetters({
    store,
    revive: (keys) =>
      Promise.resolve(
        keys.filter((key) => deadKeys.delete(key)).map((key) => ({ key, recordId: `WO${key}` })),
      ),
    partitionOf: (recordId) => recordId.length,
    enqueue: (items) => enqueued.push(...items),
    accept: (raw) => {
      accepted.push(raw);
      return Promise.resolve({});
    },
    ...changes,
  });
  return { replay, enqueued, accepted };
}

const waitingIds = async () => (await store.list({ replayed: false })).items.map(({ id }) => id);

describe('replaying dead letters', () => {
  it('puts events back on their queue and gives intake messages to the inbox again', async () => {
    await store.add([
      { kind: 'event', eventKey: '/s 1', reason: 'a' },
      { kind: 'intake', raw: { id: 'x' }, reason: 'b' },
    ]);
    const ids = await waitingIds();
    const { replay, enqueued, accepted } = makeReplay();
    const result = await replay(ids);
    expect(result).toEqual({ replayed: expect.any(Array), unchanged: [], notFound: [], refused: [] });
    expect([...result.replayed].sort()).toEqual([...ids].sort());
    expect(enqueued).toEqual([{ key: '/s 1', partition: 6 }]);
    expect(accepted).toEqual([{ id: 'x' }]);
    expect(await waitingIds()).toEqual([]);
  });

  it('does nothing the second time', async () => {
    await store.add([{ kind: 'event', eventKey: '/s 1', reason: 'a' }]);
    const ids = await waitingIds();
    const { replay, enqueued } = makeReplay();
    await replay([...ids, ...ids]);
    expect(await replay(ids)).toEqual({ replayed: [], unchanged: ids, notFound: [], refused: [] });
    expect(enqueued).toHaveLength(1);
  });

  it('leaves a message waiting that is refused again, and says why', async () => {
    await store.add([{ kind: 'intake', raw: { id: 'bad' }, reason: 'invalid' }]);
    const ids = await waitingIds();
    const { replay } = makeReplay({ accept: () => Promise.resolve({ reason: 'invalid', error: 'no type' }) });
    expect(await replay(ids)).toMatchObject({
      replayed: [],
      refused: [{ id: ids[0], reason: 'invalid', error: 'no type' }],
    });
    expect(await waitingIds()).toEqual(ids);
  });

  it('refuses a message of which only the head was kept', async () => {
    await store.add([{ kind: 'intake', raw: 'x'.repeat(4_100_000), reason: 'invalid' }]);
    const ids = await waitingIds();
    const { replay, accepted } = makeReplay();
    expect(await replay(ids)).toMatchObject({ refused: [{ id: ids[0], reason: 'truncated' }] });
    expect(accepted).toEqual([]);
  });

  it('tells which letters it did not find', async () => {
    expect(await makeReplay().replay(['event-nowhere'])).toMatchObject({ notFound: ['event-nowhere'] });
  });

  it('leaves the letters waiting when it is cut off, so that it can be done again', async () => {
    await store.add([{ kind: 'event', eventKey: '/s 1', reason: 'a' }]);
    const ids = await waitingIds();
    const cut = makeReplay({ revive: () => Promise.reject(new Error('MongoDB is away')) });
    await expect(cut.replay(ids)).rejects.toThrow('MongoDB is away');
    expect(await waitingIds()).toEqual(ids);
    expect((await makeReplay().replay(ids)).replayed).toEqual(ids);
  });
});
