import { describe, expect, it } from '@jest/globals';
import { makeNotifier } from '../../src/notify/make-notifier.js';
import type { NotifyMessage } from '../../src/notify/notify-store.js';
import { makeRandom, type Random } from '../../src/simulate/random.js';
import { Crash, crashing } from './crashing.js';
import { openTestNotifier, type TestNotifier } from './open-test-notifier.js';

/** How many; the big run takes NOTIFY_SEEDS=50. */
const SEEDS = Number(process.env['NOTIFY_SEEDS'] ?? 4);
const SETTINGS = {
  contacts: [
    { id: 'wang', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'robot' }, { channel: 'hook' }] },
    { id: 'li', roles: ['county-manager'], orgUnit: 'county', via: [{ channel: 'mail', to: 'li@example.com' }] },
  ],
  routes: [
    { id: 'all', groupBy: ['rule'], groupWait: { value: 2, unit: 'second' }, groupInterval: { value: 10, unit: 'second' }, to: ['assignee', 'county-manager'] },
  ],
}; // prettier-ignore

const STEPS = 40;
const ODDS = 0.03;

describe('the notifier, killed at random', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'sends every message once and loses none (seed %i)',
    async (seed) => {
      const random = makeRandom(seed);
      const test = await openTestNotifier({ at: '2026-11-23T09:00:00+08:00', settings: SETTINGS });
      try {
        await live(test, random);
        await check(test);
      } finally {
        await test.close();
      }
    },
    120_000,
  );
});

/** A morning of alerts under a notifier that dies before or after one in so many of its steps. */
async function live(test: TestNotifier, random: Random): Promise<void> {
  const deps = dying(test.deps, random);
  const open: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const dice = random.next();
    const [first] = open;
    if (dice < 0.6 || !first) {
      const id = `a${step}`;
      await test.raise({ id, rule: { id: `r${step % 3}`, version: 1, name: `规则${step % 3}` } });
      open.push(id);
    } else if (dice < 0.8) {
      await test.change(first, { what: 'overdue' });
    } else {
      await test.change(first, { what: 'auto_closed' }, { open: false, status: 'auto_closed' });
      open.shift();
    }
    test.setNow(test.now() + 1_000 + Math.floor(random.next() * 8_000));
    // Each pass is a process of its own.
    const notifier = makeNotifier(deps);
    try {
      await notifier.pass();
      await notifier.send();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  await test.runUntil(test.now() + 3_600_000);
}

/** The notifier's stores, any step on which may be the last of its process. */
function dying(deps: TestNotifier['deps'], random: Random): TestNotifier['deps'] {
  const { feed, store, deliveries } = deps;
  return {
    ...deps,
    feed: crashing(feed, random, ODDS),
    store: crashing(store, random, ODDS),
    deliveries: crashing(deliveries, random, ODDS),
  };
}

async function check(test: TestNotifier): Promise<void> {
  const messages = test.connection.collection('notify_messages');
  const all = (await messages.find({}).toArray()) as unknown as NotifyMessage[];
  const alerts = await test.alertStore.loadByIds(Array.from({ length: STEPS }, (_, step) => `a${step}`));
  expect(alerts.length).toBeGreaterThan(STEPS / 4);

  // Every entry of a history that is to be told is in one message for each target, and in no second one.
  for (const alert of alerts)
    for (const target of ['shift-supervisor@hall', 'county-manager@hall']) {
      const told = all
        .flatMap(({ items }) => items.filter(({ id }) => id === `${alert.id}|all|${target}`))
        .flatMap(({ entries }) => entries)
        .sort((a, b) => a - b);
      // Nobody hears of an alert that was closed before he could be told of it.
      const expected = alert.open || told.length > 0 ? alert.history.map((_entry, index) => index) : [];
      expect({ id: alert.id, target, told }).toEqual({ id: alert.id, target, told: expected });
    }

  // Every message reached every address. Where the process died between the channel's OK and the log, it was sent
  // again under the same id, and the log shows the try whose end nobody saw.
  const wanted = all.flatMap(({ deliveries }) => deliveries.map(({ id }) => id)).sort();
  expect([...new Set(test.sent.map(({ id }) => id))].sort()).toEqual(wanted);
  for (const id of wanted) {
    const delivery = await test.deps.deliveries.get(id);
    const times = test.sent.filter((one) => one.id === id).length;
    const unseen = delivery?.attempts.filter(({ outcome }) => outcome === undefined).length ?? 0;
    expect(delivery?.status).toBe('sent');
    expect(times).toBeLessThanOrEqual(1 + unseen);
  }
}
