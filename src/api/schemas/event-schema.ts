import { z } from 'zod';
import { EVENT_STATUSES } from '../../events/event-document.js';
import { errorSchema, jsonObjectSchema, timeSchema } from './common-schemas.js';

/** A stored event, in CloudEvents' words, with the three times kept apart. */
export const eventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.string(),
    subject: z.string(),
    time: timeSchema.meta({ description: 'When it happened' }),
    recordedtime: timeSchema.optional().meta({ description: 'When it was entered in the sales system' }),
    receivedtime: timeSchema.meta({ description: 'When it came here; no rule looks at it' }),
    sequence: z.string().optional(),
    data: jsonObjectSchema,
  })
  .meta({ id: 'Event' });

export const eventStateSchema = z
  .strictObject({
    status: z.enum(EVENT_STATUSES),
    reason: z.string().optional().meta({ description: 'Why it is dead' }),
    event: eventSchema,
  })
  .meta({ id: 'EventState' });

/** What `POST /api/events` takes; docs/events.md describes `data` of each type. */
export const cloudEventSchema = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string().meta({ example: '/sales/zj/hz' }),
    type: z.string().meta({ example: 'yxzy.stage.completed' }),
    time: z.string().meta({ description: 'RFC 3339 with offset: when it happened' }),
    subject: z.string().meta({ description: 'Work order no., or code of a hall, org unit or feed' }),
    recordedtime: z.string().optional(),
    data: jsonObjectSchema.optional(),
  })
  .meta({ id: 'CloudEvent' });

const acceptanceFields = {
  accepted: z.int().meta({ description: 'Stored now' }),
  duplicates: z.int().meta({ description: 'Stored before with the same content' }),
  rejected: z.array(
    z.strictObject({
      index: z.int().meta({ description: 'Place in the request from 0; in NDJSON the line' }),
      id: z.string().optional(),
      errors: z.array(
        z.strictObject({ path: z.string(), message: z.string(), allowed: z.array(z.string()).optional() }),
      ),
      conflict: z.literal(true).optional(),
    }),
  ),
};
export const acceptanceSchema = z.strictObject(acceptanceFields).meta({ id: 'Acceptance' });

/** No event was taken; without the counts when the request could not be read at all. */
export const refusalSchema = z
  .strictObject({ ...errorSchema.shape, ...z.strictObject(acceptanceFields).partial().shape })
  .meta({ id: 'Refusal' });
