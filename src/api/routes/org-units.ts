import { z } from 'zod';
import { ORG_UNIT_TYPES, type OrgUnit } from '../../inspections/org-units.js';
import type { ApiDeps } from '../deps.js';
import { isInScope, scopeOf } from '../org-scope.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { objectOf } from '../schemas/common-schemas.js';
import { READERS } from './readers.js';

const orgUnitSchema = objectOf<OrgUnit>()({
  code: z.string(),
  name: z.string(),
  type: z.enum(ORG_UNIT_TYPES).meta({ description: '省, 市, 县公司, 供电所, 营业厅班组' }),
  parent: z.string().optional(),
}).meta({ id: 'OrgUnit' });

/** The org tree as far as it may be seen. Names of units are no personal data. */
export function makeOrgUnitRoutes({ orgUnits, subtreeOf }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/org-units',
      name: 'listOrgUnits',
      tag: 'operations',
      summary: 'Org units, from the top down',
      roles: READERS,
      scope: 'list',
      masked: false,
      responses: {
        200: {
          description: 'All of them',
          schema: z.strictObject({ items: z.array(orgUnitSchema), nextCursor: z.null() }),
        },
      },
      handle({ principal }) {
        const scope = scopeOf(principal, subtreeOf);
        return { json: { items: orgUnits.filter(({ code }) => isInScope(scope, code)), nextCursor: null } };
      },
    }),
  ];
}
