import { z } from 'zod';
import type { ConditionResult } from '../../engine/rule-set.js';
import { codeField } from '../query-fields.js';

/**
 * A strict object schema that must name every field of `Type`: a field that is added to the type and not to its
 * schema does not compile.
 */
export function objectOf<Type extends object>() {
  return <Shape extends Record<keyof Type, z.ZodType>>(shape: Shape) => z.strictObject(shape);
}

/** An RFC 3339 time, UTC. */
export const timeSchema = z.iso
  .datetime()
  .meta({ description: 'RFC 3339, UTC', example: '2026-11-02T00:30:00.000Z' });

/** Any JSON. */
export const jsonSchema = z.unknown().meta({ description: 'Any JSON value' });
export const jsonObjectSchema = z.record(z.string(), jsonSchema);

export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.string().meta({ description: 'Stable, for programs', example: 'invalid_request' }),
      message: z.string().meta({ description: 'For people: what is wrong, where, and what is allowed' }),
      details: jsonSchema
        .optional()
        .meta({ description: 'For 400: `[{path, message, allowed?}]`; for 500: `{requestId}`' }),
    }),
  })
  .meta({ id: 'Error' });

/** `{items, nextCursor}`; `nextCursor` is null on the last page. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null on the last one' }),
  });
}

/** A page as the store gives it, as the contract has it. */
export function toPage<Item>(page: { readonly items: readonly Item[]; readonly nextCursor?: string }) {
  return { items: page.items, nextCursor: page.nextCursor ?? null };
}

export const idParams = z.strictObject({ id: codeField });

export const ruleRefSchema = z.strictObject({ id: z.string(), version: z.int() });

export const conditionSchema = objectOf<ConditionResult>()({
  name: z.string().optional().meta({ description: 'Given by the rule’s author' }),
  fact: z.string(),
  params: z.record(z.string(), jsonSchema).optional(),
  operator: z.string(),
  value: jsonSchema.meta({ description: 'The literal, or the value of the other fact' }),
  valueFact: z.string().optional(),
  factValue: jsonSchema,
  result: z.boolean(),
  negated: z.literal(true).optional().meta({
    description: 'Stands under an odd number of `not`: its `false` speaks for the finding',
  }),
}).meta({ id: 'ConditionResult', description: 'One condition of a rule and what it gave' });
