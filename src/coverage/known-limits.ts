import { z } from 'zod';
import { LIMIT_UNITS } from '../calendar/business-calendar.js';
import { BASIS_LAYERS } from '../engine/rule-file.js';

const text = z.string().trim().min(1, 'must not be blank');

/** `max` and `maxSum`: at most; `minLead`/`maxLead`: so long before at least, at most; durations and intervals; `order`: one before the other. */
export const KNOWN_LIMIT_KINDS = [
  'max',
  'maxSum',
  'minLead',
  'maxLead',
  'minDuration',
  'maxDuration',
  'interval',
  'order',
] as const;

/** `rules/known-limits.json`: every time limit that was collected, each with a rule that stands for it or the reason why none does. */
export const knownLimitsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  source: text,
  limits: z.array(
    z.strictObject({
      id: text,
      item: text,
      /** From what to what it counts. Limits of one clock are held against each other. */
      clock: text,
      /** Whom it is for: 全部, 低压, 高压, a class of customers, or something else in words. */
      customers: text,
      /** Only for these cases, in words. */
      onlyFor: text.optional(),
      kind: z.enum(KNOWN_LIMIT_KINDS),
      value: z.number().min(0),
      unit: z.enum(LIMIT_UNITS),
      layer: z.enum(BASIS_LAYERS),
      source: text,
      year: z.int(),
      certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
      note: text.optional(),
      /** Why no rule stands for it. */
      withoutRule: text.optional(),
    }),
  ),
});
export type KnownLimit = z.infer<typeof knownLimitsFileSchema>['limits'][number];
