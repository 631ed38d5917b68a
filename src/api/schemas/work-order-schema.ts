import { z } from 'zod';
import { KNOWN_BY } from '../../backtest/known-at.js';
import { LIMIT_UNITS } from '../../calendar/business-calendar.js';
import { SEVERITIES } from '../../engine/rule-file.js';
import type { Clock } from '../../engine/work-order-record.js';
import type { WorkOrderRow } from '../../work-orders/work-order-store.js';
import type { Deadline } from '../deps.js';
import { alertSchema, SUBJECT_TYPES } from './alert-schema.js';
import { jsonObjectSchema, objectOf, ruleRefSchema, timeSchema } from './common-schemas.js';
import { eventSchema } from './event-schema.js';

export const WORK_ORDER_STATUSES = ['open', 'closed', 'cancelled'] as const;

/** One line of the work order list. */
export const workOrderRowSchema = objectOf<Omit<WorkOrderRow, 'id' | 'revision' | 'ruleSetHash'>>()({
  no: z.string(),
  subjectType: z.enum(SUBJECT_TYPES),
  status: z.enum(WORK_ORDER_STATUSES),
  process: z.string().optional(),
  orgUnit: z.string().optional(),
  managingUnit: z.string().optional(),
  customerNo: z.string().optional(),
  feed: z.string().optional(),
  archivedAt: timeSchema.optional(),
  updatedAt: timeSchema,
}).meta({ id: 'WorkOrderRow' });

export const clockSchema = objectOf<Omit<Clock, 'warned' | 'expired'>>()({
  key: z.string(),
  rule: ruleRefSchema,
  stage: z.string().optional(),
  visit: z.int().optional(),
  part: z.string().optional().meta({ description: 'Where a rule counts per form, say: which form' }),
  anchorAt: timeSchema.meta({ description: 'The occurred time the clock started at' }),
  limit: z
    .strictObject({
      value: z.number(),
      unit: z.enum(LIMIT_UNITS),
      rollToWorkingDay: z.boolean().optional(),
    })
    .optional()
    .meta({ description: 'The budget, where the rule takes it from a parameter' }),
  dueAt: timeSchema.optional().meta({ description: 'Absent while paused or beyond the calendar' }),
  overdue: z.boolean().meta({ description: 'Derived now, never stored' }),
  warnTimes: z.array(timeSchema),
  state: z.enum(['running', 'paused', 'stopped', 'void']),
  stoppedAt: timeSchema.optional(),
  undecided: z.boolean().optional().meta({
    description: 'Ran out while a fact was missing; the event that tells it decides',
  }),
  uncoveredYears: z.array(z.int()).optional().meta({ description: 'Years without an official schedule' }),
}).meta({ id: 'Clock' });

/** A work order with everything that happened to it. */
export const workOrderPageSchema = z
  .strictObject({
    workOrder: jsonObjectSchema.meta({
      description: 'The state projected from the events: stages, documents, signatures …',
    }),
    timeline: z
      .array(eventSchema)
      .meta({ description: 'Every event, in the order they occurred; dead ones are at /api/dead-letters' }),
    clocks: z.array(clockSchema),
    alerts: z.array(alertSchema),
    advancedTo: timeSchema.meta({ description: 'Up to where time has been looked at' }),
    revision: z.int(),
  })
  .meta({ id: 'WorkOrderPage' });

export const recalledFindingSchema = z
  .strictObject({
    alertId: z.string().meta({ description: 'Its alert, at /api/alerts/{id}; taken back or merged since, perhaps' }),
    rule: ruleRefSchema,
    severity: z.enum(SEVERITIES),
    title: z.string(),
    stage: z.string().optional(),
    visit: z.int().optional(),
    phase: z.enum(['early', 'overdue']).optional(),
    openedAt: timeSchema,
    lastAt: timeSchema,
    dueAt: timeSchema.optional(),
    closedAt: timeSchema.optional().meta({ description: 'Absent: open at that moment' }),
    occurrences: z.int(),
  })
  .meta({ id: 'RecalledFinding' }); // prettier-ignore

/** A work order as it was known at a moment. */
export const recalledWorkOrderSchema = z
  .strictObject({
    at: timeSchema,
    by: z.enum(KNOWN_BY),
    workOrder: jsonObjectSchema.meta({ description: 'The state projected from the events known by then' }),
    timeline: z.array(eventSchema).meta({ description: 'The events known by then, in the order they occurred' }),
    later: z.int().meta({ description: 'Events that became known only later' }),
    clocks: z.array(clockSchema).meta({ description: '`overdue` as of that moment' }),
    findings: z.array(recalledFindingSchema),
  })
  .meta({ id: 'RecalledWorkOrder' }); // prettier-ignore

export const deadlineSchema = objectOf<Deadline>()({
  id: z.string(),
  recordId: z.string(),
  rule: ruleRefSchema,
  stage: z.string().optional(),
  process: z.string().optional(),
  orgUnit: z.string().optional(),
  anchorAt: timeSchema,
  dueAt: timeSchema,
  alertId: z.string().optional().meta({
    description:
      'Its open alert. One that is overdue without an alert does not meet the conditions of its rule',
  }),
}).meta({ id: 'Deadline' });
