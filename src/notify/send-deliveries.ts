import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { ChannelError, type Channel } from './channels/channel.js';
import type { Delivery } from './delivery.js';
import type { DeliveryStore } from './delivery-store.js';

export interface SendDeliveriesDeps {
  readonly store: DeliveryStore;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Counting; must not throw. */
  readonly onOutcome?: (channel: string, outcome: 'sent' | 'retry' | 'failed') => void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How long after a failed try the next one comes: 8 tries over a day, after the schedule of Standard Webhooks. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  7 * HOUR,
  9.5 * HOUR,
];
/** Longer than any try can take: whoever gives no sign for so long is dead. */
const LEASE_MS = 2 * MINUTE;
/** Tries are spread by up to this part of their delay, lest all that failed together comes back together. */
const JITTER = 0.1;

/**
 * Stages send, retry and log: tries what is due, each channel on its own, so that a slow or dead one holds up no other.
 * A failed try comes again by `RETRY_DELAYS_MS`, or later if the other side said so.
 */
export function makeSendDeliveries(deps: SendDeliveriesDeps) {
  const { store, channels, now, logger, onOutcome } = deps;
  const running = new Map<string, Promise<number>>();

  /** Sends what is due on every channel that is not being sent on already. @returns how many tries were made */
  async function sendDeliveries(signal?: AbortSignal): Promise<number> {
    const due = await store.dueChannels(new Date(now()));
    const rounds = due.map((name) => {
      const round = running.get(name) ?? drain(name, signal).finally(() => running.delete(name));
      running.set(name, round);
      return round;
    });
    // Waits for all of them, also where one fails: whoever closes the store must know that nobody uses it.
    const ended = await Promise.allSettled(rounds);
    const failed = ended.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return ended.reduce((sum, end) => sum + (end.status === 'fulfilled' ? end.value : 0), 0);
  }

  async function drain(name: string, signal?: AbortSignal): Promise<number> {
    let tries = 0;
    while (!signal?.aborted) {
      const delivery = await store.claim(name, new Date(now()), LEASE_MS);
      if (!delivery) break;
      const channel = channels.get(name);
      const full = channel && (await store.takeSlot(channel, new Date(now())));
      if (full) {
        await store.putBack(delivery.id, full);
        // The others of the channel have no place either; they stay due and the next round asks again.
        break;
      }
      tries += 1;
      await attempt(delivery, channel);
    }
    return tries;
  }

  async function attempt(delivery: Delivery, channel: Channel | undefined): Promise<void> {
    const error = await trySending(delivery, channel);
    const at = new Date(now());
    const name = delivery.channel ?? '';
    if (!error) {
      await store.finish(delivery.id, { at }, { status: 'sent' });
      onOutcome?.(name, 'sent');
      return;
    }
    if (error.permanent === 'channel') await store.stopChannel(name, at, error.message);
    const delay = error.permanent ? undefined : RETRY_DELAYS_MS[delivery.attempts.length - 1];
    const outcome = { at, error: error.message };
    const about = {
      delivery: delivery.id,
      channel: name,
      attempt: delivery.attempts.length,
      error: error.message,
    };
    if (delay === undefined) {
      await store.finish(delivery.id, outcome, { status: 'failed' });
      logger.warn(
        about,
        'a message was given up; the delivery log has it, and it can be sent again from there',
      );
      onOutcome?.(name, 'failed');
      return;
    }
    const wait = Math.max(delay * (1 + JITTER * spread(delivery)), error.retryAfterMs ?? 0);
    await store.finish(delivery.id, outcome, { status: 'pending', nextAt: new Date(at.getTime() + wait) });
    logger.warn(about, 'a message was not taken; it will be tried again');
    onOutcome?.(name, 'retry');
  }

  async function trySending(
    delivery: Delivery,
    channel: Channel | undefined,
  ): Promise<ChannelError | undefined> {
    if (!channel)
      return new ChannelError(`there is no channel "${delivery.channel}" in the settings any more`, {
        permanent: 'message',
      });
    const stop = (await store.stopped()).find(({ name }) => name === channel.name);
    if (stop) return new ChannelError(`the channel is stopped: ${stop.reason}`, { permanent: 'message' });
    const { id, to, content } = delivery;
    try {
      await channel.send({ id, content, ...(to !== undefined && { to }) });
      return undefined;
    } catch (error) {
      if (error instanceof ChannelError) return error;
      // A bug of ours: it is logged whole, and the message is tried again like any other.
      logger.error(
        { err: error, delivery: id, channel: channel.name },
        'a channel failed in a way it should not',
      );
      return new ChannelError('the channel failed in a way it should not; the log has the reason', {
        cause: error,
      });
    }
  }

  return sendDeliveries;
}
export type SendDeliveries = ReturnType<typeof makeSendDeliveries>;

/** 0 to 1, of the id and the try: spread over the messages, the same for each when asked again. */
function spread({ id, attempts }: Delivery): number {
  return createHash('sha256').update(`${id} ${attempts.length}`).digest().readUInt32BE(0) / 2 ** 32;
}
