import type { MessageContent } from './message.js';

export const DELIVERY_STATUSES = ['pending', 'sent', 'failed', 'undeliverable'] as const;
/** `failed`: given up after the last try. `undeliverable`: nobody, or no channel, was found for it. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One message to one address, and what became of it: a row of the delivery log (collection `notify_deliveries`). */
export interface Delivery {
  /** `msg_<group>_<number>_<address>`; also `webhook-id` and `Message-ID`. */
  readonly id: string;
  readonly messageId: string;
  /** Absent when nobody was found. */
  readonly channel?: string;
  readonly to?: string;
  /** Contact or user. */
  readonly recipient?: string;
  /** Org unit of the alerts, for who may read the log; absent = of several. */
  readonly orgUnit?: string;
  readonly status: DeliveryStatus;
  /** Why it went out, and why to whom. */
  readonly why: DeliveryReason;
  readonly content: MessageContent;
  readonly createdAt: Date;
  /** pending: not tried before. */
  readonly nextAt: Date;
  readonly attempts: readonly DeliveryAttempt[];
  readonly sentAt?: Date;
}

export interface DeliveryReason {
  readonly kind: MessageContent['kind'];
  /** Route, its target and the values the alerts of the group share; absent for digests and tests. */
  readonly route?: string;
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The alerts it tells of and what happened to each. The first 100. */
  readonly alerts: readonly { readonly id: string; readonly what: readonly string[] }[];
  /** Alerts of the group that are silenced or inhibited and left out. */
  readonly muted: number;
  /** Held back by the recipient's quiet hours until then. */
  readonly quietUntil?: Date;
}

export interface DeliveryAttempt {
  readonly at: Date;
  /** Absent: the process died before it knew; a repetition has the same id. */
  readonly outcome?: 'ok' | 'failed';
  readonly error?: string;
}
