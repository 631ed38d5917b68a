import { z } from 'zod';
import type { Coverage } from '../../coverage/measure-coverage.js';
import { RISK_KINDS } from '../../engine/rule-file.js';
import type { ApiDeps } from '../deps.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { objectOf } from '../schemas/common-schemas.js';
import { READERS } from './readers.js';

const share = z.strictObject({ total: z.int(), covered: z.int() });
const ids = z.array(z.string());
const cellSchema = z
  .strictObject({
    state: z.enum(['covered', 'notApplicable', 'workOrder', 'trial', 'uncovered']).meta({
      description:
        '`covered`: active rules watch the stage. `notApplicable`: with a reason. `workOrder`: active rules watch the work order as a whole. `trial`: only rules in shadow do',
    }),
    rules: ids,
    reason: z.string().optional(),
  })
  .meta({ id: 'CoverageCell' });

export const coverageSchema = objectOf<Coverage>()({
  workItems: share,
  clauses: share,
  limits: share.meta({
    description: 'Collected time limits with a rule, or a reason why none stands for them',
  }),
  matrix: z.array(
    z.strictObject({
      workItem: z.string(),
      process: z.string(),
      stage: z.string(),
      stageKinds: z.array(z.string()),
      cells: z.record(z.enum(RISK_KINDS), cellSchema),
    }),
  ),
  clauseList: z.array(
    z.strictObject({
      clause: z.string(),
      text: z.string(),
      rules: ids,
      inspections: ids,
      controls: z.array(z.strictObject({ what: z.string(), where: z.string() })),
    }),
  ),
  inspectionPlans: z
    .array(z.strictObject({ id: z.string(), name: z.string() }))
    .meta({ description: 'Those that `clauseList` names' }),
  limitList: z.array(z.strictObject({ limit: z.string(), rules: ids, reason: z.string().optional() })),
  findings: z.array(z.string()).meta({ description: 'What is wrong, one sentence each; empty = complete' }),
}).meta({ id: 'Coverage' });

/** The rules in force, held against the work items and clauses of the manual. */
export function makeCoverageRoutes(deps: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/coverage',
      name: 'getCoverage',
      tag: 'rules',
      summary: 'Which rules watch which work item for which kind of risk, and which clause',
      roles: READERS,
      scope: 'same',
      masked: false,
      responses: { 200: { description: 'Work items by kinds of risk, and clauses', schema: coverageSchema } },
      async handle() {
        return { json: await deps.coverage() };
      },
    }),
  ];
}
