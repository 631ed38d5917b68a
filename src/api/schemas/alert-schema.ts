import { z } from 'zod';
import type { AlertCounts, RuleOutcomes } from '../../alerts/find-alerts.js';
import { ALERT_STATUSES, HISTORY_WORDS, OUTCOMES } from '../../alerts/alert.js';
import { REFUSALS, STEP_KINDS } from '../../alerts/take-step.js';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import { conditionSchema, jsonObjectSchema, objectOf, ruleRefSchema, timeSchema } from './common-schemas.js';
import type { AlertView } from '../view-alert.js';
import { basisSchema } from './rule-schema.js';

export const SUBJECT_TYPES = [
  'workOrder',
  'hall',
  'orgUnit',
  'account',
  'feed',
  'operator',
  'group',
] as const;

const outcomeSchema = z.strictObject({ result: z.enum(OUTCOMES), reason: z.string() });

/** An alert (预警) as the API tells it. */
export const alertSchema = objectOf<AlertView>()({
  id: z.string(),
  fingerprint: z.string(),
  episode: z.int().meta({ description: 'How often this finding has been opened: 1, 2, …' }),
  rule: ruleRefSchema.extend({ name: z.string() }),
  riskPoint: z.strictObject({ kind: z.enum(RISK_KINDS), clauses: z.array(z.string()) }),
  basis: z.array(basisSchema).optional().meta({
    description: 'What the rule rested on, each with how sure it is; absent in alerts of earlier versions',
  }),
  assumption: z.boolean().optional().meta({
    description: 'A limit or criterion of the rule is an assumption of this project, not a stated one',
  }),
  severity: z.enum(SEVERITIES),
  ruleSet: z
    .string()
    .optional()
    .meta({ description: 'Hash of the rule set it was last judged with: GET /api/rules/publications?hash=' }),
  status: z.enum(ALERT_STATUSES),
  open: z.boolean(),
  subject: z.strictObject({ type: z.enum(SUBJECT_TYPES), id: z.string() }),
  recordId: z.string().meta({ description: 'Read it at /api/work-orders/{no}' }),
  process: z.string().optional(),
  stage: z.string().optional(),
  workItem: z.string().optional(),
  orgUnit: z.string().optional(),
  responsible: z.string().optional().meta({ description: 'Operator id, never a name' }),
  assignTo: z.string(),
  title: z.string(),
  advice: z.string(),
  facts: jsonObjectSchema,
  conditions: z.array(conditionSchema),
  phase: z.enum(['early', 'overdue']).optional(),
  dueAt: timeSchema.optional(),
  occurrences: z.int(),
  firstAt: timeSchema,
  lastAt: timeSchema,
  raisedAt: timeSchema,
  closedAt: timeSchema.optional(),
  shadow: z.boolean().meta({ description: 'Found by a rule in shadow: nobody is told' }),
  retracted: z.boolean().optional().meta({ description: 'Late events showed that it never was' }),
  outcome: outcomeSchema.optional(),
  assignee: z
    .strictObject({ user: z.string().optional(), orgUnit: z.string().optional() })
    .optional()
    .meta({ description: 'Who was told to put it right' }),
  stepDueAt: timeSchema.optional().meta({ description: 'When the step it stands at is due' }),
  escalations: z
    .array(
      z.strictObject({
        rung: z.int(),
        round: z.int(),
        at: timeSchema,
        to: z.string().meta({ description: 'Post' }),
        orgUnit: z.string().optional(),
        people: z.array(z.string()),
      }),
    )
    .optional(),
  muted: z
    .strictObject({ silences: z.array(z.string()), inhibitedBy: z.string().optional() })
    .optional()
    .meta({ description: 'What keeps it quiet: ids of silences, or of the alert that covers it' }),
  history: z.array(
    z.strictObject({
      at: timeSchema,
      what: z.enum(HISTORY_WORDS),
      who: z.string(),
      note: z.string().optional(),
      to: z.string().optional().meta({ description: 'Who is told of it: post, post@unit or user:ID' }),
      outcome: outcomeSchema.optional(),
      attachments: z.array(z.string()).optional(),
    }),
  ),
  version: z.int(),
}).meta({ id: 'Alert' });

/** Why the alert was raised, readable on its own. */
export const explanationSchema = z
  .strictObject({
    rule: ruleRefSchema.extend({ name: z.string() }),
    facts: jsonObjectSchema,
    conditions: z.array(conditionSchema),
    basis: z.array(basisSchema).nullable().meta({
      description: 'What the rule rests on; null when the rule is no longer loaded',
    }),
    basisFromVersion: z.int().nullable().meta({ description: 'The rule version `basis` is taken from' }),
  })
  .meta({ id: 'Explanation' });

export const explainedAlertSchema = z
  .strictObject({
    ...alertSchema.shape,
    explanation: explanationSchema,
    steps: z.array(z.enum(STEP_KINDS)).meta({ description: 'Steps that you could take now' }),
    refused: z.array(z.strictObject({ step: z.enum(STEP_KINDS), why: z.enum(REFUSALS) })).meta({
      description:
        'Steps that it is ready for, but that others have to take: you are `responsible`, its `rectifier`, not its `assignee`, or lack the `role`',
    }),
  })
  .meta({ id: 'ExplainedAlert' });

const countsField = z.record(z.string(), z.int());
export const alertCountsSchema = objectOf<AlertCounts>()({
  total: z.int(),
  open: z.int(),
  muted: z.int().meta({ description: 'Open, and kept quiet by a silence or another alert' }),
  status: countsField,
  severity: countsField,
  kind: countsField,
  orgUnit: countsField,
}).meta({ id: 'AlertCounts' });

export const ruleOutcomesSchema = objectOf<RuleOutcomes>()({
  rule: z.string(),
  raised: z.int(),
  confirmed: z.int(),
  unconfirmed: z.int(),
  invalid: z.int(),
  precision: z.number().nullable().meta({ description: 'confirmed of all judged; null while none was' }),
}).meta({ id: 'RuleOutcomes' });
