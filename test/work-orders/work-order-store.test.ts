import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import {
  makeWorkOrderStore,
  type RecordWrite,
  type WorkOrderStore,
} from '../../src/work-orders/work-order-store.js';
import { openTestMongo } from '../support/services.js';
import { makeEvent, minuteAt } from './make-event.js';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let store: WorkOrderStore;

beforeAll(async () => {
  mongo = await openTestMongo();
  store = makeWorkOrderStore(mongo.connection);
  await store.init();
});
beforeEach(async () => {
  await mongo.connection.collection('workOrders').deleteMany({});
});
afterAll(() => mongo.close());

function recordOf(id: string, events: BusinessEvent[] = []): WorkOrderRecord {
  const workOrder = foldEvents(
    [makeEvent('workorder.opened', 0, {}, { subject: id }), ...events].map((e) => ({ ...e, subject: id })),
  );
  return { workOrder, clocks: [], findings: [], advancedTo: 0, calendarHash: 'cal' };
}

function writeOf(id: string, expectedRevision: number, events: BusinessEvent[] = []): RecordWrite {
  const record = recordOf(id, events);
  const queryFields = queryFieldsOf(record, { updatedAt: minuteAt(0), ruleSetHash: 'rules' });
  return { id, expectedRevision, record, queryFields };
}

