import type { Alert } from '../alerts/alert.js';
import { alertIdOf } from '../alerts/merge-alert.js';
import type { ReportContent } from '../reports/report-content.js';
import type { DifferenceCode, ReconciliationRow } from './reconcile-record.js';

/** Rule id of alerts on differences that no rule file finds. */
export const DIFFERENCE_RULE = 'reconciliation-difference';

export const DIFFERENCE_WORDS: Readonly<Record<DifferenceCode, string>> = {
  'not-handed-over': '已办结未移交',
  'giver-unsigned': '缺移交人签字',
  'receiver-unsigned': '缺接收人签字',
  'same-person': '交接双方为同一人',
  'list-short': '移交清单少件',
  'register-only': '记录簿有移交，已办清单没有',
};

/** Where a difference stands. */
export interface DifferencePlace {
  readonly orgUnit: string;
  readonly orgUnitName: string;
  readonly date: string;
  readonly row: ReconciliationRow;
  readonly code: DifferenceCode;
}

/** The record that alerts of a statement belong to: of its own, so that no refold of a work order takes them back. */
export function statementRecordId(orgUnit: string, date: string): string {
  return `reconciliation:${orgUnit}@${date}`;
}

export function differenceAlertId(place: DifferencePlace): string {
  return alertIdOf(fingerprintOf(place), 1);
}

/** The alert of a difference, as new. */
export function alertOfDifference(
  place: DifferencePlace,
  content: ReportContent['reconciliation'],
  now: number,
): Alert {
  const { orgUnit, orgUnitName, date, row, code } = place;
  const at = new Date(now);
  return {
    id: differenceAlertId(place),
    fingerprint: fingerprintOf(place),
    episode: 1,
    rule: { id: DIFFERENCE_RULE, version: 1, name: '每日对账不符' },
    riskPoint: { kind: 'handover', clauses: content.clauses },
    severity: content.severity,
    status: 'open',
    open: true,
    subject: { type: 'workOrder', id: row.workOrder },
    recordId: statementRecordId(orgUnit, date),
    ...(row.process !== undefined && { process: row.process }),
    stage: row.stage,
    orgUnit,
    ...(row.operator !== undefined && { responsible: row.operator }),
    assignTo: content.assignTo,
    title: `${orgUnitName} ${date} 对账：工单 ${row.workOrder} ${row.stage}${DIFFERENCE_WORDS[code]}`,
    advice: '请对照当日已办业务清单和业务档案移交记录簿核实，补齐后由双方签认对账单。',
    facts: { 'reconciliation.date': date, 'reconciliation.difference': code },
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

/** The alert after a look: closed when what it is about is gone, open again when it is back; undefined when nothing changes. A person's closing stands. */
export function followFinding(alert: Alert, isThere: boolean, now: number): Alert | undefined {
  if (isThere === alert.open || alert.status === 'closed') return undefined;
  const at = new Date(now);
  const { closedAt: _, nextLookAt: _n, stepDueAt: _s, ...rest } = alert;
  const what = isThere ? ('reinstated' as const) : ('auto_closed' as const);
  return {
    ...rest,
    status: isThere ? 'open' : 'auto_closed',
    open: isThere,
    ...(!isThere && { closedAt: at }),
    history: [...alert.history, { at, what, who: 'system' }],
    version: alert.version + 1,
  };
}

function fingerprintOf({ orgUnit, date, row, code }: DifferencePlace): string {
  return `${DIFFERENCE_RULE}|${orgUnit}|${date}|${row.workOrder}|${row.stage}#${row.visit ?? 0}|${code}`;
}
