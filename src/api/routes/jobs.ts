import { z } from 'zod';
import type { JobRun } from '../../schedule/job-run.js';
import type { ApiDeps } from '../deps.js';
import { codeField, dateField, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { jsonObjectSchema, objectOf, pageSchema, timeSchema, toPage } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';

const RUN_STATUSES = ['running', 'done', 'failed', 'skipped'] as const;

const jobRunSchema = objectOf<JobRun>()({
  job: z.string(),
  date: z.string().optional().meta({ description: 'Business date; absent for the jobs of every minute' }),
  status: z.enum(RUN_STATUSES).meta({ description: '`skipped`: missed longer ago than may be caught up' }),
  attempts: z.int(),
  startedAt: timeSchema.optional(),
  finishedAt: timeSchema.optional(),
  leaseUntil: timeSchema.optional(),
  retryAt: timeSchema.optional().meta({ description: 'When a failed run is tried again' }),
  result: jsonObjectSchema.optional(),
  error: z.string().optional(),
  owner: z.string().optional(),
}).meta({ id: 'JobRun', description: 'One run of a scheduled job for one business date' });

/** The run ledger: which scheduled job ran for which business date, and how it went. */
export function makeJobRoutes({ jobs }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/jobs',
      name: 'listJobRuns',
      tag: 'operations',
      summary: 'Runs of scheduled jobs, the latest first',
      roles: ['supervisor', 'auditor'],
      scope: 'same',
      query: z.strictObject({
        job: codeField.optional().meta({ description: 'Name of the job' }),
        status: z.enum(RUN_STATUSES).optional(),
        from: dateField.optional().meta({ description: 'First business date' }),
        to: dateField.optional().meta({ description: 'Last business date' }),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(jobRunSchema) } },
      async handle({ query }) {
        return { json: toPage(await jobs.list(withoutUndefined(query))) };
      },
    }),
  ];
}
