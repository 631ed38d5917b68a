import type { Alert, Page } from './types.js';

export type AlertSort = 'last' | 'due';
/** The fields that order and name an alert. */
type Listed = Pick<Alert, 'id' | 'lastAt' | 'stepDueAt'>;

/**
 * Pages of a list as they are after some of its alerts have changed: each goes, and comes back where it belongs if it still belongs
 * to the list. What belongs behind the last page that was read comes with a later page. What did not change is not touched.
 *
 * @param changed ids of what changed
 * @param found those of them that belong to the list, as the service has them now
 */
export function mergeAlerts<Item extends Listed>(
  pages: readonly Page<Item>[],
  changed: ReadonlySet<string>,
  found: readonly Item[],
  sort: AlertSort,
): Page<Item>[] {
  const isBefore = ORDERS[sort];
  const merged = pages.map(({ items, nextCursor }) => ({
    items: items.filter(({ id }) => !changed.has(id)),
    nextCursor,
  }));
  for (const alert of found) {
    const isBeforeEndOf = ({ items }: Page<Item>) => {
      const last = items.at(-1);
      return last !== undefined && isBefore(alert, last);
    };
    const page = merged.find(isBeforeEndOf) ?? lastIfWhole(merged);
    if (!page) continue;
    const index = page.items.findIndex((item) => isBefore(alert, item));
    page.items.splice(index < 0 ? page.items.length : index, 0, alert);
  }
  return merged;
}

/** Behind it nothing is left to be read. */
function lastIfWhole<Item>(pages: readonly { items: Item[]; readonly nextCursor: string | null }[]) {
  const last = pages.at(-1);
  return last?.nextCursor === null ? last : undefined;
}

/** As the service sorts: times in ISO are ordered as texts. */
const ORDERS: Readonly<Record<AlertSort, (a: Listed, b: Listed) => boolean>> = {
  last: (a, b) => a.lastAt > b.lastAt || (a.lastAt === b.lastAt && a.id > b.id),
  due: (a, b) => {
    const [left, right] = [a.stepDueAt ?? '', b.stepDueAt ?? ''];
    return left < right || (left === right && a.id < b.id);
  },
};
