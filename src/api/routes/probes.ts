import { z } from 'zod';
import { jsonSchema } from '../schemas/common-schemas.js';
import type { ApiDeps, HealthCheck } from '../deps.js';
import { type ApiRoute, defineRoute } from '../route.js';

const checkSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  required: z.boolean().optional(),
  message: z.string().optional(),
  details: jsonSchema.optional(),
});
const readySchema = z
  .strictObject({ ready: z.boolean(), checks: z.array(checkSchema) })
  .meta({ id: 'Readiness', description: 'Ready when every required check is ok' });

/**
 * What operations ask. No token is needed, for probes and scrapers have none; so nothing here names a person, a work
 * order or a secret: counts, durations and the state of the parts only.
 */
export function makeProbeRoutes({ health, metrics }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/healthz',
      name: 'getHealth',
      tag: 'operations',
      summary: 'The process is alive',
      roles: 'public',
      masked: false,
      responses: { 200: { description: 'It is', schema: z.strictObject({ status: z.literal('ok') }) } },
      handle: () => ({ json: { status: 'ok' } }),
    }),
    defineRoute({
      method: 'get',
      path: '/readyz',
      name: 'getReadiness',
      tag: 'operations',
      summary: 'The service can do its work: stores, rules, calendar, worker, scheduler',
      roles: 'public',
      masked: false,
      responses: {
        200: { description: 'Ready', schema: readySchema },
        503: { description: 'A required part is not; `message` says what to do', schema: readySchema },
      },
      async handle() {
        const checks = await health.check();
        const ready = checks.every(isFine);
        return {
          status: ready ? 200 : 503,
          json: { ready, checks },
          headers: { 'Cache-Control': 'no-store' },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/metrics',
      name: 'getMetrics',
      tag: 'operations',
      summary: 'Metrics for Prometheus',
      roles: 'public',
      masked: false,
      responses: { 200: { description: 'Prometheus text', type: 'text/plain' } },
      handle: async () => ({ text: await metrics.metrics(), type: metrics.contentType }),
    }),
  ];
}

function isFine({ ok, required = true }: HealthCheck): boolean {
  return ok || !required;
}
