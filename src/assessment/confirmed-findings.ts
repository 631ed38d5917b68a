import type { Alert } from '../alerts/alert.js';
import type { InspectionTask } from '../inspections/inspection-task.js';
import { placesOf } from '../inspections/record-results.js';
import type { ConfirmedFinding } from './assessment-entry.js';

/** A confirmed closing of an alert, and whether it still stands. */
export interface AlertFinding extends ConfirmedFinding {
  /** Why it does not stand any more. */
  readonly voided?: string;
}

/**
 * Each closing of an alert as 查实, in order. One stands until a person opens the alert again or late events take it back; what happens
 * again later (`recurred`) is another matter, with a closing of its own. Pure.
 */
export function confirmedFindingsOf(alert: Alert): AlertFinding[] {
  const findings: AlertFinding[] = [];
  alert.history.forEach(({ what, outcome, at, who }, index) => {
    if (what !== 'closed' || outcome?.result !== 'confirmed') return;
    const after = alert.history.slice(index + 1);
    const next = after.find((entry) => entry.what === 'reopened' || entry.what === 'recurred');
    const voided = alert.retracted ? '迟到的数据表明此事不曾发生' : next?.what === 'reopened' && '预警已重开';
    findings.push({
      key: `alert|${alert.id}|${findings.length + 1}`,
      kind: 'alert',
      id: alert.id,
      title: alert.title,
      ...(alert.subject.type === 'workOrder' && { workOrder: alert.subject.id }),
      confirmedAt: at,
      confirmedBy: who,
      reason: outcome.reason,
      ...(voided && { voided }),
    });
  });
  return findings;
}

/** A failed item that its plan marks for assessment. */
export interface InspectionFinding extends ConfirmedFinding {
  readonly clauseId: string;
  /** Operator id of the one who did the work, as far as the inspector knows. */
  readonly responsible?: string;
}

/** What a submitted task found at items that are marked for assessment. Pure. */
export function assessedFindingsOf(task: InspectionTask): InspectionFinding[] {
  const { submittedAt, submittedBy } = task;
  if (task.status !== 'done' || !submittedAt) return [];
  const failed = new Map(
    (task.results ?? [])
      .filter(({ result }) => result === 'fail')
      .map((result) => [`${result.item}|${result.workOrder ?? ''}`, result]),
  );
  return placesOf(task).flatMap(({ item, workOrder }) => {
    const result = failed.get(`${item.id}|${workOrder ?? ''}`);
    if (!result || item.assess === undefined) return [];
    return [
      {
        key: `inspection|${task.id}|${item.id}|${workOrder ?? ''}`,
        kind: 'inspection' as const,
        id: task.id,
        title: `${task.plan.name}不合格：${item.text}`,
        ...(workOrder !== undefined && { workOrder }),
        confirmedAt: submittedAt,
        confirmedBy: submittedBy ?? result.by,
        reason: result.finding ?? '',
        clauseId: item.assess,
        ...(result.responsible !== undefined && { responsible: result.responsible }),
      },
    ];
  });
}
