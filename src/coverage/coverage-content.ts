import { z } from 'zod';
import { RISK_KINDS } from '../engine/rule-file.js';

const text = z.string().trim().min(1, 'must not be blank');
const names = z.array(text).min(1);

/** `rules/clauses.json`: the numbered requirements, risks and controls of the manual that are written out. */
export const clausesFileSchema = z.strictObject({
  $schema: z.string().optional(),
  source: text,
  clauses: z
    .array(
      z.strictObject({
        id: text,
        type: z.enum(['requirement', 'risk', 'control']),
        text,
        /** What the service does about it. */
        service: text,
        /** What is neither a rule nor an inspection task: what it is and the file that does it. */
        controls: z.array(z.strictObject({ what: text, where: text })).optional(),
        /**
         * Word by word what `service` asks for, and by what it is decided: rules by id, files (inspection plans, code, documents) by path,
         * and other clauses where it says “the same as”. For docs/clauses.md.
         */
        decided: z.array(z.strictObject({ words: text, by: names })).optional(),
      }),
    )
    .min(1),
});
export type Clause = z.infer<typeof clausesFileSchema>['clauses'][number];

/** `rules/coverage.json`: what need not be watched where, and why. */
export const coverageFileSchema = z.strictObject({
  $schema: z.string().optional(),
  notApplicable: z.array(
    z.strictObject({
      riskKind: z.enum(RISK_KINDS),
      /** Only these kinds of stages; absent = all. */
      stageKinds: names.optional(),
      /** All but these kinds of stages. */
      exceptStageKinds: names.optional(),
      reason: text,
    }),
  ),
});
export type Exemption = z.infer<typeof coverageFileSchema>['notApplicable'][number];
