import { z } from 'zod';
import { findTimeOfDay } from '../calendar/civil-date.js';
import { SEVERITIES } from '../engine/rule-file.js';
import type { FileProblem } from '../file-problems.js';
import { ORG_UNIT_TYPES } from './org-units.js';

const text = z.string().trim().min(1, 'must not be empty');
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');
const clause = z
  .string()
  .regex(
    /^YXZY-YY-\d{3}\/\d+\/[QRC]\d+$/,
    'expected a clause such as YXZY-YY-144/2/C1 (work item/stage/control)',
  );

const sample = z
  .strictObject({
    /** Work orders of the unit archived from the start of the previous working day up to the start of today. */
    population: z.enum(['archived-yesterday']),
    /** Share to draw, above 0 up to 1; the number is rounded up. */
    ratio: z.number().gt(0).lte(1),
    /** At least so many, as far as there are any. */
    floor: z.int().min(0),
    /** At most so many. */
    cap: z.int().min(1),
    /** Whose work orders: `unit` (default) exactly of the unit, `subtree` also of all units below it. */
    scope: z.enum(['unit', 'subtree']).default('unit'),
    /** Spread the sample over these: each team and process has its share. */
    strata: z.array(z.enum(['orgUnit', 'process'])).default([]),
    /** A work order is not drawn again within so many days. */
    noRepeatDays: z.int().min(0).max(366).default(0),
    /**
     * Look more often where more was found in the last so many days: the weight of a stratum is 1, plus three times the part of
     * its inspected work orders that failed. 0 = never. Needs `strata`.
     */
    riskDays: z.int().min(0).max(366).default(0),
  })
  .refine(({ floor, cap }) => floor <= cap, { path: ['floor'], error: 'must not be more than cap' })
  .refine(({ strata, riskDays }) => riskDays === 0 || strata.length > 0, {
    path: ['riskDays'],
    error: 'needs strata to weigh',
  });

/** Instead of being the same every day, the checklist is gone through for each alert that came up on the working day before. */
const ofAlerts = z.strictObject({
  /** Rules whose alerts count, also those that are closed by now. */
  rules: z.array(id).min(1),
  /** At most so many alerts in a task, the earliest first. */
  cap: z.int().min(1).max(500),
});

/** The alerts that come of a task. */
const raised = z.strictObject({ severity: z.enum(SEVERITIES), assignTo: id });

const planShape = z.strictObject({
  $schema: z.string().optional(),
  /** Also the name of the file. */
  id,
  version: z.int().min(1),
  name: text,
  /** The clauses of the manual the plan carries out. */
  clauses: z.array(clause).min(1),
  /** Where its content and parameters come from and how sure that is; for people. */
  basis: z.array(
    z.strictObject({
      document: text,
      article: text.optional(),
      certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
      note: text.optional(),
    }),
  ),
  /** The units that get a task: all of these types. */
  orgUnitTypes: z.array(z.enum(ORG_UNIT_TYPES)).min(1),
  /** What to look at: once, or with `sample` at each work order drawn. */
  checklist: z
    .array(
      z.strictObject({
        id,
        text,
        clause,
        /** Clause of `assessment.json` that a failure is charged under, at once and without an alert having to be confirmed. */
        assess: text.optional(),
      }),
    )
    .min(1),
  sample: sample.optional(),
  /** A unit without such alerts gets no task. */
  alerts: ofAlerts.optional(),
  /** Role of the one who does it. */
  assignTo: id,
  /** The alert of each item that failed. Default: medium, to the shift supervisor. */
  findings: raised.optional(),
  /** The alert of a task that is not submitted in time. Default: medium, to the county manager. */
  overdue: raised.optional(),
  /** Time of the day by which it is to be done. */
  dueBy: z
    .string()
    .refine((time) => findTimeOfDay(time) !== undefined, 'expected HH:mm between 00:00 and 24:00'),
});

/** A plan file, `rules/inspections/<id>.json`. */
export const inspectionPlanSchema = planShape.refine(({ sample: drawn, alerts }) => !drawn || !alerts, {
  path: ['alerts'],
  error: 'a plan has a sample or alerts, not both',
});

/** Inspection work that comes back every working day. */
export type InspectionPlan = z.infer<typeof inspectionPlanSchema>;

/** What is wrong with a plan beyond its form. `name` is the file's name without `.json`. */
export function findPlanProblems(plan: InspectionPlan, name: string, file: string): FileProblem[] {
  const problems: FileProblem[] = [];
  if (plan.id !== name)
    problems.push({ file, path: 'id', message: `"${plan.id}" must be the name of the file, "${name}"` });
  const seen = new Set<string>();
  plan.checklist.forEach((check, index) => {
    const path = `checklist.${index}`;
    if (seen.has(check.id))
      problems.push({ file, path: `${path}.id`, message: `"${check.id}" is given twice` });
    seen.add(check.id);
    if (!plan.clauses.includes(check.clause))
      problems.push({
        file,
        path: `${path}.clause`,
        message: `"${check.clause}" is not among the plan's clauses: ${plan.clauses.join(', ')}`,
      });
  });
  return problems;
}
