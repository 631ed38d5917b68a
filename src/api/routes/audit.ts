import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { requireWholeView } from '../org-scope.js';
import { codeField, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { pageSchema, timeSchema } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';

const rowSchema = z
  .strictObject({
    seq: z.int(),
    at: timeSchema,
    action: z.string(),
    who: z.strictObject({
      id: z.string().meta({ description: 'User id, or name of the token' }),
      tokenId: z.string().optional(),
    }),
    object: z.strictObject({ type: z.string(), id: z.string() }),
    reason: z.string(),
    requestId: z.string().optional(),
    hash: z.string(),
  })
  .meta({ id: 'AuditRow' });

/** The audit log: who did what to what, and why. */
export function makeAuditRoutes({ audit }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/audit',
      name: 'listAudit',
      tag: 'access',
      summary: 'The audit log, newest first',
      roles: ['auditor'],
      scope: 'everything',
      query: z.strictObject({
        object: codeField.optional().meta({ description: 'Id of what it was done to' }),
        action: codeField.optional().meta({ example: 'unmask' }),
        who: codeField.optional().meta({ description: 'User id, or name of the token' }),
        limit: pageFields.limit,
        cursor: z
          .string()
          .regex(/^\d{1,15}$/, 'must be the `nextCursor` of the page before')
          .transform(Number)
          .optional()
          .meta({ type: 'string', description: '`nextCursor` of the page before' }),
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(rowSchema) } },
      async handle({ query: { cursor, limit, ...query }, principal }) {
        requireWholeView(principal, 'The audit log is shown');
        const rows = await audit.page(withoutUndefined({ ...query, before: cursor, limit }));
        const items = rows.map(({ who: { name, ...who }, ...row }) => ({
          ...row,
          who: { id: name, ...who },
        }));
        const last = rows.length === limit ? rows.at(-1)?.seq : undefined;
        return { json: { items, nextCursor: last === undefined || last <= 1 ? null : String(last) } };
      },
    }),
  ];
}
