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
  it('changes nothing: no work order, alert or try is counted twice', async () => {
    const events = [...accepted(bad, DAY), event('archive.filed', bad, `${DAY}T11:00:00+08:00`)];
    await test.send(events);
    const work = processEvents(test.service.handleChunk);
    await work(events.map(keyOf));
    const before = await test.service.records.get(bad);
    await work(events.map(keyOf));
    await work([...events].reverse().map(keyOf));
    const after = await test.service.records.get(bad);
    expect(after?.record).toEqual(before?.record);
    expect(await statusesOf(events.map(keyOf))).toEqual({ processed: 3 });
  });
});
