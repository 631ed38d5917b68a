import { OPEN_STATUSES } from '../alert-query.js';

const EVER = [...OPEN_STATUSES, 'closed', 'auto_closed'];

type Filters = Readonly<Record<string, string | undefined>>;

/** The list behind a figure of open alerts. */
export function toOpenAlerts(filters: Filters): string {
  return toAlerts({ status: OPEN_STATUSES.join(','), ...filters });
}

/** The list behind a figure of alerts, whatever became of them. */
export function toAllAlerts(filters: Filters): string {
  return toAlerts({ status: EVER.join(','), ...filters });
}

function toAlerts(filters: Filters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== undefined && value !== '') search.set(name, value);
  return `/alerts?${search.toString()}`;
}
