import { z } from 'zod';
import { RISK_KINDS, SEVERITIES, type RuleFile } from '../../engine/rule-file.js';
import type { ApiDeps } from '../deps.js';
import { findVisible } from '../org-scope.js';
import { enumList } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams } from '../schemas/common-schemas.js';
import { ruleSchema, ruleSummarySchema } from '../schemas/rule-schema.js';
import { READERS } from './readers.js';

const RULE_STATUSES = ['active', 'shadow', 'disabled'] as const;

/** The rules as loaded. They are our own words, so nothing in them is masked. */
export function makeRuleRoutes({ rules }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/rules',
      name: 'listRules',
      tag: 'rules',
      summary: 'All rules, by id',
      roles: READERS,
      scope: 'same',
      masked: false,
      query: z.strictObject({
        status: enumList(RULE_STATUSES, 'Statuses').optional(),
        kind: enumList(RISK_KINDS, 'Kinds of risk point (风险点)').optional(),
        severity: enumList(SEVERITIES, 'low 蓝, medium 黄, high 橙, critical 红').optional(),
      }),
      responses: {
        200: {
          description: 'All of them: there are never more than a few thousand',
          schema: z.strictObject({ items: z.array(ruleSummarySchema), nextCursor: z.null() }),
        },
      },
      handle({ query }) {
        const items = rules
          .list()
          .filter((rule) => !query.status || query.status.includes(rule.status))
          .filter((rule) => !query.kind || query.kind.includes(rule.riskPoint.kind))
          .filter((rule) => !query.severity || query.severity.includes(rule.event.params.severity))
          .map(summarize)
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        return { json: { items, nextCursor: null } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/rules/{id}',
      name: 'getRule',
      tag: 'rules',
      summary: 'One rule file, whole',
      roles: READERS,
      scope: 'same',
      masked: false,
      params: idParams,
      responses: { 200: { description: 'The rule file', schema: ruleSchema } },
      handle({ params: { id } }) {
        return { json: findVisible(rules.get(id), () => true, `rule ${id}`) };
      },
    }),
  ];
}

function summarize({ id, version, status, name, riskPoint, event, trigger }: RuleFile) {
  const { kind, clauses } = riskPoint;
  return { id, version, status, name, kind, clauses, severity: event.params.severity, trigger: trigger.on };
}
