import type { MessageContent } from '../message.js';

/** One message to one address. */
export interface Outgoing {
  /**
   * The same however often it is sent: `webhook-id`, `Message-ID`. By it a receiver can tell a repetition, which happens
   * when the process dies between the channel's OK and the delivery log.
   */
  readonly id: string;
  /** Mailbox; channels that are an address themselves have none. */
  readonly to?: string;
  readonly content: MessageContent;
}

/** A way to send. */
export interface Channel {
  readonly name: string;
  readonly type: string;
  /** Most messages the vendor takes within a stretch of time. */
  readonly limits: readonly { readonly messages: number; readonly perMs: number }[];
  /** Sends once. @throws ChannelError */
  send(message: Outgoing): Promise<void>;
}

/** Why a message was not taken. The text goes into the delivery log: it never holds a secret or a whole address. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  /** The other side said when to come back, ms from now. */
  readonly retryAfterMs?: number;
  /** `message`: this message will never be taken; `channel`: no message will (410 Gone). */
  readonly permanent?: 'message' | 'channel';

  constructor(
    message: string,
    options: {
      readonly retryAfterMs?: number;
      readonly permanent?: 'message' | 'channel';
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.permanent !== undefined) this.permanent = options.permanent;
  }
}
