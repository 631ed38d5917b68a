import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/engine/work-order-record.js';
import { makeDeadlineStore, type DeadlineStore } from '../../src/work-orders/deadline-store.js';
import { dueFieldsOf } from '../../src/work-orders/due-fields.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeWorkOrderStore, type WorkOrderStore } from '../../src/work-orders/work-order-store.js';
import { openTestMongo } from '../support/services.js';
import { makeEvent, minuteAt } from './make-event.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let records: WorkOrderStore;
let dueList: DeadlineStore;

beforeAll(async () => {
  mongo = await openTestMongo();
  records = makeWorkOrderStore(mongo.connection);
  dueList = makeDeadlineStore(mongo.connection);
  await records.init();
  await dueList.init();
});
beforeEach(async () => {
  await mongo.connection.collection('workOrders').deleteMany({});
});
afterAll(() => mongo.close());

function clock(id: string, due: number | undefined, changes: Partial<Clock> = {}): Clock {
  return {
    key: id,
    rule: { id, version: 1 },
    anchorAt: minuteAt(0),
    ...(due !== undefined && { dueAt: minuteAt(due) }),
    warnTimes: [],
    warned: 0,
    expired: false,
    state: 'running',
    ...changes,
  };
}

async function store(id: string, clocks: Clock[], more: { orgUnit?: string; alertsOwed?: boolean } = {}) {
  const { orgUnit, alertsOwed } = more;
  const event = makeEvent(
    'workorder.opened',
    0,
    { ...(orgUnit !== undefined && { orgUnit }) },
    { subject: id },
  );
  const record = { workOrder: foldEvents([event]), clocks, findings: [], advancedTo: 0, calendarHash: 'cal' };
  const queryFields = queryFieldsOf(record, { updatedAt: minuteAt(0), ruleSetHash: 'rules' });
  const expectedRevision = (await records.get(id))?.revision ?? 0;
  const write = { id, expectedRevision, record, queryFields, ...(alertsOwed && { alertsOwed }) };
  expect(await records.replaceRecords([write])).toEqual({ written: [id], conflicted: [] });
}
const due = async (minute: number, limit = 99, skip: string[] = []) =>
  (await dueList.dueRecords(new Date(minuteAt(minute)), limit, skip)).map(({ recordId }) => recordId);
const running = async (query: Partial<Parameters<DeadlineStore['listRunning']>[0]>) =>
  (await dueList.listRunning({ until: minuteAt(10_000), limit: 99, ...query })).map(({ id }) => id);

describe('what of the clocks a record is found by', () => {
  it('is its next look, its oldest breach, and the years it lacks', () => {
    const clocks = [
      clock('a', 90, { warnTimes: [minuteAt(80), minuteAt(85)], warned: 1 }),
      clock('b', 95),
      clock('c', 40, { expired: true }),
      clock('d', 30, { expired: true }),
      clock('e', 10, { expired: true, state: 'void' }),
      clock('f', 10, { state: 'stopped' }),
      clock('g', undefined, { state: 'paused' }),
      clock('h', undefined, { uncoveredYears: [2027] }),
      clock('i', undefined, { uncoveredYears: [2027, 2028] }),
    ];
    expect(dueFieldsOf(clocks)).toEqual({
      nextLookAt: new Date(minuteAt(85)),
      overdueAt: new Date(minuteAt(30)),
      uncoveredYears: [2027, 2027, 2028],
      openClocks: 7,
    });
  });

  it('is nothing where no clock waits for anything', () => {
    expect(dueFieldsOf([clock('a', 10, { state: 'stopped' }), clock('b', 10, { state: 'void' })])).toEqual(
      {},
    );
  });
});

