import { afterEach, describe, expect, it } from '@jest/globals';
import { ChannelError } from '../../src/notify/channels/channel.js';
import { makeNotifier } from '../../src/notify/make-notifier.js';
import { RETRY_DELAYS_MS } from '../../src/notify/send-deliveries.js';
import { openTestNotifier, type TestNotifier } from './open-test-notifier.js';

const AT = '2026-11-23T09:00:00+08:00';
const START = Date.parse(AT);
const HOUR = 3_600_000;
const SETTINGS = {
  contacts: [
    { id: 'wang', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'robot' }, { channel: 'mail', to: 'wang@example.com' }] },
  ],
  routes: [{ id: 'all', groupBy: ['subject'], groupWait: { value: 1, unit: 'second' } }],
}; // prettier-ignore

let test: TestNotifier | undefined;
afterEach(() => test?.close());

async function open(send?: (channel: string) => Promise<void> | void): Promise<TestNotifier> {
  test = await openTestNotifier({
    at: AT,
    settings: SETTINGS,
    send: async (channel) => send?.(channel),
  });
  return test;
}

async function log(of: TestNotifier) {
  const { items } = await of.deps.deliveries.find({ limit: 200 });
  return items;
}

describe('sending', () => {
  it('tries a channel that is down eight times over a day and then keeps the message to be sent again by hand', async () => {
    let down = true;
    const service = await open((channel) => {
      if (channel === 'robot' && down) throw new ChannelError('robot.example answered 500');
    });
    await service.raise({ id: 'a1' });
    await service.runUntil(START + 48 * HOUR);
    // The other channel was not held up.
    expect(service.sent.map(({ channel, at }) => [channel, at - START])).toEqual([['mail', 1_000]]);
    const [robot] = (await log(service)).filter(({ channel }) => channel === 'robot');
    const times = robot?.attempts.map(({ at }) => at.getTime() - START - 1_000) ?? [];
    expect([robot?.status, times.length]).toEqual(['failed', 8]);
    times.slice(1).forEach((time, index) => {
      const delay = RETRY_DELAYS_MS[index] ?? 0;
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(delay);
      expect(time - (times[index] ?? 0)).toBeLessThanOrEqual(delay * 1.1 + 1);
    });
    expect(times.at(-1)).toBeGreaterThan(24 * HOUR);
    expect(robot?.attempts.every(({ error }) => error === 'robot.example answered 500')).toBe(true);

    down = false;
    expect(await service.deps.deliveries.tryAgain(robot?.id ?? '', new Date(service.now()))).toBe(true);
    await service.runUntil(service.now() + 1_000);
    expect(service.sent.map(({ channel }) => channel)).toEqual(['mail', 'robot']);
  });

  it('comes back when it was told to', async () => {
    let busy = true;
    const service = await open((channel) => {
      if (channel !== 'robot' || !busy) return;
      busy = false;
      throw new ChannelError('robot.example answered 429', { retryAfterMs: 600_000 });
    });
    await service.raise({ id: 'a1' });
    await service.runUntil(START + HOUR);
    expect(service.sent.find(({ channel }) => channel === 'robot')?.at).toBe(START + 1_000 + 600_000);
  });

  it('keeps to the limits of a channel, loses nothing by it, and does so in several processes', async () => {
    const service = await open();
    const limits = [{ messages: 3, perMs: 60_000 }];
    const channels = new Map([...service.deps.channels].map(([name, one]) => [name, { ...one, limits }]));
    const deps = { ...service.deps, channels };
    for (let n = 0; n < 10; n += 1)
      await service.raise({ id: `a${n}`, subject: { type: 'workOrder', id: `W${n}` } });
    const notifiers = [makeNotifier(deps), makeNotifier(deps)];
    for (let second = 1; second <= 300; second += 5) {
      service.setNow(START + second * 1_000);
      for (const one of notifiers) await one.pass();
      await Promise.all(notifiers.map((one) => one.send()));
    }
    for (const name of ['robot', 'mail']) {
      const times = service.sent
        .filter(({ channel }) => channel === name)
        .map(({ at }) => at)
        .sort((a, b) => a - b);
      expect(times).toHaveLength(10);
      times.slice(3).forEach((at, index) => expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(60_000));
    }
  });

  it('sends nothing more to a channel that is gone for good, until it works again', async () => {
    let gone = true;
    let asked = 0;
    const service = await open((channel) => {
      if (channel !== 'robot') return;
      asked += 1;
      if (gone) throw new ChannelError('robot.example answered 410 Gone', { permanent: 'channel' });
    });
    for (const id of ['a1', 'a2']) await service.raise({ id, subject: { type: 'workOrder', id } });
    await service.runUntil(START + HOUR);
    expect(asked).toBe(1);
    expect(await service.deps.deliveries.stopped()).toMatchObject([{ name: 'robot' }]);
    const failed = (await log(service)).filter(({ status }) => status === 'failed');
    expect(failed.map(({ attempts }) => attempts.at(-1)?.error).sort()).toEqual([
      'robot.example answered 410 Gone',
      'the channel is stopped: robot.example answered 410 Gone',
    ]);

    gone = false;
    await service.deps.deliveries.startChannel('robot');
    for (const { id } of failed) await service.deps.deliveries.tryAgain(id, new Date(service.now()));
    await service.runUntil(service.now() + 1_000);
    expect(service.sent.filter(({ channel }) => channel === 'robot')).toHaveLength(2);
  });

  it('says under the same id again what a process that died may have sent', async () => {
    const service = await open();
    await service.raise({ id: 'a1' });
    const dying = makeNotifier({
      ...service.deps,
      deliveries: { ...service.deps.deliveries, finish: () => Promise.reject(new Error('killed')) },
    });
    service.setNow(START + 1_000);
    await dying.pass();
    await dying.pass();
    service.setNow(START + 2_000);
    await dying.pass();
    await expect(dying.send()).rejects.toThrow('killed');
    await service.runUntil(START + HOUR);
    const robot = service.sent.filter(({ channel }) => channel === 'robot');
    expect(robot.map(({ id }) => id)).toEqual([robot[0]?.id, robot[0]?.id]);
    const delivery = await service.deps.deliveries.get(robot[0]?.id ?? '');
    expect(delivery?.attempts.map(({ outcome }) => outcome)).toEqual([undefined, 'ok']);
  });

  it('writes down why a message went out, and that there was nobody to send it to', async () => {
    const service = await open();
    await service.raise({ id: 'a1' });
    await service.raise({ id: 'a2', assignTo: 'nobody-has-this-role', subject: { type: 'workOrder', id: 'W2' } });
    await service.runUntil(START + HOUR);
    const rows = (await log(service)).map(({ status, channel, recipient, why: { route, target, alerts, labels } }) => [
      status, channel, recipient, route, target, alerts, labels,
    ]); // prettier-ignore
    expect(rows).toContainEqual(['sent', 'robot', 'wang', 'all', 'shift-supervisor@hall', [{ id: 'a1', what: ['raised'] }], { subject: 'workOrder:WO-1' }]);
    expect(rows).toContainEqual(['undeliverable', undefined, undefined, 'all', 'nobody-has-this-role@hall', [{ id: 'a2', what: ['raised'] }], { subject: 'workOrder:W2' }]);
  }); // prettier-ignore
});
