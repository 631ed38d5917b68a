import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeAdvanceRecords } from '../../jobs/make-advance-records.js';
import { makeWatchDeadlines, type WatchDeadlinesDeps } from '../../jobs/watch-deadlines.js';
import { StoreUnavailableError } from '../../src/errors.js';
import type { HandleEventDeps } from '../../src/handle-event.js';
import { ruleFile } from '../support/rule-file.js';
import { accepted, event, keyOf, openJobService, PAPER_LATE, type JobService } from './open-job-service.js';

/** A second clock of the same work order. */
const SECOND = ruleFile({ ...PAPER_LATE, id: 'paper-late-too' });
/** A Friday; what is completed at ten must be delivered by Monday 17:30. */
const DAY = '2026-11-20';
const LIMIT = '2026-11-23T17:30:00+08:00';
const DUE = new Date(LIMIT);

let test: JobService;
let serial = 0;
let no: string;

beforeAll(async () => {
  test = await openJobService({ at: `${DAY}T10:30:00+08:00`, rules: [PAPER_LATE, SECOND] });
});
beforeEach(async () => {
  no = `WO-${(serial += 1)}`;
  // Nothing of an earlier test is due any more.
  test.clock.set('2026-11-23T18:00:00+08:00');
  await test.minute('deadlines');
  test.clock.set(`${DAY}T10:30:00+08:00`);
});
afterAll(() => test?.close());

async function fold(events: readonly { source: string; id: string }[]): Promise<void> {
  await test.send(events);
  await test.service.handleChunk(events.map(keyOf));
}
const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `${no}-${String(i).padStart(2, '0')}`);
const overdue = async (...records: string[]) =>
  (await test.alertsOf(...records)).filter(({ rule }) => rule.id === PAPER_LATE.id);

function pass(changes: Partial<WatchDeadlinesDeps>) {
  const { deadlines, inbox, advanceRecords, now } = test.service;
  return makeWatchDeadlines({
    deadlines,
    inbox,
    silentFeeds: () => Promise.resolve([]),
    importRunning: () => Promise.resolve(false),
    now,
    ...changes,
    advanceRecords: makeAdvanceRecords({ advanceRecords, logger: { error: () => undefined }, ...changes }),
  })();
}

describe('the minute pass', () => {
  it('raises what ran out, not before the limit has passed, and only once', async () => {
    await fold(accepted(no, DAY));
    test.clock.set(LIMIT);
    expect(await test.minute('deadlines')).toEqual({ looked: 0, failed: 0 });
    test.clock.tick(1);
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(no)).toMatchObject([
      { status: 'open', phase: 'overdue', dueAt: DUE, firstAt: DUE, occurrences: 1 },
    ]);
    const before = await test.alertsOf(no);
    test.clock.tick(3_600_000);
    expect(await test.minute('deadlines')).toEqual({ looked: 0, failed: 0 });
    expect(await test.alertsOf(no)).toEqual(before);
  });

  it('finds what is due by index, among many that are not', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-23T18:00:00+08:00');
    await fold(names(20).flatMap((name) => accepted(name, '2026-11-23')));
    const collection = test.connection.collection('workOrders');
    const find = jest.spyOn(collection, 'find');
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    const [filter, options] = find.mock.calls[0] ?? [];
    find.mockRestore();
    const plan = await collection
      .find(filter ?? {}, options)
      .sort({ nextLookAt: 1 })
      .explain('executionStats');
    // All that was due has been looked at: what the index leaves to read is nothing.
    expect(plan['executionStats']).toMatchObject({ totalDocsExamined: 0 });
  });

  it('leaves a record alone while the inbox holds events of it', async () => {
    const [delivered, helpless] = names(2) as [string, string];
    await fold([...accepted(delivered, DAY), ...accepted(helpless, DAY)]);
    const evidence = event('paper.delivered', delivered, '2026-11-23T09:00:00+08:00');
    const other = event('document.received', helpless, '2026-11-23T09:00:00+08:00', { document: '受理单' });
    test.clock.set('2026-11-23T18:00:00+08:00');
    await test.send([evidence, other]);
    expect(await test.minute('deadlines')).toEqual({ looked: 2, failed: 0 });
    expect(await overdue(delivered, helpless)).toEqual([]);

    await test.service.handleChunk([evidence, other].map(keyOf));
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(delivered, helpless)).toMatchObject([{ recordId: helpless, status: 'open' }]);
  });

  it('rests while an import runs, and goes on when the import ended or gave no sign of life', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-23T18:00:00+08:00');
    const { imports } = test.service;
    const startedAt = new Date(test.clock.now());
    const checkpoint = { file: 'old.ndjson', record: 1, accepted: 1, duplicates: 0, rejected: 0, startedAt };
    await imports.save('running', { ...checkpoint, updatedAt: startedAt });
    expect(await test.minute('deadlines')).toEqual({ looked: 0, failed: 0, suspended: true });
    expect(await overdue(no)).toEqual([]);

    await imports.save('running', { ...checkpoint, updatedAt: startedAt, finishedAt: startedAt });
    await imports.save('killed', { ...checkpoint, updatedAt: new Date(test.clock.now() - 31_000) });
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(no)).toHaveLength(1);
  });
});

