import { randomBytes } from 'node:crypto';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { InspectionPlan } from './inspection-plan.js';
import type { InspectionStore, SampledBefore } from './inspection-store.js';
import type { InspectionTask } from './inspection-task.js';
import type { FileDocument } from './list-file-documents.js';
import type { OrgUnits } from './org-units.js';
import { planInspections, samplingWindow } from './plan-inspections.js';
import type { ArchivedWorkOrder, FoundAlert, SampleHistory } from './plan-inspections.js';

export interface PlanDailyInspectionsDeps {
  readonly store: Pick<InspectionStore, 'addTasks' | 'samplesSince' | 'foundAlertsSince'>;
  /** Work orders of a unit archived in [from, to), epoch ms. */
  readonly archivedBetween: (request: {
    readonly orgUnit: string;
    readonly from: number;
    readonly to: number;
  }) => Promise<readonly ArchivedWorkOrder[]>;
  /** Alerts of what happened in [from, to), or happened shortly before and was found since; earliest first. */
  readonly alertsBetween?: (request: {
    readonly rules: readonly string[];
    readonly from: number;
    readonly to: number;
  }) => Promise<readonly (FoundAlert & { readonly orgUnit?: string })[]>;
  /** What the file of a work order must hold; absent where there are no templates. */
  readonly documentsOf?: (workOrder: string) => Promise<readonly FileDocument[]>;
  readonly plans: readonly InspectionPlan[];
  readonly orgUnits: Pick<OrgUnits, 'list' | 'subtreeOf'>;
  readonly calendar: Pick<BusinessCalendar, 'isWorkingDay' | 'previousWorkingDay' | 'instantOf' | 'addDays'>;
  readonly now: () => number;
  /** Default: random, so that nobody can know beforehand which files will be looked at; it is stored with the draw. */
  readonly seedFor?: (taskId: string) => string;
}

/** Longer than alerts are found late and than holidays last. */
const LOOK_BACK_DAYS = 30;

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
  const { store, archivedBetween, documentsOf, plans, orgUnits, calendar, now } = deps;
  const seedFor = deps.seedFor ?? (() => randomBytes(16).toString('hex'));
  const sampledUnits = new Set(
    plans.flatMap(({ sample, orgUnitTypes }) =>
      orgUnits.list
        .filter(({ type }) => sample && orgUnitTypes.includes(type))
        .flatMap(({ code }) => (sample?.scope === 'subtree' ? orgUnits.subtreeOf(code) : [code])),
    ),
  );

  /** What earlier samples of the plans say, as far as each plan looks back. */
  async function readHistory(date: string): Promise<Map<string, SampleHistory>> {
    const history = new Map<string, SampleHistory>();
    for (const { id, sample } of plans) {
      if (!sample || Math.max(sample.noRepeatDays, sample.riskDays) === 0) continue;
      const noRepeatFrom = calendar.addDays(date, -sample.noRepeatDays);
      const riskFrom = calendar.addDays(date, -sample.riskDays);
      const from = noRepeatFrom < riskFrom ? noRepeatFrom : riskFrom;
      const past = (await store.samplesSince(id, from)).filter((one) => one.date < date);
      history.set(id, {
        drawn: new Set(past.filter((one) => one.date >= noRepeatFrom).map(({ workOrder }) => workOrder)),
        risk: riskOf(sample.riskDays === 0 ? [] : past.filter((one) => one.date >= riskFrom)),
      });
    }
    return history;
  }

  /** By `plan|unit`: what the rules of the plans with `alerts` found and no earlier task went into. */
  async function readAlerts(
    date: string,
    window: { from: number; to: number },
  ): Promise<Map<string, FoundAlert[]>> {
    const byTask = new Map<string, FoundAlert[]>();
    for (const { id: planId, alerts } of plans) {
      if (!alerts) continue;
      const found = (await deps.alertsBetween?.({ rules: alerts.rules, ...window })) ?? [];
      const before = await store.foundAlertsSince(planId, calendar.addDays(date, -LOOK_BACK_DAYS), date);
      for (const { id, title, orgUnit } of found) {
        if (before.has(id)) continue;
        const task = `${planId}|${orgUnit}`;
        byTask.set(task, [...(byTask.get(task) ?? []), { id, title }]);
      }
    }
    return byTask;
  }

  /** Each sampled work order with the list of what its file must hold. */
  async function withDocuments(task: InspectionTask): Promise<InspectionTask> {
    if (!documentsOf || task.samples.length === 0) return task;
    const samples = await Promise.all(
      task.samples.map(async (sample) => ({ ...sample, documents: await documentsOf(sample.workOrder) })),
    );
    return { ...task, samples };
  }

  return async function planDailyInspections(date: string): Promise<PlannedInspections> {
    if (!calendar.isWorkingDay(date)) return { tasks: 0, samples: 0, existing: 0 };
    const window = samplingWindow(calendar, date);
    const archivesByUnit = new Map<string, readonly ArchivedWorkOrder[]>();
    for (const code of sampledUnits)
      archivesByUnit.set(code, await archivedBetween({ orgUnit: code, ...window }));

    const tasks = planInspections({
      plans,
      orgUnits: orgUnits.list,
      date,
      archivesByUnit,
      alertsByTask: await readAlerts(date, window),
      subtreeOf: (code) => orgUnits.subtreeOf(code),
      history: await readHistory(date),
      window,
      seedFor,
      calendar,
      now: now(),
    });
    const added = await store.addTasks(await Promise.all(tasks.map(withDocuments)));
    return {
      tasks: added.length,
      samples: added.reduce((sum, { samples }) => sum + samples.length, 0),
      existing: tasks.length - added.length,
    };
  };
}

/** How much more a stratum weighs where every inspected work order failed. An assumption. */
const MOST_RISK = 3;

/** 1 where nothing was found, up to 4 where everything failed; only submitted tasks count. */
export function riskOf(past: readonly SampledBefore[]): Map<string, number> {
  const counts = new Map<string, { looked: number; failed: number }>();
  for (const { stratum, outcome } of past) {
    if (stratum === undefined || outcome === undefined) continue;
    const count = counts.get(stratum) ?? { looked: 0, failed: 0 };
    counts.set(stratum, {
      looked: count.looked + 1,
      failed: count.failed + (outcome === 'fail' ? 1 : 0),
    });
  }
  return new Map(
    [...counts].map(([stratum, { looked, failed }]) => [stratum, 1 + (MOST_RISK * failed) / looked]),
  );
}
