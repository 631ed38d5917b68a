import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequestError, StoreUnavailableError } from '../../src/errors.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import type { NewEvent } from '../../src/events/event-document.js';
import { makeEventStore } from '../../src/events/event-store.js';
import type { EventStore } from '../../src/events/event-store.js';
import type { JsonObject } from '../../src/json.js';
import { openTestMongo } from '../support/services.js';

const AT = Date.parse('2026-11-20T01:30:00Z');
let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let store: EventStore;
let clock = AT;

beforeAll(async () => {
  mongo = await openTestMongo();
  store = makeEventStore(mongo.connection, () => clock);
  await store.init();
});
afterEach(async () => {
  await mongo.connection.collection('events').deleteMany({});
});
afterAll(() => mongo.close());

function newEvent(id: string, fields: Partial<BusinessEvent> = {}): NewEvent {
  const event: BusinessEvent = {
    key: `/s ${id}`,
    id,
    source: '/s',
    type: 'yxzy.stage.completed',
    subject: 'W1',
    at: AT,
    receivedAt: AT + 1_000,
    data: { stage: '业务受理' },
    ...fields,
  };
  return { event, recordId: event.subject, partition: 3, hash: canonicalHash(event) };
}
const isWhole = (text: string) => !/[\uD800-\uDFFF]/u.test(text);
const changed = (id: string) => newEvent(id, { data: { stage: '现场勘查' } });

