import { createHash } from 'node:crypto';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { drawSample } from './draw-sample.js';
import { drawStratifiedSample } from './draw-stratified-sample.js';
import type { InspectionPlan } from './inspection-plan.js';
import type { InspectionItem, InspectionTask, SampledWorkOrder, SampleDraw } from './inspection-task.js';
import type { OrgUnit } from './org-units.js';

/** An archived work order, as far as a sample shows it. */
export interface ArchivedWorkOrder {
  readonly id: string;
  readonly process?: string;
  readonly orgUnit?: string;
  readonly archivedAt?: Date;
}

/** An alert that a task goes into. */
export interface FoundAlert {
  readonly id: string;
  readonly title: string;
}

export interface PlanRequest {
  readonly plans: readonly InspectionPlan[];
  readonly orgUnits: readonly OrgUnit[];
  /** Business date YYYY-MM-DD, a working day. */
  readonly date: string;
  /** What each unit archived within `window`, by the unit's code. */
  readonly archivesByUnit: ReadonlyMap<string, readonly ArchivedWorkOrder[]>;
  /** What came up within `window`, by `plan|unit`, earliest first; for plans with `alerts`. */
  readonly alertsByTask?: ReadonlyMap<string, readonly FoundAlert[]>;
  /** A unit's own code and those of all units below it. */
  readonly subtreeOf?: (orgUnit: string) => readonly string[];
  /** What earlier tasks of a plan did: whom not to draw again, and where more was found. */
  readonly history?: ReadonlyMap<string, SampleHistory>;
  /** From (included) to (excluded), epoch ms: see `samplingWindow`. */
  readonly window: { readonly from: number; readonly to: number };
  /** The seed of the draw of a task. */
  readonly seedFor: (taskId: string) => string;
  readonly calendar: Pick<BusinessCalendar, 'instantOf'>;
  /** Epoch ms. */
  readonly now: number;
}

/** What a plan's earlier samples say. */
export interface SampleHistory {
  /** Work orders drawn within `noRepeatDays`. */
  readonly drawn: ReadonlySet<string>;
  /** Weight of each stratum by what was found within `riskDays`; a stratum that is not in it weighs 1. */
  readonly risk: ReadonlyMap<string, number>;
}

/**
 * The inspection tasks of a day: one for each plan and unit of the plan's types. A sample plan gives no task to
 * a unit that archived nothing, one that goes by alerts none to a unit without. Pure: the same request gives the same tasks.
 */
export function planInspections(request: PlanRequest): InspectionTask[] {
  return request.plans.flatMap((plan) =>
    request.orgUnits
      .filter(({ type }) => plan.orgUnitTypes.includes(type))
      .flatMap((unit) => planTask(request, plan, unit) ?? []),
  );
}

/**
 * Whose archives a date's sample is drawn from: those of the days since the previous working day began, so that
 * what is archived on days off is sampled, too, and each once.
 */
export function samplingWindow(
  calendar: Pick<BusinessCalendar, 'instantOf' | 'previousWorkingDay'>,
  date: string,
): { from: number; to: number } {
  return {
    from: calendar.instantOf(calendar.previousWorkingDay(date), '00:00'),
    to: calendar.instantOf(date, '00:00'),
  };
}

function planTask(request: PlanRequest, plan: InspectionPlan, unit: OrgUnit): InspectionTask | undefined {
  const { date, calendar, now } = request;
  const id = `${plan.id}|${unit.code}|${date}`;
  const task = {
    id,
    plan: { id: plan.id, version: plan.version, name: plan.name },
    clauses: plan.clauses,
    orgUnit: unit.code,
    orgUnitName: unit.name,
    date,
    status: 'planned' as const,
    assignTo: plan.assignTo,
    dueAt: new Date(calendar.instantOf(date, plan.dueBy)),
    plannedAt: new Date(now),
  };
  if (plan.alerts) {
    const found = request.alertsByTask?.get(`${plan.id}|${unit.code}`) ?? [];
    if (found.length === 0) return undefined;
    const foundAlerts = found.map(({ id: alert }) => alert);
    return { ...task, items: itemsOfAlerts(plan, found), samples: [], foundAlerts };
  }
  if (!plan.sample) return { ...task, items: plan.checklist, samples: [] };
  const units =
    plan.sample.scope === 'subtree' ? (request.subtreeOf?.(unit.code) ?? [unit.code]) : [unit.code];
  const archives = units.flatMap((code) => request.archivesByUnit.get(code) ?? []);
  const { samples, draw } = drawWorkOrders(request, plan, archives, id);
  return samples.length > 0 ? { ...task, items: [], samples, draw } : undefined;
}

/** The checklist once for each alert, told by its title; what is over the cap is left to the alerts themselves. */
function itemsOfAlerts(
  { checklist, alerts }: InspectionPlan,
  found: readonly FoundAlert[],
): InspectionItem[] {
  return found.slice(0, alerts?.cap).flatMap(({ title }, index) =>
    checklist.map((check) => ({
      ...check,
      id: `${check.id}-${index + 1}`,
      text: `${title}：${check.text}`,
    })),
  );
}

function drawWorkOrders(
  { seedFor, window, history }: PlanRequest,
  { id: planId, sample, checklist: items }: InspectionPlan,
  archives: readonly ArchivedWorkOrder[],
  taskId: string,
): { samples: SampledWorkOrder[]; draw: SampleDraw } {
  const { ratio, floor, cap, strata = [] } = sample!;
  const known = history?.get(planId);
  const all = new Map(archives.map((archive) => [archive.id, archive]));
  const population = [...all.keys()].filter((workOrder) => !known?.drawn.has(workOrder)).sort();
  const limits = { ratio, floor, cap, seed: seedFor(taskId) };
  const members = population.map((workOrder) => ({
    id: workOrder,
    stratum: strata.map((field) => all.get(workOrder)?.[field] ?? '').join('|'),
  }));
  const spread =
    strata.length > 0
      ? drawStratifiedSample({ ...limits, population: members, ...(known && { risk: known.risk }) })
      : undefined;
  const drawn =
    spread?.drawn ?? drawSample({ ...limits, population }).map((workOrder) => ({ id: workOrder }));
  const samples = drawn.map((one) => {
    const { process, archivedAt } = all.get(one.id)!;
    return {
      workOrder: one.id,
      ...(process && { process }),
      ...(archivedAt && { archivedAt }),
      ...('stratum' in one && { stratum: one.stratum }),
      items,
    };
  });
  const draw = {
    seed: limits.seed,
    from: new Date(window.from),
    to: new Date(window.to),
    populationSize: population.length,
    populationHash: createHash('sha256').update(population.join('\n')).digest('hex'),
    ratio,
    floor,
    cap,
    ...(spread && { strata: spread.strata }),
    ...(population.length < all.size && { leftOut: all.size - population.length }),
  };
  return { samples, draw };
}
