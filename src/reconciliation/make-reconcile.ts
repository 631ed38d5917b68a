import type { Alert } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { ReportContent } from '../reports/report-content.js';
import {
  alertOfDifference,
  differenceAlertId,
  type DifferencePlace,
  followFinding,
  statementRecordId,
} from './reconciliation-alerts.js';
import type { DifferenceCode, PlacedRow, ReconciliationRow } from './reconcile-record.js';
import { pickRuleAlerts, type RuleAlertOf } from './pick-rule-alerts.js';
import { makeStatement } from './statement.js';
import type { StatementStore } from './statement-store.js';

export interface ReconcileDeps {
  readonly statements: Pick<StatementStore, 'put' | 'ofDates'>;
  readonly alertStore: Pick<AlertStore, 'loadByIds' | 'loadByRecords' | 'write'>;
  readonly content: ReportContent['reconciliation'];
  readonly orgUnitName: (code: string) => string;
  readonly dateOf: (at: number) => string;
  /** Gives an alert its due times. */
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
}

const BATCH = 500;

/**
 * Makes the statements of some business dates out of all lines of these dates, and brings the alerts of their differences up to them.
 * A difference that a rule has raised an alert for is that alert's; only what no rule finds gets one here. Idempotent: what is looked at again
 * and has not changed stays as it is, a difference that is gone closes its alert.
 */
export function makeReconcile(deps: ReconcileDeps) {
  const { statements, alertStore, content, orgUnitName, dateOf, plan, now } = deps;

  /** Alerts that rules raised on these work orders for kinds of differences. */
  async function findRuleAlerts(rows: readonly PlacedRow[]): Promise<RuleAlertOf> {
    const wanted = rows.filter(({ row }) => row.differences.length > 0).map(({ row }) => row.workOrder);
    const found: Alert[] = [];
    for (let start = 0; start < wanted.length; start += BATCH)
      found.push(...(await alertStore.loadByRecords([...new Set(wanted.slice(start, start + BATCH))])));
    return pickRuleAlerts(found, content.foundByRules);
  }

  return async function reconcile(
    dates: readonly string[],
    placed: readonly PlacedRow[],
  ): Promise<{ statements: number; changed: number; differences: number; alerts: number }> {
    const wanted = new Set(dates);
    const groups = new Map<string, { orgUnit: string; date: string; rows: PlacedRow[] }>();
    // A statement that has lost its last line is made anew, too: it says that there is nothing.
    for (const { orgUnit, date } of await statements.ofDates(dates))
      groups.set(`${orgUnit}|${date}`, { orgUnit, date, rows: [] });
    for (const one of placed) {
      const date = dateOf(one.at);
      if (!wanted.has(date)) continue;
      const key = `${one.orgUnit}|${date}`;
      const group = groups.get(key) ?? { orgUnit: one.orgUnit, date, rows: [] };
      group.rows.push(one);
      groups.set(key, group);
    }
    const ruleAlertOf = await findRuleAlerts([...groups.values()].flatMap(({ rows }) => rows));
    const open = new Map<string, DifferencePlace>();
    const counts = { statements: groups.size, changed: 0, differences: 0, alerts: 0 };
    for (const { orgUnit, date, rows } of groups.values()) {
      const of = { orgUnit, orgUnitName: orgUnitName(orgUnit), date, now: now() };
      const statement = makeStatement(of, rows, (row: ReconciliationRow, code: DifferenceCode) => {
        const raised = ruleAlertOf(row, code);
        if (raised !== undefined) return raised;
        const place = { ...of, row, code };
        open.set(differenceAlertId(place), place);
        return differenceAlertId(place);
      });
      counts.differences += statement.counts.differences;
      if (await statements.put(statement)) counts.changed += 1;
    }
    const recordIds = [...groups.values()].map(({ orgUnit, date }) => statementRecordId(orgUnit, date));
    counts.alerts = await followAlerts(recordIds, open);
    return counts;
  };

  async function followAlerts(
    recordIds: readonly string[],
    open: ReadonlyMap<string, DifferencePlace>,
  ): Promise<number> {
    const known = new Set<string>();
    const writes: Parameters<AlertStore['write']>[0][number][] = [];
    for (let start = 0; start < recordIds.length; start += BATCH)
      for (const alert of await alertStore.loadByRecords(recordIds.slice(start, start + BATCH))) {
        known.add(alert.id);
        const next = followFinding(alert, open.has(alert.id), now());
        if (next) writes.push({ alert: plan(next, now()), isNew: false });
      }
    for (const [id, place] of open)
      if (!known.has(id))
        writes.push({ alert: plan(alertOfDifference(place, content, now()), now()), isNew: true });
    // One that somebody changes at this moment is left to the next run.
    const { conflicted } = await alertStore.write(writes);
    return writes.length - conflicted.length;
  }
}
export type Reconcile = ReturnType<typeof makeReconcile>;
