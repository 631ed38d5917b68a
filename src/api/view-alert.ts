import type { Alert, AlertHistoryEntry } from '../alerts/alert.js';

/** Fields that only the pipeline needs. */
type Internal = 'sourceRevision' | 'nextLookAt' | 'overruledAt' | 'outbox' | 'fed';

/** An alert as the API tells it. */
export type AlertView = Omit<Alert, Internal | 'history'> & {
  readonly history: readonly Omit<AlertHistoryEntry, 'key'>[];
};

export function viewAlert(alert: Alert): AlertView {
  const {
    sourceRevision: _s,
    nextLookAt: _n,
    overruledAt: _o,
    outbox: _b,
    fed: _f,
    history,
    ...view
  } = alert;
  return { ...view, history: history.map(({ key: __, ...entry }) => entry) };
}
