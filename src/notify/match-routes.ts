import { createHash } from 'node:crypto';
import type { Alert } from '../alerts/alert.js';
import { readTarget, writeTarget } from './find-recipients.js';
import type { Route } from './notify-file.js';

/** One way an alert's change is to be told: to whom, in which group, and which entries of its history. */
export interface RoutedChange {
  readonly route: string;
  /** As `writeTarget` writes it. */
  readonly target: string;
  /** Id of the group: alerts of one route and target that agree in `groupBy`. */
  readonly group: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly number[];
}

/** Which routes a change takes. Pure. `from` and `to` bound the new entries of the alert's history. */
export function matchRoutes(
  routes: readonly Route[],
  alert: Alert,
  { from, to }: { readonly from: number; readonly to: number },
  isBelow: (orgUnit: string, upper: string) => boolean,
): RoutedChange[] {
  const routed = new Map<string, RoutedChange>();
  const taken = takenRoutes(routes, alert, isBelow);
  const tellUp = taken.filter(({ changes }) => changes.includes('escalated'));
  for (const route of taken)
    for (let index = from; index < to; index += 1) {
      const entry = alert.history[index];
      if (!entry || !route.changes.includes(entry.what)) continue;
      // Whoever an alert goes up to is told so, though the routes are for others only.
      const isUp = entry.what === 'escalated' && route === tellUp[0] && !isToldOf(entry.to, tellUp);
      for (const to of isUp ? [...route.to, 'assignee'] : route.to) {
        const text = to === 'assignee' ? (entry.to ?? alert.assignTo) : to;
        const target = writeTarget(readTarget(text, alert.orgUnit));
        const key = `${route.id}|${target}`;
        const before = routed.get(key);
        const labels = before?.labels ?? labelsOf(route, alert);
        routed.set(key, {
          route: route.id,
          target,
          labels,
          group: groupIdOf(route.id, target, labels),
          entries: [...new Set([...(before?.entries ?? []), index])],
        });
      }
    }
  return [...routed.values()];
}

/** Whether routes tell whom an entry names anyway. */
function isToldOf(named: string | undefined, routes: readonly Route[]): boolean {
  const [post = ''] = (named ?? '').split('@');
  return routes.some(({ to }) => to.includes('assignee') || to.includes(post));
}

/** The routes an alert fits, up to the first that does not go on. */
function takenRoutes(
  routes: readonly Route[],
  alert: Alert,
  isBelow: (orgUnit: string, upper: string) => boolean,
): Route[] {
  const taken: Route[] = [];
  for (const route of routes) {
    if (!matches(route, alert, isBelow)) continue;
    taken.push(route);
    if (!route.continue) break;
  }
  return taken;
}

function matches(route: Route, alert: Alert, isBelow: (orgUnit: string, upper: string) => boolean): boolean {
  const { severity, kind, rule, orgUnit } = route;
  return (
    (!severity || severity.includes(alert.severity)) &&
    (!kind || kind.includes(alert.riskPoint.kind)) &&
    (!rule || rule.includes(alert.rule.id)) &&
    (!orgUnit || orgUnit.some((upper) => alert.orgUnit !== undefined && isBelow(alert.orgUnit, upper)))
  );
}

function labelsOf({ groupBy }: Route, alert: Alert): Record<string, string> {
  const values: Record<Route['groupBy'][number], string | undefined> = {
    rule: alert.rule.id,
    severity: alert.severity,
    kind: alert.riskPoint.kind,
    process: alert.process,
    stage: alert.stage,
    orgUnit: alert.orgUnit,
    subject: `${alert.subject.type}:${alert.subject.id}`,
  };
  return Object.fromEntries(groupBy.map((label) => [label, values[label] ?? '']));
}

function groupIdOf(route: string, target: string, labels: Readonly<Record<string, string>>): string {
  const text = JSON.stringify([route, target, Object.entries(labels).sort()]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