describe('records', () => {
  it('come back as they were written, with dots, dollars and hostile keys in their names', async () => {
    const attributes = JSON.parse('{"a.b":1,"$gt":2,"constructor":{"x":[1,null]},"__proto__":3}') as never;
    const write = writeOf('WO-1', 0, [
      makeEvent('stage.arrived', 1, { stage: '业务受理', attributes }),
      makeEvent('paper.delivered', 2, { toUnit: '33401', 'k.$v': { $where: 1 } }),
    ]);
    const record: WorkOrderRecord = {
      ...write.record,
      clocks: [
        {
          key: 'r|业务受理#1',
          rule: { id: 'r', version: 1 },
          anchorAt: minuteAt(1),
          dueAt: minuteAt(9),
          warnTimes: [minuteAt(8)],
          warned: 0,
          expired: false,
          state: 'running',
        },
      ],
      advancedTo: minuteAt(5),
    };
    expect(await store.replaceRecords([{ ...write, record }])).toStrictEqual({
      written: ['WO-1'],
      conflicted: [],
    });
    // Not toStrictEqual, which takes an own key "constructor" for the class of the object.
    expect(await store.get('WO-1')).toEqual({ revision: 1, writeId: expect.any(String), record });
    // Another way of writing: inserted before, replaced now.
    expect(await store.replaceRecords([{ ...write, record, expectedRevision: 1 }])).toStrictEqual({
      written: ['WO-1'],
      conflicted: [],
    });
    expect(await store.get('WO-1')).toEqual({ revision: 2, writeId: expect.any(String), record });
    expect(await store.get('nobody')).toBeUndefined();
  });

  it('are loaded by id, each a fresh object; unknown ids are left out', async () => {
    await store.replaceRecords([writeOf('A', 0), writeOf('B', 0)]);
    const found = await store.loadRecords(['A', 'B', 'C']);
    expect([...found.keys()].sort()).toStrictEqual(['A', 'B']);
    expect(await store.loadRecords([])).toStrictEqual(new Map());
  });

  it('are replaced only on the revision that was read; the rest of the bulk is written', async () => {
    await store.replaceRecords([writeOf('A', 0), writeOf('B', 0)]);
    await store.replaceRecords([writeOf('A', 1)]);
    const late = [makeEvent('stage.arrived', 3, { stage: '审批' })];
    const result = await store.replaceRecords([
      writeOf('A', 1, late),
      writeOf('B', 1, late),
      writeOf('C', 0, late),
      writeOf('D', 7, late),
    ]);
    expect(result).toStrictEqual({ written: ['B', 'C'], conflicted: ['A', 'D'] });
    const found = await store.loadRecords(['A', 'B', 'C', 'D']);
    expect(
      [...found].map(([id, s]) => [id, s.revision, s.record.workOrder.stages.length]).sort(),
    ).toStrictEqual([
      ['A', 2, 0],
      ['B', 2, 1],
      ['C', 1, 1],
    ]);
  });

  it('are not replaced where another write made the revision of this number, as after an engine forgot its last writes', async () => {
    await store.replaceRecords([writeOf('A', 0), writeOf('B', 0)]);
    const [a, b] = [await store.get('A'), await store.get('B')];
    await mongo.connection
      .collection<{ _id: string }>('workOrders')
      .updateOne({ _id: 'A' }, { $set: { writeId: 'made after the engine came back' } });
    const next = [a, b].map((read, index) => ({
      ...writeOf(index === 0 ? 'A' : 'B', 1),
      expectedWriteId: read?.writeId,
    }));
    expect(next.every(({ expectedWriteId }) => expectedWriteId !== undefined)).toBe(true);
    expect(await store.replaceRecords(next)).toStrictEqual({ written: ['B'], conflicted: ['A'] });
  });

  it('are replaced by the hundreds and by the megabyte, each by its own, whatever their ids look like', async () => {
    const ids = [
      ...['__proto__', 'constructor', '$where', 'a.b', '$$ROOT', '工单'],
      ...Array.from({ length: 250 }, (_, n) => `W${n}`),
    ];
    await store.replaceRecords(ids.map((id) => writeOf(id, 0)));
    const long = 'x'.repeat(20_000);
    const next = ids.map((id) => writeOf(id, 1, [makeEvent('stage.arrived', 3, { stage: `${id} ${long}` })]));
    expect(await store.replaceRecords(next)).toStrictEqual({ written: ids, conflicted: [] });
    const found = await store.loadRecords(ids);
    expect(found.size).toBe(ids.length);
    for (const [id, { revision, record }] of found) {
      expect(revision).toBe(2);
      expect(record.workOrder.no).toBe(id);
      expect(record.workOrder.stages[0]?.stage).toBe(`${id} ${long}`);
    }
  });

  it('keep their work order where only time went on: it is not sent, and all else is replaced on the revision that was read', async () => {
    const arrived = [makeEvent('stage.arrived', 3, { stage: '审批' })];
    await store.replaceRecords(['A', 'B', 'C'].map((id) => writeOf(id, 0, arrived)));
    const nextLookAt = new Date(minuteAt(9));
    const [a, b, c] = ['A', 'B', 'C'].map((id) => writeOf(id, 1)) as [RecordWrite, RecordWrite, RecordWrite];
    await store.replaceRecords([{ ...a, queryFields: { ...a.queryFields, nextLookAt } }]);
    const later = (write: RecordWrite, expectedRevision: number): RecordWrite => ({
      ...write,
      expectedRevision,
      sameWorkOrder: true,
      record: { ...write.record, advancedTo: minuteAt(7) },
    });
    const result = await store.replaceRecords([later(a, 2), later(b, 1), c, later(writeOf('D', 3), 3)]);
    expect(result).toStrictEqual({ written: ['A', 'B', 'C'], conflicted: ['D'] });
    expect(await store.replaceRecords([later(b, 1)])).toStrictEqual({ written: [], conflicted: ['B'] });
    const found = await store.loadRecords(['A', 'B', 'C']);
    const stages = (id: string) => found.get(id)?.record.workOrder.stages.map(({ stage }) => stage);
    expect([stages('A'), stages('B'), stages('C')]).toStrictEqual([[], ['审批'], []]);
    expect([...found].map(([id, s]) => [id, s.revision, s.record.advancedTo]).sort()).toStrictEqual([
      ['A', 3, minuteAt(7)],
      ['B', 2, minuteAt(7)],
      ['C', 2, 0],
    ]);
    // What the replacement does not have is gone.
    const stored = await mongo.connection.collection<{ _id: string }>('workOrders').findOne({ _id: 'A' });
    expect(stored).not.toHaveProperty('nextLookAt');
  });

  it('are inserted once: a second insert of the same id is a conflict beside the others', async () => {
    await store.replaceRecords([writeOf('A', 0)]);
    expect(await store.replaceRecords([writeOf('A', 0), writeOf('B', 0)])).toStrictEqual({
      written: ['B'],
      conflicted: ['A'],
    });
    expect((await store.get('A'))?.revision).toBe(1);
  });

  it('are written by exactly one of many writers that read the same revision', async () => {
    await store.replaceRecords(['A', 'B', 'C'].map((id) => writeOf(id, 0)));
    const results = await Promise.all(
      Array.from({ length: 8 }, () => store.replaceRecords(['A', 'B', 'C'].map((id) => writeOf(id, 1)))),
    );
    expect(results.flatMap((r) => r.written).sort()).toStrictEqual(['A', 'B', 'C']);
    expect(results.flatMap((r) => r.conflicted)).toHaveLength(21);
  });

  it('may not be given twice in one call', async () => {
    await expect(store.replaceRecords([writeOf('A', 0), writeOf('A', 1)])).rejects.toThrow(
      '"A" is given twice',
    );
    expect(await store.replaceRecords([])).toStrictEqual({ written: [], conflicted: [] });
  });
});

