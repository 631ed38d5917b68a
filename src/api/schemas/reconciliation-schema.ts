import { z } from 'zod';
import { DIFFERENCE_CODES } from '../../reconciliation/reconcile-record.js';
import {
  SIDES,
  type Statement,
  type StatementCounts,
  type StatementRow,
  type StatementSignature,
} from '../../reconciliation/statement.js';
import { withoutControls } from '../query-fields.js';
import { objectOf, timeSchema } from './common-schemas.js';

const countsSchema = objectOf<StatementCounts>()({
  completed: z.int().meta({ description: 'Length of the completed list (已办清单)' }),
  handedOver: z.int(),
  delivered: z.int(),
  giverSigned: z.int(),
  receiverSigned: z.int(),
  documentsReceived: z.int(),
  documentsHanded: z.int(),
  differences: z.int(),
});

const rowSchema = objectOf<StatementRow>()({
  workOrder: z.string(),
  process: z.string().optional(),
  stage: z.string(),
  visit: z.int().optional(),
  completedAt: timeSchema.optional().meta({ description: 'Absent: only the register knows it' }),
  operator: z.string().optional().meta({ description: 'Operator id' }),
  handedOverAt: timeSchema.optional(),
  giver: z.string().optional(),
  receiver: z.string().optional(),
  giverSigned: z.boolean(),
  receiverSigned: z.boolean(),
  delivered: z.boolean(),
  documentsReceived: z.int(),
  documentsHanded: z.int(),
  differences: z.array(
    z.strictObject({
      code: z.enum(DIFFERENCE_CODES),
      alert: z.string().meta({ description: 'Id of its alert, of a rule or of the reconciliation' }),
    }),
  ),
});

const signatureSchema = objectOf<StatementSignature>()({
  side: z.enum(SIDES).meta({ description: 'giver 移交方, receiver 接收方' }),
  by: z.string(),
  at: timeSchema,
  version: z.int(),
  note: z.string().optional(),
});
const signedSchema = z
  .array(signatureSchema)
  .meta({ description: 'Those of the present version, the giver’s first' });

const head = {
  id: z.string(),
  orgUnit: z.string(),
  orgUnitName: z.string(),
  date: z.iso.date().meta({ description: 'Business date' }),
  version: z.int().meta({ description: 'Raised whenever what it says changes' }),
  computedAt: timeSchema.meta({ description: 'When the present version was made' }),
  madeAt: timeSchema.optional().meta({ description: 'When its first version was made' }),
  signDueAt: timeSchema.optional().meta({
    description: 'By when both sides are to have signed the present version; absent where nobody has to',
  }),
  counts: countsSchema,
  truncated: z.boolean().optional().meta({ description: 'There are more lines than are kept' }),
  signatures: z.array(signatureSchema).meta({ description: 'Of all versions' }),
};

/** What is told of a statement beside what is stored. */
interface Shown {
  readonly signed: unknown;
  readonly signDueAt?: Date;
}

/** A statement in lists. */
export const statementHeadSchema = objectOf<Omit<Statement, 'rows' | 'hash'> & Shown>()({
  ...head,
  signed: signedSchema,
}).meta({ id: 'StatementHead' });

/** A reconciliation statement (对账单). */
export const statementSchema = objectOf<Omit<Statement, 'hash'> & Shown>()({
  ...head,
  signed: signedSchema,
  rows: z.array(rowSchema),
}).meta({
  id: 'Statement',
  description: 'A unit’s completed list of a day against the handover register (对账单)',
});

export const signBody = z
  .strictObject({
    side: z.enum(SIDES),
    version: z.int().min(1).max(1_000_000).meta({ description: 'The version you read' }),
    note: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .regex(...withoutControls)
      .optional(),
  })
  .meta({ example: { side: 'giver', version: 1, note: '件数相符' } });