describe('the due list', () => {
  it('has the records with a look before a time, earliest first', async () => {
    await store('A', [clock('r', 60), clock('s', 20)]);
    await store('B', [clock('r', 10), clock('s', 5, { state: 'stopped' })]);
    await store('C', [clock('r', 5, { state: 'stopped' })]);
    await store('D', [clock('r', 5, { expired: true })]);
    expect(await due(21)).toEqual(['B', 'A']);
    expect(await due(21, 1)).toEqual(['B']);
    expect(await due(20)).toEqual(['B']);
    await store('B', [clock('r', 10, { state: 'stopped' })]);
    expect(await due(21)).toEqual(['A']);
  });

  it('keeps a record whose alerts are owed at its head until they are settled', async () => {
    await store('A', [clock('r', 10)]);
    await store('B', [clock('r', 60, { expired: true })], { alertsOwed: true });
    await store('C', [clock('r', 60)], { alertsOwed: true });
    expect((await records.get('B'))?.alertsOwed).toBe(true);
    expect(await due(0)).toEqual(['B', 'C']);
    const settled = await records.settle([
      { id: 'B', revision: 1 },
      { id: 'C', revision: 1, nextLookAt: new Date(minuteAt(60)) },
    ]);
    expect(settled).toBe(2);
    expect(await due(61)).toEqual(['A', 'C']);
    expect((await records.get('B'))?.alertsOwed).toBeUndefined();
  });

  it('does not settle a revision that another worker replaced meanwhile', async () => {
    await store('A', [clock('r', 60)], { alertsOwed: true });
    await store('A', [clock('r', 30)], { alertsOwed: true });
    await store('B', [clock('r', 60)], { alertsOwed: true });
    const settled = [
      { id: 'A', revision: 1 },
      { id: 'B', revision: 1 },
    ];
    expect(await records.settle(settled)).toBe(1);
    expect(await due(0)).toEqual(['A']);
    expect(await records.loadRevisions(['A', 'B', 'nobody'])).toEqual(
      new Map(Object.entries({ A: 2, B: 1 })),
    );
  });

  it('counts clocks without calendar years by year, and finds those of another calendar', async () => {
    await store('A', [clock('r', undefined, { uncoveredYears: [2027] }), clock('s', undefined, { uncoveredYears: [2027, 2028] })]); // prettier-ignore
    await store('B', [clock('r', 10, { state: 'stopped' })]);
    expect(await dueList.countUncovered()).toEqual([
      { year: 2027, deadlines: 2 },
      { year: 2028, deadlines: 1 },
    ]);
    expect(await dueList.staleRecords('cal', 9)).toEqual([]);
    expect(await dueList.staleRecords('another', 9)).toEqual(['A']);
  });
});

describe('the running clocks of all records', () => {
  beforeEach(async () => {
    // Warn times lead to a record long before its due time.
    await store('A', [clock('r', 900, { warnTimes: [minuteAt(1)] }), clock('s', 30)], { orgUnit: 'HZ' });
    await store('B', [clock('r', 10, { expired: true }), clock('s', 40), clock('t', 20, { expired: true })]);
    await store('C', [clock('r', 35), clock('s', 5, { state: 'void' })], { orgUnit: 'NB' });
    await store('D', [clock('r', 30), clock('s', 15)], { orgUnit: 'NB' });
  });
  const all = ['B|r', 'D|s', 'B|t', 'A|s', 'D|r', 'C|r', 'B|s', 'A|r'];

  it('come in the order of their due times, ties by id, looked at or not', async () => {
    expect(await running({})).toEqual(all);
  });

  it.each([1, 2, 3, 5])('come whole in pages of %i', async (limit) => {
    const read: string[] = [];
    let after: readonly [number, string] | undefined;
    for (;;) {
      const page = await dueList.listRunning({ until: minuteAt(10_000), limit, ...(after && { after }) });
      if (page.length === 0) break;
      read.push(...page.map(({ id }) => id));
      const last = page.at(-1)!;
      after = [last.clock.dueAt, last.id];
    }
    expect(read).toEqual(all);
  });

  it('can be asked for by time, rule and unit', async () => {
    expect(await running({ from: minuteAt(20), until: minuteAt(35) })).toEqual(['B|t', 'A|s', 'D|r']);
    expect(await running({ rule: ['s'] })).toEqual(['D|s', 'A|s', 'B|s']);
    expect(await running({ orgUnits: ['NB'] })).toEqual(['D|s', 'D|r', 'C|r']);
    expect(await running({ orgUnits: ['NB'], limit: 2 })).toEqual(['D|s', 'D|r']);
  });
});
