import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ChunkPartlyFailedError, makeProcessEvents } from '../../jobs/process-events.js';
import { StoreUnavailableError } from '../../src/errors.js';
import type { HandleEventDeps, HandleEvents } from '../../src/handle-event.js';
import { startPartitionWorkers } from '../../src/queue/partition-workers.js';
import { waitUntil } from '../queue/wait-until.js';
import { accepted, event, keyOf, openJobService, PAPER_LATE, type JobService } from './open-job-service.js';

const DAY = '2026-11-20';
const MAX_ATTEMPTS = 3;
const logger = pino({ level: 'silent' });

let test: JobService;
let serial = 0;
/** The work order that cannot be folded; another one in each test. */
let bad: string;
let cleanUp: (() => Promise<void>)[];

beforeAll(async () => {
  test = await openJobService({ at: `${DAY}T18:00:00+08:00`, rules: [PAPER_LATE] });
});
beforeEach(() => {
  bad = `WO-BAD-${(serial += 1)}`;
  cleanUp = [];
});
afterEach(async () => {
  for (const close of cleanUp) await close();
});
afterAll(() => test?.close());

function processEvents(handleChunk: HandleEvents['handleChunk'], maxAttempts = MAX_ATTEMPTS) {
  const { inbox, deadLetters } = test.service;
  return makeProcessEvents({ handleChunk, inbox, deadLetters, maxAttempts, logger });
}

/** Workers as in production, but for the handler and a short wait between two tries. */
function startWorkers(handleChunk: (keys: readonly string[]) => Promise<void>): void {
  const { redisUrl, settings } = test.service;
  const workers = startPartitionWorkers({
    redisUrl,
    prefix: settings.redisPrefix,
    partitions: settings.partitions,
    handleChunk,
    retry: { attempts: 5, firstDelayMs: 40, maxDelayMs: 200 },
    logger,
    now: Date.now,
  });
  cleanUp.push(() => workers.close());
}

/** A rule set that cannot be asked about one work order: its fold throws. */
function ruleSetFailingOn(subject: string, isBroken: () => boolean): HandleEventDeps['ruleSets']['current'] {
  const { ruleSet } = test.service.content;
  return () => ({
    ...ruleSet,
    screenEvent: (scope, observer) => {
      if (scope.event.subject === subject && isBroken()) throw new Error('divided by a meter reading');
      return ruleSet.screenEvent(scope, observer);
    },
  });
}

/** A store that refuses a whole bulk write for one record in it, as MongoDB does for a document that is too large. */
function recordsRefusing(subject: string): HandleEventDeps['records'] {
  const { recordWriter } = test.service;
  return {
    ...recordWriter,
    replaceRecords: (writes) =>
      writes.some(({ recordId }) => recordId === subject)
        ? Promise.reject(new RangeError('document is larger than the maximum size 16777216'))
        : recordWriter.replaceRecords(writes),
  };
}

async function sendWithOneBad(good: number) {
  const others = Array.from({ length: good }, (_, i) => `WO-${serial}-${i}`);
  const events = [bad, ...others].flatMap((no) => accepted(no, DAY));
  await test.send(events);
  await test.service.enqueuer.flush();
  return { bad: events.slice(0, 2).map(keyOf), good: events.slice(2).map(keyOf), others };
}

const settled = () =>
  waitUntil('no event waits', async () => (await test.service.inbox.countByStatus()).received === 0);