describe('the clocks of a silent feed', () => {
  const heartbeat = (time: string, feed = 'sales') => event('feed.heartbeat', feed, time, { feed });

  it('wait, and fire when the feed speaks again and still tells no evidence', async () => {
    const [ofFeed, ofNone] = names(2) as [string, string];
    await fold([...accepted(ofFeed, DAY, { feed: 'sales' }), ...accepted(ofNone, DAY)]);
    test.clock.set('2026-11-23T18:00:00+08:00');
    await fold([heartbeat('2026-11-23T17:00:00+08:00')]);
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(ofFeed, ofNone)).toMatchObject([{ recordId: ofNone }]);

    // Looked at for another reason, nothing is believed either that the feed did not have the time to tell.
    await test.service.advanceRecords([ofFeed], 'sweep');
    expect(await overdue(ofFeed)).toEqual([]);

    await fold([heartbeat('2026-11-23T17:59:00+08:00')]);
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(ofFeed)).toMatchObject([{ status: 'open', dueAt: DUE }]);
  });

  it('raise nothing where the feed brings the evidence when it speaks again', async () => {
    await fold([...accepted(no, DAY, { feed: 'other' }), heartbeat(`${DAY}T10:30:00+08:00`, 'other')]);
    test.clock.set('2026-11-23T19:00:00+08:00');
    expect(await test.minute('deadlines')).toEqual({ looked: 0, failed: 0 });
    const late = event('paper.delivered', no, '2026-11-23T16:00:00+08:00', { feed: 'other' });
    await fold([late, heartbeat('2026-11-23T19:00:00+08:00', 'other')]);
    await test.minute('deadlines');
    expect(await overdue(no)).toEqual([]);
  });
});

