import { z } from 'zod';
import { LIMIT_UNITS } from '../../calendar/business-calendar.js';
import { EXPLAINED_OUTCOMES, STEP_KINDS, STEP_OUTCOMES } from '../../engine/rule-explanation.js';
import type {
  ExplainedClock,
  ExplainedFinding,
  ExplainedStep,
  RuleExplanation,
} from '../../engine/rule-explanation.js';
import { jsonSchema, objectOf } from './common-schemas.js';
import { ruleSummarySchema } from './rule-schema.js';

/** With the business offset, as rule authors and supervisors read it. */
const localTime = z.string().meta({ description: 'RFC 3339 with the business offset' });

const explainedConditionSchema = z
  .looseObject({
    kind: z.enum(['all', 'any', 'not', 'condition']),
    result: z.enum(['yes', 'no', 'unknown']),
    label: z.string().optional(),
    children: z
      .array(z.looseObject({}))
      .optional()
      .meta({ description: 'Of all, any and not: conditions of this same shape' }),
    name: z.string().optional(),
    fact: z.string().optional(),
    factText: z.string().optional(),
    factValue: jsonSchema.optional().meta({ description: 'What was known then; null = unknown' }),
    operator: z.string().optional(),
    operatorText: z.string().optional(),
    value: jsonSchema.optional(),
    missing: z.array(z.string()).optional(),
  })
  .meta({ id: 'ExplainedCondition', description: 'A condition, or several joined, and what came of it' });

const stepSchema = objectOf<ExplainedStep>()({
  at: localTime,
  until: localTime.optional(),
  times: z.int().optional().meta({ description: 'Several looks with the same outcome, told as one' }),
  kind: z.enum(STEP_KINDS),
  type: z.string().optional(),
  stage: z.string().optional(),
  outcome: z.enum(STEP_OUTCOMES),
  reasons: z.array(z.string()),
  conditions: explainedConditionSchema.optional(),
  missing: z.array(z.string()).optional().meta({ description: 'Facts that no event told' }),
});

const clockSchema = objectOf<ExplainedClock>()({
  stage: z.string().optional(),
  visit: z.int().optional(),
  part: z.string().optional(),
  anchorAt: localTime,
  limit: z
    .strictObject({ value: z.number(), unit: z.enum(LIMIT_UNITS), rollToWorkingDay: z.boolean().optional() })
    .optional(),
  dueAt: localTime.optional(),
  state: z.enum(['running', 'paused', 'stopped', 'void']),
  stoppedAt: localTime.optional(),
  overdue: z.boolean(),
  workingHours: z.number().optional(),
  hours: z.number(),
  uncoveredYears: z.array(z.int()).optional(),
  conditions: explainedConditionSchema.optional(),
});

const findingSchema = objectOf<ExplainedFinding>()({
  openedAt: localTime,
  closedAt: localTime.optional(),
  closedBy: z.enum(['evidence', 'stopped', 'ended']).optional(),
  phase: z.enum(['early', 'overdue']).optional(),
  stage: z.string().optional(),
  dueAt: localTime.optional(),
});

/** Why a rule fired on a work order, or did not. */
export const ruleExplanationSchema = objectOf<RuleExplanation>()({
  rule: ruleSummarySchema.pick({ id: true, version: true, name: true, status: true, trigger: true }),
  workOrder: z.string().meta({ description: 'Record id' }),
  process: z.string().optional(),
  at: localTime,
  events: z.strictObject({
    used: z.int().meta({ description: 'Events known then' }),
    later: z.int().meta({ description: 'Events that happened, or were entered, only later' }),
  }),
  outcome: z.enum(EXPLAINED_OUTCOMES),
  summary: z
    .string()
    .meta({ description: 'In one Chinese sentence', example: '还没有预警：正在计时，2026-01-06 17:30 到期' }),
  steps: z.array(stepSchema).meta({ description: 'When the rule looked, or why it did not; oldest first' }),
  omitted: z.int().meta({ description: 'Older steps that are left out' }),
  clocks: z.array(clockSchema),
  findings: z.array(findingSchema),
  notes: z.array(z.string()),
}).meta({ id: 'RuleExplanation' });

const ruleErrorSchema = z
  .strictObject({
    file: z.string(),
    line: z.int(),
    column: z.int(),
    path: z.string(),
    message: z.string(),
    allowed: z.array(z.string()).optional(),
  })
  .meta({ id: 'RuleError', description: 'What is wrong with a rule file, where, and what is allowed there' });

const caseSchema = z.strictObject({
  case: z.string(),
  passed: z.boolean(),
  reason: z.string().optional(),
});

/** What became of the text of a rule that is not published. */
export const triedRuleSchema = z
  .strictObject({
    valid: z.boolean(),
    errors: z.array(ruleErrorSchema),
    warnings: z.array(ruleErrorSchema),
    cases: z.array(caseSchema).meta({ description: 'Its own tests and sequences' }),
    explanation: ruleExplanationSchema
      .nullable()
      .meta({ description: 'null when the text has errors, or no work order was named' }),
  })
  .meta({ id: 'TriedRule' });
