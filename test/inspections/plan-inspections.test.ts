import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { drawSample } from '../../src/inspections/draw-sample.js';
import type { InspectionPlan } from '../../src/inspections/inspection-plan.js';
import type { OrgUnit } from '../../src/inspections/org-units.js';
import { planInspections, samplingWindow } from '../../src/inspections/plan-inspections.js';
import type { ArchivedWorkOrder, PlanRequest } from '../../src/inspections/plan-inspections.js';
import { inShanghai, shanghai, testCalendar } from '../calendar/make-test-calendar.js';

const calendar = testCalendar();
const UNITS: OrgUnit[] = [
  { code: 'X', name: '县公司', type: 'county' },
  { code: 'H1', name: '一班', type: 'hall', parent: 'X' },
  { code: 'H2', name: '二班', type: 'hall', parent: 'X' },
  { code: 'S1', name: '供电所', type: 'station', parent: 'X' },
];
const PATROL: InspectionPlan = {
  id: 'patrol',
  version: 3,
  name: '巡检',
  clauses: ['YXZY-YY-144/2/C1'],
  basis: [],
  orgUnitTypes: ['hall', 'station'],
  checklist: [{ id: 'quality', text: '看质量', clause: 'YXZY-YY-144/2/C1' }],
  assignTo: 'shift-supervisor',
  dueBy: '17:30',
};
const SAMPLE: InspectionPlan = {
  ...PATROL,
  id: 'sample',
  name: '抽检',
  orgUnitTypes: ['hall'],
  sample: {
    population: 'archived-yesterday',
    ratio: 0.5,
    floor: 1,
    cap: 3,
    scope: 'unit',
    strata: [],
    noRepeatDays: 0,
    riskDays: 0,
  },
  dueBy: '17:00',
};

const TRAINING: InspectionPlan = {
  ...PATROL,
  id: 'training',
  name: '培训',
  checklist: [
    { id: 'told', text: '谈过', clause: 'YXZY-YY-144/2/C1' },
    { id: 'trained', text: '培训过', clause: 'YXZY-YY-144/2/C1' },
  ],
  alerts: { rules: ['many-errors'], cap: 2 },
};

function archives(...ids: string[]): ArchivedWorkOrder[] {
  return ids.map((id) => ({ id, process: '高压新装', archivedAt: new Date(shanghai('2026-03-04 10:00')) }));
}

function plan(changes: Partial<PlanRequest> = {}) {
  const date = '2026-03-05';
  return planInspections({
    plans: [PATROL, SAMPLE],
    orgUnits: UNITS,
    date,
    archivesByUnit: new Map([['H1', archives('w1', 'w2', 'w3', 'w4')]]),
    window: samplingWindow(calendar, date),
    seedFor: (taskId) => `seed of ${taskId}`,
    calendar,
    now: shanghai('2026-03-05 08:00'),
    ...changes,
  });
}

describe('the inspections of a day', () => {
  it('are one task for each plan and unit of its types; who archived nothing has nothing to sample', () => {
    expect(plan().map(({ id }) => id)).toEqual([
      'patrol|H1|2026-03-05',
      'patrol|H2|2026-03-05',
      'patrol|S1|2026-03-05',
      'sample|H1|2026-03-05',
    ]);
  });

  it('hold the checklist, whom it is for and by when', () => {
    expect(plan()[0]).toEqual({
      id: 'patrol|H1|2026-03-05',
      plan: { id: 'patrol', version: 3, name: '巡检' },
      clauses: ['YXZY-YY-144/2/C1'],
      orgUnit: 'H1',
      orgUnitName: '一班',
      date: '2026-03-05',
      status: 'planned',
      assignTo: 'shift-supervisor',
      dueAt: new Date(shanghai('2026-03-05 17:30')),
      plannedAt: new Date(shanghai('2026-03-05 08:00')),
      items: PATROL.checklist,
      samples: [],
    });
  });

  it('hold the work orders drawn, each with its checks, and all it takes to draw them again', () => {
    const task = plan().at(-1)!;
    const { draw, samples } = task;
    expect(task.items).toEqual([]);
    expect(draw).toEqual({
      seed: 'seed of sample|H1|2026-03-05',
      from: new Date(shanghai('2026-03-04 00:00')),
      to: new Date(shanghai('2026-03-05 00:00')),
      populationSize: 4,
      populationHash: createHash('sha256').update('w1\nw2\nw3\nw4').digest('hex'),
      ratio: 0.5,
      floor: 1,
      cap: 3,
    });
    const again = drawSample({ population: ['w4', 'w3', 'w2', 'w1'], ...draw! });
    expect(samples.map(({ workOrder }) => workOrder)).toEqual(again);
    expect(samples).toHaveLength(2);
    expect(samples[0]).toEqual({
      workOrder: again[0],
      process: '高压新装',
      archivedAt: new Date(shanghai('2026-03-04 10:00')),
      items: SAMPLE.checklist,
    });
  });

  it('do not depend on the order in which archives were read', () => {
    const reversed = plan({ archivesByUnit: new Map([['H1', archives('w4', 'w3', 'w2', 'w1')]]) });
    expect(reversed).toEqual(plan());
  });

  it('sample each unit from its own archives only', () => {
    const tasks = plan({
      archivesByUnit: new Map([
        ['H1', archives('a1')],
        ['H2', archives('b1', 'b2')],
        ['elsewhere', archives('c1')],
      ]),
    });
    const drawn = tasks.flatMap(({ orgUnit, samples }) =>
      samples.map(({ workOrder }) => [orgUnit, workOrder[0]]),
    );
    expect(drawn).toEqual([
      ['H1', 'a'],
      ['H2', 'b'],
    ]);
  });
});

