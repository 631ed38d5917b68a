import { z } from 'zod';
import { assertLimit } from '../calendar/assert-limit.js';
import { LIMIT_UNITS, type Limit } from '../calendar/business-calendar.js';
import { SEVERITIES, type Severity } from '../engine/rule-file.js';
import { ORG_UNIT_TYPES } from '../inspections/org-units.js';

const text = z.string().trim().min(1, 'must not be empty').max(200);
const post = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');
/** A limit as a content file gives it, refused as assertLimit refuses it. */
export const limitSchema = z
  .strictObject({
    value: z.number().positive(),
    unit: z.enum(LIMIT_UNITS),
    rollToWorkingDay: z.boolean().optional(),
  })
  .superRefine((given, context) => {
    try {
      assertLimit(given as Limit);
    } catch (error) {
      context.addIssue((error as Error).message);
    }
  });
const limits = z.strictObject({
  critical: limitSchema,
  high: limitSchema,
  medium: limitSchema,
  low: limitSchema,
});
const selector = z.strictObject({
  severity: z.array(z.enum(SEVERITIES)).min(1).optional(),
  kind: z.array(text).min(1).optional(),
  rule: z.array(text).min(1).optional(),
  /** True: alerts on the whole work order; false: on one of its stages. */
  wholeOrder: z.boolean().optional(),
});

/** Statuses with a due time of their own. `silenced` has none: nobody is asked to do anything. */
export const TIMED_STATUSES = ['open', 'acknowledged', 'dispatched', 'rectified'] as const;

/** `rules/alert-handling.json`: how alerts are worked on. docs/alerts.md describes every field. */
export const alertHandlingSchema = z.strictObject({
  $schema: z.string().optional(),
  note: z.string().optional(),
  basis: z
    .array(
      z.strictObject({
        document: text,
        article: text.optional(),
        certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
        note: text.optional(),
      }),
    )
    .optional(),
  /** How long an alert may stand at each status. An acknowledgement whose time is over expires. */
  steps: z.strictObject({ open: limits, acknowledged: limits, dispatched: limits, rectified: limits }),
  /** The escalation of rules that name none, counted from when the alert was raised or opened again. */
  ladder: z.array(z.strictObject({ after: limitSchema, to: post })).max(10),
  /** The posts that rules, plans and the ladder name: `own` = of the alert's unit, `top` = of the topmost one, else of the nearest unit of that type above. */
  posts: z.record(post, z.strictObject({ name: text, level: z.enum([...ORG_UNIT_TYPES, 'own', 'top']) })),
  /** An open alert that `source` selects keeps those of the same record quiet that `target` selects. */
  inhibitions: z
    .array(z.strictObject({ name: text, source: selector, target: selector }))
    .max(50)
    .default([]),
});

export type AlertHandling = z.output<typeof alertHandlingSchema>;
export type AlertSelector = z.output<typeof selector>;

const every = (value: number, unit: Limit['unit']): Record<Severity, Limit> => ({
  critical: { value, unit },
  high: { value, unit },
  medium: { value, unit },
  low: { value, unit },
});

/** Where a rules folder says nothing: a working day for each step, three to put things right, no escalation of its own. */
export const DEFAULT_HANDLING: AlertHandling = {
  steps: {
    open: every(1, 'workingDay'),
    acknowledged: every(1, 'workingDay'),
    dispatched: every(3, 'workingDay'),
    rectified: every(3, 'workingDay'),
  },
  ladder: [],
  posts: {},
  inhibitions: [],
};
