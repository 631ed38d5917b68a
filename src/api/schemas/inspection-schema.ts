import { z } from 'zod';

export const inspectionSchema = z
  .looseObject({ id: z.string(), orgUnit: z.string().optional() })
  .meta({ id: 'Inspection', description: 'An inspection task (巡检任务)' });
