import { z } from 'zod';
import { INSPECTION_STATUSES } from '../../inspections/inspection-task.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeList, dateField, enumList, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import { inspectionSchema } from '../schemas/inspection-schema.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { withoutUndefined } from '../without-undefined.js';
import { READERS } from './readers.js';

/** Inspection tasks (巡检任务): work planned for a person on a business date. */
export function makeInspectionRoutes(deps: ApiDeps): ApiRoute[] {
  const { inspections, subtreeOf } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/inspections',
      name: 'listInspections',
      tag: 'inspections',
      summary: 'Inspection tasks, those of the latest date first',
      roles: READERS,
      query: z.strictObject({
        date: dateField.optional(),
        status: enumList(INSPECTION_STATUSES, 'Statuses').optional(),
        orgUnit: codeList('Org units, with all below them').optional(),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(inspectionSchema) } },
      async handle({ query: { orgUnit, ...query }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        return { json: toPage(await inspections.find(withoutUndefined({ ...query, orgUnits }))) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/inspections/{id}',
      name: 'getInspection',
      tag: 'inspections',
      summary: 'One inspection task',
      roles: READERS,
      params: idParams,
      query: unmaskQuery,
      responses: { 200: { description: 'The task', schema: inspectionSchema } },
      async handle(input) {
        const { id } = input.params;
        const scope = scopeOf(input.principal, subtreeOf);
        const json = findVisible(
          await inspections.get(id),
          ({ orgUnit }) => isInScope(scope, orgUnit),
          `inspection task ${id}`,
        );
        return { json, unmasked: await unmaskFor(deps, input, { type: 'inspection', id }) };
      },
    }),
  ];
}
