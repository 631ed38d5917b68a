import { z } from 'zod';
import { codeField } from '../query-fields.js';
import type { DeadLetter } from '../../queue/dead-letter-store.js';
import { MAX_REPLAY, type ReplayAnswer } from '../replay-letters.js';
import { timeSchema, jsonSchema, objectOf } from './common-schemas.js';
import { eventStateSchema } from './event-schema.js';

export const DEAD_LETTER_KINDS = ['event', 'intake'] as const;

const letterFields = objectOf<DeadLetter>()({
  id: z.string(),
  kind: z.enum(DEAD_LETTER_KINDS).meta({
    description:
      '`event`: accepted, but cannot be processed. `intake`: came over the queue and was never accepted',
  }),
  eventKey: z.string().optional(),
  recordId: z.string().optional(),
  raw: jsonSchema.optional().meta({ description: 'kind `intake`: what was sent' }),
  truncated: z.boolean().optional().meta({ description: 'Too long to be kept whole; cannot be replayed' }),
  reason: z.string(),
  error: z.string().optional(),
  attempts: z.int(),
  at: timeSchema.meta({ description: 'When it was last set aside' }),
  replayedAt: timeSchema.optional(),
  replayCount: z.int(),
});
export const deadLetterSchema = letterFields.meta({ id: 'DeadLetter' });
export const wholeDeadLetterSchema = z
  .strictObject({
    ...letterFields.shape,
    event: eventStateSchema.optional().meta({
      description: 'kind `event`: the event as it is now; absent once retention has removed it',
    }),
  })
  .meta({ id: 'WholeDeadLetter' });
export const deadLetterCountsSchema = z.strictObject({
  items: z.array(z.strictObject({ reason: z.string(), count: z.int() })),
});

const IDS = 'must hold 1 to 1000 ids';
const idField = codeField.max(100, 'must have at most 100 characters');

export const replayBodySchema = z
  .union(
    [
      z.strictObject({ ids: z.array(idField).min(1, IDS).max(1000, IDS) }),
      z.strictObject({
        all: z.literal(true),
        reason: codeField.max(200).optional(),
        kind: z.enum(DEAD_LETTER_KINDS).optional(),
      }),
    ],
    'must be {"ids": ["…"]} with 1 to 1000 ids, or {"all": true, "reason": "…", "kind": "…"} with reason and kind left out for all',
  )
  .meta({ id: 'ReplayRequest', description: `Ids, or all that wait, at most ${MAX_REPLAY} at once` });

export const replayAnswerSchema = objectOf<ReplayAnswer>()({
  replayed: z.array(z.string()),
  unchanged: z.array(z.string()).meta({ description: 'Replayed before and not dead since' }),
  notFound: z.array(z.string()),
  refused: z.array(z.strictObject({ id: z.string(), reason: z.string(), error: z.string().optional() })),
  more: z.boolean().meta({ description: 'More that were chosen still wait: ask again' }),
}).meta({ id: 'ReplayAnswer' });