describe('the inbox', () => {
  it('gives back exactly what was stored', async () => {
    const full = newEvent('full', {
      recordedAt: AT + 5,
      sequence: '0007',
      data: { stage: '业务受理', 'a.b': { '': [1.5, -0.25, null, true, 9007199254740991, '😀'] }, n: {} },
    });
    await store.insertEvents([full, newEvent('bare', { data: {} })]);
    expect(await store.findByKey('/s full')).toEqual({
      event: full.event,
      recordId: 'W1',
      partition: 3,
      status: 'received',
      attempts: 0,
    });
    expect((await store.findByKey('/s bare'))?.event).toEqual(newEvent('bare', { data: {} }).event);
    expect(await store.findByKey('/s other')).toBeUndefined();
  });

  it('gives back any data that the intake lets in, so that a refold reads what was sent', async () => {
    const key = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !/^\$|\0|^(__proto__|_bsontype)$/u.test(text) && isWhole(text));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)),
        fc.string({ unit: 'grapheme' }).filter(isWhole),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(key, value, { maxKeys: 4 }), { maxLength: 20 }),
        async (list) => {
          const run = ++count;
          const batch = list.map((data, i) => newEvent(`${run}-${i}`, { data: { ...data } as JsonObject }));
          await store.insertEvents(batch);
          for (const { event } of await store.loadEvents(batch.map(({ event }) => event.key))) {
            expect(event).toEqual(batch.find((entry) => entry.event.key === event.key)?.event);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('tells what is new from resends and conflicts', async () => {
    expect(await store.insertEvents([newEvent('a'), newEvent('b')])).toEqual({
      inserted: ['/s a', '/s b'],
      duplicates: [],
      conflicts: [],
      outcomes: ['inserted', 'inserted'],
    });
    const resent = newEvent('a', { receivedAt: AT + 99_000 });
    expect(await store.insertEvents([newEvent('c'), resent, changed('b')])).toEqual({
      inserted: ['/s c'],
      duplicates: ['/s a'],
      conflicts: ['/s b'],
      outcomes: ['inserted', 'duplicate', 'conflict'],
    });
    const kept = await store.findByKey('/s b');
    expect(kept?.event.data).toEqual({ stage: '业务受理' });
    expect((await store.findByKey('/s a'))?.event.receivedAt).toBe(AT + 1_000);
  });

  it('tells them apart within one batch, where the first one stands', async () => {
    const { outcomes } = await store.insertEvents([
      newEvent('a'),
      changed('a'),
      newEvent('a'),
      newEvent('b'),
    ]);
    expect(outcomes).toEqual(['inserted', 'conflict', 'duplicate', 'inserted']);
    const again = await store.insertEvents([changed('a'), newEvent('a')]);
    expect(again.outcomes).toEqual(['conflict', 'duplicate']);
  });

  it('stores an event once, whoever sends it at the same time, and calls nobody’s other content a resend', async () => {
    const senders = Array.from({ length: 12 }, (_, sender) =>
      store.insertEvents(
        Array.from({ length: 100 }, (_, i) => (sender % 3 === 2 ? changed(`e${i}`) : newEvent(`e${i}`))),
      ),
    );
    const results = await Promise.all(senders);
    for (let i = 0; i < 100; i++) {
      const outcomes = results.map((result) => result.outcomes[i]);
      expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
      const winner = outcomes.indexOf('inserted');
      outcomes.forEach((outcome, sender) => {
        const same = (sender % 3 === 2) === (winner % 3 === 2);
        if (sender !== winner) expect(outcome).toBe(same ? 'duplicate' : 'conflict');
      });
    }
    expect(await store.countByStatus()).toEqual({ received: 100, processed: 0, dead: 0 });
  });

  it('says that it cannot be reached, so that nobody takes a lost event for a stored one', async () => {
    const other = await openTestMongo();
    const away = makeEventStore(other.connection);
    await other.connection.close();
    const failure = away.insertEvents([newEvent('a')]);
    await expect(failure).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(failure).rejects.toMatchObject({ status: 503, retryAfterSeconds: 5 });
    await expect(away.loadEvents(['/s a'])).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  it('uses an index for what the worker, the reconciler and the dead letter list ask', async () => {
    await store.insertEvents(Array.from({ length: 50 }, (_, i) => newEvent(`e${i}`, { subject: `W${i}` })));
    const names = (await mongo.connection.collection('events').indexes()).map(({ name }) => name);
    expect(names.sort()).toEqual(['_id_', 'deadAt_-1__id_-1', 'receivedAt_1', 'recordId_1_at_1']);
    const plan = async (filter: object, sort: Record<string, 1 | -1>) =>
      JSON.stringify(
        await mongo.connection.collection('events').find(filter).sort(sort).explain('queryPlanner'),
      );
    expect(await plan({ status: 'received', receivedAt: { $lt: new Date() } }, { receivedAt: 1 })).toContain(
      '"receivedAt_1"',
    );
    expect(await plan({ status: 'dead' }, { deadAt: -1, _id: -1 })).toContain('"deadAt_-1__id_-1"');
    expect(await plan({ recordId: 'W7', status: { $ne: 'dead' } }, { at: 1 })).toContain('"recordId_1_at_1"');
  });
});

describe('folding from the inbox', () => {
  it('loads events in the order they occurred, whatever the order of the keys', async () => {
    await store.insertEvents([
      newEvent('late', { at: AT + 10 }),
      newEvent('second', { at: AT, sequence: '2' }),
      newEvent('first', { at: AT, sequence: '1' }),
      newEvent('other', { at: AT - 1, subject: 'W2' }),
    ]);
    const loaded = await store.loadEvents(['/s late', '/s first', '/s gone', '/s second', '/s other']);
    expect(loaded.map(({ event }) => event.id)).toEqual(['other', 'first', 'second', 'late']);
    expect((await store.loadByRecord('W1')).map(({ id }) => id)).toEqual(['first', 'second', 'late']);
    expect(await store.loadByRecord('W3')).toEqual([]);
  });

  it('leaves out the dead, but not the processed', async () => {
    await store.insertEvents([newEvent('a'), newEvent('b'), newEvent('c')]);
    await store.markProcessed(['/s a']);
    await store.markDead(['/s b'], 'cannot be folded');
    expect((await store.loadByRecord('W1')).map(({ id }) => id)).toEqual(['a', 'c']);
    const loaded = await store.loadEvents(['/s a', '/s b', '/s c']);
    expect(loaded.map(({ event, status }) => [event.id, status])).toEqual([
      ['a', 'processed'],
      ['c', 'received'],
    ]);
  });

  it('tells who comes late: what others gave up stays so, what others processed is not set aside', async () => {
    await store.insertEvents([newEvent('a'), newEvent('b'), newEvent('c')]);
    expect(await store.markProcessed(['/s a'])).toEqual([]);
    expect(await store.markDead(['/s a', '/s b'], 'cannot be folded')).toEqual(['/s a']);
    expect(await store.markProcessed(['/s a', '/s b', '/s c'])).toEqual(['/s b']);
    expect(await store.countByStatus()).toMatchObject({ received: 0, dead: 1 });
    expect(await store.findByKey('/s a')).toMatchObject({ status: 'processed' });
    expect(await store.findByKey('/s c')).toMatchObject({ status: 'processed' });
  });

  it('tells which records still wait', async () => {
    await store.insertEvents([
      newEvent('a'),
      newEvent('b', { subject: 'W2' }),
      newEvent('c', { subject: 'W3' }),
      newEvent('d', { subject: 'W3' }),
    ]);
    await store.markProcessed(['/s b', '/s c']);
    expect(await store.waitingRecords(['W1', 'W2', 'W3', 'W4'])).toEqual(new Set(['W1', 'W3']));
    expect(await store.waitingRecords([])).toEqual(new Set());
  });
});

describe('events that do not get through', () => {
  it('are found while they are received, oldest first, and no longer once they are processed or dead', async () => {
    await store.insertEvents(
      [5, 1, 3, 2, 4].map((n) => newEvent(`e${n}`, { receivedAt: AT + n, subject: `W${n}` })),
    );
    await store.markProcessed(['/s e2']);
    await store.markDead(['/s e3'], 'no');
    const stuck = (olderThan: number, limit = 10) =>
      store.findStuck({ olderThan: new Date(olderThan), limit });
    expect(await stuck(AT + 5)).toEqual([
      { key: '/s e1', recordId: 'W1', partition: 3, receivedAt: AT + 1 },
      { key: '/s e4', recordId: 'W4', partition: 3, receivedAt: AT + 4 },
    ]);
    expect(await stuck(AT + 6, 1)).toHaveLength(1);
    expect(await stuck(AT + 1)).toEqual([]);
  });

  it('have their tries counted', async () => {
    await store.insertEvents([newEvent('a'), newEvent('b')]);
    await store.countAttempts(['/s a']);
    expect(await store.countAttempts(['/s a', '/s b', '/s gone'])).toEqual(
      new Map([
        ['/s a', 2],
        ['/s b', 1],
      ]),
    );
  });

  it('are set aside with a reason and time, listed page by page, newest first, and taken up again', async () => {
    await store.insertEvents(['a', 'b', 'c', 'd', 'e'].map((id) => newEvent(id)));
    await store.countAttempts(['/s a']);
    clock = AT + 1;
    await store.markDead(['/s a', '/s b'], 'older');
    clock = AT + 2;
    await store.markDead(['/s c', '/s d', '/s e'], 'newer');
    expect(await store.countByStatus()).toEqual({ received: 0, processed: 0, dead: 5 });

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.listDead({ limit: 2, cursor });
      seen.push(...page.items.map(({ event, reason, deadAt }) => `${event.id} ${reason} ${deadAt! - AT}`));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['e newer 2', 'd newer 2', 'c newer 2', 'b older 1', 'a older 1']);

    const revived = await store.revive(['/s a', '/s e', '/s gone']);
    expect(revived.map(({ key }) => key).sort()).toEqual(['/s a', '/s e']);
    expect(await store.findByKey('/s a')).toEqual({
      event: newEvent('a').event,
      recordId: 'W1',
      partition: 3,
      status: 'received',
      attempts: 0,
    });
    expect(await store.revive(['/s a'])).toEqual([]);
    expect(await store.countByStatus()).toEqual({ received: 2, processed: 0, dead: 3 });
  });

  it.each([
    '',
    'abc',
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('["x",1]').toString('base64url'),
  ])('refuses the cursor %p', async (cursor) => {
    const page = store.listDead({ limit: 2, cursor });
    await expect(page).rejects.toBeInstanceOf(InvalidRequestError);
    await expect(page).rejects.toThrow(
      'cursor: not one that this list gave. Leave it out for the first page.',
    );
  });
});

describe('retention', () => {
  it('removes old processed events only, up to the limit, and spares the records it is told to keep', async () => {
    await store.insertEvents([
      ...Array.from({ length: 6 }, (_, i) => newEvent(`old${i}`, { receivedAt: AT + i })),
      newEvent('open', { subject: 'W-open', receivedAt: AT }),
      newEvent('waiting', { receivedAt: AT }),
      newEvent('young', { receivedAt: AT + 1_000_000 }),
    ]);
    const all = ['open', 'young', ...Array.from({ length: 6 }, (_, i) => `old${i}`)].map((id) => `/s ${id}`);
    await store.markProcessed(all);
    const before = new Date(AT + 1_000);
    const asked: string[] = [];
    const keep = (recordIds: readonly string[]) => {
      asked.push(...recordIds);
      return Promise.resolve(recordIds.filter((id) => id === 'W-open'));
    };
    expect(await store.removeProcessedBefore(before, 4, keep)).toBe(4);
    expect(await store.removeProcessedBefore(before, 4, keep)).toBe(2);
    expect(await store.removeProcessedBefore(before, 4, keep)).toBe(0);
    expect([...new Set(asked)].sort()).toEqual(['W-open', 'W1']);
    const left = await Promise.all(['open', 'young', 'waiting'].map((id) => store.findByKey(`/s ${id}`)));
    expect(left.map((stored) => stored?.event.id)).toEqual(['open', 'young', 'waiting']);
  });
});
