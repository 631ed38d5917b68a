import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { InvalidRequestError } from '../../src/errors.js';
import { makeInspectionStore } from '../../src/inspections/inspection-store.js';
import type { InspectionQuery, InspectionStore } from '../../src/inspections/inspection-store.js';
import type { InspectionTask } from '../../src/inspections/inspection-task.js';
import { openTestMongo } from '../support/services.js';

let connection: Connection;
let close: () => Promise<void>;
let store: InspectionStore;

beforeAll(async () => {
  ({ connection, close } = await openTestMongo());
  store = makeInspectionStore(connection);
  await store.init();
});
afterAll(() => close());
beforeEach(async () => {
  await connection.collection('inspections').deleteMany({});
});

function task(orgUnit: string, date: string, changes: Partial<InspectionTask> = {}): InspectionTask {
  return {
    id: `patrol|${orgUnit}|${date}`,
    plan: { id: 'patrol', version: 1, name: '巡检' },
    clauses: ['YXZY-YY-144/2/C1'],
    orgUnit,
    orgUnitName: orgUnit,
    date,
    status: 'planned',
    assignTo: 'shift-supervisor',
    dueAt: new Date(`${date}T09:30:00Z`),
    plannedAt: new Date(`${date}T00:00:00Z`),
    items: [{ id: 'a', text: '看', clause: 'YXZY-YY-144/2/C1' }],
    samples: [],
    ...changes,
  };
}
const ids = (tasks: readonly InspectionTask[]) => tasks.map(({ id }) => id.replace('patrol|', ''));

describe('the store of inspection tasks', () => {
  it('gives back what was added', async () => {
    const added = task('H1', '2026-03-05', {
      items: [],
      samples: [{ workOrder: 'w1', process: '减容', archivedAt: new Date(0), items: [] }],
      draw: {
        seed: 's',
        from: new Date(0),
        to: new Date(1),
        populationSize: 1,
        populationHash: 'h',
        ratio: 0.1,
        floor: 1,
        cap: 2,
      },
    });
    expect(await store.addTasks([added])).toEqual([added]);
    expect(await store.get(added.id)).toEqual(added);
    expect(await store.get('patrol|H2|2026-03-05')).toBeUndefined();
    expect(await store.addTasks([])).toEqual([]);
  });

  it('leaves tasks that are there as they are, results and all', async () => {
    await store.addTasks([task('H1', '2026-03-05')]);
    await connection
      .collection('inspections')
      .updateOne({ orgUnit: 'H1' }, { $set: { status: 'done', results: ['pass'] } });
    const again = [
      task('H0', '2026-03-05'),
      task('H1', '2026-03-05', { assignTo: 'other' }),
      task('H2', '2026-03-05'),
    ];
    expect(ids(await store.addTasks(again))).toEqual(['H0|2026-03-05', 'H2|2026-03-05']);
    expect(await store.get('patrol|H1|2026-03-05')).toMatchObject({
      status: 'done',
      assignTo: 'shift-supervisor',
      results: ['pass'],
    });
    expect(await connection.collection('inspections').countDocuments()).toBe(3);
  });

  it('adds each task once when several plan at the same time', async () => {
    const tasks = Array.from({ length: 40 }, (_, i) => task(`H${i}`, '2026-03-05'));
    const added = await Promise.all(Array.from({ length: 5 }, () => store.addTasks(tasks)));
    expect(ids(added.flat()).sort()).toEqual(ids(tasks).sort());
    expect(await connection.collection('inspections').countDocuments()).toBe(40);
  });

  it.each<[Omit<InspectionQuery, 'limit'>, string[]]>([
    [{}, ['H2|2026-03-06', 'H1|2026-03-06', 'H2|2026-03-05', 'H1|2026-03-05']],
    [{ date: '2026-03-05' }, ['H2|2026-03-05', 'H1|2026-03-05']],
    [{ orgUnits: ['H1'] }, ['H1|2026-03-06', 'H1|2026-03-05']],
    [{ orgUnits: [] }, []],
    [{ status: ['done'] }, ['H1|2026-03-05']],
    [{ status: ['done', 'planned'], orgUnits: ['H1', 'H9'], date: '2026-03-06' }, ['H1|2026-03-06']],
    [{ date: '2026-03-07' }, []],
  ])('lists by %j, the latest date first, in pages of any size', async (query, expected) => {
    await store.addTasks([
      task('H1', '2026-03-05', { status: 'done' }),
      task('H2', '2026-03-06'),
      task('H2', '2026-03-05'),
      task('H1', '2026-03-06'),
    ]);
    for (const limit of [1, 2, 3, 4, 10]) {
      const found: InspectionTask[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.find({ ...query, limit, ...(cursor !== undefined && { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(ids(found)).toEqual(expected);
    }
  });

  it('neither repeats nor hides a task when others are added while paging', async () => {
    await store.addTasks(['H1', 'H3', 'H5'].map((unit) => task(unit, '2026-03-05')));
    const first = await store.find({ limit: 2 });
    await store.addTasks([task('H4', '2026-03-05'), task('H1', '2026-03-06')]);
    const second = await store.find({ limit: 2, cursor: first.nextCursor! });
    expect([...ids(first.items), ...ids(second.items)]).toEqual([
      'H5|2026-03-05',
      'H3|2026-03-05',
      'H1|2026-03-05',
    ]);
  });

  it('refuses a cursor it did not give', async () => {
    await expect(store.find({ limit: 1, cursor: 'nonsense' })).rejects.toThrow(InvalidRequestError);
  });
});
