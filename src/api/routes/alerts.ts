import { z } from 'zod';
import { type Alert, ALERT_STATUSES } from '../../alerts/alert.js';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeList, enumList, pageFields, timeField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { alertSchema, explainedAlertSchema } from '../schemas/alert-schema.js';
import { idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { withoutUndefined } from '../without-undefined.js';
import { READERS } from './readers.js';

/** Alerts (预警): the list with the filters of the contract, and one alert with its explanation. */
export function makeAlertRoutes(deps: ApiDeps): ApiRoute[] {
  const { alerts, rules, calendar, subtreeOf } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/alerts',
      name: 'listAlerts',
      tag: 'alerts',
      summary: 'Alerts, those that happened last first',
      roles: READERS,
      query: z.strictObject({
        status: enumList(ALERT_STATUSES, 'Statuses').optional(),
        severity: enumList(SEVERITIES, 'low 蓝, medium 黄, high 橙, critical 红').optional(),
        kind: enumList(RISK_KINDS, 'Kinds of risk point (风险点)').optional(),
        rule: codeList('Rule ids').optional(),
        orgUnit: codeList('Org units, with all below them').optional(),
        subject: codeList('Work order nos., or codes of halls, org units or feeds').optional(),
        process: codeList('Processes (业务类型)').optional(),
        from: timeField(calendar, 'from').optional(),
        to: timeField(calendar, 'to').optional(),
        shadow: z.enum(['without', 'only', 'with']).default('without').meta({
          description: 'Alerts of rules in shadow, which tell nobody',
        }),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(alertSchema) } },
      async handle({ query: { orgUnit, ...query }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const page = await alerts.find(withoutUndefined({ ...query, orgUnits }));
        return { json: { ...toPage(page), items: page.items.map(viewAlert) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/{id}',
      name: 'getAlert',
      tag: 'alerts',
      summary: 'One alert and why it was raised',
      roles: READERS,
      params: idParams,
      query: unmaskQuery,
      responses: { 200: { description: 'The alert', schema: explainedAlertSchema } },
      async handle(input) {
        const { id } = input.params;
        const scope = scopeOf(input.principal, subtreeOf);
        const alert = findVisible(
          await alerts.get(id),
          ({ orgUnit }) => isInScope(scope, orgUnit),
          `alert ${id}`,
        );
        const json = { ...viewAlert(alert), explanation: explain(alert, rules.get(alert.rule.id)) };
        return { json, unmasked: await unmaskFor(deps, input, { type: 'alert', id }) };
      },
    }),
  ];
}

/** Without what only the pipeline needs. */
export function viewAlert({ sourceRevision: _, outbox: _o, fed: _f, ...alert }: Alert): AlertView {
  return alert;
}
/** An alert as the API tells it. */
export type AlertView = Omit<Alert, 'sourceRevision' | 'outbox' | 'fed'>;

function explain(alert: Alert, rule: ReturnType<ApiDeps['rules']['get']>) {
  const { facts, conditions } = alert;
  return {
    rule: alert.rule,
    facts,
    conditions,
    basis: rule?.basis ?? null,
    basisFromVersion: rule?.version ?? null,
  };
}
