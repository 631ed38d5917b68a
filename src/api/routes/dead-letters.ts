import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { requireWholeView } from '../org-scope.js';
import { codeField, pageFields } from '../query-fields.js';
import { replayLetters } from '../replay-letters.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { pageSchema, toPage } from '../schemas/common-schemas.js';
import {
  DEAD_LETTER_KINDS,
  deadLetterSchema,
  replayAnswerSchema,
  replayBodySchema,
} from '../schemas/dead-letter-schema.js';
import { withoutUndefined } from '../without-undefined.js';

/** They cannot be told apart by unit: some were never understood. */
const DEAD_LETTERS = 'Dead letters are shown';

/** What was set aside with a reason, and taking it up again. */
export function makeDeadLetterRoutes({ deadLetters, audit, now }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/dead-letters',
      name: 'listDeadLetters',
      tag: 'operations',
      summary: 'What could not be processed, newest first',
      roles: ['auditor'],
      scope: 'everything',
      query: z.strictObject({
        reason: codeField.optional().meta({ description: 'Exactly this reason' }),
        kind: z.enum(DEAD_LETTER_KINDS).optional(),
        replayed: z.enum(['true', 'false', 'any']).default('false').meta({
          description: '`false`: those that wait',
        }),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(deadLetterSchema) } },
      async handle({ query: { replayed, ...query }, principal }) {
        requireWholeView(principal, DEAD_LETTERS);
        const asked = replayed === 'any' ? undefined : replayed === 'true';
        return { json: toPage(await deadLetters.list(withoutUndefined({ ...query, replayed: asked }))) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/dead-letters/replay',
      name: 'replayDeadLetters',
      tag: 'operations',
      summary: 'Take dead letters up again; safe to repeat',
      roles: ['admin'],
      scope: 'everything',
      body: replayBodySchema,
      responses: { 200: { description: 'What became of each', schema: replayAnswerSchema } },
      async handle({ body, principal, requestId }) {
        requireWholeView(principal, DEAD_LETTERS);
        await audit.record({
          at: new Date(now()),
          action: 'dead-letters.replay',
          who: { name: principal.name, tokenId: principal.tokenId },
          object: { type: 'deadLetters', id: 'ids' in body ? body.ids.join(' ').slice(0, 1000) : '*' },
          reason: 'ids' in body ? 'by id' : (body.reason ?? 'all that wait'),
          requestId,
        });
        return { json: await replayLetters(deadLetters, body) };
      },
    }),
  ];
}
