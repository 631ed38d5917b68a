import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../src/errors.js';
import type { InspectionTask } from '../../src/inspections/inspection-task.js';
import { recordResults, type ResultEntry } from '../../src/inspections/record-results.js';

const NOW = Date.parse('2026-11-24T16:00:00+08:00');
const item = (id: string) => ({ id, text: id, clause: 'YXZY-YY-144/2/C1' });
const task: InspectionTask = {
  id: 'sample|H1|2026-11-24',
  plan: { id: 'sample', version: 1, name: '抽检' },
  clauses: [],
  orgUnit: 'H1',
  orgUnitName: '一班',
  date: '2026-11-24',
  status: 'planned',
  assignTo: 'quality-inspector',
  dueAt: new Date('2026-11-24T17:00:00+08:00'),
  plannedAt: new Date('2026-11-24T08:00:00+08:00'),
  items: [],
  samples: [
    { workOrder: 'W1', items: [item('complete'), item('signed')] },
    { workOrder: 'W2', items: [item('complete'), item('signed')] },
  ],
};
const ALL: ResultEntry[] = ['W1', 'W2'].flatMap((workOrder) =>
  ['complete', 'signed'].map((id) => ({ item: id, workOrder, result: 'pass' as const })),
);
const record = (entries: readonly ResultEntry[], submit = false, before = task, now = NOW) =>
  recordResults(before, { entries, submit, by: 'u1', now });
function fieldsOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.details;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('the results of an inspection', () => {
  it('are a draft that may be entered bit by bit and changed, until they are submitted', () => {
    const draft = record(ALL.slice(0, 1));
    expect([draft.status, draft.version, draft.results?.length]).toEqual(['started', 1, 1]);
    const changed = record(
      [{ item: 'complete', workOrder: 'W1', result: 'fail', finding: '缺营业执照' }],
      false,
      draft,
    );
    expect(changed.results).toMatchObject([
      { result: 'fail', finding: '缺营业执照', by: 'u1', at: new Date(NOW) },
    ]);
    const done = record(ALL.slice(1), true, changed);
    expect(done).toMatchObject({
      status: 'done',
      late: false,
      submittedBy: 'u1',
      alertsOwed: true,
      version: 3,
    });
    expect(done.results?.map(({ result }) => result)).toEqual(['fail', 'pass', 'pass', 'pass']);
    expect(() => record(ALL, false, done)).toThrow('its results do not change any more');
  });

  it('are complete when they are submitted, and say when they were late', () => {
    expect(fieldsOf(() => record(ALL.slice(0, 3), true))).toEqual([
      { path: 'results', message: 'W2: "signed" has no result yet' },
    ]);
    expect(record(ALL, true, task, NOW + 3_600_001).late).toBe(true);
  });

  it('keep what was said of an item and who did the work, until something else is said', () => {
    const failed = { item: 'complete', workOrder: 'W1', result: 'fail' } as const;
    const first = record([{ ...failed, finding: '缺营业执照', responsible: 'E1001' }]);
    const again = record([{ ...failed, attachments: ['f1'] }], false, first);
    expect(again.results).toMatchObject([
      { finding: '缺营业执照', responsible: 'E1001', attachments: ['f1'] },
    ]);
    const other = record([{ ...failed, responsible: 'E2002' }], false, again);
    expect(other.results).toMatchObject([{ finding: '缺营业执照', responsible: 'E2002' }]);
    for (const responsible of ['', ' '])
      expect(record([{ ...failed, responsible }], false, other).results?.[0]).not.toHaveProperty(
        'responsible',
      );
    const passed = record([{ ...failed, result: 'pass' }], false, other);
    expect(passed.results?.[0]).not.toHaveProperty('responsible');
  });

  it('are of items that the task has, and say what is wrong where something is', () => {
    const bad: ResultEntry[] = [
      { item: 'nosuch', workOrder: 'W1', result: 'pass' },
      { item: 'complete', workOrder: 'W9', result: 'pass' },
      { item: 'complete', result: 'pass' },
      { item: 'signed', workOrder: 'W1', result: 'fail', finding: ' ' },
    ];
    expect(fieldsOf(() => record(bad))).toEqual([
      { path: 'results[0].item', message: '"nosuch" is no item of work order W1 of this task' },
      { path: 'results[1].item', message: '"complete" is no item of work order W9 of this task' },
      { path: 'results[2].item', message: '"complete" is no item of this task' },
      { path: 'results[3].finding', message: 'must say what is wrong where the result is fail' },
    ]);
  });
});
