import { z } from 'zod';
import { withoutControls } from '../query-fields.js';
import {
  ASSESSMENT_STATUSES,
  type AssessmentEntry,
  type AssessmentHistoryEntry,
  type ConfirmedFinding,
  type FrozenMonth,
} from '../../assessment/assessment-entry.js';
import { MONTH_PATTERN } from '../../assessment/statistics-month.js';
import {
  ASSESSMENT_STEPS,
  type AssessmentStepKind,
  DECISIONS,
} from '../../assessment/take-assessment-step.js';
import { objectOf, timeSchema } from './common-schemas.js';

/** An entry as the API tells it. */
export type AssessmentView = Omit<AssessmentEntry, 'history' | 'answerable'> & {
  readonly history: readonly Omit<AssessmentHistoryEntry, 'key'>[];
  /** One entry read: id of the entry that takes it back. */
  readonly counteredBy?: string;
  /** One entry read: the steps that the asker could take now. */
  readonly steps?: readonly AssessmentStepKind[];
};

export const monthField = z
  .string()
  .regex(MONTH_PATTERN, 'must be a month YYYY-MM')
  .meta({ description: 'Statistics month', example: '2026-11' });

const words = z
  .string()
  .trim()
  .min(4, 'must say why, in at least 4 characters')
  .max(2000, 'must have at most 2000 characters')
  .regex(...withoutControls);
const amount = (most: number) => z.number().min(0).max(most).optional();

export const acknowledgeAssessmentBody = z
  .strictObject({
    note: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .regex(...withoutControls)
      .optional(),
  })
  .meta({ example: { note: '认责，已补签' } });
export const appealBody = z
  .strictObject({ reason: words })
  .meta({ example: { reason: '当日由他人代班，移交人不是我' } });
export const decideBody = z
  .strictObject({
    result: z.enum(DECISIONS).meta({ description: 'upheld 维持, reduced 减轻, revoked 撤销' }),
    reason: words,
    points: amount(100).meta({ description: 'reduced: points that are left; absent = as before' }),
    money: amount(100_000).meta({ description: 'reduced: yuan that are left; absent = as before' }),
  })
  .superRefine(({ result, points, money }, context) => {
    const given = points !== undefined || money !== undefined;
    if (result === 'reduced' && !given) context.addIssue('must name the points or money that are left');
    if (result !== 'reduced' && given) context.addIssue(`must not name points or money with ${result}`);
  })
  .meta({ example: { result: 'reduced', reason: '代班属实，管理责任减半', points: 1 } });
export const reverseBody = z
  .strictObject({ reason: words })
  .meta({ example: { reason: '责任人登记错误，重新认定' } });

const amountsSchema = z.strictObject({ points: z.number(), money: z.number() });
const findingSchema = objectOf<ConfirmedFinding>()({
  key: z.string().meta({ description: 'One confirmed closing of an alert, or one failed inspection item' }),
  kind: z.enum(['alert', 'inspection']),
  id: z.string().meta({ description: 'Of the alert or inspection task' }),
  title: z.string(),
  workOrder: z.string().optional(),
  confirmedAt: timeSchema,
  confirmedBy: z.string(),
  reason: z.string(),
});

/** An entry of the assessment ledger (考核台账). */
export const assessmentSchema = objectOf<AssessmentView>()({
  id: z.string(),
  finding: findingSchema,
  clause: z.strictObject({ id: z.string(), title: z.string() }),
  charged: z.strictObject({
    kind: z.enum(['person', 'team']),
    id: z.string().meta({ description: 'Operator id, never a name; or code of the org unit' }),
  }),
  orgUnit: z.string().optional(),
  points: z.number().meta({ description: 'What counts now; negative for counter entries' }),
  money: z.number().meta({ description: 'Yuan' }),
  initial: amountsSchema.meta({ description: 'What the table charged' }),
  month: monthField,
  status: z.enum(ASSESSMENT_STATUSES),
  appealUntil: timeSchema.optional(),
  appeal: z.strictObject({ at: timeSchema, by: z.string(), reason: z.string() }).optional(),
  createdAt: timeSchema,
  frozen: z.boolean().optional().meta({ description: 'Its month is frozen: it does not change any more' }),
  corrects: z.string().optional().meta({ description: 'Counter entries: the frozen entry they take back' }),
  counteredBy: z.string().optional().meta({ description: 'Read alone: the entry that takes it back' }),
  steps: z
    .array(z.enum(ASSESSMENT_STEPS))
    .optional()
    .meta({ description: 'Read alone: steps you could take' }),
  history: z.array(
    z.strictObject({
      at: timeSchema,
      what: z.enum(['charged', 'acknowledged', 'appealed', 'upheld', 'reduced', 'revoked', 'reversed']),
      who: z.string(),
      note: z.string().optional(),
    }),
  ),
  version: z.int(),
}).meta({ id: 'Assessment', description: 'An entry of the assessment ledger (考核台账)' });

/** A frozen month. */
export const frozenMonthSchema = objectOf<FrozenMonth>()({
  month: monthField,
  frozenAt: timeSchema,
  by: z.string(),
  totals: z.strictObject({ entries: z.int(), points: z.number(), money: z.number() }).optional(),
}).meta({ id: 'FrozenMonth' });
