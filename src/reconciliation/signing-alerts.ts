import type { Alert } from '../alerts/alert.js';
import { alertIdOf } from '../alerts/merge-alert.js';
import type { SigningContent } from '../reports/report-content.js';
import { signedOf } from './statement.js';
import type { StatementRowless } from './statement-store.js';

/** Rule id of alerts on statements that are not signed in time. */
export const UNSIGNED_RULE = 'statement-unsigned';

export function unsignedAlertId(statementId: string): string {
  return alertIdOf(fingerprintOf(statementId), 1);
}

/** The alert of a statement that both sides should have signed by `dueAt`, as new. */
export function alertOfUnsigned(
  statement: StatementRowless,
  content: SigningContent,
  dueAt: number,
  now: number,
): Alert {
  const { id, orgUnit, orgUnitName, date, version } = statement;
  const at = new Date(now);
  return {
    id: unsignedAlertId(id),
    fingerprint: fingerprintOf(id),
    episode: 1,
    rule: { id: UNSIGNED_RULE, version: 1, name: '对账单未签认' },
    riskPoint: { kind: 'handover', clauses: content.clauses },
    severity: content.severity,
    status: 'open',
    open: true,
    subject: { type: 'orgUnit', id: orgUnit },
    // Of its own, not that of the differences: they come and go with what the statement says.
    recordId: `signing:${orgUnit}@${date}`,
    orgUnit,
    assignTo: content.assignTo,
    title: `${orgUnitName} ${date} 对账单到时未经双方签认`,
    advice: '请移交方和接收方核对当日对账单，各自签认；内容有变的，签认最新一版。',
    facts: {
      'reconciliation.date': date,
      'reconciliation.version': version,
      'reconciliation.signed': Object.keys(signedOf(statement)),
    },
    conditions: [],
    phase: 'overdue',
    dueAt: new Date(dueAt),
    occurrences: 1,
    firstAt: new Date(dueAt),
    lastAt: new Date(dueAt),
    raisedAt: at,
    shadow: false,
    history: [{ at, what: 'raised', who: 'system' }],
    sourceRevision: 0,
    version: 1,
  };
}

function fingerprintOf(statementId: string): string {
  return `${UNSIGNED_RULE}|${statementId}`;
}
