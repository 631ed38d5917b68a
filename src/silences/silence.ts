import type { Alert } from '../alerts/alert.js';
import type { RiskKind, Severity } from '../engine/rule-file.js';

/** Which alerts a silence is for. Fields are all required, lists are alternatives; at least one field is given. */
export interface SilenceMatcher {
  /** One alert. */
  readonly alert?: string;
  /** Work order no., or code of a hall, org unit or feed. */
  readonly subject?: string;
  readonly rules?: readonly string[];
  readonly kinds?: readonly RiskKind[];
  readonly severities?: readonly Severity[];
  readonly processes?: readonly string[];
  /** This unit and all below it. */
  readonly orgUnit?: string;
}

/** Keeps alerts quiet for a time (静默): they are listed and counted, and nobody is told. */
export interface Silence {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  /** As in an alert's history. */
  readonly by: string;
  readonly createdAt: Date;
  readonly from: Date;
  /** Absent: until what it matches is resolved; only for one alert or one subject. */
  readonly until?: Date;
  readonly ended?: { readonly at: Date; readonly by: string };
}

/** Whether a silence is in force. */
export function isActive({ from, until, ended }: Silence, now: number): boolean {
  return !ended && from.getTime() <= now && (until === undefined || until.getTime() > now);
}

/** Whether a silence is for this alert, whatever the time. */
export function matchesAlert(
  { matcher }: Pick<Silence, 'matcher'>,
  alert: Alert,
  subtreeOf: (orgUnit: string) => readonly string[],
): boolean {
  const { alert: id, subject, rules, kinds, severities, processes, orgUnit } = matcher;
  const among = <Value>(list: readonly Value[] | undefined, value: Value | undefined) =>
    !list || (value !== undefined && list.includes(value));
  return (
    (id === undefined || id === alert.id) &&
    (subject === undefined || subject === alert.subject.id) &&
    among(rules, alert.rule.id) &&
    among(kinds, alert.riskPoint.kind) &&
    among(severities, alert.severity) &&
    among(processes, alert.process) &&
    (orgUnit === undefined || among(subtreeOf(orgUnit), alert.orgUnit))
  );
}
