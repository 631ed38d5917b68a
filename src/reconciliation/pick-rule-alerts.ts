import type { Alert } from '../alerts/alert.js';
import type { ReportContent } from '../reports/report-content.js';
import type { DifferenceCode, ReconciliationRow } from './reconcile-record.js';

/** The id of the alert that a rule raised for a difference of a line, where one did. */
export type RuleAlertOf = (
  row: Pick<ReconciliationRow, 'workOrder' | 'stage'>,
  code: DifferenceCode,
) => string | undefined;

/**
 * Which alert stands for a difference that rules have found: of the stage rather than of the whole work order, then of the rule that
 * `foundByRules` names first, then the newest. The same whatever order the alerts come in, so that a statement changes only when
 * something else did.
 */
export function pickRuleAlerts(
  alerts: readonly Alert[],
  foundByRules: ReportContent['reconciliation']['foundByRules'],
): RuleAlertOf {
  const picked = new Map<string, { readonly alert: Alert; readonly rank: number }>();
  for (const alert of alerts) {
    if (alert.retracted || alert.shadow) continue;
    for (const [code, rules] of Object.entries(foundByRules)) {
      const rank = rules.indexOf(alert.rule.id);
      if (rank < 0) continue;
      const key = keyOf(alert.recordId, alert.stage, code);
      const before = picked.get(key);
      if (!before || rank < before.rank || (rank === before.rank && isNewer(alert, before.alert)))
        picked.set(key, { alert, rank });
    }
  }
  return ({ workOrder, stage }, code) =>
    (picked.get(keyOf(workOrder, stage, code)) ?? picked.get(keyOf(workOrder, undefined, code)))?.alert.id;
}

function isNewer(one: Alert, other: Alert): boolean {
  const ahead = one.firstAt.getTime() - other.firstAt.getTime() || one.episode - other.episode;
  return ahead > 0 || (ahead === 0 && one.id > other.id);
}

function keyOf(workOrder: string, stage: string | undefined, code: string): string {
  return JSON.stringify([workOrder, stage ?? null, code]);
}
