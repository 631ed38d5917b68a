import { z } from 'zod';
import { INSPECTION_STATUSES, type InspectionTask } from '../../inspections/inspection-task.js';
import { codeField, codeOrNothing } from '../query-fields.js';
import { objectOf, ruleRefSchema, timeSchema } from './common-schemas.js';

const itemSchema = z
  .strictObject({
    id: z.string(),
    text: z.string(),
    clause: z.string(),
    assess: z
      .string()
      .optional()
      .meta({ description: 'Clause of the assessment table that a failure is charged under' }),
  })
  .meta({ id: 'InspectionItem', description: 'One thing to look at' });

export const INSPECTION_RESULTS = ['pass', 'fail', 'na'] as const;

const resultSchema = z
  .strictObject({
    item: z.string(),
    workOrder: z.string().optional(),
    result: z.enum(INSPECTION_RESULTS),
    finding: z.string().optional(),
    responsible: z.string().optional(),
    attachments: z.array(z.string()).optional(),
    at: timeSchema,
    by: z.string(),
  })
  .meta({ id: 'InspectionResult', description: 'What was found at one item' });

const oneLine = /^[^\u0000-\u0008\u000b-\u001f\u007f]*$/;

/** What `POST /api/inspections/{id}/results` takes. */
export const resultsBodySchema = z.strictObject({
  results: z
    .array(
      z.strictObject({
        item: codeField,
        workOrder: codeField
          .optional()
          .meta({ description: 'Sample tasks: the work order it was looked at' }),
        result: z.enum(INSPECTION_RESULTS).meta({ description: '`na`: does not apply here' }),
        finding: z
          .string()
          .max(2_000, 'must have at most 2000 characters')
          .regex(oneLine, 'must not hold control characters')
          .optional()
          .meta({ description: 'What is wrong; needed where the result is `fail`' }),
        attachments: z
          .array(codeField)
          .max(30, 'must hold at most 30 ids')
          .optional()
          .meta({ description: 'Ids of photos of this task, see POST /api/inspections/{id}/evidence' }),
        responsible: codeOrNothing().optional().meta({
          description:
            'fail: operator id of the one who did the work, where it is known; for the assessment. Absent: as entered before; empty: nobody',
        }),
      }),
    )
    .max(1_000, 'must hold at most 1000 results'),
  submit: z.boolean().default(false).meta({
    description: 'False: a draft. True: every item has its result, and they do not change any more',
  }),
});

/** An inspection task (巡检任务) as the API tells it. */
export const inspectionSchema = objectOf<Omit<InspectionTask, 'alertsOwed' | 'foundAlerts'>>()({
  id: z.string(),
  plan: ruleRefSchema.extend({ name: z.string() }),
  clauses: z.array(z.string()),
  orgUnit: z.string(),
  orgUnitName: z.string(),
  date: z.iso.date().meta({ description: 'Business date' }),
  status: z.enum(INSPECTION_STATUSES),
  assignTo: z.string().meta({ description: 'Role of the one who does it' }),
  dueAt: timeSchema,
  plannedAt: timeSchema,
  items: z.array(itemSchema).meta({ description: 'Empty where the checks are made on a sample' }),
  samples: z.array(
    z.strictObject({
      workOrder: z.string(),
      process: z.string().optional(),
      archivedAt: timeSchema.optional(),
      items: z.array(itemSchema),
      stratum: z
        .string()
        .optional()
        .meta({ description: 'Team and process, as the plan spreads its sample' }),
      documents: z
        .array(
          z.strictObject({
            document: z.string(),
            need: z.enum(['必备', '容缺']).meta({ description: '必备: must be there; 容缺: may come later' }),
            stages: z.array(z.string()).meta({ description: 'Completed stages that ask for it' }),
            received: z.boolean().meta({ description: 'Its receipt was recorded when the sample was drawn' }),
            signatures: z
              .array(z.strictObject({ role: z.string(), recorded: z.boolean() }))
              .meta({ description: 'Signatures and seals it must carry' }),
            onlyFor: z
              .array(z.string())
              .optional()
              .meta({ description: 'Only for these classes of customers; this one is not known' }),
          }),
        )
        .optional()
        .meta({
          description: 'What the file must hold by the templates of its process and class of customer',
        }),
    }),
  ),
  draw: z
    .strictObject({
      seed: z.string(),
      from: timeSchema,
      to: timeSchema,
      populationSize: z.int(),
      populationHash: z.string(),
      ratio: z.number(),
      floor: z.int(),
      cap: z.int(),
      strata: z
        .array(z.strictObject({ stratum: z.string(), size: z.int(), risk: z.number(), drawn: z.int() }))
        .optional()
        .meta({ description: 'How the sample was shared out: by size times risk' }),
      leftOut: z.int().optional().meta({ description: 'Drawn recently and therefore left out' }),
    })
    .optional()
    .meta({ description: 'How the sample was drawn: enough to draw it again' }),
  results: z.array(resultSchema).optional().meta({ description: 'A draft until the task is submitted' }),
  submittedAt: timeSchema.optional(),
  submittedBy: z.string().optional(),
  late: z.boolean().optional().meta({ description: 'Submitted after it was due' }),
  overdue: z.boolean().optional().meta({ description: 'It was not submitted in time; an alert says so' }),
  version: z.int().optional(),
}).meta({ id: 'Inspection', description: 'An inspection task (巡检任务)' });
