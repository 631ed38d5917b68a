import { z } from 'zod';
import { hasRoleAt, idOf, type Principal } from '../../access/principal.js';
import { type Alert, ALERT_STATUSES } from '../../alerts/alert.js';
import { ALERT_AGES, type AlertAge, spanOfAge } from '../../alerts/summarize-alerts.js';
import { sortSteps } from '../../alerts/take-step.js';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeList, enumList, flagField, pageFields, timeField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import {
  alertCountsSchema,
  alertSchema,
  explainedAlertSchema,
  ruleOutcomesSchema,
} from '../schemas/alert-schema.js';
import { idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { etagOf } from '../if-match.js';
import { viewAlert } from '../view-alert.js';
import { withoutUndefined } from '../without-undefined.js';
import { actorOf, STEP_ROLES } from './alert-actor.js';
import { READERS } from './readers.js';

/** Alerts (预警): the list with the filters of the contract, and one alert with its explanation. */
export function makeAlertRoutes(deps: ApiDeps): ApiRoute[] {
  const { alerts, rules, calendar, subtreeOf, now } = deps;
  const filters = {
    id: codeList('Ids: which of these belong to the list').optional(),
    status: enumList(ALERT_STATUSES, 'Statuses').optional(),
    severity: enumList(SEVERITIES, 'low 蓝, medium 黄, high 橙, critical 红').optional(),
    kind: enumList(RISK_KINDS, 'Kinds of risk point (风险点)').optional(),
    rule: codeList('Rule ids, or beginnings followed by `*`').optional(),
    orgUnit: codeList('Org units, with all below them').optional(),
    ownUnit: codeList('Exactly these org units, without those below them').optional(),
    subject: codeList('Work order nos., or codes of halls, org units or feeds').optional(),
    process: codeList('Processes (业务类型)').optional(),
    noProcess: flagField.optional().meta({ description: 'Of no process: of halls, org units, feeds' }),
    escalatedTo: codeList('User ids of people it was escalated to; `me` is you').optional(),
    overdue: z.literal('true').optional().meta({ description: 'Open, and its limit has passed' }),
    age: z
      .enum(Object.keys(ALERT_AGES) as [AlertAge, ...AlertAge[]])
      .optional()
      .meta({ description: 'Whole days since it was first found' }),
    raisedFrom: timeField(calendar, 'from').optional(),
    raisedTo: timeField(calendar, 'to').optional(),
    closedFrom: timeField(calendar, 'from').optional(),
    closedTo: timeField(calendar, 'to').optional(),
    assignee: codeList('User ids it is dispatched to; `me` is you').optional(),
    phase: enumList(
      ['early', 'overdue'],
      '`overdue`: the limit was broken, whatever became of it',
    ).optional(),
    muted: flagField.optional().meta({ description: 'Kept quiet by a silence or another alert' }),
    unjudged: flagField.optional().meta({
      description: 'Closed by evidence after the limit was broken, and not judged by a person yet',
    }),
    stepDueBefore: timeField(calendar, 'to').optional(),
    from: timeField(calendar, 'from').optional(),
    to: timeField(calendar, 'to').optional(),
    shadow: z.enum(['without', 'only', 'with']).default('without').meta({
      description: 'Alerts of rules in shadow, which tell nobody',
    }),
  };
  const filterSchema = z.strictObject(filters);
  /** The one who asks, as alerts name people. */
  const meAs = (principal: Principal) => [idOf(principal), ...(principal.user?.operatorIds ?? [])];
  const people = (users: readonly string[] | undefined, principal: Principal) =>
    users?.flatMap((user) => (user === 'me' ? meAs(principal) : [user]));
  const toQuery = (given: z.output<typeof filterSchema>, principal: Principal) => {
    const { orgUnit, ownUnit, assignee, escalatedTo, noProcess, overdue, age, ...rest } = given;
    const { raisedFrom, raisedTo, closedFrom, closedTo, ...query } = rest;
    return withoutUndefined({
      ...query,
      orgUnits: unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf),
      ownUnits: ownUnit,
      ofNoProcess: noProcess,
      overdueAt: overdue ? new Date(now()) : undefined,
      first: age && spanOfAge(age, now()),
      raised: withoutUndefined({ from: raisedFrom, to: raisedTo }),
      closed: withoutUndefined({ from: closedFrom, to: closedTo }),
      assignee: people(assignee, principal),
      escalatedTo: people(escalatedTo, principal),
    });
  };
  return [
    defineRoute({
      method: 'get',
      path: '/api/alerts',
      name: 'listAlerts',
      tag: 'alerts',
      summary: 'Alerts, those that happened last, or are due first, first',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        ...filters,
        sort: z.enum(['last', 'due']).default('last').meta({
          description: '`due`: by when their step is due; those for which that cannot be told are left out',
        }),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(alertSchema) } },
      async handle({ query: { limit, cursor, sort, ...query }, principal }) {
        const page = await alerts.find(
          withoutUndefined({ ...toQuery(query, principal), sort, limit, cursor }),
        );
        return { json: { ...toPage(page), items: page.items.map(viewAlert) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/counts',
      name: 'countAlerts',
      tag: 'alerts',
      summary: 'How many alerts, by status, severity, kind and unit; muted ones are counted too',
      roles: READERS,
      scope: 'list',
      query: filterSchema,
      responses: { 200: { description: 'The counts', schema: alertCountsSchema } },
      async handle({ query, principal }) {
        return { json: await alerts.count(toQuery(query, principal)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/outcomes',
      name: 'listOutcomes',
      tag: 'alerts',
      summary: 'How people judged the alerts of each rule, and its precision',
      roles: READERS,
      scope: 'list',
      query: filterSchema,
      responses: {
        200: { description: 'All rules', schema: z.strictObject({ items: z.array(ruleOutcomesSchema) }) },
      },
      async handle({ query, principal }) {
        return { json: { items: await alerts.outcomes(toQuery(query, principal)) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/{id}/related',
      name: 'listRelatedAlerts',
      tag: 'alerts',
      summary: 'The other alerts of the same work order, oldest first',
      roles: READERS,
      scope: 'object',
      params: idParams,
      responses: {
        200: { description: 'All of them', schema: z.strictObject({ items: z.array(alertSchema) }) },
      },
      async handle({ params: { id }, principal }) {
        const scope = scopeOf(principal, subtreeOf);
        const isVisible = ({ orgUnit }: Alert) => isInScope(scope, orgUnit);
        const { recordId } = findVisible(await alerts.get(id), isVisible, `alert ${id}`);
        const related = (await alerts.listByRecord(recordId)).filter((other) => other.id !== id);
        return { json: { items: related.filter(isVisible).map(viewAlert) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/{id}',
      name: 'getAlert',
      tag: 'alerts',
      summary: 'One alert and why it was raised',
      roles: READERS,
      scope: 'object',
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
        const { possible, refused } = sortSteps(alert, actorOf(input.principal), (step) =>
          hasRoleAt(input.principal, STEP_ROLES[step], [alert.orgUnit]),
        );
        const json = {
          ...viewAlert(alert),
          explanation: explain(alert, rules.get(alert.rule.id)),
          steps: possible,
          refused,
        };
        const unmasked = await unmaskFor(deps, input, { type: 'alert', id, units: [alert.orgUnit] });
        return { json, unmasked, headers: etagOf(alert) };
      },
    }),
  ];
}

function explain(alert: Alert, rule: ReturnType<ApiDeps['rules']['get']>) {
  const { facts, conditions } = alert;
  return {
    rule: alert.rule,
    facts,
    conditions,
    basis: alert.basis ?? rule?.basis ?? null,
    basisFromVersion: (alert.basis ? alert.rule.version : rule?.version) ?? null,
  };
}
