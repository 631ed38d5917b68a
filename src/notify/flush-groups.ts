import type { Alert } from '../alerts/alert.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { decideMessage, type Decision, type Mute } from './decide-message.js';
import type { Delivery, DeliveryReason } from './delivery.js';
import { readTarget, type FindRecipients } from './find-recipients.js';
import { addDuration, afterQuietHours, inOfficeHours } from './notify-clocks.js';
import type { Route } from './notify-file.js';
import type { NotifyGroup, NotifyMessage, NotifyStore } from './notify-store.js';

/** Which alerts nobody is to be told of for now, and why; asked when a message is about to be made. */
export type FindMutes = (alerts: readonly Alert[], now: number) => Promise<ReadonlyMap<string, Mute>>;

export interface FlushGroupsDeps {
  readonly store: NotifyStore;
  readonly loadAlerts: (ids: readonly string[]) => Promise<readonly Alert[]>;
  readonly findMutes: FindMutes;
  readonly findRecipients: FindRecipients;
  readonly routes: readonly Route[];
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
  /** Alerts one message may tell of; the rest goes out in the next. Default 2 000. */
  readonly mostItems?: number;
}

/** Where a route is no longer in the settings: what is in its groups is told all the same. */
const FALLBACK: Pick<Route, 'groupInterval' | 'repeatInterval' | 'hours' | 'sendClosed'> = {
  groupInterval: { value: 5, unit: 'minute' },
  hours: 'any',
  sendClosed: true,
};

/**
 * Stages silence, dedupe and the beginning of send: what is due in a group becomes one message. The order of writes makes it safe to
 * die anywhere: the message first, inserted once under the group's next number; from it the deliveries and the
 * items; the group's number last.
 */
