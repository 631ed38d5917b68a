import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { scopeOf, unitsToList } from '../org-scope.js';
import { codeList, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { pageSchema, toPage } from '../schemas/common-schemas.js';
import { deadlineSchema } from '../schemas/work-order-schema.js';
import { withoutUndefined } from '../without-undefined.js';
import { READERS } from './readers.js';

const HOUR_MS = 3_600_000;
const MAX_HOURS = 24 * 31;

/** The due list: what is overdue, and what soon will be. */
export function makeDeadlineRoutes({ deadlines, subtreeOf, now }: ApiDeps): ApiRoute[] {
  const hours = `must be a whole number of hours from 1 to ${MAX_HOURS}`;
  return [
    defineRoute({
      method: 'get',
      path: '/api/deadlines',
      name: 'listDeadlines',
      tag: 'work orders',
      summary: 'Running deadlines, earliest first',
      description:
        '"Overdue" is derived at the moment of asking. Paused deadlines have no due time and are not listed. ' +
        'Rules put clocks on work orders before they look at their conditions: what led to an alert has `alertId`.',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        due: z.enum(['overdue', 'soon']).meta({ description: '`soon` = due within `hours`' }),
        hours: z
          .string()
          .regex(/^\d{1,4}$/, hours)
          .transform(Number)
          .refine((value) => value >= 1 && value <= MAX_HOURS, hours)
          .default(24)
          .meta({ type: 'integer', minimum: 1, maximum: MAX_HOURS, default: 24 }),
        orgUnit: codeList('Org units, with all below them').optional(),
        process: codeList('Processes (业务类型)').optional(),
        rule: codeList('Rule ids').optional(),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(deadlineSchema) } },
      async handle({ query: { orgUnit, hours: within, ...query }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const at = now();
        const span = { now: new Date(at), until: new Date(at + within * HOUR_MS) };
        return { json: toPage(await deadlines.find(withoutUndefined({ ...query, ...span, orgUnits }))) };
      },
    }),
  ];
}
