import { EMPTY_WINDOW, type WindowGroup, type WindowRecord } from '../engine/assess-window.js';
import type { WindowStore } from '../windows/window-store.js';

interface Kept {
  readonly group: WindowGroup;
  revision: number;
  handed: number;
  changedFrom: number | undefined;
  record: WindowRecord;
  /** In order of time. */
  readonly entries: { readonly at: number; readonly eventKey: string }[];
  readonly keys: Set<string>;
}

/** Windows of a replay: as WindowStore, in memory, with one writer. */
export function makeMemoryWindowStore(): WindowStore {
  const groups = new Map<string, Kept>();
  const isCurrent = (kept: Kept | undefined, revision: number, handed: number): kept is Kept =>
    kept?.revision === revision && kept.handed === handed;
  return {
    init: () => Promise.resolve(),
    handOver(entries) {
      for (const { group, eventKey, at } of entries) {
        const kept = groups.get(group.id) ?? newGroup(group);
        groups.set(group.id, kept);
        if (!kept.keys.has(eventKey)) {
          kept.keys.add(eventKey);
          kept.entries.splice(placeOf(kept.entries, at), 0, { at, eventKey });
        }
        kept.handed += 1;
        kept.changedFrom = Math.min(kept.changedFrom ?? at, at);
      }
      return Promise.resolve();
    },
    changedGroups: (limit, skip) =>
      Promise.resolve(
        [...groups]
          .filter(([id, { changedFrom }]) => changedFrom !== undefined && !skip.includes(id))
          .slice(0, limit)
          .map(([id]) => id),
      ),
    load: (groupId) => Promise.resolve(groups.get(groupId) && { ...(groups.get(groupId) as Kept) }),
    replace({ group: { id }, revision, handed }, record) {
      const kept = groups.get(id);
      if (!isCurrent(kept, revision, handed)) return Promise.resolve(false);
      kept.record = record;
      kept.revision += 1;
      return Promise.resolve(true);
    },
    settle(groupId, revision, handed) {
      const kept = groups.get(groupId);
      if (!isCurrent(kept, revision, handed)) return Promise.resolve(false);
      kept.changedFrom = undefined;
      return Promise.resolve(true);
    },
    async *entriesAfter(groupId, after) {
      const entries = groups.get(groupId)?.entries ?? [];
      const keys = entries.slice(placeOf(entries, after)).map(({ eventKey }) => eventKey);
      if (keys.length > 0) yield await Promise.resolve(keys);
    },
    removeEntriesBefore: () => Promise.resolve(0),
  };
}

function newGroup(group: WindowGroup): Kept {
  return {
    group,
    revision: 0,
    handed: 0,
    changedFrom: undefined,
    record: EMPTY_WINDOW,
    entries: [],
    keys: new Set(),
  };
}

/** Behind all entries at or before an instant; most events come in order, so from the end. */
function placeOf(entries: readonly { readonly at: number }[], at: number): number {
  const last = entries.at(-1);
  if (!last || last.at <= at) return entries.length;
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
