import { z } from 'zod';
import { RISK_KINDS, SEVERITIES, type RuleFile } from '../../engine/rule-file.js';
import type { ProcessesOfRule } from '../../coverage/processes-of-rules.js';
import type { ApiDeps } from '../deps.js';
import { findVisible } from '../org-scope.js';
import { codeList, enumList } from '../query-fields.js';
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
        clause: codeList('Clauses of the manual').optional(),
        process: codeList('业务类型: rules that can look at work orders of one of them').optional(),
      }),
      responses: {
        200: {
          description: 'All of them: there are never more than a few thousand',
          schema: z.strictObject({ items: z.array(ruleSummarySchema), nextCursor: z.null() }),
        },
      },
      handle({ query }) {
        const { clause, process } = query;
        const looksAt = (id: string, names: readonly string[]) => {
          const processes = rules.processesOf(id);
          return processes === 'all' || names.some((name) => processes.includes(name));
        };
        const items = rules
          .list()
          .filter((rule) => !query.status || query.status.includes(rule.status))
          .filter((rule) => !query.kind || query.kind.includes(rule.riskPoint.kind))
          .filter((rule) => !query.severity || query.severity.includes(rule.event.params.severity))
          .filter(({ riskPoint }) => !clause || riskPoint.clauses.some((one) => clause.includes(one)))
          .filter(({ id }) => !process || looksAt(id, process))
          .map((rule) => summarize(rule, rules.processesOf(rule.id)))
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

function summarize(
  { id, version, status, name, riskPoint, event, trigger }: RuleFile,
  processes: ProcessesOfRule,
) {
  const { kind, clauses } = riskPoint;
  const { severity } = event.params;
  const scope = processes === 'all' ? {} : { processes: [...processes] };
  return { id, version, status, name, kind, clauses: [...clauses], ...scope, severity, trigger: trigger.on };
}
