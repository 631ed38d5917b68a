import type { Alert } from '../alerts/alert.js';
import type { ChangeFeed } from '../alerts/change-feed.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { matchRoutes, type RoutedChange } from './match-routes.js';
import { addDuration, inOfficeHours } from './notify-clocks.js';
import type { Route } from './notify-file.js';
import { itemIdOf } from './notify-store.js';
import type { ItemAddition, NotifyGroup, NotifyItem, NotifyStore } from './notify-store.js';

export interface RouteChangesDeps {
  readonly feed: Pick<ChangeFeed, 'readAfter' | 'bounds'>;
  readonly loadAlerts: (ids: readonly string[]) => Promise<readonly Alert[]>;
  readonly store: NotifyStore;
  readonly routes: readonly Route[];
  readonly isBelow: (orgUnit: string, upper: string) => boolean;
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
}

const BATCH = 200;
/** What ends an alert is told to all who were told of it, whichever routes it fits now. */
const ENDINGS = new Set(['closed', 'auto_closed', 'retracted']);

/**
 * Stages route, group and wait: reads the change feed in order and puts each change into its groups, whose clocks it
 * sets. The position in the feed moves on last, so a crash routes a change again, which adds nothing.
 */
export function makeRouteChanges(deps: RouteChangesDeps) {
  const { feed, loadAlerts, store, routes, isBelow, calendar, now } = deps;
  const routeById = new Map(routes.map((route) => [route.id, route]));

  /** @returns how many changes were read; 0 = nothing is left */
  return async function routeChanges(): Promise<number> {
    const position = await store.position();
    if (position === undefined || routes.length === 0) {
      // At the first start, and while nobody is to be told, what was before is not told later.
      const last = (await feed.bounds())?.last ?? 0;
      if (position === undefined || position < last) await store.moveOn(position, last);
      return 0;
    }
    const changes = await feed.readAfter(position, BATCH);
    const last = changes.at(-1);
    if (!last) return 0;
    const ids = [...new Set(changes.map(({ alertId }) => alertId))];
    const alerts = new Map((await loadAlerts(ids)).map((alert) => [alert.id, alert]));
    const items = await store.itemsOfAlerts(ids);
    const additions = new Map<string, ItemAddition>();
    for (const change of changes) {
      const alert = alerts.get(change.alertId);
      if (!alert) continue;
      const routed = matchRoutes(routes, alert, change, isBelow);
      for (const one of [...routed, ...endingsFor(items, routed, alert, change)])
        collect(additions, items, alert.id, one, change.seq);
    }
    if (!(await store.addToItems([...additions.values()]))) return changes.length;
    await wake([...additions.values()].map((addition) => addition.change));
    await store.moveOn(position, last.seq);
    return changes.length;
  };

  /** Entries of changes that an item has been given before, by a pass that died, are left out. */
  function collect(
    additions: Map<string, ItemAddition>,
    items: readonly NotifyItem[],
    alertId: string,
    change: RoutedChange,
    seq: number,
  ): void {
    const id = itemIdOf(alertId, change.route, change.target);
    const item = items.find(({ _id }) => _id === id);
    const before = additions.get(id);
    const fresh = seq > (item?.seq ?? 0) ? change.entries : [];
    // The group an alert came into first stays its own: there it is told of, and there its end is.
    const group = before?.change.group ?? item?.group ?? change.group;
    additions.set(id, {
      alertId,
      change: { ...change, group, entries: [...(before?.change.entries ?? []), ...fresh] },
      readSeq: item?.seq,
      seq: Math.max(seq, item?.seq ?? 0),
      at: new Date(now()),
    });
  }

  async function wake(changes: readonly RoutedChange[]): Promise<void> {
    const distinct = [...new Map(changes.map((change) => [change.group, change])).values()];
    const groups = new Map(
      (await store.groups(distinct.map(({ group }) => group))).map((group) => [group._id, group]),
    );
    await store.wakeGroups(
      distinct.map((change) => ({
        change,
        next: new Date(wakeAt(groups.get(change.group), change.route)),
      })),
    );
  }

  function wakeAt(group: NotifyGroup | undefined, routeId: string): number {
    const route = routeById.get(routeId);
    const at = now();
    if (!route) return at;
    const waited = addDuration(calendar, at, route.groupWait);
    const spaced = group?.sentAt ? addDuration(calendar, group.sentAt.getTime(), route.groupInterval) : 0;
    const next = Math.max(waited, spaced);
    return route.hours === 'office' ? inOfficeHours(calendar, next) : next;
  }
}
export type RouteChanges = ReturnType<typeof makeRouteChanges>;

function endingsFor(
  items: readonly NotifyItem[],
  routed: readonly RoutedChange[],
  alert: Alert,
  { from, to }: { readonly from: number; readonly to: number },
): RoutedChange[] {
  const entries = alert.history.flatMap(({ what }, index) =>
    index >= from && index < to && ENDINGS.has(what) ? [index] : [],
  );
  if (entries.length === 0) return [];
  const have = new Set(routed.map(({ route, target }) => `${route}|${target}`));
  return items
    .filter(({ alertId, route, target }) => alertId === alert.id && !have.has(`${route}|${target}`))
    .map(({ route, target, group }) => ({ route, target, group, labels: {}, entries }));
}
