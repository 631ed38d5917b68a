import { z } from 'zod';
import { alertIdOf } from '../../alerts/merge-alert.js';
import { KNOWN_BY } from '../../backtest/known-at.js';
import type { Finding } from '../../engine/work-order-record.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { codeField, timeField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { recalledWorkOrderSchema } from '../schemas/work-order-schema.js';
import { timesToIso } from '../times-to-iso.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { viewClock } from '../view-clock.js';
import { viewEvent } from '../view-event.js';
import { READERS } from './readers.js';

/** A work order as it was known at a moment: what was entered later is not in it. */
export function makeRecallRoute(deps: ApiDeps): ApiRoute {
  const { workOrders, recallRecord, subtreeOf, calendar, now } = deps;
  return defineRoute({
    method: 'get',
    path: '/api/work-orders/{no}/as-known',
    name: 'recallWorkOrder',
    tag: 'work orders',
    summary: 'One work order as it was known at a moment',
    description:
      'Folds the events that were known by then anew, with the rules and the calendar in force now, and stores nothing. ' +
      '`by=received`: when this service received them; `by=recorded`: when they were entered in the sales system, for events that were imported long after.',
    roles: READERS,
    scope: 'object',
    params: z.strictObject({
      no: codeField.meta({ description: 'Work order no., or record id of an alert' }),
    }),
    query: unmaskQuery.extend({
      at: timeField(calendar, 'to').meta({
        description:
          'The moment; what became known at it is in. A business date means its end, or now where that is still to come',
      }),
      by: z.enum(KNOWN_BY).default('received'),
    }),
    responses: { 200: { description: 'The work order then', schema: recalledWorkOrderSchema } },
    async handle(input) {
      const { no } = input.params;
      const { by } = input.query;
      // What is to come is not known; and to look at each moment of many years would take long.
      const at = new Date(Math.min(input.query.at.getTime(), now()));
      const scope = scopeOf(input.principal, subtreeOf);
      const what = `work order ${no}`;
      // Who may see it is told by where it belongs now, not by where it belonged then.
      const { record } = findVisible(
        await workOrders.get(no),
        (stored) => isInScope(scope, stored.record.workOrder.orgUnit, stored.record.workOrder.managingUnit),
        what,
      );
      const then = findVisible(await recallRecord(no, at.getTime(), by), () => true, what);
      const { workOrder, clocks, findings } = then.record;
      const units = [record.workOrder.orgUnit, record.workOrder.managingUnit];
      return {
        json: {
          at,
          by,
          workOrder: timesToIso(workOrder),
          timeline: then.events.map(viewEvent),
          later: then.later,
          clocks: clocks.map((clock) => viewClock(clock, at.getTime())),
          findings: findings
            .filter(({ evidence }) => isInScope(scope, evidence.orgUnit ?? workOrder.orgUnit))
            .map(viewFinding),
        },
        unmasked: await unmaskFor(deps, input, { type: 'workOrder', id: no, units }),
      };
    },
  });
}

function viewFinding(finding: Finding) {
  const { fingerprint, episode, evidence, rule, stage, visit, phase, occurrences } = finding;
  const { openedAt, lastAt, dueAt, closedAt } = finding;
  const times = { openedAt, lastAt, dueAt, closedAt };
  return {
    alertId: alertIdOf(fingerprint, episode),
    rule,
    severity: evidence.severity,
    title: evidence.title,
    stage,
    visit,
    phase,
    occurrences,
    ...(timesToIso(times) as object),
  };
}
