import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeWatchWindows } from '../../jobs/watch-windows.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { openContent } from '../../src/open-content.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { ruleFile } from '../support/rule-file.js';

const manyClosed = ruleFile({
  id: 'many-closed',
  trigger: {
    on: 'window',
    types: ['stage.completed'],
    groupBy: 'operator.id',
    window: { value: 10, unit: 'minute' },
  },
  conditions: { all: [{ fact: 'window.count', operator: 'greaterThanInclusive', value: 3 }] },
  event: {
    type: 'alert',
    params: {
      severity: 'high',
      title: '{{window.member}} 十分钟内办结 {{window.count}} 个环节',
      advice: '核对是否代办',
      assignTo: 'shift-supervisor',
    },
  },
});
const start = Date.parse('2026-11-23T09:00:00+08:00');
const now = start + 86_400_000;

let test: TestService | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

async function open(rules: readonly RuleFile[] = [manyClosed]): Promise<TestService> {
  const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  return (test = await openTestService({
    now: () => now,
    content: { ...content, ruleSet: makeRuleSet(rules) },
  }));
}

function completed(id: number, minute: number, operator = 'u1'): object {
  return {
    specversion: '1.0',
    id: `e${id}`,
    source: '/sales/test',
    type: 'yxzy.stage.completed',
    time: new Date(start + minute * 60_000).toISOString(),
    subject: `W${id}`,
    data: { process: '高压新装', stage: '业务受理', orgUnit: '334010101', operator: { id: operator } },
  };
}
const keyOf = (id: number) => `/sales/test e${id}`;

async function pass({ crontab }: TestService): Promise<Record<string, unknown>> {
  const result = await crontab.minute['windows']?.({
    now: () => now,
    attempt: 1,
    signal: new AbortController().signal,
  });
  return { ...result };
}

/** Alerts by what a supervisor sees of them. */
async function alerts({ service }: TestService, member = 'u1'): Promise<string[]> {
  const found = await service.alertStore.loadByRecords([`window:many-closed|${member}`]);
  return found
    .map(
      ({ title, status, occurrences, retracted, episode }) =>
        `${episode} ${title} ${status} x${occurrences}${retracted ? ' taken back' : ''}`,
    ) // prettier-ignore
    .sort();
}

