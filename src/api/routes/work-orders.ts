import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeField, codeList, enumList, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { SUBJECT_TYPES } from '../schemas/alert-schema.js';
import { pageSchema, toPage } from '../schemas/common-schemas.js';
import {
  WORK_ORDER_STATUSES,
  workOrderPageSchema,
  workOrderRowSchema,
} from '../schemas/work-order-schema.js';
import { timesToIso } from '../times-to-iso.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { viewEvent } from '../view-event.js';
import { withoutUndefined } from '../without-undefined.js';
import { viewAlert } from '../view-alert.js';
import { viewClock } from '../view-clock.js';
import { makeRecallRoute } from './recall-work-order.js';
import { READERS } from './readers.js';

/** Work orders (工单) and the records of halls, org units, accounts and feeds: the list, and one with all that happened to it. */
export function makeWorkOrderRoutes(deps: ApiDeps): ApiRoute[] {
  const { workOrders, events, alerts, subtreeOf } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/work-orders',
      name: 'listWorkOrders',
      tag: 'work orders',
      summary: 'Work orders in the order of their numbers',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        status: enumList(WORK_ORDER_STATUSES, 'Statuses').optional(),
        subjectType: enumList(SUBJECT_TYPES, 'Kinds of record').optional(),
        process: codeList('Processes (业务类型)').optional(),
        orgUnit: codeList('Org units that handle or manage it, with all below them').optional(),
        customerNo: codeList('Customer nos. (户号)').optional(),
        feed: codeList('Feeds it comes from').optional(),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(workOrderRowSchema) } },
      async handle({ query: { orgUnit, ...query }, principal }) {
        const asked = orgUnit && unitsToList(orgUnit, undefined, subtreeOf);
        const orgUnits = [asked, scopeOf(principal, subtreeOf)].filter((units) => units !== undefined);
        const { items, ...page } = toPage(await workOrders.find(withoutUndefined({ ...query, orgUnits })));
        const rows = items.map(({ id, revision: _, ruleSetHash: __, ...row }) => ({ no: id, ...row }));
        return { json: { items: rows, ...page } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/work-orders/{no}',
      name: 'getWorkOrder',
      tag: 'work orders',
      summary: 'One work order: state, timeline, deadlines, alerts',
      roles: READERS,
      scope: 'object',
      params: z.strictObject({
        no: codeField.meta({ description: 'Work order no., or record id of an alert' }),
      }),
      query: unmaskQuery,
      responses: { 200: { description: 'The work order', schema: workOrderPageSchema } },
      async handle(input) {
        const { no } = input.params;
        const scope = scopeOf(input.principal, subtreeOf);
        const stored = findVisible(
          await workOrders.get(no),
          ({ record: { workOrder } }) => isInScope(scope, workOrder.orgUnit, workOrder.managingUnit),
          `work order ${no}`,
        );
        const [timeline, found] = await Promise.all([events.loadByRecord(no), alerts.listByRecord(no)]);
        const { workOrder, clocks, advancedTo } = stored.record;
        const now = deps.now();
        const json = {
          workOrder: timesToIso(workOrder),
          timeline: timeline.map(viewEvent),
          clocks: clocks.map((clock) => viewClock(clock, now)),
          alerts: found.filter(({ orgUnit }) => isInScope(scope, orgUnit)).map(viewAlert),
          advancedTo: new Date(advancedTo),
          revision: stored.revision,
        };
        return {
          json,
          unmasked: await unmaskFor(deps, input, {
            type: 'workOrder',
            id: no,
            units: [workOrder.orgUnit, workOrder.managingUnit],
          }),
        };
      },
    }),
    makeRecallRoute(deps),
  ];
}
