import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HandleEventDeps } from '../../src/handle-event.js';
import { accepted, event, keyOf, openJobService, PAPER_LATE, UNSENT, type JobService } from '../jobs/open-job-service.js'; // prettier-ignore

const DAY = '2026-11-20';
let test: JobService;

beforeAll(async () => {
  const ofHighVoltage = { ...PAPER_LATE, id: 'high-voltage-only', appliesTo: { processes: ['高压新装'] } };
  test = await openJobService({ at: `${DAY}T18:00:00+08:00`, rules: [PAPER_LATE, UNSENT, ofHighVoltage] });
});
afterAll(() => test?.close());

const send = async (...events: ReturnType<typeof event>[]) => {
  await test.send(events);
  await test.service.handleChunk(events.map(keyOf));
};
const deadlinesOf = async (no: string) => {
  const until = test.clock.now() + 30 * 86_400_000;
  const rows = await test.service.deadlines.listRunning({ until, limit: 99 });
  return rows.filter(({ recordId }) => recordId === no).map(({ id }) => id);
};
const clocksOf = async (no: string) =>
  ((await test.service.records.get(no))?.record.clocks ?? []).map(({ key }) => `${no}|${key}`).sort();

describe('the due list', () => {
  it('lets go of a clock that a late event shows never to have started', async () => {
    // Told without its opening, the work order might be of any process.
    const [opened, completed] = accepted('WO1', DAY, { process: '低压居民新装' });
    await send(completed!);
    expect(await deadlinesOf('WO1')).toHaveLength(2);
    await send(opened!);
    expect(await deadlinesOf('WO1')).toEqual(['WO1|paper-late|业务受理#1']);
    expect(await deadlinesOf('WO1')).toEqual(await clocksOf('WO1'));
  });
});

describe('a sweep that is overtaken by a late event between its record and its alerts', () => {
  it('takes back the alert that it writes too late', async () => {
    await send(...accepted('WO3', DAY));
    const late = event('flow.sent', 'WO3', `${DAY}T16:00:00+08:00`, { stage: '业务受理' });
    await test.send([late]);
    let overtaken = false;
    const raiseAlerts: HandleEventDeps['raiseAlerts'] = async (...args) => {
      if (!overtaken) {
        overtaken = true;
        await test.service.handleChunk([keyOf(late)]);
      }
      return test.service.raiseAlerts(...args);
    };
    await test.storyWith({ raiseAlerts }).advanceRecords(['WO3'], 'sweep');
    expect((await test.service.records.get('WO3'))?.record.findings).toEqual([]);
    expect(await test.alertsOf('WO3')).toMatchObject([{ open: false, retracted: true }]);
    expect(await deadlinesOf('WO3')).toEqual(await clocksOf('WO3'));
  });
});
