import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeRemoveOldRecords } from '../../jobs/remove-old-records.js';
import {
  accepted,
  event,
  keyOf,
  openJobService,
  PAPER_LATE,
  UNSENT,
  type JobService,
} from './open-job-service.js';

const RETENTION_DAYS = 400;
/** All happens in one week; then the clock is set forward. */
const FRIDAY = '2026-11-20';
const MONDAY = '2026-11-23';

let test: JobService;

beforeAll(async () => {
  test = await openJobService({
    at: `${FRIDAY}T16:00:00+08:00`,
    rules: [PAPER_LATE, UNSENT],
    settings: { retentionDays: RETENTION_DAYS },
  });
});
afterAll(() => test?.close());

async function fold(events: readonly { source: string; id: string }[]): Promise<void> {
  await test.send(events);
  await test.service.handleChunk(events.map(keyOf));
}
const ended = (no: string) => [
  ...accepted(no, FRIDAY),
  event('workorder.closed', no, `${FRIDAY}T15:00:00+08:00`),
];
/** Which of these records have left what behind. */
async function left(...records: string[]) {
  const in_ = { recordId: { $in: records } };
  const count = (name: string) => test.connection.collection(name).countDocuments(in_);
  return {
    records: (await test.service.records.loadRecords(records)).size,
    events: await count('events'),
    alerts: (await test.alertsOf(...records)).length,
  };
}
const daysLater = (days: number) => {
  test.clock.set(`${MONDAY}T18:00:00+08:00`);
  test.clock.tick(days * 86_400_000);
};
const run = (changes: Partial<Parameters<typeof makeRemoveOldRecords>[0]> = {}) => {
  const { records, inbox, windows, alertStore: alerts, now } = test.service;
  return makeRemoveOldRecords({
    records,
    inbox,
    alerts,
    windows,
    retentionDays: RETENTION_DAYS,
    now,
    ...changes,
  })(MONDAY);
};

describe('retention', () => {
  it('removes what ended long ago with its events and clocks; what is open stays, and so does every alert', async () => {
    test.clock.set(`${FRIDAY}T16:00:00+08:00`);
    const day = event('hall.queue.sampled', '334010101', `${FRIDAY}T10:00:00+08:00`, { waiting: 3 });
    const hall = `hall:334010101@${FRIDAY}`;
    await fold([...ended('CLOSED'), ...accepted('OPEN', FRIDAY), day]);
    test.clock.set(`${MONDAY}T18:00:00+08:00`);
    await test.minute('deadlines');
    await test.dated('end-of-day', MONDAY);
    expect(await left('CLOSED')).toEqual({ records: 1, events: 3, alerts: 1 });
    expect(await left('OPEN')).toEqual({ records: 1, events: 2, alerts: 2 });
    expect(await left(hall)).toEqual({ records: 1, events: 1, alerts: 0 });

    daysLater(RETENTION_DAYS);
    expect(await test.dated('retention', MONDAY)).toMatchObject({ records: 1, events: 1 });
    expect(await left('CLOSED', hall)).toMatchObject({ records: 1, events: 3 });

    test.clock.tick(1);
    expect(await test.dated('retention', MONDAY)).toMatchObject({ records: 1, events: 3 });
    expect(await left('CLOSED', hall)).toEqual({ records: 0, events: 0, alerts: 1 });
    expect(await left('OPEN')).toEqual({ records: 1, events: 2, alerts: 2 });
    expect(await test.dated('retention', MONDAY)).toMatchObject({ records: 0, events: 0 });
  });

  it('keeps what an ended work order still waits for, and the letters of the dead', async () => {
    test.clock.set(`${FRIDAY}T16:00:00+08:00`);
    const late = event('document.received', 'WAITS', `${FRIDAY}T14:00:00+08:00`, { document: '受理单' });
    const dead = event('document.received', 'WAITS', `${FRIDAY}T14:30:00+08:00`, { document: '受理单' });
    await fold(ended('WAITS'));
    await test.send([late, dead]);
    await test.service.inbox.markDead([keyOf(dead)], 'cannot-be-folded: test');
    daysLater(RETENTION_DAYS + 1);
    await run();
    const kept = await test.connection.collection('events').find({ recordId: 'WAITS' }).toArray();
    expect(kept.map(({ status }) => status as string).sort()).toEqual(['dead', 'received']);
  });

  it('that died after it removed the record leaves nothing behind when it runs again', async () => {
    const no = 'DIES-AFTER-RECORD';
    test.clock.set(`${FRIDAY}T16:00:00+08:00`);
    await fold(ended(no));
    expect(await left(no)).toMatchObject({ records: 1, events: 3 });
    daysLater(RETENTION_DAYS + 1);
    const die = () => Promise.reject(new Error('the process died here'));
    await expect(run({ inbox: { removeProcessedBefore: die } })).rejects.toThrow('the process died here');
    expect(await left(no)).toMatchObject({ records: 0, events: 3 });
    await run();
    expect(await left(no)).toMatchObject({ records: 0, events: 0 });
  });

  it('lets a record that late events make anew find the same again, and disproves nothing that was found before', async () => {
    const no = 'MADE-ANEW';
    const found = async () => (await test.alertsOf(no)).map(({ id }) => id);
    test.clock.set(`${FRIDAY}T16:00:00+08:00`);
    for (const one of ended(no)) await fold([one]);
    test.clock.set(`${MONDAY}T18:00:00+08:00`);
    await test.dated('end-of-day', MONDAY);
    await test.service.advanceRecords([no], 'due');
    const before = await found();
    expect(before.length).toBeGreaterThan(0);
    expect((await test.service.records.get(no))?.revision).toBeGreaterThan(2);
    daysLater(RETENTION_DAYS + 1);
    await run();
    expect(await left(no)).toMatchObject({ records: 0, events: 0, alerts: before.length });

    // Told out of order, so that the new record is folded twice; it knows nothing of what was found.
    const late = (minute: string) => event('document.received', no, `${FRIDAY}T14:${minute}:00+08:00`, { document: '身份证明' }); // prettier-ignore
    await fold([late('30')]);
    await fold([late('10')]);
    expect((await test.alertsOf(no)).filter(({ retracted }) => retracted)).toEqual([]);

    await fold(ended(no));
    await test.service.advanceRecords([no], 'due');
    expect(await found()).toEqual(before);
    // And the alert goes on with the new record, whose revisions are far behind those of the old one.
    const sent = event('paper.delivered', no, `${FRIDAY}T16:00:00+08:00`, { toUnit: '334010101' });
    await fold([sent]);
    const alerts = await test.service.alertStore.loadByRecords([no]);
    expect(alerts).toMatchObject([{ status: 'auto_closed', retracted: true }]);
  });

  it('stops between two batches when it is told to', async () => {
    const { records, inbox, windows, alertStore: alerts, now } = test.service;
    const stop = AbortSignal.abort();
    const remove = makeRemoveOldRecords({
      records,
      inbox,
      alerts,
      windows,
      retentionDays: RETENTION_DAYS,
      now,
    });
    expect(await remove(MONDAY, stop)).toEqual({ records: 0, events: 0 });
  });
});
