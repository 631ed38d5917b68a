import { z } from 'zod';
import { INSPECTION_STATUSES, type InspectionTask } from '../../inspections/inspection-task.js';
import { objectOf, ruleRefSchema, timeSchema } from './common-schemas.js';

const itemSchema = z
  .strictObject({ id: z.string(), text: z.string(), clause: z.string() })
  .meta({ id: 'InspectionItem', description: 'One thing to look at' });

/** An inspection task (巡检任务) as the API tells it. */
export const inspectionSchema = objectOf<InspectionTask>()({
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
    })
    .optional()
    .meta({ description: 'How the sample was drawn: enough to draw it again' }),
}).meta({ id: 'Inspection', description: 'An inspection task (巡检任务)' });
