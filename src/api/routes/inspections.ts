import { z } from 'zod';
import { idOf } from '../../access/principal.js';
import { INSPECTION_STATUSES, type InspectionTask } from '../../inspections/inspection-task.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeList, dateField, enumList, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import { inspectionSchema, resultsBodySchema } from '../schemas/inspection-schema.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { withoutUndefined } from '../without-undefined.js';
import { makeEvidenceRoutes } from './evidence-routes.js';
import { READERS } from './readers.js';

/** Inspection tasks (巡检任务): work planned for a person on a business date. */
export function makeInspectionRoutes(deps: ApiDeps): ApiRoute[] {
  const { inspections, recordInspection, now, subtreeOf } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/inspections',
      name: 'listInspections',
      tag: 'inspections',
      summary: 'Inspection tasks, those of the latest date first',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        date: dateField.optional(),
        status: enumList(INSPECTION_STATUSES, 'Statuses').optional(),
        orgUnit: codeList('Org units, with all below them').optional(),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(inspectionSchema) } },
      async handle({ query: { orgUnit, ...query }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const page = await inspections.find(withoutUndefined({ ...query, orgUnits }));
        return { json: toPage({ ...page, items: page.items.map(viewInspection) }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/inspections/{id}',
      name: 'getInspection',
      tag: 'inspections',
      summary: 'One inspection task',
      roles: READERS,
      scope: 'object',
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
        const unmasked = await unmaskFor(deps, input, { type: 'inspection', id, units: [json.orgUnit] });
        return { json: viewInspection(json), unmasked };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/inspections/{id}/results',
      name: 'recordInspection',
      tag: 'inspections',
      summary: 'Enter what was found, as a draft or for good',
      description:
        'Results of items that have one are replaced while the task is a draft. Submitted, each item that failed becomes an alert within a minute.',
      roles: ['inspector', 'supervisor'],
      scope: 'object',
      params: idParams,
      body: resultsBodySchema,
      responses: { 200: { description: 'The task as it is now', schema: inspectionSchema } },
      async handle({ params: { id }, body: { results, submit }, principal, requestId }) {
        const scope = scopeOf(principal, subtreeOf);
        const visible = ({ orgUnit }: InspectionTask) => isInScope(scope, orgUnit);
        findVisible(await inspections.get(id), visible, `inspection task ${id}`);
        const entries = results.map((entry) => withoutUndefined(entry));
        const by = idOf(principal);
        const { audit } = deps;
        const putOnRecord = () =>
          audit.record({
            at: new Date(now()),
            action: submit ? 'inspection.submit' : 'inspection.record',
            who: { name: principal.name, tokenId: principal.tokenId },
            object: { type: 'inspection', id },
            reason: `${results.length} results`,
            requestId,
          });
        const task = await audit.inTurn(`inspection|${id}`, () =>
          recordInspection(id, { entries, submit, by, now: now() }, putOnRecord),
        );
        return { json: viewInspection(task) };
      },
    }),
    ...makeEvidenceRoutes(deps, {
      type: 'inspection',
      path: '/api/inspections',
      tag: 'inspections',
      Name: 'Inspection',
      word: 'inspection task',
      use: 'the `attachments` of the result it belongs to',
      writers: ['supervisor', 'inspector'],
      get: (id) => inspections.get(id),
    }),
  ];
}

/** Without what is for the service alone. */
function viewInspection({
  alertsOwed: _,
  foundAlerts: __,
  ...task
}: InspectionTask): Omit<InspectionTask, 'alertsOwed' | 'foundAlerts'> {
  return task;
}
