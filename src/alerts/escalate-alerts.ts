import type { Alert, AlertHistoryEntry, Escalation } from './alert.js';
import type { AlertStore } from './alert-store.js';
import { type AlertPlanner, notBefore } from './plan-alert.js';
import { roundOf } from './take-step.js';

export interface EscalateAlertsDeps {
  readonly alertStore: Pick<AlertStore, 'loadDue' | 'write'>;
  readonly planner: AlertPlanner;
  /** Who holds a post for an alert of a unit at a moment, see src/duty. */
  readonly findDuty: (
    post: string,
    orgUnit: string | undefined,
    at: number,
  ) => { readonly orgUnit?: string; readonly people: readonly string[] };
  readonly now: () => number;
  /** Alerts looked at in one go. Default 500. */
  readonly batchSize?: number;
}

/**
 * The minute pass over alerts whose time has come: acknowledgements that nothing followed expire, and the rungs of the
 * ladder that are due fire. Each (alert, round, rung) fires once, whatever crashes or runs side by side, because the
 * rung is written into the alert over the version that was read.
 */
export function makeEscalateAlerts(deps: EscalateAlertsDeps) {
  const { alertStore, planner, findDuty, now, batchSize = 500 } = deps;
  return async function escalateAlerts(signal?: AbortSignal): Promise<{ expired: number; escalated: number }> {
    let expired = 0;
    let escalated = 0;
    const seen = new Set<string>();
    while (!signal?.aborted) {
      const at = now();
      const due = (await alertStore.loadDue(new Date(at), batchSize + seen.size)).filter(({ id }) => !seen.has(id));
      if (due.length === 0) break;
      const nexts = due.map((alert) => {
        seen.add(alert.id);
        return planner.plan(lookAt(alert, at, { planner, findDuty }), at);
      });
      const { conflicted } = await alertStore.write(nexts.map((alert) => ({ alert, isNew: false })));
      const refused = new Set(conflicted);
      due.forEach((before, index) => {
        const after = nexts[index];
        if (!after || refused.has(after.id)) return;
        if (before.status === 'acknowledged' && after.status === 'open') expired += 1;
        escalated += (after.escalations?.length ?? 0) - (before.escalations?.length ?? 0);
      });
    }
    return { expired, escalated };
  }; // prettier-ignore
}

/** The alert after a look at it. Pure. */
export function lookAt(
  alert: Alert,
  now: number,
  { planner, findDuty }: Pick<EscalateAlertsDeps, 'planner' | 'findDuty'>,
): Alert {
  const at = new Date(now);
  const next: Alert = { ...alert, history: [...alert.history], version: alert.version + 1 };
  const note = (entry: Omit<AlertHistoryEntry, 'at' | 'who'>) =>
    next.history.push({ at, who: 'system', ...entry });
  if (alert.status === 'acknowledged' && alert.stepDueAt && alert.stepDueAt.getTime() <= now) {
    next.status = 'open';
    delete next.stepDueAt;
    note({ what: 'acknowledgement_expired' });
  }
  if (alert.muted || notBefore(next) > now) return next;
  const fired: Escalation[] = [];
  for (const { rung, to, at: dueAt } of planner.rungsLeft(next)) {
    if (dueAt > now) continue;
    const { orgUnit, people } = findDuty(to, alert.orgUnit, now);
    fired.push({ rung, round: roundOf(next), at, to, ...(orgUnit !== undefined && { orgUnit }), people });
    note({
      what: 'escalated',
      to: orgUnit === undefined ? to : `${to}@${orgUnit}`,
      note: people.length === 0 ? `第 ${rung} 级` : `第 ${rung} 级：${people.join(', ')}`,
    });
  }
  if (fired.length > 0) next.escalations = [...(alert.escalations ?? []), ...fired];
  return next;
}
