import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { AlertStore } from './alerts/alert-store.js';
import type { ChangeFeed } from './alerts/change-feed.js';
import type { UserStore } from './access/user-store.js';
import type { FindDuty } from './duty/find-duty.js';
import { makeAskUsers } from './notify/ask-users.js';
import { makeChannels } from './notify/channels/make-channels.js';
import type { Mute } from './notify/decide-message.js';
import { makeDeliveryStore } from './notify/delivery-store.js';
import { makeFindDigestRecipients } from './notify/find-digest-recipients.js';
import { makeFindContacts } from './notify/find-recipients.js';
import type { FindMutes } from './notify/flush-groups.js';
import { makeNotifier } from './notify/make-notifier.js';
import { makeNotifyStore } from './notify/notify-store.js';
import { makeDigestFigures, makeSendDigests } from './notify/send-digests.js';
import { makeTestChannel } from './notify/test-channel.js';
import type { Content } from './open-content.js';

export interface ComposeNotifyOptions {
  readonly connection: Connection;
  readonly content: Content;
  readonly alertStore: AlertStore;
  readonly changeFeed: ChangeFeed;
  readonly users: Pick<UserStore, 'get'>;
  readonly findDuty: FindDuty;
  /** NOTIFY_SECRET_… by name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly publicUrl?: string;
  readonly logger: Logger;
  readonly now: () => number;
  readonly onOutcome: (channel: string, outcome: 'sent' | 'retry' | 'failed') => void;
}

/** Wires notification: what comes after the change feed. Starts nothing. */
export async function composeNotify(options: ComposeNotifyOptions) {
  const { connection, content, alertStore, changeFeed, users, findDuty, secrets, publicUrl, logger, now } =
    options;
  const { calendar, orgUnits, notify } = content;
  const store = makeNotifyStore(connection);
  const deliveries = makeDeliveryStore(connection);
  await store.init();
  await deliveries.init();
  const render = { timeZone: calendar.timeZone, ...(publicUrl !== undefined && { publicUrl }) };
  const channels = makeChannels(notify.channels, { ...render, secrets, now });
  const parentOf = (code: string) => orgUnits.get(code)?.parent;

  const notifier = makeNotifier({
    feed: changeFeed,
    store,
    deliveries,
    channels,
    // Without a channel nobody can be told of anything: then nothing is routed, and nothing piles up.
    routes: channels.size === 0 ? [] : notify.routes,
    loadAlerts: (ids) => alertStore.loadByIds(ids),
    findMutes: muteSilenced,
    findRecipients: makeAskUsers({
      findContacts: makeFindContacts(notify.contacts, parentOf),
      users,
      findDuty,
      now,
    }),
    isBelow: (unit, upper) => orgUnits.subtreeOf(upper).includes(unit),
    calendar,
    now,
    logger,
    onOutcome: options.onOutcome,
  });
  const sendDigests = makeSendDigests({
    store,
    figures: makeDigestFigures(connection),
    findDigestRecipients: makeFindDigestRecipients({
      contacts: notify.contacts,
      roster: content.duty.roster,
      findDuty,
      users,
      hasChannel: (name) => channels.has(name),
      orgUnitName: (code) => orgUnits.get(code)?.name ?? code,
    }),
    subtreeOf: (code) => orgUnits.subtreeOf(code),
    calendar,
    now,
  });
  const testChannel = makeTestChannel({ channels, deliveries, now });
  return { store, deliveries, channels, notifier, sendDigests, testChannel };
}
export type Notify = Awaited<ReturnType<typeof composeNotify>>;

/** What src/silences has muted is told to nobody. */
const muteSilenced: FindMutes = (alerts) =>
  Promise.resolve(
    new Map<string, Mute>(
      alerts.flatMap(({ id, muted }) =>
        muted
          ? [
              [
                id,
                muted.inhibitedBy === undefined
                  ? { kind: 'silence', by: muted.silences.join(' ') }
                  : { kind: 'inhibition', by: muted.inhibitedBy },
              ],
            ]
          : [],
      ),
    ),
  );
