import { z } from 'zod';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';

export const basisSchema = z
  .looseObject({
    document: z.string(),
    article: z.string().optional(),
    certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']).optional().meta({
      description: 'How sure the stated limit is; only `seen` may be shown as law',
    }),
  })
  .meta({ id: 'Basis' });

/** One line of the rule list. */
export const ruleSummarySchema = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    status: z.enum(['active', 'shadow', 'disabled']),
    name: z.string(),
    kind: z.enum(RISK_KINDS),
    clauses: z.array(z.string()),
    processes: z
      .array(z.string())
      .optional()
      .meta({
        description:
          '业务类型 whose work orders it can look at. Absent: all of them; empty: it looks at halls, org units or feeds',
        example: ['高压新装'],
      }),
    severity: z.enum(SEVERITIES),
    trigger: z.enum(['event', 'deadline', 'sweep', 'window']),
  })
  .meta({ id: 'RuleSummary' });

/** A whole rule file; docs/rules.md and rules/rule.schema.json describe every field. */
export const ruleSchema = z
  .looseObject({ id: z.string(), version: z.int(), status: z.string(), name: z.string() })
  .meta({ id: 'Rule', description: 'The rule file as loaded' });
