import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { makeInspectionStore } from '../../src/inspections/inspection-store.js';
import type { InspectionStore } from '../../src/inspections/inspection-store.js';
import { loadInspectionPlans } from '../../src/inspections/load-inspection-plans.js';
import { loadOrgUnits } from '../../src/inspections/load-org-units.js';
import { makePlanDailyInspections } from '../../src/inspections/make-plan-daily-inspections.js';
import { makeFoundAlertsReader } from '../../src/inspections/read-found-alerts.js';
import type { PlanDailyInspectionsDeps } from '../../src/inspections/make-plan-daily-inspections.js';
import { makeWorkOrderStore } from '../../src/work-orders/work-order-store.js';
import { shanghai, testCalendar } from '../calendar/make-test-calendar.js';
import { openTestMongo } from '../support/services.js';

const HALL = '334010101';
const COUNTY = '3340101';
const NOW = shanghai('2026-02-24 08:00');

let connection: Connection;
let close: () => Promise<void>;
let store: InspectionStore;
let deps: PlanDailyInspectionsDeps;

beforeAll(async () => {
  ({ connection, close } = await openTestMongo());
  store = makeInspectionStore(connection);
  const workOrders = makeWorkOrderStore(connection);
  await store.init();
  await workOrders.init();
  deps = {
    store,
    archivedBetween: (request) => workOrders.archivedBetween(request),
    plans: await loadInspectionPlans('rules/inspections'),
    orgUnits: await loadOrgUnits('rules/org-units.json'),
    calendar: testCalendar(),
    now: () => NOW,
  };
});
afterAll(() => close());
beforeEach(async () => {
  await connection.collection('inspections').deleteMany({});
  await connection.collection('workOrders').deleteMany({});
});

async function archive(orgUnit: string, time: string, ...ids: string[]): Promise<void> {
  await connection.collection<{ _id: string }>('workOrders').insertMany(
    ids.map((_id) => ({
      _id,
      orgUnit,
      process: '低压居民新装',
      archivedAt: new Date(shanghai(time)),
      status: 'closed',
    })),
  );
}

async function drawnFrom(orgUnit: string, date: string): Promise<string[]> {
  const task = await store.get(`archive-daily-sample|${orgUnit}|${date}`);
  return (task?.samples ?? []).map(({ workOrder }) => workOrder).sort();
}

describe('the morning plan', () => {
  it('gives every hall and station its patrol, and who archived since the last working day a sample', async () => {
    // 春节: the working day before 24 February is 14 February.
    await archive(HALL, '2026-02-13 23:59', 'too-early');
    await archive(HALL, '2026-02-14 00:00', 'first');
    await archive(HALL, '2026-02-18 12:00', 'on-a-day-off');
    await archive(HALL, '2026-02-24 00:00', 'too-late');
    await archive(COUNTY, '2026-02-20 12:00', 'of-the-county');
    await archive('nowhere', '2026-02-20 12:00', 'of-no-unit');

    const planned = await makePlanDailyInspections(deps)('2026-02-24');
    expect(planned).toEqual({ tasks: 9 + 2, samples: 3, existing: 0 });
    expect(await drawnFrom(HALL, '2026-02-24')).toEqual(['first', 'on-a-day-off']);
    expect(await drawnFrom(COUNTY, '2026-02-24')).toEqual(['of-the-county']);

    const patrols = await store.find({ date: '2026-02-24', limit: 50 });
    expect(patrols.items.filter(({ plan }) => plan.id === 'hall-daily-patrol')).toHaveLength(9);
    expect(patrols.items[0]).toMatchObject({
      dueAt: new Date(shanghai('2026-02-24 17:30')),
      plannedAt: new Date(NOW),
      status: 'planned',
    });
  });

  it('plans nothing on a day off', async () => {
    await archive(HALL, '2026-02-14 10:00', 'w');
    expect(await makePlanDailyInspections(deps)('2026-02-16')).toEqual({ tasks: 0, samples: 0, existing: 0 });
    expect((await store.find({ limit: 1 })).items).toEqual([]);
  });

  it('run again doubles nothing and draws no second sample, though more was archived meanwhile', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => `w${i}`);
    await archive(HALL, '2026-02-14 10:00', ...numbers);
    const plan = makePlanDailyInspections(deps);
    expect(await plan('2026-02-24')).toEqual({ tasks: 9 + 1, samples: 4, existing: 0 });
    const before = await store.get(`archive-daily-sample|${HALL}|2026-02-24`);

    await archive(HALL, '2026-02-14 11:00', 'late-1', 'late-2');
    await archive(COUNTY, '2026-02-14 11:00', 'late-3');
    expect(await plan('2026-02-24')).toEqual({ tasks: 1, samples: 1, existing: 10 });
    expect(await store.get(`archive-daily-sample|${HALL}|2026-02-24`)).toEqual(before);
  });

  it('draws with a seed of its own for every task, and the same again for the same seed', async () => {
    const numbers = Array.from({ length: 60 }, (_, i) => `w${i}`);
    await archive(HALL, '2026-02-14 10:00', ...numbers);
    const draw = async (seedFor?: (taskId: string) => string) => {
      await connection.collection('inspections').deleteMany({});
      await makePlanDailyInspections({ ...deps, ...(seedFor && { seedFor }) })('2026-02-24');
      return (await store.get(`archive-daily-sample|${HALL}|2026-02-24`))!;
    };
    const first = await draw();
    const second = await draw();
    expect(first.draw!.seed).toMatch(/^[0-9a-f]{32}$/);
    expect(second.draw!.seed).not.toBe(first.draw!.seed);
    expect((await draw(() => first.draw!.seed)).samples).toEqual(first.samples);
  });
});

