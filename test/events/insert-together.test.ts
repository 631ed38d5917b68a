import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import type { NewEvent } from '../../src/events/event-document.js';
import { type EventStore, makeEventStore } from '../../src/events/event-store.js';
import { makeInsertTogether } from '../../src/events/insert-together.js';
import { openTestMongo } from '../support/services.js';
import { makeEvent } from '../work-orders/make-event.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let store: EventStore;
/** How many events each command carried. */
let commands: number[];

const insert: EventStore['insertEvents'] = (events) => {
  commands.push(events.length);
  return store.insertEvents(events);
};
/** @param content tells events of the same id apart */
function entry(id: number, content = 0): NewEvent {
  const event = makeEvent('stage.completed', 1, { note: content }, { id: `${id}`, key: `/s ${id}` });
  return { event, recordId: 'WO', partition: 3, hash: canonicalHash(event) };
}
const storedKeys = async () => (await store.loadByRecord('WO')).map(({ key }) => key).sort();

beforeAll(async () => {
  mongo = await openTestMongo();
  store = makeEventStore(mongo.connection);
  await store.init();
});
beforeEach(() => {
  commands = [];
});
afterEach(async () => {
  await mongo.connection.collection('events').deleteMany({});
});
afterAll(() => mongo.close());

describe('storing the events of several requests together', () => {
  it('lets a lone request wait for nothing, and puts into one command what comes meanwhile', async () => {
    const together = makeInsertTogether(insert);
    const results = await Promise.all([
      together([entry(1)]),
      together([entry(2), entry(3)]),
      together([entry(4)]),
    ]);
    expect(commands).toEqual([1, 3]);
    expect(results.map(({ outcomes }) => outcomes)).toEqual([
      ['inserted'],
      ['inserted', 'inserted'],
      ['inserted'],
    ]);
    expect(await storedKeys()).toEqual(['/s 1', '/s 2', '/s 3', '/s 4']);
  });

  it('tells each request what became of its own events: of two that bring the same one the earlier stored it', async () => {
    const together = makeInsertTogether(insert);
    await together([entry(1)]);
    const [, again, resent, other] = await Promise.all([
      together([entry(9)]),
      together([entry(2), entry(1, 7)]),
      together([entry(2)]),
      together([entry(2, 7), entry(3)]),
    ]);
    expect(commands).toEqual([1, 1, 5]);
    expect(again).toMatchObject({
      outcomes: ['inserted', 'conflict'],
      inserted: ['/s 2'],
      conflicts: ['/s 1'],
    });
    expect(resent).toMatchObject({ outcomes: ['duplicate'], duplicates: ['/s 2'] });
    expect(other).toMatchObject({ outcomes: ['conflict', 'inserted'], inserted: ['/s 3'] });
  });

  it('sends a large request by itself at once, and keeps commands within their bounds', async () => {
    const together = makeInsertTogether(insert, { small: 2, mostEvents: 3 });
    const of = (...ids: number[]) => together(ids.map((id) => entry(id)));
    await Promise.all([of(1), of(2, 3), of(4, 5), of(6), of(7, 8, 9)]);
    expect(commands).toEqual([1, 3, 2, 3]);
  });

  it('refuses every request of a command that was not confirmed, and goes on with the next', async () => {
    const down = new Error('MongoDB is away');
    let isDown = false;
    const together = makeInsertTogether((events) => (isDown ? Promise.reject(down) : insert(events)));
    const first = together([entry(1)]);
    const others = Promise.allSettled([together([entry(2)]), together([entry(3)])]);
    isDown = true;
    expect((await first).outcomes).toEqual(['inserted']);
    expect(await others).toMatchObject([{ reason: down }, { reason: down }]);
    isDown = false;
    expect((await together([entry(2)])).outcomes).toEqual(['inserted']);
  });

  it('waits for no command that hangs, and answers what comes of it all the same', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const together = makeInsertTogether(
      async (events) => {
        if (commands.length === 0) {
          commands.push(events.length);
          await held;
          return store.insertEvents(events);
        }
        return insert(events);
      },
      { holdMs: 20 },
    );
    const hanging = together([entry(1)]);
    const [second, third] = await Promise.all([together([entry(2)]), together([entry(3)])]);
    expect([second.outcomes, third.outcomes]).toEqual([['inserted'], ['inserted']]);
    expect(commands).toEqual([1, 2]);
    release();
    expect((await hanging).outcomes).toEqual(['inserted']);
    expect((await together([entry(4)])).outcomes).toEqual(['inserted']);
  });

  it('answers what each request would have been told, had they come one after the other', async () => {
    const request = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 1 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 8 }), async (requests) => {
        const batches = requests.map((list) => list.map(([id, content]) => entry(id, content)));
        await mongo.connection.collection('events').deleteMany({});
        const together = makeInsertTogether(insert, { small: 3, mostEvents: 1_000 });
        // Large ones overtake: only small ones keep their order.
        const small = batches.filter((batch) => batch.length <= 3);
        const told = await Promise.all(small.map((batch) => together(batch)));
        const after = await storedKeys();
        await mongo.connection.collection('events').deleteMany({});
        const alone = [];
        for (const batch of small) alone.push(await store.insertEvents(batch));
        expect(told).toEqual(alone);
        expect(after).toEqual(await storedKeys());
      }),
      { numRuns: 40 },
    );
  });
});
