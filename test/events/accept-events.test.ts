import { describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../../src/errors.js';
import { makeAcceptEvents } from '../../src/events/accept-events.js';
import type { AcceptedCounts, AcceptEventsDeps } from '../../src/events/accept-events.js';
import type { InsertOutcome } from '../../src/events/insert-events.js';
import type { NewEvent } from '../../src/events/event-document.js';
import { partitionOf } from '../../src/events/partition-of.js';
import { BATCH, cloudEvent, NDJSON, NOW, request } from './event-samples.js';

/** Accepts into a map; the same rules as the real inbox, which event-store.test.ts holds to them. */
function setUp(over: Partial<AcceptEventsDeps> = {}) {
  const stored = new Map<string, NewEvent>();
  const enqueued: { key: string; partition: number }[] = [];
  const counts: AcceptedCounts[] = [];
  const events = makeAcceptEvents({
    inbox: {
      insertEvents: (batch) => {
        const outcomes = batch.map((entry): InsertOutcome => {
          const before = stored.get(entry.event.key);
          if (before) return before.hash === entry.hash ? 'duplicate' : 'conflict';
          stored.set(entry.event.key, entry);
          return 'inserted';
        });
        return Promise.resolve({ inserted: [], duplicates: [], conflicts: [], outcomes });
      },
    },
    enqueue: (items) => void enqueued.push(...items),
    calendar: { dateOf: (at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10) },
    now: () => NOW,
    partitions: 8,
    onAccepted: (count) => counts.push(count),
    ...over,
  });
  return { ...events, stored, enqueued, counts };
}
const changed = cloudEvent({ data: { stage: '现场勘查' } });
const bad = cloudEvent({ id: 'bad', time: 'now' });
const badErrors = [{ path: 'time', message: 'is not an RFC 3339 time such as 2026-11-20T09:30:00+08:00' }];
const conflictErrors = [
  {
    path: 'id',
    message:
      'an event with this source and id is stored already with other content; an event never changes: send a new id',
  },
];

describe('the answer to a request', () => {
  it('is 202 when an event was stored, and when it was stored before', async () => {
    const { accept } = setUp();
    expect(await accept(request(cloudEvent()))).toEqual({
      status: 202,
      accepted: 1,
      duplicates: 0,
      rejected: [],
    });
    expect(await accept(request(cloudEvent()))).toEqual({
      status: 202,
      accepted: 0,
      duplicates: 1,
      rejected: [],
    });
  });

  it('is 202 with the rejected ones, in the order of the request, when at least one was taken', async () => {
    const { accept } = setUp();
    const batch = [cloudEvent(), bad, cloudEvent(), changed, cloudEvent({ id: 'e-2' })];
    expect(await accept(request(batch, BATCH))).toEqual({
      status: 202,
      accepted: 2,
      duplicates: 1,
      rejected: [
        { index: 1, id: 'bad', errors: badErrors },
        { index: 3, id: 'e-1', errors: conflictErrors, conflict: true },
      ],
    });
  });

  it('is 400 when all are bad, 409 when all are conflicts, 400 when all are one or the other', async () => {
    const { accept } = setUp();
    await accept(request(cloudEvent()));
    const conflict = { index: 0, id: 'e-1', errors: conflictErrors, conflict: true };
    const nothing = { accepted: 0, duplicates: 0 };
    expect(await accept(request([bad, bad], BATCH))).toMatchObject({ ...nothing, status: 400 });
    expect(await accept(request(changed))).toEqual({ ...nothing, status: 409, rejected: [conflict] });
    expect(await accept(request([changed, bad], BATCH))).toMatchObject({ ...nothing, status: 400 });
  });

  it('is 202 for an empty batch', async () => {
    expect(await setUp().accept(request([], BATCH))).toEqual({
      status: 202,
      accepted: 0,
      duplicates: 0,
      rejected: [],
    });
  });

  it('is the error of the inbox when it is away, and then nothing is put on a queue', async () => {
    const away = new StoreUnavailableError();
    const { accept, enqueued, counts } = setUp({ inbox: { insertEvents: () => Promise.reject(away) } });
    await expect(accept(request(cloudEvent()))).rejects.toBe(away);
    expect(enqueued).toEqual([]);
    expect(counts).toEqual([]);
  });

  it('rejects events of a source that the sender may not post for, and is 403 when they all are', async () => {
    const { accept, stored } = setUp();
    const foreign = cloudEvent({ id: 'f', source: '/sales/zj/nb' });
    const mayPost = (source: string) => source === '/sales/zj/hz';
    expect(await accept(request([foreign, cloudEvent()], BATCH), mayPost)).toEqual({
      status: 202,
      accepted: 1,
      duplicates: 0,
      rejected: [
        {
          index: 0,
          id: 'f',
          errors: [{ path: 'source', message: 'your token may not post events of this source' }],
        },
      ],
    });
    await expect(accept(request(foreign), mayPost)).rejects.toMatchObject({
      status: 403,
      message: 'source: your token may not post events of this source.',
    });
    expect([...stored.keys()]).toEqual(['/sales/zj/hz e-1']);
  });

  it('does not ask the inbox when no event is good', async () => {
    const { accept } = setUp({ inbox: { insertEvents: () => Promise.reject(new Error('asked')) } });
    expect(await accept(request(bad))).toMatchObject({ status: 400 });
  });
});

describe('what happens to an accepted event', () => {
  it('is stored with its record and partition, and put on that partition’s queue once', async () => {
    const { accept, stored, enqueued } = setUp();
    const hall = cloudEvent({
      id: 'h',
      type: 'yxzy.hall.queue.sampled',
      subject: 'ZJ-HZ',
      // Past midnight in the business zone, still the day before in UTC.
      time: '2026-11-20T00:30:00+08:00',
      data: { waiting: 3 },
    });
    const lines = [cloudEvent(), hall, cloudEvent()].map((event) => JSON.stringify(event)).join('\n');
    await accept(request(lines, NDJSON));
    const records = [...stored.values()].map(({ event, recordId }) => [event.key, recordId]);
    expect(records).toEqual([
      ['/sales/zj/hz e-1', '330100000001'],
      ['/sales/zj/hz h', 'hall:ZJ-HZ@2026-11-20'],
    ]);
    expect(enqueued).toEqual(
      records.map(([key, recordId = '']) => ({ key, partition: partitionOf(recordId, 8) })),
    );
  });

  it.each([
    ['throws', () => { throw new Error('Redis is down'); }],
    ['rejects', () => Promise.reject(new Error('Redis is down'))],
  ])('is accepted all the same when the queue %s, which is counted', async (_, enqueue) => {
    const { accept, counts } = setUp({ enqueue });
    expect(await accept(request([cloudEvent(), bad], BATCH))).toMatchObject({ status: 202, accepted: 1 });
    expect(counts).toEqual([
      { accepted: 1, duplicates: 0, conflicts: 0, invalid: 1, notEnqueued: 1, enqueueError: new Error('Redis is down') },
    ]);
  }); // prettier-ignore

  it('is counted', async () => {
    const { accept, counts } = setUp();
    await accept(request([cloudEvent(), cloudEvent(), changed, bad], BATCH));
    expect(counts).toEqual([{ accepted: 1, duplicates: 1, conflicts: 1, invalid: 1, notEnqueued: 0 }]);
  });
});

describe('events put straight on the queue', () => {
  it('are judged as those of a request are, and the rejected ones named for the dead letters', async () => {
    const { acceptRawEvents, enqueued } = setUp();
    const hostile: unknown = JSON.parse(
      JSON.stringify(cloudEvent({ id: 'h' })).replace('"stage"', '"__proto__"'),
    );
    const result = await acceptRawEvents([cloudEvent(), bad, null, hostile, changed]);
    expect(result).toEqual({
      status: 202,
      accepted: 1,
      duplicates: 0,
      rejected: [
        { index: 1, id: 'bad', errors: badErrors },
        { index: 2, errors: [{ path: '', message: 'an event must be a JSON object' }] },
        {
          index: 3,
          id: 'h',
          errors: [
            { path: 'data.__proto__', message: 'the key "__proto__" is not allowed' },
            { path: 'data.stage', message: 'is required: a text' },
          ],
        },
        { index: 4, id: 'e-1', errors: conflictErrors, conflict: true },
      ],
    });
    expect(enqueued).toHaveLength(1);
  });

  it('may be any number', async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => cloudEvent({ id: `e${i}` }));
    expect(await setUp().acceptRawEvents(many)).toMatchObject({ status: 202, accepted: 1_500 });
  });
});
