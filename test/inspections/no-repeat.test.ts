import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sampleSize } from '../../src/inspections/draw-sample.js';
import type { InspectionPlan } from '../../src/inspections/inspection-plan.js';
import type { InspectionTask } from '../../src/inspections/inspection-task.js';
import { makePlanDailyInspections } from '../../src/inspections/make-plan-daily-inspections.js';
import { DAY, shanghai, testCalendar } from '../calendar/make-test-calendar.js';

const calendar = testCalendar();
const FIRST = '2026-03-02';
const DAYS = 12;

const settings = fc.record({
  /** What is archived on each day; the same work order may be archived again and again. */
  archives: fc.array(fc.uniqueArray(fc.nat(25).map(String), { maxLength: 20 }), {
    minLength: DAYS,
    maxLength: DAYS,
  }),
  noRepeatDays: fc.nat(9),
  ratio: fc.double({ min: 0, max: 1, noNaN: true }),
  limits: fc.tuple(fc.nat(8), fc.nat(8)),
  seed: fc.string(),
  byProcess: fc.boolean(),
});

it('nobody is drawn again within so many days, and whoever may be drawn is counted in, for 1,000 random populations', async () => {
  await fc.assert(
    fc.asyncProperty(settings, async ({ archives, noRepeatDays, ratio, limits: [a, b], seed, byProcess }) => {
      const limits = { ratio, floor: Math.min(a, b), cap: Math.max(a, b) };
      const plan: InspectionPlan = {
        id: 'sample',
        version: 1,
        name: '抽检',
        clauses: ['YXZY-YY-144/2/C1'],
        basis: [],
        orgUnitTypes: ['hall'],
        checklist: [{ id: 'complete', text: '档案齐全', clause: 'YXZY-YY-144/2/C1' }],
        sample: {
          population: 'archived-yesterday',
          ...limits,
          scope: 'unit',
          strata: byProcess ? ['process'] : [],
          noRepeatDays,
          riskDays: 0,
        },
        assignTo: 'shift-supervisor',
        dueBy: '17:30',
      };
      const dayOf = (time: number) => Math.floor((time - shanghai(`${FIRST} 00:00`)) / DAY);
      const archivedIn = (from: number, to: number) => [
        ...new Set(archives.slice(Math.max(0, dayOf(from)), Math.max(0, dayOf(to))).flat()),
      ];
      const tasks: InspectionTask[] = [];
      const planDaily = makePlanDailyInspections({
        store: {
          addTasks: (added) => {
            tasks.push(...added);
            return Promise.resolve([...added]);
          },
          foundAlertsSince: () => Promise.resolve(new Set<string>()),
          samplesSince: (planId, from) =>
            Promise.resolve(
              tasks
                .filter((task) => task.plan.id === planId && task.date >= from)
                .flatMap(({ date, samples }) => samples.map(({ workOrder }) => ({ date, workOrder }))),
            ),
        },
        archivedBetween: ({ from, to }) =>
          Promise.resolve(
            archivedIn(from, to).map((id) => ({ id, process: Number(id) % 2 ? '高压新装' : '销户' })),
          ),
        plans: [plan],
        orgUnits: { list: [{ code: 'H1', name: '一班', type: 'hall' }], subtreeOf: (code) => [code] },
        calendar,
        now: () => 0,
        seedFor: (taskId) => `${seed}${taskId}`,
      });

      const drawnOn = new Map<string, string>();
      for (let day = 1; day <= DAYS; day += 1) {
        const date = calendar.addDays(FIRST, day);
        const { tasks: planned } = await planDaily(date);
        if (!calendar.isWorkingDay(date)) {
          expect(planned).toBe(0);
          continue;
        }
        const from = shanghai(`${calendar.previousWorkingDay(date)} 00:00`);
        const earliest = calendar.addDays(date, -noRepeatDays);
        const free = archivedIn(from, shanghai(`${date} 00:00`)).filter(
          (id) => (drawnOn.get(id) ?? '') < earliest,
        );
        const drawn = planned === 0 ? [] : (tasks.at(-1)?.samples ?? []).map(({ workOrder }) => workOrder);
        expect(drawn).toHaveLength(sampleSize(free.length, limits));
        expect(new Set(drawn).size).toBe(drawn.length);
        for (const id of drawn) {
          expect(free).toContain(id);
          drawnOn.set(id, date);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
