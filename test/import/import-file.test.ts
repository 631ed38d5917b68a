import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { StoreUnavailableError } from '../../src/errors.js';
import { makeAcceptEvents } from '../../src/events/accept-events.js';
import { makeEventStore } from '../../src/events/event-store.js';
import { makeImportFile } from '../../src/import/import-file.js';
import type { ImportFileDeps } from '../../src/import/import-file.js';
import { makeImportStore } from '../../src/import/import-store.js';
import type { ImportCheckpoint } from '../../src/import/import-store.js';
import type { BadRecord, ImportNotice } from '../../src/import/import-summary.js';
import { openImportFile } from '../../src/import/open-import-file.js';
import type { RawEvent } from '../../src/import/read-item.js';
import { makeXesMapping } from '../../src/import/xes-mapping.js';
import { openTestMongo } from '../support/services.js';
import { makeTempFiles } from './temp-files.js';

const tempFile = makeTempFiles();
const mapping = makeXesMapping();

const eventOf = (n: number) => ({
  specversion: '1.0',
  id: `e${n}`,
  source: '/test',
  type: 'yxzy.stage.completed',
  subject: `w${Math.floor(n / 3)}`,
  time: '2026-11-20T09:30:00+08:00',
  data: { stage: 's' },
});
const lineOf = (n: number) => JSON.stringify(eventOf(n));
const linesOf = (count: number) => Array.from({ length: count }, (_, n) => lineOf(n + 1));

/** An intake and checkpoints in memory; `misbehave` is called with the number of the call before it is answered. */
function makeMemory(misbehave: (call: number) => Promise<void> = () => Promise.resolve()) {
  const inbox = new Set<string>();
  const saved = new Map<string, ImportCheckpoint>();
  const notices: ImportNotice[] = [];
  let calls = 0;
  let busy = 0;
  let mostBusy = 0;
  let time = 1_000_000;
  const deps: ImportFileDeps = {
    async accept(events) {
      busy += 1;
      mostBusy = Math.max(mostBusy, busy);
      try {
        await misbehave(++calls);
      } finally {
        busy -= 1;
      }
      const ids = events.map((event) => String(event['id'] as string));
      const rejected = ids.flatMap((id, index) =>
        id.endsWith('7') ? [{ index, id, errors: [{ path: 'data.stage', message: 'is wrong' }] }] : [],
      );
      const good = ids.filter((id) => !id.endsWith('7'));
      const fresh = good.filter((id) => !inbox.has(id) && inbox.add(id));
      return { accepted: fresh.length, duplicates: good.length - fresh.length, rejected };
    },
    checkpoints: {
      load: (key) => Promise.resolve(saved.get(key)),
      save: (key, checkpoint) => Promise.resolve(void saved.set(key, checkpoint)),
    },
    now: () => (time += 400),
    report: (notice) => notices.push(notice),
    wait: () => Promise.resolve(),
  };
  return { deps, inbox, saved, notices, calls: () => calls, mostBusy: () => mostBusy };
}

