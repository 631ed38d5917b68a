import { beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent, StoredEvent } from '../../src/events/event-document.js';
import type { InsertOutcome } from '../../src/events/insert-events.js';
import { makeRecentEvents, type InboxWay } from '../../src/events/recent-events.js';
import { makeEvent } from '../work-orders/make-event.js';

let time: number;
let asked: (readonly string[])[];
let outcomes: InsertOutcome[];

const entry = (id: string): NewEvent => {
  const event = makeEvent('stage.completed', 1, {}, { id, key: id });
  return { event, recordId: 'WO', partition: 3, hash: 'h' };
};
/** An inbox that has everything, and says what it was asked for. */
const inbox: InboxWay = {
  insertEvents: (batch) => {
    const told = batch.map((_, i) => outcomes[i] ?? ('inserted' as const));
    return Promise.resolve({ inserted: [], duplicates: [], conflicts: [], outcomes: told });
  },
  loadEvents: (keys) => {
    asked.push(keys);
    return Promise.resolve(keys.map((key) => ({ ...stored(key), attempts: 7 })));
  },
};
const stored = (key: string): StoredEvent => ({ event: entry(key).event, recordId: 'WO', partition: 3, status: 'received', attempts: 0 }); // prettier-ignore

beforeEach(() => {
  time = 1_000_000;
  asked = [];
  outcomes = [];
});
/** With a worker in the process, as its first question shows. */
async function open(maxEvents?: number) {
  const recent = makeRecentEvents({ inbox, now: () => time, ...(maxEvents !== undefined && { maxEvents }) });
  await recent.loadEvents([]);
  return recent;
}

describe('events that this process has just stored', () => {
  it('are given out once without asking the inbox; whoever asks again gets them from there', async () => {
    const recent = await open();
    await recent.insertEvents([entry('a'), entry('b')]);
    expect(await recent.loadEvents(['a', 'b'])).toEqual([stored('a'), stored('b')]);
    expect(asked).toEqual([]);
    expect(await recent.loadEvents(['a'])).toMatchObject([{ attempts: 7 }]);
  });

  it('are asked of the inbox when they come a second time: another process may have set them aside', async () => {
    const recent = await open();
    await recent.insertEvents([entry('a'), entry('b')]);
    recent.forget(['a']);
    await recent.loadEvents(['a', 'b']);
    expect(asked).toEqual([['a']]);
  });

  it('are mixed with what the inbox has of others', async () => {
    const recent = await open();
    await recent.insertEvents([entry('a')]);
    const keys = (await recent.loadEvents(['other', 'a'])).map(({ event }) => event.key);
    expect(keys.sort()).toEqual(['a', 'other']);
    expect(asked).toEqual([['other']]);
  });

  it('are only those that were new: a resend and a conflict are not what was stored', async () => {
    const recent = await open();
    outcomes = ['duplicate', 'conflict', 'inserted'];
    await recent.insertEvents([entry('a'), entry('b'), entry('c')]);
    await recent.loadEvents(['a', 'b', 'c']);
    expect(asked).toEqual([['a', 'b']]);
  });

  it('are forgotten after a while, when there are too many, and where nobody works on events', async () => {
    const recent = await open(2);
    await recent.insertEvents([entry('a'), entry('b'), entry('c')]);
    await recent.loadEvents(['c']);
    time += 30_000;
    await recent.insertEvents([entry('d')]);
    await recent.loadEvents(['a', 'b', 'd']);
    expect(asked).toEqual([['c'], ['a', 'b']]);

    const apiOnly = makeRecentEvents({ inbox, now: () => time });
    await apiOnly.insertEvents([entry('a')]);
    await apiOnly.loadEvents(['a']);
    expect(asked.at(-1)).toEqual(['a']);
  });
});