describe('lists', () => {
  it('page through exact matches without gaps or repeats', async () => {
    const writes = Array.from({ length: 7 }, (_, i) =>
      writeOf(`WO-${i}`, 0, [
        makeEvent('workorder.opened', 1, { orgUnit: i % 2 ? 'X' : 'Y', process: '减容' }),
      ]),
    );
    await store.replaceRecords(writes);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.find({ orgUnit: 'Y', process: '减容' }, { limit: 2, cursor });
      ids.push(...page.items.map((row) => row.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(ids).toStrictEqual(['WO-0', 'WO-2', 'WO-4', 'WO-6']);
    expect((await store.find({ customerNo: 'nobody' }, { limit: 5 })).items).toStrictEqual([]);
  });

  it('show the query fields and nothing of the record itself', async () => {
    await store.replaceRecords([
      writeOf('WO-1', 0, [makeEvent('workorder.opened', 1, { customerNo: 'C9' })]),
    ]);
    const { items } = await store.find({}, { limit: 10 });
    expect(items).toStrictEqual([
      {
        id: 'WO-1',
        revision: 1,
        status: 'open',
        subjectType: 'workOrder',
        customerNo: 'C9',
        updatedAt: new Date(minuteAt(0)),
        ruleSetHash: 'rules',
      },
    ]);
  });

  it('stream what is open in batches, even while records close under way', async () => {
    await store.replaceRecords(Array.from({ length: 5 }, (_, i) => writeOf(`WO-${i}`, 0)));
    await store.replaceRecords([writeOf('WO-1', 1, [makeEvent('workorder.closed', 2)])]);
    const batches: string[][] = [];
    for await (const batch of store.streamOpen({ subjectType: 'workOrder', batchSize: 2 })) {
      batches.push(batch);
      if (batches.length === 1) {
        await store.replaceRecords([writeOf('WO-3', 1, [makeEvent('workorder.cancelled', 3)])]);
      }
    }
    expect(batches).toStrictEqual([['WO-0', 'WO-2'], ['WO-4']]);
    const none = store.streamOpen({ subjectType: 'workOrder', batchSize: 2, process: '减容' });
    expect(await none.next()).toStrictEqual({ done: true, value: undefined });
    expect(await store.existingAmong(['WO-0', 'WO-1', 'nobody'])).toStrictEqual(new Set(['WO-0', 'WO-1']));
  });

  it('find what a unit archived from a moment on and before another', async () => {
    const archived = (id: string, minute: number, orgUnit: string) =>
      writeOf(id, 0, [makeEvent('archive.filed', minute, { orgUnit })]);
    await store.replaceRecords([
      archived('WO-3', 10, 'X'),
      archived('WO-1', 19, 'X'),
      archived('WO-2', 20, 'X'),
      archived('WO-4', 9, 'X'),
      archived('WO-5', 15, 'Y'),
      writeOf('WO-6', 0),
    ]);
    const rows = await store.archivedBetween({ orgUnit: 'X', from: minuteAt(10), to: minuteAt(20) });
    expect(rows.map((row) => row.id)).toStrictEqual(['WO-1', 'WO-3']);
    expect(rows[0]?.archivedAt).toStrictEqual(new Date(minuteAt(19)));
  });
});
