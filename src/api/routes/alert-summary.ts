import { z } from 'zod';
import { ALERT_STATUSES } from '../../alerts/alert.js';
import type { AlertSummary } from '../../alerts/summarize-alerts.js';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import type { ApiDeps } from '../deps.js';
import { scopeOf, unitsToList } from '../org-scope.js';
import { codeList } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { objectOf } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';
import { READERS } from './readers.js';

const TREND_DAYS = 30;
const count = z.int();

export const alertSummarySchema = objectOf<AlertSummary>()({
  open: count,
  overdue: count.meta({ description: 'Open ones whose limit has passed' }),
  bySeverity: z.array(z.strictObject({ severity: z.enum(SEVERITIES), count })),
  byKind: z.array(z.strictObject({ kind: z.enum(RISK_KINDS), severity: z.enum(SEVERITIES), count })),
  byOrgUnit: z.array(z.strictObject({ orgUnit: z.string(), count, high: count })).meta({
    description: 'Most alerts first; `high` are the high and critical ones; an empty code is no unit',
  }),
  byProcess: z.array(z.strictObject({ process: z.string(), kind: z.enum(RISK_KINDS), count })).meta({
    description: 'By process (业务类型) and kind; an empty process: of halls, org units and feeds',
  }),
  byStatus: z.array(z.strictObject({ status: z.enum(ALERT_STATUSES), count })),
  byAge: z
    .array(z.strictObject({ days: z.string(), count }))
    .meta({ description: 'Open ones by whole days since they were first found' }),
  trend: z.array(z.strictObject({ date: z.iso.date(), raised: count, closed: count })).meta({
    description: `Raised and closed by business date, the last ${TREND_DAYS} days; days with neither are left out`,
  }),
}).meta({ id: 'AlertSummary' });

/** The numbers of the console's first page. */
export function makeAlertSummaryRoutes(deps: ApiDeps): ApiRoute[] {
  const { alertSummary, calendar, subtreeOf, now } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/alerts/summary',
      name: 'summarizeAlerts',
      tag: 'alerts',
      summary:
        'Open alerts counted by severity, kind, unit, process, status and age, and the trend of the last 30 days',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({ orgUnit: codeList('Org units, with all below them').optional() }),
      responses: { 200: { description: 'The counts', schema: alertSummarySchema } },
      async handle({ query: { orgUnit }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const at = now();
        const first = calendar.addDays(calendar.dateOf(at), 1 - TREND_DAYS);
        const from = new Date(calendar.instantOf(first, '00:00'));
        const query = { orgUnits, now: new Date(at), from, timeZone: calendar.timeZone };
        return { json: await alertSummary.summarize(withoutUndefined(query)) };
      },
    }),
  ];
}
