import { z } from 'zod';
import { type Alert, ALERT_STATUSES } from '../../alerts/alert.js';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import { conditionSchema, jsonObjectSchema, objectOf, ruleRefSchema, timeSchema } from './common-schemas.js';
import { basisSchema } from './rule-schema.js';

export const SUBJECT_TYPES = ['workOrder', 'hall', 'orgUnit', 'account', 'feed'] as const;

/** An alert (预警) as the API tells it. */
export const alertSchema = objectOf<Omit<Alert, 'sourceRevision' | 'outbox' | 'fed'>>()({
  id: z.string(),
  fingerprint: z.string(),
  episode: z.int().meta({ description: 'How often this finding has been opened: 1, 2, …' }),
  rule: ruleRefSchema.extend({ name: z.string() }),
  riskPoint: z.strictObject({ kind: z.enum(RISK_KINDS), clauses: z.array(z.string()) }),
  severity: z.enum(SEVERITIES),
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
  outcome: z
    .strictObject({ result: z.enum(['confirmed', 'unconfirmed', 'invalid']), reason: z.string() })
    .optional(),
  history: z.array(
    z.strictObject({
      at: timeSchema,
      what: z.string(),
      who: z.string(),
      note: z.string().optional(),
      to: z.string().optional().meta({ description: 'Who is told of it: role, role@unit or user:ID' }),
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
  .strictObject({ ...alertSchema.shape, explanation: explanationSchema })
  .meta({ id: 'ExplainedAlert' });
