import type { Alert } from '../alerts/alert.js';
import { alertIdOf } from '../alerts/merge-alert.js';
import type { Severity } from '../engine/rule-file.js';
import type { InspectionPlan } from './inspection-plan.js';
import type { InspectionTask } from './inspection-task.js';
import { placesOf } from './record-results.js';

/** Who is told of what inspections find, unless the plan says otherwise; assumptions. */
export const DEFAULT_ALERTS = {
  findings: { severity: 'medium', assignTo: 'shift-supervisor' },
  overdue: { severity: 'medium', assignTo: 'county-manager' },
} as const satisfies Record<string, { severity: Severity; assignTo: string }>;

/** Fact of alerts on findings that the inspection itself charges (src/assessment). */
export const ASSESSED_FACT = 'inspection.assessed';

/** Rule ids of the alerts that no rule file raises. */
export const FINDING_RULE = 'inspection-finding';
export const OVERDUE_RULE = 'inspection-overdue';

/** The alerts of what failed: one for each item, and work order, of a submitted task. Their ids never change. */
export function alertsOfFindings(
  task: InspectionTask,
  plan: InspectionPlan | undefined,
  now: number,
): Alert[] {
  const { severity, assignTo } = plan?.findings ?? DEFAULT_ALERTS.findings;
  const failed = new Set(
    (task.results ?? [])
      .filter(({ result }) => result === 'fail')
      .map((one) => `${one.item}|${one.workOrder ?? ''}`),
  );
  return placesOf(task)
    .filter(({ item, workOrder }) => failed.has(`${item.id}|${workOrder ?? ''}`))
    .map(({ item, workOrder }) => {
      const about = workOrder === undefined ? task.orgUnitName : `工单 ${workOrder}`;
      return toAlert(task, now, {
        rule: { id: FINDING_RULE, version: 1, name: '巡检发现问题' },
        clauses: [item.clause],
        fingerprint: `${FINDING_RULE}|${task.id}|${item.id}|${workOrder ?? ''}`,
        severity,
        assignTo,
        // The finding itself is free text and may name people: it stays with the task.
        title: `${about} ${task.plan.name}不合格：${item.text}`,
        advice: `请查看 ${task.date} 巡检任务中的问题描述和照片，整改后反馈。`,
        facts: {
          'inspection.task': task.id,
          'inspection.item': item.id,
          'inspection.result': 'fail',
          // The inspection itself charges it; confirming the alert must not do so again.
          ...(item.assess !== undefined && { [ASSESSED_FACT]: true }),
        },
        subject:
          workOrder === undefined
            ? { type: 'orgUnit', id: task.orgUnit }
            : { type: 'workOrder', id: workOrder },
      });
    });
}

/** The alert of a task that was not submitted in time. */
export function alertOfOverdue(task: InspectionTask, plan: InspectionPlan | undefined, now: number): Alert {
  const { severity, assignTo } = plan?.overdue ?? DEFAULT_ALERTS.overdue;
  return {
    ...toAlert(task, now, {
      rule: { id: OVERDUE_RULE, version: 1, name: '巡检任务逾期未完成' },
      clauses: task.clauses,
      fingerprint: `${OVERDUE_RULE}|${task.id}`,
      severity,
      assignTo,
      title: `${task.orgUnitName} ${task.date} ${task.plan.name}逾期未完成`,
      advice: '请督促责任人完成巡检并提交结果。',
      facts: { 'inspection.task': task.id, 'inspection.status': task.status },
      subject: { type: 'orgUnit', id: task.orgUnit },
    }),
    phase: 'overdue',
    dueAt: task.dueAt,
  };
}

/** The overdue alert after the task was submitted all the same. */
export function closeOverdue(alert: Alert, now: number): Alert | undefined {
  if (!alert.open) return undefined;
  const at = new Date(now);
  return {
    ...alert,
    status: 'auto_closed',
    open: false,
    closedAt: at,
    history: [...alert.history, { at, what: 'auto_closed', who: 'system' }],
    version: alert.version + 1,
  };
}

export function overdueAlertId(task: Pick<InspectionTask, 'id'>): string {
  return alertIdOf(`${OVERDUE_RULE}|${task.id}`, 1);
}

function toAlert(
  task: InspectionTask,
  now: number,
  parts: Pick<
    Alert,
    'rule' | 'fingerprint' | 'severity' | 'assignTo' | 'title' | 'advice' | 'facts' | 'subject'
  > & {
    readonly clauses: readonly string[];
  },
): Alert {
  const { clauses, ...rest } = parts;
  const at = new Date(now);
  return {
    ...rest,
    id: alertIdOf(parts.fingerprint, 1),
    episode: 1,
    riskPoint: { kind: 'inspection', clauses },
    status: 'open',
    open: true,
    // Of its own, not of the work order: a refold takes back what no rule finds on the work order.
    recordId: `inspection:${task.id}`,
    orgUnit: task.orgUnit,
    conditions: [],
    occurrences: 1,
    firstAt: at,
    lastAt: at,
    raisedAt: at,
    shadow: false,
    history: [{ at, what: 'raised', who: 'system' }],
    sourceRevision: 0,
    version: 1,
  };
}
