import type { AlertStore } from '../src/alerts/alert-store.js';
import type { EventStore } from '../src/events/event-store.js';
import type { WindowStore } from '../src/windows/window-store.js';
import type { WorkOrderStore } from '../src/work-orders/work-order-store.js';

export interface RemoveOldRecordsDeps {
  readonly records: Pick<WorkOrderStore, 'removeWrittenBefore' | 'existingAmong'>;
  readonly inbox: Pick<EventStore, 'removeProcessedBefore'>;
  readonly alerts: Pick<AlertStore, 'outliveRecords'>;
  readonly windows: Pick<WindowStore, 'removeEntriesBefore'>;
  readonly retentionDays: number;
  readonly now: () => number;
}

const BATCH = 1_000;
const DAY_MS = 86_400_000;

/**
 * Retention: removes what ended longer ago than RETENTION_DAYS. The record goes first and its events last: an
 * event is kept as long as there is a record that a late event could make fold anew, and as long as it is there a
 * run that died in between is made good by the next one. Alerts stay: they carry all that explains them.
 */
export function makeRemoveOldRecords({
  records,
  inbox,
  alerts,
  windows,
  retentionDays,
  now,
}: RemoveOldRecordsDeps) {
  return async function removeOldRecords(_date: string, signal?: AbortSignal) {
    const before = new Date(now() - retentionDays * DAY_MS);
    const removed = { records: 0, events: 0 };
    while (!signal?.aborted) {
      const ids = await records.removeWrittenBefore(before, BATCH, (gone) => alerts.outliveRecords(gone));
      if (ids.length === 0) break;
      removed.records += ids.length;
    }
    while (!signal?.aborted) {
      const count = await inbox.removeProcessedBefore(before, 10 * BATCH, (ids) =>
        records.existingAmong(ids),
      );
      removed.events += count;
      if (count < 10 * BATCH) break;
    }
    while (!signal?.aborted && (await windows.removeEntriesBefore(before, BATCH)) > 0) continue;
    return removed;
  };
}
