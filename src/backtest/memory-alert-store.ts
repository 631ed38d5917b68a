import type { Alert } from '../alerts/alert.js';
import type { RaisedAlerts } from '../alerts/raise-alerts.js';

export interface MemoryAlertStore extends RaisedAlerts {
  /** All alerts so far; the store is empty afterwards. */
  takeAll(): Alert[];
}

/** Alerts of a replay: as AlertStore, in memory. There is one writer, so nothing ever conflicts. */
export function makeMemoryAlertStore(): MemoryAlertStore {
  const alerts = new Map<string, Alert>();
  const select = (wanted: (alert: Alert) => boolean) => Promise.resolve([...alerts.values()].filter(wanted));
  return {
    loadByIds: (ids) => Promise.resolve(ids.flatMap((id) => alerts.get(id) ?? [])),
    loadByRecords: (recordIds) => select(({ recordId }) => recordIds.includes(recordId)),
    loadOpen: (fingerprints) => select(({ fingerprint, open }) => open && fingerprints.includes(fingerprint)),
    write(writes) {
      for (const { alert } of writes) alerts.set(alert.id, alert);
      return Promise.resolve({ conflicted: [] });
    },
    takeAll() {
      const all = [...alerts.values()];
      alerts.clear();
      return all;
    },
  };
}