describe('a record that cannot be looked at', () => {
  const failingFold = (broken: string): Partial<HandleEventDeps> => ({
    feeds: {
      ...test.service.feeds,
      horizonOf: (feed, now) => {
        if (feed === broken) throw new Error('divided by a meter reading');
        return now;
      },
    },
  });
  const refusingStore = (broken: string): Partial<HandleEventDeps> => ({
    records: {
      ...test.service.recordWriter,
      replaceRecords: (writes) =>
        writes.some(({ recordId }) => recordId === broken)
          ? Promise.reject(new RangeError('document is larger than the maximum size'))
          : test.service.recordWriter.replaceRecords(writes),
    },
  });

  it.each([
    ['its fold throws', failingFold],
    ['the store refuses it', refusingStore],
  ])('does not stop the others when %s', async (_when, fault) => {
    const all = names(9);
    const broken = all[3]!;
    await fold(all.flatMap((name) => accepted(name, DAY, { feed: name })));
    test.clock.set('2026-11-23T18:00:00+08:00');
    const { advanceRecords } = test.storyWith(fault(broken));
    expect(await pass({ advanceRecords, batchSize: 4 })).toEqual({ looked: 9, failed: 1 });
    expect((await overdue(...all)).map(({ recordId }) => recordId)).toEqual(
      all.filter((name) => name !== broken),
    );
    expect(await pass({})).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(broken)).toHaveLength(1);
  });

  it('does not hide those behind it, however many there are and however many clocks they have', async () => {
    const stuck = names(6);
    await fold([...stuck.flatMap((name) => accepted(name, DAY)), ...accepted(no, DAY)]);
    test.clock.set('2026-11-23T18:00:00+08:00');
    await test.send(stuck.map((name) => event('archive.filed', name, `${DAY}T11:00:00+08:00`)));
    expect(await pass({ batchSize: 4 })).toEqual({ looked: 7, failed: 0 });
    expect(await overdue(...stuck, no)).toMatchObject([{ recordId: no }]);
    const waiting = await test.service.inbox.findStuck({
      olderThan: new Date(test.clock.now() + 1),
      limit: 99,
    });
    await test.service.handleChunk(waiting.map(({ key }) => key));
  });

  it('is no matter of one record when the store is away', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-23T18:00:00+08:00');
    let asked = 0;
    const advanceRecords = () => {
      asked += 1;
      return Promise.reject(new StoreUnavailableError());
    };
    await expect(pass({ advanceRecords })).rejects.toThrow(StoreUnavailableError);
    expect(asked).toBe(1);
  });
});

describe('a crash between the work order and its alert', () => {
  const dyingOnce = (): Partial<HandleEventDeps> => {
    let died = false;
    return {
      raiseAlerts: (...args) => {
        if (died) return test.service.raiseAlerts(...args);
        died = true;
        return Promise.reject(new StoreUnavailableError('the process died here'));
      },
    };
  };

  it('in the minute pass is healed by the next pass', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-23T18:00:00+08:00');
    const { advanceRecords } = test.storyWith(dyingOnce());
    await expect(pass({ advanceRecords })).rejects.toThrow('the process died here');
    expect((await test.service.records.get(no))?.record.findings).toHaveLength(2);
    expect(await overdue(no)).toEqual([]);
    await test.minute('deadlines');
    expect(await overdue(no)).toMatchObject([{ status: 'open', dueAt: DUE }]);
  });

  it('in a sweep is healed by the next minute pass', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-23T18:00:00+08:00');
    const { advanceRecords } = test.storyWith(dyingOnce());
    await expect(advanceRecords([no], 'sweep')).rejects.toThrow('the process died here');
    expect(await overdue(no)).toEqual([]);
    expect(await test.minute('deadlines')).toEqual({ looked: 1, failed: 0 });
    expect(await overdue(no)).toMatchObject([{ status: 'open', dueAt: DUE }]);
    expect(await test.minute('deadlines')).toEqual({ looked: 0, failed: 0 });
  });

  it('is healed by an event that comes before the next pass', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-23T18:00:00+08:00');
    const { advanceRecords } = test.storyWith(dyingOnce());
    await expect(pass({ advanceRecords })).rejects.toThrow('the process died here');
    test.clock.set('2026-11-24T09:00:00+08:00');
    await fold([event('archive.filed', no, '2026-11-24T08:59:00+08:00')]);
    expect(await overdue(no)).toMatchObject([{ status: 'open', dueAt: DUE }]);
    expect(await test.minute('deadlines')).toEqual({ looked: 0, failed: 0 });
  });

  it('in a chunk is healed when the chunk comes again', async () => {
    await fold(accepted(no, DAY));
    test.clock.set('2026-11-24T09:00:00+08:00');
    const late = event('archive.filed', no, '2026-11-24T08:59:00+08:00');
    await test.send([late]);
    const { handleChunk } = test.storyWith(dyingOnce());
    await expect(handleChunk([keyOf(late)])).rejects.toThrow('the process died here');
    expect((await test.service.records.get(no))?.record.findings).toHaveLength(2);
    expect(await overdue(no)).toEqual([]);
    await handleChunk([keyOf(late)]);
    expect(await overdue(no)).toMatchObject([{ status: 'open', occurrences: 1 }]);
  });
});
