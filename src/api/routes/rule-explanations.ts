import { z } from 'zod';
import type { Principal, Role } from '../../access/principal.js';
import { RULE_JSON_LIMITS } from '../../engine/parse-rule-json.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { codeField, timeField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams } from '../schemas/common-schemas.js';
import { ruleExplanationSchema, triedRuleSchema } from '../schemas/rule-explanation-schema.js';
import { READERS } from './readers.js';

/** Trying a rule costs a fold of all events of a record: it is for those who write and answer for rules. */
const TRIERS: readonly Role[] = ['author', 'supervisor', 'auditor'];

/** Why a rule fired on one work order, or did not; and what the text of a rule would do there. Both store nothing. */
export function makeRuleExplanationRoutes(deps: ApiDeps): ApiRoute[] {
  const { workOrders, ruleExplainer, subtreeOf, calendar, now } = deps;
  const workOrderField = codeField.meta({
    description: 'Work order no., or record id of an alert (`hall:CODE@DATE` …)',
  });
  const atField = timeField(calendar, 'to').optional();
  /** Now at the latest: to look at each moment of years to come would take long, and would tell nothing. */
  const momentOf = (at: Date | undefined) => Math.min(at?.getTime() ?? now(), now());

  /** @throws NotFoundError as for a work order that is not there */
  async function assertVisible(principal: Principal, no: string): Promise<void> {
    const scope = scopeOf(principal, subtreeOf);
    findVisible(
      await workOrders.get(no),
      ({ record: { workOrder } }) => isInScope(scope, workOrder.orgUnit, workOrder.managingUnit),
      `work order ${no}`,
    );
  }

  return [
    defineRoute({
      method: 'get',
      path: '/api/rules/{id}/explain',
      name: 'explainRule',
      tag: 'rules',
      summary: 'Why a rule fired on one work order, or did not, with what was known at a time',
      description:
        'Folds the events of the work order anew with this rule alone. Events that happened or were entered after `at` are left out. Personal data is always shortened here.',
      roles: READERS,
      scope: 'object',
      params: idParams,
      query: z.strictObject({
        workOrder: workOrderField,
        at: atField.meta({ description: 'As of then; a business date means its end. Default: now' }),
      }),
      responses: { 200: { description: 'The explanation', schema: ruleExplanationSchema } },
      async handle({ params: { id }, query: { workOrder, at }, principal }) {
        await assertVisible(principal, workOrder);
        const explanation = await ruleExplainer.explain(id, workOrder, momentOf(at));
        return { json: findVisible(explanation, () => true, `rule ${id}`) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/rules/try',
      name: 'tryRule',
      tag: 'rules',
      summary: 'What the text of a rule that is not published would do on one work order',
      description:
        'Checks the text as the loader does, runs its own tests, and explains it on the work order, where one is named. Stores nothing, raises nothing.',
      roles: TRIERS,
      scope: 'object',
      body: z.strictObject({
        text: z
          .string()
          .min(1)
          .max(RULE_JSON_LIMITS.bytes)
          .meta({ description: 'The rule file, as text, so that mistakes are told with line and column' }),
        workOrder: workOrderField.optional(),
        at: atField,
      }),
      responses: {
        200: { description: 'What became of it: mistakes are an answer, too', schema: triedRuleSchema },
      },
      async handle({ body: { text, workOrder, at }, principal }) {
        if (workOrder !== undefined) await assertVisible(principal, workOrder);
        const tried = await ruleExplainer.tryText(text, workOrder, momentOf(at));
        const { valid, warnings } = tried;
        if (!tried.valid)
          return { json: { valid, errors: tried.errors, warnings, cases: [], explanation: null } };
        const cases = [...tried.tests, ...tried.sequences].map(({ name, passed, reason }) => ({
          case: name,
          passed,
          ...(reason !== undefined && { reason }),
        }));
        return { json: { valid, errors: [], warnings, cases, explanation: tried.explanation ?? null } };
      },
    }),
  ];
}
