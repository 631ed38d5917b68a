import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { startWorkers } from '../../jobs/start-jobs.js';
import type { Alert } from '../../src/alerts/alert.js';
import { composeService, type Service } from '../../src/compose.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { waitUntil } from '../queue/wait-until.js';
import { ruleFile } from '../support/rule-file.js';
import {
  accepted,
  event,
  keyOf,
  openJobService,
  PAPER_LATE,
  UNSENT,
  type JobService,
} from './open-job-service.js';

const DAY = '2026-11-20';
const NOW = `${DAY}T18:00:00+08:00`;

let test: JobService;
/** Another process's service on the same database and queues. */
let other: Service;
let cleanUp: (() => Promise<void>)[] = [];
/** A service of its own that folds everything in order, once. */
let single: JobService;

beforeAll(async () => {
  // The third hits at every completed stage: each event that is lost or folded twice shows in its count.
  const rules = [PAPER_LATE, UNSENT, ruleFile({ id: 'each-completion' })];
  [test, single] = [await openJobService({ at: NOW, rules }), await openJobService({ at: NOW, rules })];
  const mongo = await openMongo({ uri: test.mongoUri, embedded: true });
  const { redisUrl, content, settings, now } = test.service;
  other = await composeService({
    connection: mongo.connection,
    redisUrl,
    content,
    settings,
    logger: pino({ level: 'silent' }),
    now,
  });
  cleanUp = [() => other.close(), () => mongo.close()];
});
afterAll(async () => {
  for (const close of cleanUp) await close();
  await test?.close();
  await single?.close();
});

/** A busy day of one work order, a minute between any two events. */
function busyDay(no: string, count: number) {
  const time = (minute: number) =>
    new Date(Date.parse(`${DAY}T11:00:00+08:00`) + minute * 60_000).toISOString();
  const stages = ['业务受理', '现场勘查', '拟定供电方案'];
  return [
    ...accepted(no, DAY),
    ...Array.from({ length: count }, (_, i) => {
      const data = { stage: stages[i % 3], operator: { id: `u${i % 5}` }, nextStage: stages[(i + 1) % 3] };
      const types = ['stage.arrived', 'stage.completed', 'flow.sent', 'document.received'] as const;
      return event(types[i % 4]!, no, time(i), { ...data, document: `资料${i % 7}` });
    }),
  ];
}

const outcome = async (service: JobService, no: string) => ({
  record: (await service.service.records.get(no))?.record,
  alerts: (await service.alertsOf(no)).filter(({ retracted }) => !retracted).map(finding),
});
const finding = ({ fingerprint, episode, status, occurrences, firstAt, lastAt, closedAt }: Alert) => ({
  fingerprint,
  episode,
  status,
  occurrences,
  firstAt,
  lastAt,
  closedAt,
});

async function inOrder(events: readonly { source: string; id: string }[], no: string) {
  await single.send(events);
  await single.service.handleChunk(events.map(keyOf));
  await single.service.advanceRecords([no], 'sweep');
  return outcome(single, no);
}

describe('two processes on one work order at the same time', () => {
  it('lose no event and no alert, whatever falls to whom', async () => {
    const events = busyDay('WO1', 60);
    const expected = await inOrder(events, 'WO1');
    await test.send(events);
    const keys = events.map(keyOf);
    // Chunks of five, dealt to both at once, out of order, every one of them twice.
    const chunks = Array.from({ length: Math.ceil(keys.length / 5) }, (_, i) => keys.slice(i * 5, i * 5 + 5));
    const dealt = [...chunks, ...chunks.reverse()];
    await Promise.all([
      (async () => {
        for (const chunk of dealt) await test.service.handleChunk(chunk);
      })(),
      (async () => {
        for (const chunk of [...dealt].reverse()) await other.handleChunk(chunk);
      })(),
    ]);
    await Promise.all([
      test.service.advanceRecords(['WO1'], 'sweep'),
      other.advanceRecords(['WO1'], 'sweep'),
    ]);
    expect(await outcome(test, 'WO1')).toEqual(expected);
    expect(expected.alerts.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBeGreaterThan(15);
    for (const key of keys)
      expect(await test.service.inbox.findByKey(key)).toMatchObject({ status: 'processed', attempts: 0 });
  });

  it('notice that the other was faster, and fold again on what it wrote', async () => {
    const events = busyDay('WO2', 8);
    const expected = await inOrder(events, 'WO2');
    await test.send(events);
    const first = events.slice(0, -3).map(keyOf);
    const others = events.slice(-3).map(keyOf);
    let writes = 0;
    // The other process comes in between what this one read and what it writes, each of the first three times.
    const { recordWriter } = test.service;
    const slow = test.storyWith({
      records: {
        ...recordWriter,
        replaceRecords: async (batch) => {
          writes += 1;
          const next = others.shift();
          if (next !== undefined) await other.handleChunk([next]);
          return recordWriter.replaceRecords(batch);
        },
      },
    });
    await slow.handleChunk(first);
    expect(writes).toBe(4);
    await test.service.advanceRecords(['WO2'], 'sweep');
    expect(await outcome(test, 'WO2')).toEqual(expected);
  });

  it('opening it at the same instant make one work order of it', async () => {
    const events = busyDay('WO3', 6);
    const expected = await inOrder(events, 'WO3');
    await test.send(events);
    const services = [test.service, other, test.service, other];
    await Promise.all(
      events.map((one, index) => services[index % services.length]!.handleChunk([keyOf(one)])),
    );
    await test.service.advanceRecords(['WO3'], 'sweep');
    expect(await outcome(test, 'WO3')).toEqual(expected);
  });

  it('share the queues: everything accepted is processed once, and nothing is left', async () => {
    const numbers = Array.from({ length: 30 }, (_, i) => `WQ${i}`);
    const events = numbers.flatMap((no) => busyDay(no, 6));
    const workers = [startWorkers(test.service), startWorkers(other)];
    try {
      // In slices, so that one record's events are spread over many chunks.
      for (let from = 0; from < events.length; from += 25) await test.send(events.slice(from, from + 25));
      await waitUntil(
        'no event waits',
        async () => (await test.service.inbox.countByStatus()).received === 0,
      );
      expect(workers.map((worker) => worker.isHealthy())).toEqual([true, true]);
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
    expect(await test.service.inbox.countByStatus()).toMatchObject({ received: 0, dead: 0 });
    for (const no of ['WQ0', 'WQ13', 'WQ29']) {
      const own = events.filter(({ subject }) => subject === no);
      const expected = await inOrder(own, no);
      await test.service.advanceRecords([no], 'sweep');
      expect(await outcome(test, no)).toEqual(expected);
    }
  });
});
