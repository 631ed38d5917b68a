import { z } from 'zod';
import { OUTCOMES } from '../../alerts/alert.js';
import { STEP_KINDS } from '../../alerts/take-step.js';
import { codeField, withoutControls } from '../query-fields.js';
import { alertSchema } from './alert-schema.js';
import { timeSchema } from './common-schemas.js';

const words = (min: number) =>
  z
    .string()
    .trim()
    .min(min, min <= 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(2000, 'must have at most 2000 characters')
    .regex(...withoutControls);
const note = words(1)
  .optional()
  .meta({ description: 'For those who read the history', example: '已通知受理员' });
const attachments = z
  .array(codeField)
  .max(30, 'must hold at most 30 ids')
  .optional()
  .meta({ description: 'Ids of evidence of this alert, see POST /api/alerts/{id}/evidence' });

const assigneeSchema = z
  .strictObject({
    user: codeField.optional().meta({ description: 'User id, or operator id of the sales system' }),
    orgUnit: codeField.optional().meta({ description: 'Whoever holds the alert’s post there' }),
  })
  .refine(({ user, orgUnit }) => user !== undefined || orgUnit !== undefined, 'must name user or orgUnit');
export const outcomeSchema = z.strictObject({
  result: z.enum(OUTCOMES).meta({ description: 'confirmed 查实, unconfirmed 未查实, invalid 无效' }),
  reason: words(2).meta({ example: '现场核对，移交记录簿确无接收人签字' }),
});

export const acknowledgeBody = z.strictObject({ note }).meta({ example: { note: '正在核实' } });
export const dispatchBody = z
  .strictObject({
    to: assigneeSchema,
    dueAt: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .optional()
      .meta({
        type: 'string',
        format: 'date-time',
        description: 'Until when; default: rules/alert-handling.json',
      }),
    note,
    attachments,
  })
  .meta({ example: { to: { user: 'li.ming' }, note: '请补签移交记录簿' } });
export const rectifyBody = z
  .strictObject({ note: words(2).meta({ description: 'What was put right' }), attachments })
  .meta({ example: { note: '已补签，见照片', attachments: [] } });
export const closeBody = z
  .strictObject({ outcome: outcomeSchema, note, attachments })
  .meta({ example: { outcome: { result: 'confirmed', reason: '移交未签字属实，已整改' } } });
export const reopenBody = z
  .strictObject({ note: words(2).meta({ description: 'Why' }), attachments })
  .meta({ example: { note: '补签日期与移交日期不符，重新核查' } });
export const commentBody = z
  .strictObject({ note: words(1), attachments })
  .meta({ example: { note: '已电话联系对方班组' } });

const itemsField = z
  .array(z.strictObject({ id: codeField, version: z.int().min(1).optional() }))
  .min(1, 'must hold at least one alert')
  .max(100, 'must hold at most 100 alerts');
/** The same step on many alerts; each is taken or refused on its own. */
export const bulkBody = z
  .discriminatedUnion('step', [
    z.strictObject({ step: z.literal('acknowledge'), alerts: itemsField, ...acknowledgeBody.shape }),
    z.strictObject({ step: z.literal('dispatch'), alerts: itemsField, ...dispatchBody.omit({ attachments: true }).shape }),
    z.strictObject({ step: z.literal('rectify'), alerts: itemsField, ...rectifyBody.omit({ attachments: true }).shape }),
    z.strictObject({ step: z.literal('close'), alerts: itemsField, ...closeBody.omit({ attachments: true }).shape }),
    z.strictObject({ step: z.literal('reopen'), alerts: itemsField, ...reopenBody.omit({ attachments: true }).shape }),
    z.strictObject({ step: z.literal('comment'), alerts: itemsField, ...commentBody.omit({ attachments: true }).shape }),
  ])
  .meta({ example: { step: 'acknowledge', alerts: [{ id: '3fQy…-1', version: 2 }], note: '批量确认' } }); // prettier-ignore

export const bulkAnswerSchema = z.strictObject({
  results: z.array(
    z.strictObject({
      id: z.string(),
      ok: z.boolean(),
      alert: alertSchema.optional(),
      error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});

export const evidenceSchema = z
  .strictObject({
    id: z.string(),
    fileName: z.string(),
    type: z.string(),
    size: z.int().meta({ description: 'Bytes' }),
    sha256: z.string(),
    by: z.string(),
    at: timeSchema,
  })
  .meta({ id: 'Evidence' });

export const stepsField = z.array(z.enum(STEP_KINDS)).meta({ description: 'Steps that you could take now' });