describe('importing a file', () => {
  it('counts what became of every record and names the bad ones in file order', async () => {
    const lines = [...linesOf(20), '{"broken', ...Array.from({ length: 2 }, () => lineOf(3)), '[]'];
    const file = await openImportFile(tempFile('mixed.ndjson.gz', gzipSync(lines.join('\n'))));
    const memory = makeMemory();
    const told: BadRecord[] = [];
    const summary = await makeImportFile(memory.deps)({ file, mapping, onRejected: (bad) => told.push(bad) });
    expect(summary).toMatchObject({ read: 24, skipped: 0, accepted: 18, duplicates: 2, rejected: 4 });
    expect(summary.stopped).toBeUndefined();
    expect(told.map(({ line, reason }) => `${line} ${reason.slice(0, 20)}`)).toEqual([
      '7 data.stage: is wrong',
      '17 data.stage: is wrong',
      '21 The line is not JSON',
      '24 The line holds a lis',
    ]);
    expect(summary.rejections).toEqual(told);
    expect([...memory.saved.values()]).toMatchObject([
      { record: 24, accepted: 18, duplicates: 2, rejected: 4 },
    ]);
    expect([...memory.saved.values()][0]?.finishedAt).toBeInstanceOf(Date);
  });

  it('keeps a few batches in flight and reads no faster than they are stored', async () => {
    const file = await openImportFile(tempFile('long.ndjson', linesOf(12_000).join('\n')));
    const memory = makeMemory(async (call) => void (await setTimeout(40 - 10 * (call % 3))));
    const summary = await makeImportFile(memory.deps)({ file, mapping });
    expect(summary).toMatchObject({ read: 12_000, accepted: 10_800, rejected: 1_200 });
    expect(summary.rejections).toHaveLength(100);
    expect(memory.calls()).toBeGreaterThanOrEqual(6);
    expect(memory.mostBusy()).toBeGreaterThan(1);
    expect(memory.mostBusy()).toBeLessThanOrEqual(4);
    const progress = memory.notices.filter((notice) => notice.kind === 'progress');
    expect(progress.at(-1)).toMatchObject({
      read: 12_000,
      bytesRead: file.size,
      bytes: file.size,
      secondsLeft: 0,
    });
  });

  it('never remembers more than is stored, in whatever order the batches are answered', async () => {
    const file = () => openImportFile(tempFile('order.ndjson', linesOf(9_000).join('\n')));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 9, maxLength: 9 }),
        fc.nat(9),
        async (delays, fatal) => {
          const memory = makeMemory(async (call) => {
            await setTimeout(delays[call - 1] ?? 0);
            if (call === fatal) throw new Error('the disk is full');
          });
          const checkpoints = {
            load: () => Promise.resolve(undefined),
            save: (key: string, checkpoint: ImportCheckpoint) => {
              for (let n = 1; n <= checkpoint.record; n++) {
                if (n % 10 !== 7 && !memory.inbox.has(`e${n}`)) throw new Error(`record ${n} is not stored`);
              }
              return memory.deps.checkpoints!.save(key, checkpoint);
            },
          };
          const summary = await makeImportFile({ ...memory.deps, checkpoints })({
            file: await file(),
            mapping,
          });
          expect(summary.stopped).toBe(
            fatal >= 1 && fatal <= memory.calls() ? 'the disk is full' : undefined,
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  it('waits for a store that is away, and gives up saying how to go on', async () => {
    const path = tempFile('away.ndjson', linesOf(2_500).join('\n'));
    let away = 3;
    const memory = makeMemory(() =>
      away-- > 0 ? Promise.reject(new StoreUnavailableError()) : Promise.resolve(),
    );
    const importFile = makeImportFile(memory.deps);
    expect(await importFile({ file: await openImportFile(path), mapping })).toMatchObject({ read: 2_500 });
    expect(memory.notices.filter(({ kind }) => kind === 'waiting')).toHaveLength(3);

    away = Infinity;
    const summary = await importFile({ file: await openImportFile(path), mapping, restart: true });
    expect(summary).toMatchObject({ read: 0, stopped: new StoreUnavailableError().message });
    away = 0;
    expect(await importFile({ file: await openImportFile(path), mapping })).toMatchObject({
      read: 2_500,
      skipped: 0,
      duplicates: 2_250,
    });
  });

  it('does not read a finished file again unless it is told to, or it is to be read otherwise', async () => {
    const xml = `<log><trace><string key="concept:name" value="a"/><event><string key="concept:name" value="s"/>
      <date key="time:timestamp" value="2011-10-01T10:00:00Z"/></event></trace></log>`;
    const file = await openImportFile(tempFile('done.xes', xml));
    const memory = makeMemory();
    const importFile = makeImportFile(memory.deps);
    const first = await importFile({ file, mapping });
    expect(first).toMatchObject({ read: 1, accepted: 1 });
    const second = await importFile({ file, mapping });
    expect(second).toMatchObject({ read: 0, accepted: 0, before: { accepted: 1 } });
    expect(second.before?.finishedAt).toBeInstanceOf(Date);
    expect(await importFile({ file, mapping, restart: true })).toMatchObject({ read: 1, duplicates: 1 });
    expect(await importFile({ file, mapping: makeXesMapping({ source: '/other' }) })).toMatchObject({
      read: 1,
    });
  });

  it('stops between batches when it is interrupted', async () => {
    const file = await openImportFile(tempFile('stop.ndjson', linesOf(9_000).join('\n')));
    const abort = new AbortController();
    const memory = makeMemory((call) => Promise.resolve(call === 3 ? abort.abort() : undefined));
    const summary = await makeImportFile(memory.deps)({ file, mapping, signal: abort.signal });
    expect(summary.stopped).toBe('The import was interrupted.');
    expect(summary.read).toBeGreaterThanOrEqual(2_000);
    expect(summary.read).toBeLessThan(7_000);
    expect([...memory.saved.values()]).toMatchObject([{ record: summary.read }]);
  });
});

describe('importing into MongoDB', () => {
  let mongo: Awaited<ReturnType<typeof openTestMongo>>;
  beforeAll(async () => {
    mongo = await openTestMongo();
  });
  afterAll(() => mongo.close());

  it('ends with the same inbox whether or not it was interrupted, anywhere and again and again', async () => {
    const inbox = makeEventStore(mongo.connection);
    const checkpoints = makeImportStore(mongo.connection);
    await Promise.all([inbox.init(), checkpoints.init()]);
    const intake = makeAcceptEvents({
      inbox,
      enqueue: () => undefined,
      calendar: { dateOf: () => '2026-11-20' },
      now: () => Date.UTC(2026, 10, 21),
      partitions: 4,
    });
    const lines = linesOf(4_000);
    lines[2_321] = '{"id":"e2322"}';
    const path = tempFile('resume.ndjson.gz', gzipSync(lines.join('\n')));
    const collection = mongo.connection.collection<{ _id: string }>('events');

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
        async (breaks) => {
          await Promise.all([
            collection.deleteMany({}),
            mongo.connection.collection('imports').deleteMany({}),
          ]);
          let time = 0;
          for (const breakAt of [...breaks, Infinity]) {
            let calls = 0;
            // A killed process stores nothing more: neither events nor how far it came.
            const unlessKilled = <T>(act: () => Promise<T>): Promise<T> =>
              calls >= breakAt ? Promise.reject(new Error('killed')) : act();
            const accept = (events: readonly RawEvent[]) => {
              calls += 1;
              return unlessKilled(() => intake.acceptRawEvents(events));
            };
            const survivor = {
              load: (key: string) => checkpoints.load(key),
              save: (key: string, checkpoint: ImportCheckpoint) =>
                unlessKilled(() => checkpoints.save(key, checkpoint)),
            };
            const now = () => (time += 400);
            const deps = { accept, checkpoints: survivor, now, report: () => undefined };
            const summary = await makeImportFile(deps)({ file: await openImportFile(path), mapping });
            expect(summary.stopped).toBe(calls >= breakAt ? 'killed' : undefined);
            expect(summary.skipped).toBe(summary.before?.record ?? 0);
          }
          expect(await collection.countDocuments()).toBe(3_999);
          expect(await collection.findOne({ _id: '/test e2322' })).toBeNull();
          const [checkpoint] = await mongo.connection.collection('imports').find().toArray();
          expect(checkpoint).toMatchObject({ record: 4_000, rejected: 1 });
          expect(checkpoint?.['finishedAt']).toBeInstanceOf(Date);
        },
      ),
      { numRuns: 3 },
    );
  });
});