describe('windows over many work orders', () => {
  it('raise one alert about the person, whatever partition each work order is on', async () => {
    const service = await open();
    await service.send([completed(1, 0), completed(2, 4), completed(3, 9), completed(4, 9, 'u2')]);
    await service.drain();
    expect(await alerts(service)).toEqual([]);
    expect(await pass(service)).toEqual({ judged: 2, busy: 0 });
    expect(await alerts(service)).toEqual(['1 u1 十分钟内办结 3 个环节 open x1']);
    const [alert] = await service.service.alertStore.loadByRecords(['window:many-closed|u1']);
    expect(alert).toMatchObject({
      subject: { type: 'operator', id: 'u1' },
      responsible: 'u1',
      orgUnit: '334010101',
      conditions: [{ fact: 'window.count', factValue: 3, value: 3, result: true }],
    });
    expect(await pass(service)).toEqual({ judged: 0, busy: 0 });
  });

  it('close it when it no longer holds, take it back when a late event disproves it, and find what a late event shows', async () => {
    const service = await open();
    await service.send([completed(1, 0), completed(2, 4), completed(3, 9), completed(4, 30)]);
    await service.drain();
    await pass(service);
    expect(await alerts(service)).toEqual(['1 u1 十分钟内办结 3 个环节 auto_closed x1']);
    await service.send([completed(5, 33), completed(6, 31)]);
    await service.drain();
    await pass(service);
    expect(await alerts(service)).toEqual([
      '1 u1 十分钟内办结 3 个环节 auto_closed x1',
      '2 u1 十分钟内办结 3 个环节 open x1',
    ]);
    // As if it had never been processed: the store sets aside nothing that was.
    const again = { $set: { status: 'received' } };
    await service.connection.collection<{ _id: string }>('events').updateOne({ _id: keyOf(5) }, again);
    await service.service.inbox.markDead([keyOf(5)], 'wrong');
    await service.send([completed(7, 90)]);
    await service.send([completed(8, 20)]);
    await service.drain();
    await pass(service);
    expect(await alerts(service)).toEqual([
      '1 u1 十分钟内办结 3 个环节 auto_closed x1',
      '2 u1 十分钟内办结 3 个环节 auto_closed x1 taken back',
    ]);
  });

  it('lose and double nothing when a worker dies after any write, or a chunk comes again', async () => {
    const service = await open();
    const { inbox, windows, handleChunk, assessGroup } = service.service;
    const keys = [1, 2, 3].map(keyOf);
    await service.service.acceptRawEvents([completed(1, 0), completed(2, 4), completed(3, 9)]);
    // Handed over and not marked; marked and judged; and then all of it once more.
    await handleChunk(keys.slice(0, 2));
    await handleChunk(keys);
    await handleChunk(keys);
    expect(await inbox.countByStatus()).toMatchObject({ received: 0, processed: 3 });
    const group = 'window:many-closed|u1';
    const read = await windows.load(group);
    expect(read).toMatchObject({ changedFrom: start, revision: 0 });
    // A record that was written by somebody who died before the alerts.
    if (read) await windows.replace(read, { findings: [], advancedTo: start + 600_000 });
    expect(await assessGroup(group)).toBe(true);
    await handleChunk(keys);
    await pass(service);
    expect(await alerts(service)).toEqual(['1 u1 十分钟内办结 3 个环节 open x1']);
  });

  it('come to one end when two workers judge one group at once while events are handed over', async () => {
    const service = await open();
    const { handleChunk, assessGroup } = service.service;
    const ids = [1, 2, 3, 4, 5, 6];
    await service.service.acceptRawEvents(ids.map((id) => completed(id, [9, 0, 4, 30, 33, 31][id - 1] ?? 0)));
    const group = 'window:many-closed|u1';
    await Promise.all([...ids.map((id) => handleChunk([keyOf(id)])), ...ids.map(() => assessGroup(group))]);
    await pass(service);
    expect((await alerts(service)).filter((text) => !text.endsWith('taken back'))).toEqual([
      '1 u1 十分钟内办结 3 个环节 auto_closed x1',
      '2 u1 十分钟内办结 3 个环节 open x1',
    ]);
  });

  it('read a long stream page by page without splitting what happened at one instant', async () => {
    const { service } = await open();
    const group = { id: 'window:many-closed|x', ruleId: 'many-closed', group: 'x' };
    const entries = Array.from({ length: 3_500 }, (_, n) => ({
      group,
      eventKey: `k${String(n).padStart(5, '0')}`,
      at: start + Math.floor(n / 700) * 1_000,
    }));
    await service.windows.handOver(entries);
    const pages: (readonly string[])[] = [];
    for await (const page of service.windows.entriesAfter(group.id, start - 1)) pages.push(page);
    expect(pages.flat()).toHaveLength(3_500);
    expect(new Set(pages.flat()).size).toBe(3_500);
    for (const page of pages) expect(page.length % 700).toBe(0);
    expect(await service.windows.removeEntriesBefore(new Date(now), 1_000)).toBe(0);
    expect(await service.windows.removeEntriesBefore(new Date(now + 1), 5_000)).toBe(3_500);
  });

  it('end in the same alerts for any order and number of deliveries', async () => {
    const service = await open();
    const { handleChunk } = service.service;
    let run = 0;
    const minutes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(minutes, fc.infiniteStream(fc.nat()), async (times, picks) => {
        run += 1;
        const [inOrder, shuffled] = [`a${run}`, `b${run}`];
        const idsOf = (base: number) => times.map((_, index) => base + run * 100 + index);
        for (const [who, base] of [[inOrder, 100_000], [shuffled, 200_000]] as const)
          await service.service.acceptRawEvents(idsOf(base).map((id, index) => completed(id, times[index] ?? 0, who))); // prettier-ignore
        await handleChunk(idsOf(100_000).map(keyOf));
        await pass(service);
        const rest = [...idsOf(200_000), ...idsOf(200_000)];
        while (rest.length > 0) {
          const pick = Number(picks.next().value);
          await handleChunk(rest.splice(pick % rest.length, 2).map(keyOf));
          if (pick % 3 === 0) await pass(service);
        }
        await pass(service);
        const kept = async (who: string) =>
          (await alerts(service, who))
            .filter((text) => !text.endsWith('taken back'))
            .map((text) => text.replace(who, ''));
        expect(await kept(shuffled)).toEqual(await kept(inOrder));
      }),
      { numRuns: Number(process.env['WINDOW_STORE_RUNS'] ?? 6) },
    );
  });

  it('wait while an import runs', async () => {
    const service = await open();
    await service.send([completed(1, 0), completed(2, 4), completed(3, 9)]);
    await service.drain();
    let running = true;
    const { windows, assessGroup } = service.service;
    const watch = makeWatchWindows({ windows, assessGroup, importRunning: () => Promise.resolve(running) });
    expect(await watch()).toEqual({ judged: 0, busy: 0, suspended: true });
    running = false;
    expect(await watch()).toEqual({ judged: 1, busy: 0 });
  });

  it('are judged though another group cannot be, which is told and tried again', async () => {
    const service = await open();
    await service.send([completed(1, 0), completed(2, 4, 'u2')]);
    await service.drain();
    const { windows, assessGroup } = service.service;
    const importRunning = () => Promise.resolve(false);
    const broken = (id: string) =>
      id.endsWith('|u1') ? Promise.reject(new Error('broken')) : assessGroup(id);
    const watch = makeWatchWindows({ windows, assessGroup: broken, importRunning, batchSize: 1 });
    await expect(watch()).rejects.toThrow('1 window groups could not be judged');
    expect(await pass(service)).toEqual({ judged: 1, busy: 0 });
  });
});
