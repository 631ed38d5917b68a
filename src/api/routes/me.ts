import { z } from 'zod';
import { ROLES } from '../../access/principal.js';
import { MAX_LIMIT } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';

const meSchema = z
  .strictObject({
    name: z.string(),
    roles: z.array(z.enum(ROLES)),
    orgUnit: z.string().optional().meta({ description: 'Sees this unit and those below it; absent = all' }),
    maxPageSize: z.int(),
  })
  .meta({ id: 'Me' });

/** Who the token is: what a console needs to know before it shows anything. */
export function makeMeRoutes(): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/me',
      name: 'getMe',
      tag: 'operations',
      summary: 'Who asks: name, roles and org unit of the token',
      roles: ROLES,
      // A token's own name, told to its bearer.
      masked: false,
      responses: { 200: { description: 'The bearer', schema: meSchema } },
      handle({ principal: { name, roles, orgUnit } }) {
        return { json: { name, roles, ...(orgUnit !== undefined && { orgUnit }), maxPageSize: MAX_LIMIT } };
      },
    }),
  ];
}