async function statusesOf(keys: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const key of keys) {
    const status = (await test.service.inbox.findByKey(key))?.status ?? 'gone';
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

async function waitingLetters() {
  return (await test.service.deadLetters.list({ replayed: false })).items.filter(
    ({ recordId }) => recordId === bad,
  );
}

describe('the event worker', () => {
  it('says how many events are still to be tried, and why', async () => {
    const [opened] = accepted(bad, DAY);
    await test.send([opened!]);
    const key = keyOf(opened!);
    const cause = new Error('cannot be folded');
    const work = processEvents(() =>
      Promise.resolve({ processed: ['a', 'b'], failed: [{ keys: [key], recordId: bad, error: cause }] }),
    );
    const error = await work(['a', 'b', key]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChunkPartlyFailedError);
    expect(error).toMatchObject({ message: '1 of 3 events could not be folded', cause });
    expect(await test.service.inbox.findByKey(key)).toMatchObject({ status: 'received', attempts: 1 });
  });

  it('sets an event aside with its reason when it had its tries, and has then done its work', async () => {
    const [opened] = accepted(bad, DAY);
    await test.send([opened!]);
    const key = keyOf(opened!);
    const failed = [{ keys: [key], recordId: bad, error: new Error('divided by a meter reading') }];
    const work = processEvents(() => Promise.resolve({ processed: [], failed }), 2);
    await expect(work([key])).rejects.toThrow(ChunkPartlyFailedError);
    await expect(work([key])).resolves.toBeUndefined();
    expect(await test.service.inbox.findByKey(key)).toMatchObject({
      status: 'dead',
      attempts: 2,
      reason: 'cannot-be-folded: divided by a meter reading',
    });
    expect(await waitingLetters()).toMatchObject([
      {
        kind: 'event',
        eventKey: key,
        recordId: bad,
        reason: 'cannot-be-folded',
        error: 'divided by a meter reading',
        attempts: 2,
      },
    ]);
  });

  it('counts no try while the store is away: nothing is wrong with the events', async () => {
    const events = accepted(bad, DAY);
    await test.send(events);
    const work = processEvents(() => Promise.reject(new StoreUnavailableError()), 1);
    await expect(work(events.map(keyOf))).rejects.toThrow(StoreUnavailableError);
    for (const key of events.map(keyOf))
      expect(await test.service.inbox.findByKey(key)).toMatchObject({ status: 'received', attempts: 0 });
  });
});

describe('a worker that was slow and taken for dead', () => {
  /** As others do who had enough of it. */
  const giveUp = async (keys: readonly string[]) => {
    const { inbox, deadLetters } = test.service;
    await deadLetters.add(
      keys.map((eventKey) => ({ kind: 'event', eventKey, recordId: bad, reason: 'kills-its-worker' })),
    );
    await inbox.markDead(keys, 'kills-its-worker: it died');
  };

  it('processes after all what others gave up meanwhile, once, and leaves no letter', async () => {
    const events = accepted(bad, DAY);
    await test.send(events);
    const keys = events.map(keyOf);
    let isLate = true;
    const story = test.storyWith({
      feeds: {
        ...test.service.feeds,
        // Folded and written, not yet marked.
        touch: async (seen) => {
          if (isLate) await giveUp(keys);
          isLate = false;
          await test.service.feeds.touch(seen);
        },
      },
    });
    await processEvents(story.handleChunk)(keys);
    expect(await statusesOf(keys)).toEqual({ processed: 2 });
    expect((await test.service.records.get(bad))?.record.workOrder.stages).toMatchObject([
      { completions: 1 },
    ]);
    expect((await test.service.deadLetters.list({})).items.filter(({ recordId }) => recordId === bad)).toEqual([]); // prettier-ignore
  });

  it('finds its event folded where somebody folded the record without it meanwhile', async () => {
    const [opened, completed] = accepted(bad, DAY);
    await test.send([opened!, completed!]);
    const keys = [keyOf(opened!), keyOf(completed!)];
    let isLate = true;
    const story = test.storyWith({
      feeds: {
        ...test.service.feeds,
        touch: async (seen) => {
          await test.service.feeds.touch(seen);
          if (!isLate) return;
          isLate = false;
          await giveUp([keyOf(completed!)]);
          // One that is older: the record is folded anew, without what is dead.
          const earlier = event('document.received', bad, `${DAY}T08:30:00+08:00`, {
            document: '用电申请表',
          });
          await test.send([earlier]);
          await test.service.handleChunk([keyOf(earlier)]);
          expect((await test.service.records.get(bad))?.record.workOrder.stages).toEqual([]);
        },
      },
    });
    await processEvents(story.handleChunk)(keys);
    expect(await statusesOf(keys)).toEqual({ processed: 2 });
    expect((await test.service.records.get(bad))?.record.workOrder.stages).toMatchObject([
      { completions: 1 },
    ]);
    expect(await waitingLetters()).toEqual([]);
  });

  it('is told of by no letter where others, on the point of giving up, find the work done', async () => {
    const [opened] = accepted(bad, DAY);
    await test.send([opened!]);
    const key = keyOf(opened!);
    const { inbox, deadLetters } = test.service;
    const work = makeProcessEvents({
      handleChunk: () =>
        Promise.resolve({ processed: [], failed: [{ keys: [key], recordId: bad, error: new Error('no') }] }),
      inbox,
      deadLetters: {
        ...deadLetters,
        add: async (letters) => {
          await deadLetters.add(letters);
          await inbox.markProcessed([key]);
        },
      },
      maxAttempts: 1,
      logger,
    });
    await work([key]);
    expect(await inbox.findByKey(key)).toMatchObject({ status: 'processed' });
    expect(await waitingLetters()).toEqual([]);
  });
});

describe('a work order that cannot be folded', () => {
  it('is tried, set aside, and taken up again by a replay, and holds up nobody', async () => {
    let broken = true;
    const story = test.storyWith({ ruleSets: { current: ruleSetFailingOn(bad, () => broken) } });
    startWorkers(processEvents(story.handleChunk));
    const keys = await sendWithOneBad(20);
    await settled();

    expect(await statusesOf(keys.good)).toEqual({ processed: 40 });
    for (const key of keys.bad)
      expect(await test.service.inbox.findByKey(key)).toMatchObject({
        status: 'dead',
        attempts: MAX_ATTEMPTS,
        reason: 'cannot-be-folded: divided by a meter reading',
      });
    expect((await test.service.records.loadRecords([bad, ...keys.others])).size).toBe(20);

    broken = false;
    const letters = await waitingLetters();
    expect(letters.map(({ eventKey }) => eventKey).sort()).toEqual([...keys.bad].sort());
    const result = await test.service.replayDeadLetters(letters.map(({ id }) => id));
    expect(result).toMatchObject({ unchanged: [], notFound: [], refused: [] });
    expect(result.replayed.sort()).toEqual(letters.map(({ id }) => id).sort());
    await settled();
    expect(await statusesOf(keys.bad)).toEqual({ processed: 2 });
    expect((await test.service.records.get(bad))?.record.workOrder.stages).toMatchObject([
      { stage: '业务受理', completions: 1 },
    ]);
    expect(await waitingLetters()).toEqual([]);
  });

  it('is set aside again when the replay does not help', async () => {
    const story = test.storyWith({ ruleSets: { current: ruleSetFailingOn(bad, () => true) } });
    startWorkers(processEvents(story.handleChunk));
    const keys = await sendWithOneBad(0);
    await settled();
    await test.service.replayDeadLetters((await waitingLetters()).map(({ id }) => id));
    await settled();
    expect(await statusesOf(keys.bad)).toEqual({ dead: 2 });
    expect(await waitingLetters()).toHaveLength(2);
  });

  it('still takes part with its later events, which are folded without the dead ones', async () => {
    const story = test.storyWith({
      ruleSets: {
        current: () => {
          const { ruleSet } = test.service.content;
          return {
            ...ruleSet,
            screenEvent: (scope, observer) => {
              if (scope.event.type === 'yxzy.workorder.opened') throw new Error('bad opening');
              return ruleSet.screenEvent(scope, observer);
            },
          };
        },
      },
    });
    startWorkers(processEvents(story.handleChunk));
    const [opened, completed] = accepted(bad, DAY);
    await test.send([opened!]);
    await settled();
    await test.send([completed!]);
    await settled();
    expect(await statusesOf([keyOf(opened!), keyOf(completed!)])).toEqual({ dead: 1, processed: 1 });
    expect((await test.service.records.get(bad))?.record.workOrder.stages).toHaveLength(1);
  });
});

describe('a work order that the store refuses', () => {
  it('is found among the others of its chunk: it is set aside, they are processed', async () => {
    const story = test.storyWith({ records: recordsRefusing(bad) });
    startWorkers(processEvents(story.handleChunk));
    const keys = await sendWithOneBad(20);
    await settled();
    expect(await statusesOf(keys.good)).toEqual({ processed: 40 });
    expect(await statusesOf(keys.bad)).toEqual({ dead: 2 });
    expect((await test.service.inbox.findByKey(keys.bad[0]!))?.reason).toBe(
      'cannot-be-folded: document is larger than the maximum size 16777216',
    );
    expect((await test.service.inbox.findByKey(keys.good[0]!))?.attempts).toBe(0);
    expect(await waitingLetters()).toHaveLength(2);
  });
});

describe('a chunk that is handled again', () => {
  const send = async () => {
    const events = [...accepted(bad, DAY), event('archive.filed', bad, `${DAY}T11:00:00+08:00`)];
    await test.send(events);
    return events.map(keyOf);
  };

  it('because its worker died before the mark changes nothing: no work order, alert or try is counted twice', async () => {
    const keys = await send();
    const work = processEvents(test.service.handleChunk);
    await work(keys);
    const before = await test.service.records.get(bad);
    for (const again of [keys, [...keys].reverse()]) {
      await test.connection
        .collection<{ _id: string }>('events')
        .updateMany({ _id: { $in: keys } }, { $set: { status: 'received' } });
      await work(again);
    }
    const after = await test.service.records.get(bad);
    expect(after?.record).toEqual(before?.record);
    expect(await statusesOf(keys)).toEqual({ processed: 3 });
  });

  it('costs no more than what is left of it: what was processed is not read again', async () => {
    const keys = await send();
    const read: string[][] = [];
    const { recordWriter } = test.service;
    const story = test.storyWith({
      records: {
        ...recordWriter,
        loadRecent: (recordIds) => {
          read.push([...recordIds]);
          return recordWriter.loadRecent(recordIds);
        },
      },
    });
    await processEvents(story.handleChunk)(keys);
    const other = `${bad}-OTHER`;
    const late = [event('archive.filed', other, `${DAY}T11:00:00+08:00`)];
    await test.send(late);
    await processEvents(story.handleChunk)([...keys, ...late.map(keyOf)]);
    await processEvents(story.handleChunk)(keys);
    expect(read.filter((recordIds) => recordIds.length > 0)).toEqual([[bad], [other]]);
  });

  it('by many at once, because slow workers were taken for dead, sets nothing aside that one of them has done', async () => {
    const others = Array.from({ length: 6 }, (_, i) => `${bad}-${i}`);
    const events = others.flatMap((no) => accepted(no, DAY));
    await test.send(events);
    const keys = events.map(keyOf);
    const work = processEvents(test.service.handleChunk, 1);
    const crashes = 3;
    await Promise.all(Array.from({ length: 6 }, () => work(keys, crashes).catch(() => undefined)));
    await work(keys, crashes);
    expect(await statusesOf(keys)).toEqual({ processed: keys.length });
  });
});
