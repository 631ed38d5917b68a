import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDeadLetterStore } from '../../src/queue/dead-letter-store.js';
import type { DeadLetterStore, NewDeadLetter } from '../../src/queue/dead-letter-store.js';
import { openTestMongo } from '../support/services.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let store: DeadLetterStore;
let now = 1_000_000;

beforeAll(async () => {
  mongo = await openTestMongo();
  store = makeDeadLetterStore(mongo.connection, () => now);
  await store.init();
});
afterAll(() => mongo.close());
afterEach(async () => {
  await mongo.connection.collection('deadLetters').deleteMany({});
});

const dead = (eventKey: string, reason = 'cannot-be-folded'): NewDeadLetter => ({
  kind: 'event',
  eventKey,
  recordId: 'WO-1',
  reason,
  error: 'boom',
  attempts: 5,
});
const refused = (raw: NonNullable<Extract<NewDeadLetter, { kind: 'intake' }>['raw']>): NewDeadLetter => ({
  kind: 'intake',
  raw,
  reason: 'invalid',
});
const idsOf = async () => (await store.list({})).items.map(({ id }) => id);

describe('the dead letters', () => {
  it('are withdrawn when nobody has to look at them any more; that one was replayed stays on record', async () => {
    await store.add([dead('/s 1'), dead('/s 2'), dead('/s 3')]);
    const { items } = await store.list({});
    const second = items.find(({ eventKey }) => eventKey === '/s 2')?.id ?? '';
    await store.markReplayed([second]);
    await store.add([dead('/s 2')]);
    await store.withdraw(['/s 1', '/s 2', '/s unknown']);
    await store.withdraw([]);
    expect((await store.list({ replayed: false })).items.map(({ eventKey }) => eventKey)).toEqual(['/s 3']);
    expect((await store.list({ replayed: true })).items).toMatchObject([
      { eventKey: '/s 2', replayCount: 1 },
    ]);
  });

  it('keep an event with its reason, and what the intake refused as it was sent', async () => {
    await store.add([dead('/s 1'), refused({ $where: '1', 'a.b': [null, { __proto__x: 1 }] })]);
    const { items } = await store.list({ kind: 'event' });
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^event-[\w-]{27}$/),
        kind: 'event',
        eventKey: '/s 1',
        recordId: 'WO-1',
        reason: 'cannot-be-folded',
        error: 'boom',
        attempts: 5,
        at: new Date(now),
        replayCount: 0,
      },
    ]);
    const [intake] = (await store.list({ kind: 'intake' })).items;
    expect(intake?.raw).toEqual({ $where: '1', 'a.b': [null, { __proto__x: 1 }] });
  });

  it('have one letter for an event or a message, however often it dies', async () => {
    await store.add([dead('/s 1'), refused({ id: 'x' }), refused({ id: 'x' })]);
    const before = await idsOf();
    now += 10;
    await store.add([{ kind: 'event', eventKey: '/s 1', reason: 'other', attempts: 3 }]);
    expect((await idsOf()).sort()).toEqual(before.sort());
    const { items } = await store.list({ kind: 'event' });
    expect(items).toMatchObject([{ reason: 'other', attempts: 5, at: new Date(now) }]);
    expect(items[0]?.error).toBeUndefined();
  });

  it('are marked as replayed once, and wait again when they die again', async () => {
    await store.add([dead('/s 1')]);
    const ids = await idsOf();
    expect(await store.markReplayed(ids)).toBe(1);
    expect(await store.markReplayed(ids)).toBe(0);
    expect((await store.list({ replayed: false })).items).toEqual([]);
    expect((await store.list({ replayed: true })).items).toMatchObject([
      { replayCount: 1, replayedAt: new Date(now) },
    ]);
    await store.add([dead('/s 1')]);
    const { items } = await store.list({ replayed: false });
    expect(items).toMatchObject([{ replayCount: 1 }]);
    expect(items[0]?.replayedAt).toBeUndefined();
  });

  it('are listed newest first, page by page, without gap or repeat though many are of the same instant', async () => {
    for (let instant = 0; instant < 3; instant++) {
      now += 1;
      await store.add(Array.from({ length: 7 }, (_, i) => dead(`/s ${instant}-${i}`)));
    }
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list({ limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(page.items.map(({ eventKey = '' }) => eventKey));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(pages.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 1]);
    const all = pages.flat();
    expect(new Set(all).size).toBe(21);
    expect(all.map((key) => key.slice(3, 4))).toEqual([...'222222211111110000000']);
  });

  it('are filtered by reason and counted by it', async () => {
    await store.add([dead('/s 1', 'a'), dead('/s 2', 'a'), dead('/s 3', 'b')]);
    expect((await store.list({ reason: 'a' })).items).toHaveLength(2);
    await store.markReplayed((await store.list({ reason: 'b' })).items.map(({ id }) => id));
    expect(await store.countByReason()).toEqual({ a: 2 });
  });

  it.each(['nonsense', '12.', '1e9.event-x', `${'9'.repeat(20)}.event-x`, '5.$ne'])(
    'refuse the cursor %s',
    async (cursor) => {
      await expect(store.list({ cursor })).rejects.toMatchObject({ code: 'invalid_request', status: 400 });
    },
  );

  it('keep the head of a message that is too long for the store, and say so', async () => {
    await store.add([refused({ text: 'x'.repeat(4_100_000) })]);
    const [letter] = (await store.list({})).items;
    expect(letter).toMatchObject({ truncated: true, reason: 'invalid' });
    expect(letter?.raw).toHaveLength(4_000_000);
  });

  it('take the same letters from two processes at once', async () => {
    const batch = Array.from({ length: 50 }, (_, i) => dead(`/s ${i}`));
    await Promise.all([1, 2, 3, 4].map(() => store.add(batch)));
    expect((await store.list({ limit: 500 })).items).toHaveLength(50);
  });
});
