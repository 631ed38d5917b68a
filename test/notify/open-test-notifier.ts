import type { Connection } from 'mongoose';
import type { Alert, AlertHistoryEntry } from '../../src/alerts/alert.js';
import { DEFAULT_HANDLING } from '../../src/alerts/alert-handling.js';
import { makeEscalateAlerts } from '../../src/alerts/escalate-alerts.js';
import { makeAlertPlanner, type Rung } from '../../src/alerts/plan-alert.js';
import { makeAlertStore } from '../../src/alerts/alert-store.js';
import { makeChangeFeed } from '../../src/alerts/change-feed.js';
import type { Channel, Outgoing } from '../../src/notify/channels/channel.js';
import { makeDeliveryStore } from '../../src/notify/delivery-store.js';
import { makeFindContacts } from '../../src/notify/find-recipients.js';
import type { FindMutes } from '../../src/notify/flush-groups.js';
import { makeNotifier, type Notifier, type NotifierDeps } from '../../src/notify/make-notifier.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { makeNotifyStore } from '../../src/notify/notify-store.js';
import type { Random } from '../../src/simulate/random.js';
import { makeAlert } from '../api/support/make-alert.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { openTestMongo } from '../support/services.js';
import { Crash, crashing } from './crashing.js';

/** 省 → 市 → 县 → 营业厅. */
const PARENTS: Readonly<Record<string, string>> = { hall: 'county', station: 'county', county: 'city' };

/** What a channel of the test was given, and when. */
export interface Sent extends Outgoing {
  readonly channel: string;
  readonly at: number;
}

export interface TestNotifier {
  readonly connection: Connection;
  readonly sent: Sent[];
  readonly now: () => number;
  readonly setNow: (at: number) => void;
  readonly deps: NotifierDeps;
  readonly notifier: Notifier;
  readonly alertStore: ReturnType<typeof makeAlertStore>;
  raise(changes: Partial<Alert> & { readonly id: string }): Promise<void>;
  /** A further entry in the history of an alert, and what it changes. */
  change(id: string, entry: Omit<AlertHistoryEntry, 'at' | 'who'>, changes?: Partial<Alert>): Promise<void>;
  /** Runs the chain at every instant at which something is due, up to `until`. */
  runUntil(until: number): Promise<void>;
  readonly close: () => Promise<void>;
}

/** The chain on a fresh database, with a calendar as shipped, a clock of the test's, and channels that write down. */
export async function openTestNotifier(options: {
  readonly at: string;
  readonly settings: object;
  readonly findMutes?: FindMutes;
  readonly send?: (channel: string, message: Outgoing) => Promise<void>;
  /** Escalation ladders by rule; the pass that climbs them runs beside the notifier. */
  readonly ladders?: Readonly<Record<string, readonly Rung[]>>;
  /** Processes die at random with these odds at every step on a store, and start again at once. */
  readonly dying?: { readonly random: Random; readonly odds: number };
}): Promise<TestNotifier> {
  const { connection, close } = await openTestMongo();
  let time = Date.parse(options.at);
  const now = () => time;
  const alertStore = makeAlertStore(connection, now);
  const feed = makeChangeFeed(connection, now);
  const store = makeNotifyStore(connection);
  const deliveries = makeDeliveryStore(connection);
  for (const one of [alertStore, feed, store, deliveries]) await one.init();
  const settings = notifyFileSchema.parse(options.settings);
  const sent: Sent[] = [];
  const channelOf = (name: string): Channel => ({
    name,
    type: 'test',
    limits: [],
    async send(message) {
      await options.send?.(name, message);
      sent.push({ ...message, channel: name, at: time });
    },
  });
  const names = new Set(settings.contacts.flatMap(({ via }) => via.map(({ channel }) => channel)));
  const deps: NotifierDeps = {
    feed,
    store,
    deliveries,
    channels: new Map([...names].map((name) => [name, channelOf(name)])),
    routes: settings.routes,
    loadAlerts: (ids) => alertStore.loadByIds(ids),
    findMutes: options.findMutes ?? (() => Promise.resolve(new Map())),
    findRecipients: makeFindContacts(settings.contacts, (unit) => PARENTS[unit]),
    isBelow: (unit, upper) => unit === upper || PARENTS[unit] === upper,
    calendar: chinaCalendar(),
    now,
    logger: { warn: () => undefined, error: () => undefined },
  };
  const { dying } = options;
  const mortal = <Part extends object>(part: Part): Part =>
    dying ? crashing(part, dying.random, dying.odds) : part;
  const planner = makeAlertPlanner({
    handling: DEFAULT_HANDLING,
    calendar: chinaCalendar(),
    escalationOf: (rule) => options.ladders?.[rule],
  });
  const findDuty = (post: string) => ({ orgUnit: post.replace('-manager', ''), people: [] });
  const notifier = makeNotifier(deps);
  /** Each is a process of its own. */
  const processes = [
    () => makeEscalateAlerts({ alertStore: mortal(alertStore), planner, findDuty, now })(),
    () => makeNotifier({ ...deps, feed: mortal(feed), store: mortal(store), deliveries: mortal(deliveries) }).pass(),
    () => makeNotifier({ ...deps, feed: mortal(feed), store: mortal(store), deliveries: mortal(deliveries) }).send(),
  ]; // prettier-ignore
  async function untilItLives(run: () => Promise<unknown>): Promise<void> {
    for (;;)
      try {
        return void (await run());
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
  }
  const nextLook = async () => {
    const alerts = connection.collection<{ nextLookAt?: Date }>('alerts');
    return (await alerts.findOne({ nextLookAt: { $exists: true } }, { sort: { nextLookAt: 1 } }))?.nextLookAt;
  };
  // The first pass of an installation only finds its place.
  await notifier.pass();

  return {
    connection, sent, now, deps, notifier, alertStore, close,
    setNow: (at) => (time = at),
    async raise(changes) {
      const at = new Date(time);
      const alert = makeAlert({
        orgUnit: 'hall', firstAt: at, lastAt: at, raisedAt: at, history: [{ at, what: 'raised', who: 'system' }], ...changes,
      });
      await alertStore.write([{ alert: options.ladders ? planner.plan(alert, time) : alert, isNew: true }]);
    },
    async change(id, entry, changes = {}) {
      const [alert] = await alertStore.loadByIds([id]);
      if (!alert) throw new Error(`no alert ${id}`);
      const history = [...alert.history, { at: new Date(time), who: 'system', ...entry }];
      const next = { ...alert, ...changes, history, version: alert.version + 1 };
      await alertStore.write([{ alert: next, isNew: false }]);
    },
    async runUntil(until) {
      for (;;) {
        for (const process of processes) await untilItLives(process);
        const due = [await store.nextDueAt(), await deliveries.nextDueAt(), await nextLook()].flatMap((at) => at?.getTime() ?? []);
        const next = Math.min(...due);
        if (!(next <= until)) break;
        time = Math.max(time, next);
      }
      time = until;
    },
  }; // prettier-ignore
}
