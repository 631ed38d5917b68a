import { z } from 'zod';
import { SEVERITIES } from '../../engine/rule-file.js';
import { DELIVERY_STATUSES, type Delivery } from '../../notify/delivery.js';
import { objectOf, timeSchema } from './common-schemas.js';

export const MESSAGE_KINDS = ['alerts', 'reminder', 'digest', 'test'] as const;

const lineSchema = z.strictObject({
  text: z.string(),
  severity: z.enum(SEVERITIES).optional(),
  alertId: z.string().optional(),
  what: z.string().optional(),
  advice: z.string().optional(),
  dueAt: timeSchema.optional(),
});

/** A row of the delivery log as the API tells it; the mailbox is shortened. */
export type DeliveryView = Omit<Delivery, 'recipient' | 'to'> & {
  readonly who?: string;
  readonly to?: string;
};

export const deliverySchema = objectOf<DeliveryView>()({
  id: z.string().meta({ description: 'Also `webhook-id` and `Message-ID`; a repetition has the same' }),
  messageId: z.string(),
  channel: z.string().optional().meta({ description: 'Absent: nobody was found to tell' }),
  to: z.string().optional().meta({ description: 'The mailbox, shortened' }),
  who: z.string().optional().meta({ description: 'Contact or user' }),
  orgUnit: z.string().optional(),
  status: z.enum(DELIVERY_STATUSES),
  why: z.strictObject({
    kind: z.enum(MESSAGE_KINDS),
    route: z.string().optional(),
    target: z.string().meta({ description: '`role@unit` or `user:ID`' }),
    labels: z.record(z.string(), z.string()),
    alerts: z.array(z.strictObject({ id: z.string(), what: z.array(z.string()) })),
    muted: z.int().meta({ description: 'Alerts of the group that are silenced and left out' }),
    quietUntil: timeSchema.optional(),
  }),
  content: z.strictObject({
    kind: z.enum(MESSAGE_KINDS),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    lines: z.array(lineSchema),
    more: z.int(),
    footer: z.string(),
    at: timeSchema,
  }),
  createdAt: timeSchema,
  nextAt: timeSchema,
  attempts: z.array(
    z.strictObject({
      at: timeSchema,
      outcome: z.enum(['ok', 'failed']).optional().meta({
        description: 'Absent while it is being tried, or when the process died before it knew',
      }),
      error: z.string().optional(),
    }),
  ),
  sentAt: timeSchema.optional(),
}).meta({ id: 'Delivery', description: 'One message to one address: why it went out and what became of it' });

export const channelSchema = z
  .strictObject({
    id: z.string(),
    type: z.enum(['email', 'dingtalk', 'wecom', 'feishu', 'webhook', 'test']),
    limits: z.array(z.strictObject({ messages: z.int(), perMs: z.int() })),
    stopped: z.strictObject({ at: timeSchema, reason: z.string() }).optional().meta({
      description: '410 Gone: nothing is sent until a test succeeds',
    }),
  })
  .meta({ id: 'Channel' });
