import { randomBytes } from 'node:crypto';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { InspectionPlan } from './inspection-plan.js';
import type { InspectionStore } from './inspection-store.js';
import type { OrgUnits } from './org-units.js';
import { planInspections, samplingWindow } from './plan-inspections.js';
import type { ArchivedWorkOrder } from './plan-inspections.js';

export interface PlanDailyInspectionsDeps {
  readonly store: Pick<InspectionStore, 'addTasks'>;
  /** Work orders of a unit archived in [from, to), epoch ms. */
  readonly archivedBetween: (request: {
    readonly orgUnit: string;
    readonly from: number;
    readonly to: number;
  }) => Promise<readonly ArchivedWorkOrder[]>;
  readonly plans: readonly InspectionPlan[];
  readonly orgUnits: Pick<OrgUnits, 'list'>;
  readonly calendar: Pick<BusinessCalendar, 'isWorkingDay' | 'previousWorkingDay' | 'instantOf'>;
  readonly now: () => number;
  /** Default: random, so that nobody can know beforehand which files will be looked at; it is stored with the draw. */
  readonly seedFor?: (taskId: string) => string;
}

/** What was planned for a date. */
export interface PlannedInspections {
  /** Tasks that were not there yet. */
  readonly tasks: number;
  /** Work orders drawn in them. */
  readonly samples: number;
  /** Tasks an earlier run had planned; left as they are. */
  readonly existing: number;
}

/** Plans the inspection tasks of a business date (每日巡检、按比例抽检档案). On a day off there are none. */
export function makePlanDailyInspections(deps: PlanDailyInspectionsDeps) {
  const { store, archivedBetween, plans, orgUnits, calendar, now } = deps;
  const seedFor = deps.seedFor ?? (() => randomBytes(16).toString('hex'));
  const sampledTypes = new Set(
    plans.filter(({ sample }) => sample).flatMap(({ orgUnitTypes }) => orgUnitTypes),
  );

  return async function planDailyInspections(date: string): Promise<PlannedInspections> {
    if (!calendar.isWorkingDay(date)) return { tasks: 0, samples: 0, existing: 0 };
    const window = samplingWindow(calendar, date);
    const archivesByUnit = new Map<string, readonly ArchivedWorkOrder[]>();
    for (const { code, type } of orgUnits.list)
      if (sampledTypes.has(type))
        archivesByUnit.set(code, await archivedBetween({ orgUnit: code, ...window }));

    const tasks = planInspections({
      plans,
      orgUnits: orgUnits.list,
      date,
      archivesByUnit,
      window,
      seedFor,
      calendar,
      now: now(),
    });
    const added = await store.addTasks(tasks);
    return {
      tasks: added.length,
      samples: added.reduce((sum, { samples }) => sum + samples.length, 0),
      existing: tasks.length - added.length,
    };
  };
}
