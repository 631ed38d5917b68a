import { z } from 'zod';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import type { AlertFigures } from '../../reports/alert-figures.js';
import { type Report, REPORT_PERIODS } from '../../reports/make-report.js';
import { objectOf, timeSchema } from './common-schemas.js';

const count = z.int();
const rate = z.number().nullable();

const alertFiguresSchema = objectOf<AlertFigures>()({
  raised: count,
  overdue: count.meta({ description: 'Raised for a limit that had passed' }),
  bySeverity: z.array(z.strictObject({ severity: z.enum(SEVERITIES), count })),
  byKind: z.array(
    z.strictObject({
      kind: z.enum(RISK_KINDS),
      raised: count,
      open: count,
      autoClosed: count,
      confirmed: count,
      unconfirmed: count,
      invalid: count,
    }),
  ),
  ageing: z
    .array(z.strictObject({ days: z.string(), count }))
    .meta({ description: 'Alerts open now, by days since they were raised' }),
  repeatOffenders: z
    .array(
      z.strictObject({
        operator: z.string(),
        orgUnit: z.string().nullable(),
        confirmed: count,
        kinds: count,
      }),
    )
    .meta({ description: 'Operators with two and more confirmed alerts closed in the period; at most 20' }),
  cases: z
    .array(
      z.strictObject({
        rule: z.string(),
        kind: z.enum(RISK_KINDS),
        confirmed: count,
        examples: z.array(z.strictObject({ alert: z.string(), title: z.string(), advice: z.string() })),
      }),
    )
    .meta({
      description:
        'Case compilation: what was confirmed and closed in the period, by rule, most first, at most 20, with its three newest alerts',
    }),
  rules: z
    .array(
      z.strictObject({
        rule: z.string(),
        confirmed: count,
        unconfirmed: count,
        invalid: count,
        precision: rate,
      }),
    )
    .meta({ description: 'Rules whose alerts were judged in the period' }),
});

/** A report of a unit, with all below it. */
export const reportSchema = objectOf<Report>()({
  period: z.enum(REPORT_PERIODS),
  label: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  orgUnit: z.string().optional(),
  orgUnitName: z.string(),
  madeAt: timeSchema,
  uncountedDates: z
    .array(z.iso.date())
    .meta({ description: 'Days not closed yet: volumes and on-time rates are without them' }),
  volumes: z.strictObject({
    opened: count,
    closed: count,
    cancelled: count,
    archived: count,
    stagesCompleted: count,
    handovers: count,
  }),
  processes: z.array(z.strictObject({ process: z.string(), opened: count })),
  onTime: z
    .array(
      z.strictObject({
        stage: z.string(),
        name: z.string(),
        rules: z.array(z.string()),
        onTime: count,
        late: count,
        rate,
      }),
    )
    .meta({
      description:
        'The assessed stages and the whole process, as in rules/reports.json. `rules`: ids, or beginnings followed by `*`, of the rules that decide; a filter of /api/alerts',
    }),
  alerts: alertFiguresSchema,
}).meta({ id: 'Report' });
