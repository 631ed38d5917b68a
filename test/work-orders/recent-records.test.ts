import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordWrite, StoredRecord } from '../../src/work-orders/record-write-store.js';
import { makeRecentRecords } from '../../src/work-orders/recent-records.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';

const recordOf = (no: string) => ({
  workOrder: newWorkOrder({ recordId: no, subjectType: 'workOrder', subject: no }),
  clocks: [],
  findings: [],
  advancedTo: 0,
  calendarHash: 'cal',
});
let stored: Map<string, StoredRecord>;
let asked: (readonly string[])[];
/** A store that keeps revisions as the real one does. */
const store = {
  loadRecords: (ids: readonly string[]) => {
    asked.push(ids);
    return Promise.resolve(new Map(ids.flatMap((id) => (stored.has(id) ? [[id, stored.get(id)!]] : []))));
  },
  replaceRecords: (writes: readonly RecordWrite[]) => {
    const taken = writes.filter(
      ({ id, expectedRevision }) => (stored.get(id)?.revision ?? 0) === expectedRevision,
    );
    for (const { id, expectedRevision, record } of taken)
      stored.set(id, { revision: expectedRevision + 1, record: structuredClone(record) });
    const ids = new Set(taken.map(({ id }) => id));
    return Promise.resolve({ written: [...ids], conflicted: writes.map(({ id }) => id).filter((id) => !ids.has(id)) }); // prettier-ignore
  },
};
const write = (id: string, expectedRevision: number, alertsOwed = false): RecordWrite => {
  const record = recordOf(id);
  const queryFields = queryFieldsOf(record, { updatedAt: 0, ruleSetHash: 'r' });
  return { id, expectedRevision, record, queryFields, ...(alertsOwed && { alertsOwed }) };
};

beforeEach(() => {
  stored = new Map();
  asked = [];
});

describe('records that this process wrote last', () => {
  it('are given out once, with the revision they were written as', async () => {
    const recent = makeRecentRecords(store);
    const mine = write('A', 0);
    await recent.replaceRecords([mine]);
    const found = await recent.loadRecent(['A', 'B']);
    expect([...found]).toEqual([['A', { revision: 1, writeId: expect.any(String), record: mine.record }]]);
    expect(asked).toEqual([['B']]);
    await recent.loadRecent(['A']);
    expect(asked.at(-1)).toEqual(['A']);
  });

  it('are asked of the store by those who must know how they are now', async () => {
    const recent = makeRecentRecords(store);
    await recent.replaceRecords([write('A', 0)]);
    await recent.loadRecords(['A']);
    await recent.loadRecent(['A']);
    expect(asked).toEqual([['A'], ['A']]);
  });

  it('are refused by the store when another process wrote since, and forgotten', async () => {
    const recent = makeRecentRecords(store);
    await recent.replaceRecords([write('A', 0)]);
    await store.replaceRecords([write('A', 1)]);
    const { revision } = (await recent.loadRecent(['A'])).get('A')!;
    expect(await recent.replaceRecords([write('A', revision)])).toMatchObject({ conflicted: ['A'] });
    expect((await recent.loadRecent(['A'])).get('A')).toMatchObject({ revision: 2 });
  });

  it('are not kept while they owe alerts, nor beyond a number', async () => {
    const recent = makeRecentRecords(store, 2);
    await recent.replaceRecords([write('A', 0), write('B', 0), write('C', 0), write('D', 0, true)]);
    await recent.loadRecent(['A', 'B', 'C', 'D']);
    expect(asked).toEqual([['A', 'D']]);
  });
});