describe('tasks that go by alerts', () => {
  const FOUND = { 'rule.id': 'flow-unsent-at-day-end' };
  const alert = (id: string, first: string, more: object = {}) => ({
    _id: id,
    rule: { id: FOUND['rule.id'], version: 1 },
    title: `工单 ${id} 没有发送`,
    orgUnit: HALL,
    shadow: false,
    firstAt: new Date(shanghai(first)),
    lastAt: new Date(shanghai(first)),
    ...more,
  });

  it('list what came up since the working day before began, unit by unit, and nothing of shadow rules or taken back', async () => {
    await connection
      .collection<{ _id: string }>('alerts')
      .insertMany([
        alert('W2', '2026-02-14 17:00'),
        alert('W1', '2026-02-14 00:00'),
        alert('W3', '2026-02-23 09:00', { orgUnit: COUNTY }),
        alert('too-early', '2026-02-13 23:59', { lastAt: new Date(shanghai('2026-02-20 09:00')) }),
        alert('too-late', '2026-02-24 00:00'),
        alert('shadow', '2026-02-14 17:00', { shadow: true }),
        alert('retracted', '2026-02-14 17:00', { retracted: true }),
        alert('other', '2026-02-14 17:00', { rule: { id: 'another', version: 1 } }),
      ]);
    const reader = makeFoundAlertsReader(connection);
    await makePlanDailyInspections({ ...deps, alertsBetween: (request) => reader.between(request) })(
      '2026-02-24',
    );
    const items = async (unit: string) =>
      (await store.get(`unsent-flow-review|${unit}|2026-02-24`))?.items.map(({ text }) => text.slice(0, 5));
    expect(await items(HALL)).toEqual(['工单 W1', '工单 W2']);
    expect(await items(COUNTY)).toEqual(['工单 W3']);
    const { items: tasks } = await store.find({ date: '2026-02-24', limit: 50 });
    expect(tasks.filter(({ plan }) => plan.id === 'unsent-flow-review')).toHaveLength(2);
  });

  it('list once what was found only after the task of its day was planned: entered late, or after a feed was silent', async () => {
    const reader = makeFoundAlertsReader(connection);
    const plan = makePlanDailyInspections({ ...deps, alertsBetween: (request) => reader.between(request) });
    const raised = (at: string) => ({ raisedAt: new Date(shanghai(at)) });
    const alerts = connection.collection<{ _id: string }>('alerts');
    await alerts.deleteMany({});
    await alerts.insertMany([
      alert('W1', '2026-02-24 17:30', raised('2026-02-24 17:30')),
      alert('old', '2026-02-10 17:30', raised('2026-02-25 09:00')),
    ]);
    await plan('2026-02-25');
    await alerts.insertMany([
      alert('W2', '2026-02-24 17:30', raised('2026-02-25 10:00')),
      alert('W3', '2026-02-25 17:30', raised('2026-02-25 17:30')),
    ]);
    await plan('2026-02-26');
    await plan('2026-02-27');
    const items = async (date: string) =>
      (await store.get(`unsent-flow-review|${HALL}|${date}`))?.items.map(({ text }) => text.slice(0, 5));
    expect(await items('2026-02-25')).toEqual(['工单 W1']);
    expect(await items('2026-02-26')).toEqual(['工单 W2', '工单 W3']);
    expect(await items('2026-02-27')).toBeUndefined();
  });
});
