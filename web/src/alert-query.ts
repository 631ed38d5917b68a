import { type InputOf, listed } from './api/client.js';

/** What narrows a list of alerts down, as it stands in the address; one that is not set is an empty text. */
export const FILTERS = [
  'status', 'severity', 'kind', 'orgUnit', 'subject', 'rule', 'process', 'assignee', 'phase', 'unjudged',
  'ownUnit', 'noProcess', 'escalatedTo', 'overdue', 'age', 'raisedFrom', 'raisedTo', 'closedFrom', 'closedTo', 'stepDueBefore', 'sort',
] as const; // prettier-ignore
export type FilterName = (typeof FILTERS)[number];
export type Filters = Readonly<Record<FilterName, string>>;
type AlertQuery = NonNullable<InputOf<'listAlerts'>['query']>;

/** Statuses that an alert has while it is open, those of silenced ones too: what the list shows unasked and the figures count. */
export const OPEN_STATUSES = ['open', 'acknowledged', 'dispatched', 'rectified', 'silenced'] as const;

/** The query of the list; what the address says wrongly the service refuses in words. Nothing said: what is open. */
export function toAlertQuery(filters: Filters): AlertQuery {
  const one = <Value extends string>(text: string) => (text === '' ? undefined : (text as Value));
  const flag = (text: string) => (text === '' ? undefined : text === 'true');
  return {
    status: filters.status === '' ? OPEN_STATUSES : listed(filters.status),
    severity: listed(filters.severity),
    kind: listed(filters.kind),
    orgUnit: listed(filters.orgUnit),
    ownUnit: listed(filters.ownUnit),
    subject: listed(filters.subject),
    rule: listed(filters.rule),
    process: listed(filters.process),
    noProcess: flag(filters.noProcess),
    assignee: listed(filters.assignee),
    escalatedTo: listed(filters.escalatedTo),
    phase: listed(filters.phase),
    unjudged: flag(filters.unjudged),
    stepDueBefore: one(filters.stepDueBefore),
    overdue: one(filters.overdue),
    age: one(filters.age),
    raisedFrom: one(filters.raisedFrom),
    raisedTo: one(filters.raisedTo),
    closedFrom: one(filters.closedFrom),
    closedTo: one(filters.closedTo),
    sort: one(filters.sort),
  };
} // prettier-ignore
