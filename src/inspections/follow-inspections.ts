import type { Alert } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import { alertOfOverdue, alertsOfFindings, closeOverdue, overdueAlertId } from './inspection-alerts.js';
import type { InspectionPlan } from './inspection-plan.js';
import type { InspectionStore } from './inspection-store.js';
import type { InspectionTask } from './inspection-task.js';

export interface FollowInspectionsDeps {
  readonly store: Pick<InspectionStore, 'overdue' | 'owingAlerts' | 'markOverdue' | 'settleAlerts'>;
  readonly alertStore: Pick<AlertStore, 'loadByIds' | 'write'>;
  readonly plans: readonly InspectionPlan[];
  /** Charges what a submitted task found at items that are marked for assessment; idempotent. */
  readonly chargeInspection: (task: InspectionTask) => Promise<void>;
  /** Gives an alert its due times, see plan-alert.ts. */
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
  readonly batchSize?: number;
}

/**
 * Each minute: overdue tasks become alerts, and what submitted tasks found does, too. The task is written first and marked; the alerts
 * follow and have ids that never change, so dying in between is made good by the next minute, and nothing is raised twice.
 */
export function makeFollowInspections(deps: FollowInspectionsDeps) {
  const { store, alertStore, plan, now, batchSize = 100 } = deps;
  const planOf = ({ plan }: InspectionTask) => deps.plans.find(({ id }) => id === plan.id);

  async function raiseMissing(alerts: readonly Alert[]): Promise<void> {
    const known = new Set((await alertStore.loadByIds(alerts.map(({ id }) => id))).map(({ id }) => id));
    const fresh = alerts.filter(({ id }) => !known.has(id));
    // Another process may write the same at the same time: then it is there, which is all that is wanted.
    if (fresh.length > 0)
      await alertStore.write(fresh.map((alert) => ({ alert: plan(alert, now()), isNew: true })));
  }

  async function raiseFindings(task: InspectionTask): Promise<void> {
    await raiseMissing(alertsOfFindings(task, planOf(task), now()));
    const [late] = await alertStore.loadByIds([overdueAlertId(task)]);
    await deps.chargeInspection(task);
    const closed = late && closeOverdue(late, now());
    const refused = closed
      ? (await alertStore.write([{ alert: plan(closed, now()), isNew: false }])).conflicted
      : [];
    // Somebody changed it meanwhile: the next minute looks again.
    if (refused.length === 0) await store.settleAlerts(task.id);
  }

  return async function followInspections(
    signal?: AbortSignal,
  ): Promise<{ overdue: number; submitted: number }> {
    const counts = { overdue: 0, submitted: 0 };
    for (const task of await store.owingAlerts(batchSize)) {
      if (signal?.aborted) return counts;
      await raiseFindings(task);
      counts.submitted += 1;
    }
    for (const task of await store.overdue(new Date(now()), batchSize)) {
      if (signal?.aborted) return counts;
      await raiseMissing([alertOfOverdue(task, planOf(task), now())]);
      // Submitted in between: the overdue alert stands for a moment and is closed with the findings.
      await store.markOverdue(task.id);
      counts.overdue += 1;
    }
    return counts;
  };
}
