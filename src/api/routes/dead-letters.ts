import { z } from 'zod';
import { NotFoundError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { requireWholeView } from '../org-scope.js';
import { codeField, pageFields } from '../query-fields.js';
import { replayLetters } from '../replay-letters.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import {
  DEAD_LETTER_KINDS,
  deadLetterCountsSchema,
  deadLetterSchema,
  replayAnswerSchema,
  replayBodySchema,
  wholeDeadLetterSchema,
} from '../schemas/dead-letter-schema.js';
import { viewEvent } from '../view-event.js';
import { withoutUndefined } from '../without-undefined.js';

/** They cannot be told apart by unit: some were never understood. */
const DEAD_LETTERS = 'Dead letters are shown';

/** What was set aside with a reason, and taking it up again. */
export function makeDeadLetterRoutes({ deadLetters, events, audit, now }: ApiDeps): ApiRoute[] {
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
      method: 'get',
      path: '/api/dead-letters/reasons',
      name: 'countDeadLetters',
      tag: 'operations',
      summary: 'How many wait, by reason, most first',
      roles: ['auditor'],
      scope: 'everything',
      responses: { 200: { description: 'All reasons', schema: deadLetterCountsSchema } },
      async handle({ principal }) {
        requireWholeView(principal, DEAD_LETTERS);
        const items = Object.entries(await deadLetters.countByReason())
          .map(([reason, count]) => ({ reason, count }))
          .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
        return { json: { items } };
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
          reason:
            'ids' in body ? 'by id' : [body.kind, body.reason].filter(Boolean).join(' ') || 'all that wait',
          requestId,
        });
        return { json: await replayLetters(deadLetters, body) };
      },
    }),
    // After those whose paths it would take for letters.
    defineRoute({
      method: 'get',
      path: '/api/dead-letters/{id}',
      name: 'getDeadLetter',
      tag: 'operations',
      summary: 'One dead letter with the event that it is about',
      roles: ['auditor'],
      scope: 'everything',
      params: idParams,
      responses: { 200: { description: 'The letter', schema: wholeDeadLetterSchema } },
      async handle({ params: { id }, principal }) {
        requireWholeView(principal, DEAD_LETTERS);
        const [letter] = await deadLetters.find([id]);
        if (!letter) throw new NotFoundError(`There is no dead letter ${id}.`);
        const stored = letter.eventKey === undefined ? undefined : await events.findByKey(letter.eventKey);
        return {
          json: {
            ...letter,
            event: stored && { status: stored.status, reason: stored.reason, event: viewEvent(stored.event) },
          },
        };
      },
    }),
  ];
}
