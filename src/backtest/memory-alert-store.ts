import type { Alert } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';

export interface MemoryAlertStore extends AlertStore {
  /** All alerts so far; the store is empty afterwards. */
  takeAll(): Alert[];
}

/** Alerts of a replay: as AlertStore, in memory. There is one writer, so nothing ever conflicts. */
export function makeMemoryAlertStore(): MemoryAlertStore {
  const alerts = new Map<string, Alert>();
  const select = (wanted: (alert: Alert) => boolean) => Promise.resolve([...alerts.values()].filter(wanted));
  return {
    init: () => Promise.resolve(),
    loadByIds: (ids) => Promise.resolve(ids.flatMap((id) => alerts.get(id) ?? [])),
    loadByRecords: (recordIds) => select(({ recordId }) => recordIds.includes(recordId)),
    loadOpen: (fingerprints) => select(({ fingerprint, open }) => open && fingerprints.includes(fingerprint)),
    // A retired rule's alerts are for the publisher to close; a replay has one rule set from its start to its end.
    loadOpenOfRule: () => Promise.resolve([]),
    // Escalation needs people, and there are none in a replay.
    loadDue: () => Promise.resolve([]),
    write(writes) {
      for (const { alert } of writes) alerts.set(alert.id, alert);
      return Promise.resolve({ conflicted: [] });
    },
    outliveRecords: () => Promise.resolve(),
    takeAll() {
      const all = [...alerts.values()];
      alerts.clear();
      return all;
    },
  };
}
