import type { Alert, Muting } from '../alerts/alert.js';
import type { AlertHandling, AlertSelector } from '../alerts/alert-handling.js';
import { isActive, matchesAlert, type Silence } from './silence.js';

export interface FindMutingOptions {
  readonly silences: readonly Silence[];
  readonly inhibitions: AlertHandling['inhibitions'];
  readonly subtreeOf: (orgUnit: string) => readonly string[];
  readonly now: number;
}

/**
 * What keeps an alert quiet, given all alerts of its record; undefined when nothing does. An alert that is covered
 * itself covers no other, so that two of them never silence each other. Pure.
 */
export function findMuting(
  alert: Alert,
  ofRecord: readonly Alert[],
  { silences, inhibitions, subtreeOf, now }: FindMutingOptions,
): Muting | undefined {
  const matching = silences
    .filter((silence) => isActive(silence, now) && matchesAlert(silence, alert, subtreeOf))
    .map(({ id }) => id)
    .sort();
  const inhibitedBy = findInhibitor(alert, ofRecord, inhibitions)?.id;
  if (matching.length === 0 && inhibitedBy === undefined) return undefined;
  return { silences: matching, ...(inhibitedBy !== undefined && { inhibitedBy }) };
}

function findInhibitor(
  alert: Alert,
  ofRecord: readonly Alert[],
  inhibitions: FindMutingOptions['inhibitions'],
): Alert | undefined {
  const others = ofRecord
    .filter((other) => other.id !== alert.id && other.open && !other.shadow && other.recordId === alert.recordId)
    .sort((a, b) => (a.id < b.id ? -1 : 1)); // prettier-ignore
  for (const { source, target } of inhibitions) {
    if (!selects(target, alert)) continue;
    const found = others.find(
      (other) =>
        selects(source, other) && !inhibitions.some((inhibition) => selects(inhibition.target, other)),
    );
    if (found) return found;
  }
  return undefined;
}

function selects({ severity, kind, rule, wholeOrder }: AlertSelector, alert: Alert): boolean {
  return (
    (!severity || severity.includes(alert.severity)) &&
    (!kind || kind.includes(alert.riskPoint.kind)) &&
    (!rule || rule.includes(alert.rule.id)) &&
    (wholeOrder === undefined || wholeOrder === (alert.stage === undefined))
  );
}