export function makeFlushGroups(deps: FlushGroupsDeps) {
  const { store, loadAlerts, findMutes, findRecipients, calendar, now, mostItems = 2_000 } = deps;
  const routeById = new Map(deps.routes.map((route) => [route.id, route]));

  /** @returns how many groups were looked at; 0 = none is due */
  return async function flushGroups(limit = 100): Promise<number> {
    const due = await store.dueGroups(new Date(now()), limit);
    for (const group of due) await flush(group);
    return due.length;
  };

  async function flush(group: NotifyGroup): Promise<void> {
    const route = routeById.get(group.route) ?? FALLBACK;
    const messageId = `msg_${group._id}_${group.n + 1}`;
    const begun = (await store.message(messageId)) ?? (await begin(group, route, messageId));
    if (begun) {
      await store.addDeliveries(begun.deliveries);
      await store.setItems(
        begun.items.map(({ id, entries, open }) => ({ id, pull: entries, open, told: true })),
      );
    }
    await settle(group, route, begun);
  }

  /** Decides what to tell and writes it down; undefined when there is nothing. */
  async function begin(
    group: NotifyGroup,
    route: typeof FALLBACK,
    messageId: string,
  ): Promise<NotifyMessage | undefined> {
    const items = await store.itemsOf(group._id, mostItems);
    const loaded = await loadAlerts([...new Set(items.map(({ alertId }) => alertId))]);
    const alerts = new Map(loaded.map((alert) => [alert.id, alert]));
    const at = now();
    const decision = decideMessage({
      items,
      alerts,
      mutes: await findMutes(loaded, at),
      sendClosed: route.sendClosed,
      reminderDue: isReminderDue(group, route, at),
      footer: `按规则“${group.route}”发给 ${group.target}`,
      now: at,
    });
    if (!decision.content) {
      await store.setItems(decision.settled);
      return undefined;
    }
    const { settled } = decision;
    // What fell away untold is taken off at once; a message only speaks of what it tells.
    await store.setItems(
      settled.filter(({ told }) => !told).map(({ id, pull, open }) => ({ id, pull, open })),
    );
    return store.addMessage({
      _id: messageId,
      at: new Date(at),
      full: decision.full,
      items: settled.filter(({ told }) => told).map(({ id, pull, open }) => ({ id, entries: pull, open })),
      deliveries: await addressTo(group, messageId, decision, loaded),
    });
  }

  async function addressTo(
    group: NotifyGroup,
    messageId: string,
    { content, alerts, muted }: Decision,
    loaded: readonly Alert[],
  ): Promise<Delivery[]> {
    if (!content) return [];
    const { route, target, labels } = group;
    const why: DeliveryReason = {
      kind: content.kind,
      route,
      target,
      labels,
      alerts: alerts.slice(0, 100),
      muted,
    };
    const units = [...new Set(loaded.map(({ orgUnit }) => orgUnit))];
    const [orgUnit] = units;
    const place = units.length === 1 && orgUnit !== undefined ? { orgUnit } : {};
    const recipients = await findRecipients(readTarget(target, undefined));
    return toDeliveries({ messageId, content, why, recipients, calendar, now: now(), ...place });
  }

  async function settle(
    group: NotifyGroup,
    route: typeof FALLBACK,
    message: NotifyMessage | undefined,
  ): Promise<void> {
    const left = await store.itemsOf(group._id, 1);
    const sentAt = message?.at ?? group.sentAt;
    const remindedAt = message?.full ? message.at : group.remindedAt;
    const next = left[0] && nextLook(left[0].entries.length > 0, remindedAt ?? sentAt, route);
    // If something was routed in meanwhile, the group is still due: the next round finds the message and goes on.
    await store.settleGroup(group, {
      n: group.n + (message ? 1 : 0),
      ...(sentAt && { sentAt }),
      ...(remindedAt && { remindedAt }),
      ...(next !== undefined && { next: new Date(next) }),
    });
  }

  function nextLook(
    pending: boolean,
    remindedAt: Date | undefined,
    { groupInterval, repeatInterval, hours }: typeof FALLBACK,
  ): number | undefined {
    // Muted alerts are looked at again: the silence may have ended.
    const again = addDuration(calendar, now(), groupInterval);
    const repeat =
      repeatInterval && remindedAt && addDuration(calendar, remindedAt.getTime(), repeatInterval);
    const next = pending ? again : repeat === undefined ? undefined : repeat > now() ? repeat : again;
    return next !== undefined && hours === 'office' ? inOfficeHours(calendar, next) : next;
  }

  function isReminderDue(group: NotifyGroup, { repeatInterval }: typeof FALLBACK, at: number): boolean {
    const last = group.remindedAt ?? group.sentAt;
    return !!repeatInterval && !!last && addDuration(calendar, last.getTime(), repeatInterval) <= at;
  }
}
export type FlushGroups = ReturnType<typeof makeFlushGroups>;

/** One delivery for each address; one that says so when there is none. Also used for digests. */
export function toDeliveries(request: {
  readonly messageId: string;
  readonly content: Delivery['content'];
  readonly why: DeliveryReason;
  readonly recipients: Awaited<ReturnType<FindRecipients>>;
  readonly calendar: BusinessCalendar;
  readonly now: number;
  readonly orgUnit?: string;
}): Delivery[] {
  const { messageId, content, why, recipients, calendar, now, orgUnit } = request;
  const common = {
    messageId,
    content,
    createdAt: new Date(now),
    attempts: [],
    ...(orgUnit !== undefined && { orgUnit }),
  };
  const seen = new Set<string>();
  const deliveries: Delivery[] = [];
  for (const { id: recipient, via, quiet } of recipients) {
    const from = afterQuietHours(calendar, now, quiet, content.severity);
    for (const { channel, to } of via) {
      // Two roles of one person, or two people of one group: one message.
      const address = `${channel} ${to ?? ''}`;
      if (seen.has(address)) continue;
      seen.add(address);
      deliveries.push({
        ...common,
        id: `${messageId}_${deliveries.length + 1}`,
        channel,
        recipient,
        ...(to !== undefined && { to }),
        status: 'pending',
        why: from > now ? { ...why, quietUntil: new Date(from) } : why,
        nextAt: new Date(from),
      });
    }
  }
  if (deliveries.length === 0)
    deliveries.push({ ...common, id: `${messageId}_0`, status: 'undeliverable', why, nextAt: new Date(now) });
  return deliveries;
}
