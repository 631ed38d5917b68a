import type { BusinessCalendar, Limit } from '../calendar/business-calendar.js';
import type { Alert } from './alert.js';
import { type AlertHandling, TIMED_STATUSES } from './alert-handling.js';
import { roundOf } from './take-step.js';

/** A rung of an escalation ladder: after how long, counted from when the alert was opened, to which post. */
export interface Rung {
  readonly after: GivenLimit;
  readonly to: string;
}

export interface PlanAlertDeps {
  readonly handling: AlertHandling;
  readonly calendar: Pick<BusinessCalendar, 'deadline'>;
  /** Escalation that the rule names; undefined when it names none or is no longer there. */
  readonly escalationOf: (ruleId: string) => readonly Rung[] | undefined;
}

/** A rung still to fire: 1 = the first, and when, epoch ms. */
export interface RungLeft {
  readonly rung: number;
  readonly to: string;
  readonly at: number;
}

/** When something has to happen to an alert. Pure but for what it was made with. */
export interface AlertPlanner {
  /** The alert with `stepDueAt` and `nextLookAt` as its status asks for; whatever has no time is left without. */
  readonly plan: (alert: Alert, now: number) => Alert;
  /** Rungs that have not fired in this round, each with its time; those no calendar covers are left out. */
  readonly rungsLeft: (alert: Alert) => readonly RungLeft[];
}

/** How many due times are kept: alerts that come together ask for the same ones. */
const KEPT = 1_000;

/** A limit as a file gives it. */
type GivenLimit = Pick<Limit, 'value' | 'unit'> & { readonly rollToWorkingDay?: boolean | undefined };

export function makeAlertPlanner({ handling, calendar, escalationOf }: PlanAlertDeps): AlertPlanner {
  const kept = new Map<string, number | undefined>();
  const dueAt = (anchor: number, { value, unit, rollToWorkingDay }: GivenLimit): number | undefined => {
    const key = `${anchor}|${value}|${unit}|${rollToWorkingDay ?? ''}`;
    if (kept.has(key)) return kept.get(key);
    const limit = { value, unit, ...(rollToWorkingDay !== undefined && { rollToWorkingDay }) };
    const result = calendar.deadline({ anchor, limit });
    const at = result.state === 'due' ? result.dueAt : undefined;
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, at);
    return at;
  };

  const rungsLeft: AlertPlanner['rungsLeft'] = (alert) => {
    const round = roundOf(alert);
    const fired = new Set(
      alert.escalations?.filter((entry) => entry.round === round).map(({ rung }) => rung),
    );
    const since = openedAt(alert);
    return (escalationOf(alert.rule.id) ?? handling.ladder).flatMap(({ after, to }, index) => {
      const at = fired.has(index + 1) ? undefined : dueAt(since, after);
      return at === undefined ? [] : [{ rung: index + 1, to, at }];
    });
  };

  return {
    rungsLeft,
    plan: (alert, now) => {
      const next = { ...alert };
      delete next.nextLookAt;
      const status = TIMED_STATUSES.find((timed) => timed === alert.status);
      // In shadow nobody is told, so nobody is late.
      if (!alert.open || alert.shadow || status === undefined) {
        delete next.stepDueAt;
        return next;
      }
      if (!next.stepDueAt) {
        const due = dueAt(now, handling.steps[status][alert.severity]);
        if (due !== undefined) next.stepDueAt = new Date(due);
      }
      if (alert.muted) return next;
      const looks = rungsLeft(next).map(({ at }) => ({ at: Math.max(at, notBefore(next)) }));
      if (status === 'acknowledged' && next.stepDueAt) looks.push({ at: next.stepDueAt.getTime() });
      const at = Math.min(...looks.map((look) => look.at));
      if (Number.isFinite(at)) next.nextLookAt = new Date(at);
      return next;
    },
  };
}

/** While somebody works on it in time, nobody above is called. */
export function notBefore({ status, stepDueAt }: Pick<Alert, 'status' | 'stepDueAt'>): number {
  if (status === 'open' || status === 'acknowledged') return 0;
  return stepDueAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** When the ladder began: raised, or opened again. */
function openedAt({ history, raisedAt }: Alert): number {
  const again = history.findLast(({ what }) => what === 'reopened' || what === 'recurred');
  return (again?.at ?? raisedAt).getTime();
}
