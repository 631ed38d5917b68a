import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { findVisible } from '../org-scope.js';
import { pageFields, versionField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams, pageSchema } from '../schemas/common-schemas.js';
import {
  publicationRowSchema,
  publicationSchema,
  publishingStateSchema,
  fieldChangeSchema,
  ruleFileNowSchema,
  versionSchema,
} from '../schemas/publishing-schema.js';
import { InvalidRequestError, NotFoundError } from '../../errors.js';
import { READERS } from './readers.js';

const NUMBER = /^\d{1,9}$/;
const HASH = /^[0-9a-f]{64}$/;

/** What is in force, what was, and what every version of a rule said. Our own words: nothing in them is masked. */
export function makeRulePublishingRoutes({ publishing }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/rules/publishing',
      name: 'getPublishing',
      tag: 'rules',
      summary:
        'What is in force here, how the rules folder stands, and how far changed clocks and alerts have come',
      roles: READERS,
      scope: 'same',
      masked: false,
      responses: { 200: { description: 'The state', schema: publishingStateSchema } },
      handle: async () => ({ json: await publishing.state() }),
    }),
    defineRoute({
      method: 'get',
      path: '/api/rules/publications',
      name: 'listPublications',
      tag: 'rules',
      summary: 'Rule sets that were put in force, the latest first',
      roles: READERS,
      scope: 'same',
      masked: false,
      query: z.strictObject(pageFields),
      responses: { 200: { description: 'One page', schema: pageSchema(publicationRowSchema) } },
      async handle({ query: { limit, cursor } }) {
        if (cursor !== undefined && !NUMBER.test(cursor))
          throw new InvalidRequestError(
            'Query parameter cursor must be the `nextCursor` of the page before.',
            {
              fields: [{ path: 'cursor', message: 'must be the `nextCursor` of the page before' }],
            },
          );
        const found = await publishing.list(limit + 1, cursor === undefined ? undefined : Number(cursor));
        const items = found.slice(0, limit);
        const last = items.at(-1);
        return { json: { items, nextCursor: found.length > limit && last ? String(last.number) : null } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/rules/publications/{id}',
      name: 'getPublication',
      tag: 'rules',
      summary:
        'One publication with all its files, by its number or by the rule set hash that an alert names',
      roles: READERS,
      scope: 'same',
      masked: false,
      params: idParams,
      responses: { 200: { description: 'The publication', schema: publicationSchema } },
      async handle({ params: { id } }) {
        const found = NUMBER.test(id)
          ? await publishing.get(Number(id))
          : HASH.test(id)
            ? await publishing.findByHash(id)
            : undefined;
        return { json: findVisible(found, () => true, `publication ${id}`) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/rules/{id}/versions',
      name: 'listRuleVersions',
      tag: 'rules',
      summary: 'Every published version of a rule, the latest first, with its text and what changed',
      roles: READERS,
      scope: 'same',
      masked: false,
      params: idParams,
      responses: {
        200: {
          description: 'All versions; published versions never change',
          schema: z.strictObject({ items: z.array(versionSchema), nextCursor: z.null() }),
        },
      },
      async handle({ params: { id } }) {
        const items = await publishing.versionsOf(id);
        if (items.length === 0) throw new NotFoundError(`There is no published rule ${id}.`);
        return { json: { items, nextCursor: null } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/rules/{id}/changes',
      name: 'compareRuleVersions',
      tag: 'rules',
      summary:
        'What a rule says differently in one published version than in another, field by field, shared conditions in place',
      roles: READERS,
      scope: 'same',
      masked: false,
      params: idParams,
      query: z.strictObject({
        from: versionField.meta({ description: 'Version that is compared with' }),
        to: versionField.meta({ description: 'Version whose differences are told' }),
      }),
      responses: {
        200: {
          description: 'All differences; tests and status belong to no version',
          schema: z.strictObject({ items: z.array(fieldChangeSchema), nextCursor: z.null() }),
        },
      },
      async handle({ params: { id }, query: { from, to } }) {
        const items = await publishing.compare(id, from, to);
        if (!items)
          throw new NotFoundError(`Rule ${id} was not published in both versions ${from} and ${to}.`);
        return { json: { items, nextCursor: null } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/rules/{id}/file',
      name: 'getRuleFile',
      tag: 'rules',
      summary:
        'The file of a rule, character by character as it is published now: what to start from to change it',
      roles: READERS,
      scope: 'same',
      masked: false,
      params: idParams,
      responses: { 200: { description: 'The file', schema: ruleFileNowSchema } },
      async handle({ params: { id } }) {
        return { json: findVisible(await publishing.fileOf(id), () => true, `published rule ${id}`) };
      },
    }),
  ];
}
