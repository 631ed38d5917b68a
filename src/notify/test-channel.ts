import { randomUUID } from 'node:crypto';
import { ConflictError, InvalidRequestError, NotFoundError } from '../errors.js';
import { ChannelError, type Channel } from './channels/channel.js';
import type { DeliveryStore } from './delivery-store.js';
import type { MessageContent } from './message.js';

/** Sends one test message, once and at once. */
export interface TestChannelDeps {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly deliveries: Pick<DeliveryStore, 'startChannel' | 'takeSlot'>;
  readonly now: () => number;
}
export interface TestResult {
  readonly ok: boolean;
  /** Why not. Without secrets. */
  readonly error?: string;
  readonly tookMs: number;
}

/** The test button of a channel. A success starts a stopped channel again. */
export function makeTestChannel({ channels, deliveries, now }: TestChannelDeps) {
  return async function testChannel(name: string, to: string | undefined): Promise<TestResult> {
    const channel = channels.get(name);
    if (!channel) throw new NotFoundError(`There is no channel ${name}.`);
    if (channel.type === 'email' && to === undefined)
      throw new InvalidRequestError('An e-mail channel needs a mailbox.', {
        fields: [{ path: 'to', message: 'is missing' }],
      });
    const start = now();
    const free = await deliveries.takeSlot(channel, new Date(start));
    if (free)
      throw new ConflictError(
        `The channel has sent as many messages as it may; it is free at ${free.toISOString()}.`,
      );
    const content: MessageContent = {
      kind: 'test',
      title: '测试消息：风险预警通知通道',
      severity: 'low',
      lines: [{ text: '收到本消息说明通道可用，无需处理。' }],
      more: 0,
      footer: '由管理员在控制台发送',
      at: new Date(start),
    };
    try {
      await channel.send({ id: `msg_test_${randomUUID()}`, content, ...(to !== undefined && { to }) });
      await deliveries.startChannel(name);
      return { ok: true, tookMs: now() - start };
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      return { ok: false, error: error.message, tookMs: now() - start };
    }
  };
}
export type TestChannel = ReturnType<typeof makeTestChannel>;
