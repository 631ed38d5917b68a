import { z } from 'zod';
import type { BacktestJob } from '../../backtest/jobs/backtest-job.js';
import { BACKTEST_STATUSES } from '../../backtest/jobs/backtest-job.js';
import type { BacktestRow } from '../../backtest/jobs/backtest-store.js';
import {
  CHANGE_KINDS,
  type AlertCounts,
  type AlertSketch,
  type BacktestResult,
  type Example,
  type Load,
  type LoadRow,
  type RuleRow,
  type UnitRow,
} from '../../backtest/backtest-result.js';
import { KNOWN_BY } from '../../backtest/known-at.js';
import type { BacktestProgress } from '../../backtest/run-backtest.js';
import { SEVERITIES } from '../../engine/rule-file.js';
import { objectOf, timeSchema } from './common-schemas.js';
import { changeSchema, ruleErrorSchema } from './publishing-schema.js';

const count = z.int();
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .meta({ type: 'string', format: 'date-time' });

export const backtestBody = z
  .strictObject({
    changes: z.array(changeSchema).min(1).max(20).meta({
      description: 'What makes the candidate of the published rules, as in `POST /api/rules/proposals`',
    }),
    from: instant.meta({ description: 'Alerts raised from here on are counted' }),
    to: instant.meta({ description: 'Exclusive; at most 366 days after `from`' }),
    knownBy: z.enum(KNOWN_BY).default('received').meta({
      description:
        'When an event became known: received by this service, or recorded in the sales system (for events imported later)',
    }),
    historyDays: z.int().min(0).max(36_500).optional().meta({
      description: 'Replay events known so many days before `from` as well; absent = all',
    }),
  })
  .meta({
    example: {
      changes: [{ retire: 'no-contact-card' }],
      from: '2026-03-01T00:00:00+08:00',
      to: '2026-04-01T00:00:00+08:00',
    },
  });

const progressSchema = objectOf<BacktestProgress>()({
  phase: z.enum(['reading', 'replaying']),
  done: count.meta({ description: 'Events so far' }),
  of: count.optional().meta({ description: 'Absent while they are read' }),
});

const rowShape = {
  id: z.string(),
  status: z.enum(BACKTEST_STATUSES),
  by: z.string().meta({ description: 'User id, or `token:…`' }),
  createdAt: timeSchema,
  startedAt: timeSchema.optional(),
  aliveAt: timeSchema.optional().meta({ description: 'Last sign of life of the process that runs it' }),
  finishedAt: timeSchema.optional(),
  progress: progressSchema.optional(),
  cancelled: z.literal(true).optional(),
  publication: count.optional().meta({ description: 'Publication it was compared with' }),
  failure: z.string().optional(),
};
export const backtestRowSchema = objectOf<BacktestRow>()(rowShape).meta({ id: 'BacktestRow' });

const countsShape = {
  live: count.meta({ description: 'Alerts raised by the published rules' }),
  candidate: count,
  liveRetracted: count.meta({ description: 'Of these, taken back by events that came late' }),
  candidateRetracted: count,
  ...(Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, count])) as Record<
    (typeof CHANGE_KINDS)[number],
    z.ZodInt
  >),
};
const countsSchema = objectOf<AlertCounts>()(countsShape).meta({ id: 'BacktestCounts' });
const loadSchema = objectOf<Load>()({
  total: count,
  perDay: z.number().meta({ description: 'Mean over the working days of the period' }),
  peak: count,
  peakDay: z.string().optional(),
});
const epoch = z.int().meta({ description: 'Epoch ms' });
const sketchSchema = objectOf<AlertSketch>()({
  raisedAt: epoch,
  firstAt: epoch.meta({ description: 'When it happened: event time, due time, sweep moment' }),
  severity: z.enum(SEVERITIES),
  phase: z.enum(['early', 'overdue']).optional(),
  overdueAt: epoch.optional(),
  dueAt: epoch.optional(),
  closedAt: epoch.optional(),
  retracted: z.literal(true).optional(),
  assignTo: z.string(),
  title: z.string(),
  why: z.array(z.string()).meta({ description: 'The conditions with what was found' }),
}).meta({ id: 'BacktestAlert' });

const resultSchema = objectOf<BacktestResult>()({
  period: z.strictObject({ from: epoch, to: epoch, workingDays: count }),
  events: z.strictObject({
    replayed: count,
    later: count,
    rejected: count,
    duplicates: count,
    records: count,
  }),
  timeZone: z.string(),
  live: z.strictObject({ hash: z.string(), rules: count }),
  candidate: z.strictObject({ hash: z.string(), rules: count }),
  total: countsSchema,
  rules: z.array(
    objectOf<RuleRow>()({
      rule: z.string(),
      ruleName: z.string(),
      change: z.enum(['added', 'removed', 'changed', 'same']),
      liveVersion: count.optional(),
      candidateVersion: count.optional(),
      ...countsShape,
      liveShadow: count,
      candidateShadow: count,
      evaluated: count,
      notEvaluated: count,
      errors: count,
      error: z.string().optional(),
    }),
  ),
  orgUnits: z.array(objectOf<UnitRow>()({ orgUnit: z.string().optional(), ...countsShape })),
  load: z.strictObject({
    total: z.strictObject({ live: loadSchema, candidate: loadSchema }),
    recipients: z.array(
      objectOf<LoadRow>()({
        post: z.string(),
        orgUnit: z.string().optional(),
        live: loadSchema,
        candidate: loadSchema,
      }),
    ),
  }),
  examples: z.array(
    objectOf<Example>()({
      kinds: z.array(z.enum(CHANGE_KINDS)),
      rule: z.string(),
      subject: z.strictObject({ type: z.string(), id: z.string() }),
      stage: z.string().optional(),
      orgUnit: z.string().optional(),
      live: sketchSchema.optional(),
      candidate: sketchSchema.optional(),
    }),
  ),
  failures: z
    .array(z.strictObject({ recordId: z.string(), message: z.string() }))
    .meta({ description: 'Records that could not be replayed to the end' }),
  seconds: z.number(),
}).meta({ id: 'BacktestResult' });

export const backtestSchema = objectOf<Omit<BacktestJob, 'order'> & { order: object }>()({
  ...rowShape,
  order: z.strictObject({
    files: z.array(z.string()).meta({ description: 'Files that the candidate writes' }),
    retired: z.array(z.string()),
    from: timeSchema,
    to: timeSchema,
    knownBy: z.enum(KNOWN_BY),
    historyDays: count.optional(),
  }),
  problems: z
    .array(ruleErrorSchema)
    .optional()
    .meta({ description: 'What is wrong with the candidate, the first 50' }),
  result: resultSchema.optional(),
}).meta({ id: 'Backtest' });