describe('the population of a sample', () => {
  it.each([
    ['2026-03-05', '2026-03-04 00:00', '2026-03-05 00:00', 'yesterday'],
    ['2026-03-09', '2026-03-06 00:00', '2026-03-09 00:00', 'since Friday'],
    ['2026-02-24', '2026-02-14 00:00', '2026-02-24 00:00', 'since the last working day before 春节'],
    ['2026-02-14', '2026-02-13 00:00', '2026-02-14 00:00', 'on a worked Saturday'],
  ])('of %s is what was archived from %s to %s: %s', (date, from, to) => {
    const window = samplingWindow(calendar, date);
    expect([inShanghai(window.from), inShanghai(window.to)]).toEqual([from, to]);
  });

  it('leaves no gap and no overlap from working day to working day of a year', () => {
    let date = calendar.nextWorkingDay('2025-12-31');
    while (date < '2026-12-31') {
      const next = calendar.nextWorkingDay(date);
      expect(samplingWindow(calendar, next).from).toBe(calendar.instantOf(date, '00:00'));
      expect(samplingWindow(calendar, next).to).toBe(calendar.instantOf(next, '00:00'));
      expect(samplingWindow(calendar, date).to).toBe(samplingWindow(calendar, next).from);
      date = next;
    }
  });

  it('leave out work orders that were drawn lately, and say how many', () => {
    const history = new Map([['sample', { drawn: new Set(['w1', 'w2']), risk: new Map<string, number>() }]]);
    const task = plan({ history }).find(({ plan: { id } }) => id === 'sample');
    expect(task?.samples.map(({ workOrder }) => workOrder).sort()).toEqual(['w3']);
    expect(task?.draw).toMatchObject({ populationSize: 2, leftOut: 2 });
  });

  it('draw from the units below, spread over teams and processes, where the plan says so', () => {
    const county: InspectionPlan = {
      ...SAMPLE,
      orgUnitTypes: ['county'],
      sample: {
        ...SAMPLE.sample!,
        ratio: 0.1,
        floor: 2,
        cap: 5,
        scope: 'subtree',
        strata: ['orgUnit', 'process'],
      },
    };
    const archivesByUnit = new Map([
      ['H1', archives('w1', 'w2', 'w3').map((one) => ({ ...one, orgUnit: 'H1' }))],
      ['H2', archives('w4').map((one) => ({ ...one, orgUnit: 'H2' }))],
    ]);
    const [task] = plan({ plans: [county], archivesByUnit, subtreeOf: () => ['X', 'H1', 'H2'] });
    expect(task?.draw?.strata).toEqual([
      { stratum: 'H1|高压新装', size: 3, risk: 1, drawn: 1 },
      { stratum: 'H2|高压新装', size: 1, risk: 1, drawn: 1 },
    ]);
    expect(task?.samples.map(({ stratum }) => stratum)).toEqual(['H1|高压新装', 'H2|高压新装']);
  });
});

describe('a plan that goes by alerts', () => {
  const tasksOf = (...titles: string[]) =>
    plan({
      plans: [TRAINING],
      alertsByTask: new Map([['training|H1', titles.map((title, i) => ({ id: `a${i}`, title }))]]),
    });

  it('goes through its checklist for each alert of the unit, and gives no task where there is none', () => {
    const [task, ...others] = tasksOf('甲差错多');
    expect(others).toEqual([]);
    expect(task).toMatchObject({ id: 'training|H1|2026-03-05', samples: [], status: 'planned' });
    expect(task?.items.map(({ id, text }) => [id, text])).toEqual([
      ['told-1', '甲差错多：谈过'],
      ['trained-1', '甲差错多：培训过'],
    ]);
    expect(plan({ plans: [TRAINING] })).toEqual([]);
  });

  it('takes no more alerts than its cap, the earliest', () => {
    const [task] = tasksOf('甲', '乙', '丙');
    expect(task?.items.map(({ text }) => text.slice(0, 1))).toEqual(['甲', '甲', '乙', '乙']);
  });
});
