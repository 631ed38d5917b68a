import type { Alert } from '../../../src/alerts/alert.js';
import { NOW } from './open-test-api.js';

let serial = 0;

/** An open alert on a work order, changed as a test needs it. */
export function makeAlert(changes: Partial<Alert> = {}): Alert {
  serial += 1;
  const id = changes.id ?? `a${String(serial).padStart(5, '0')}`;
  const at = new Date(NOW - 3_600_000);
  return {
    id,
    fingerprint: `paper-late|workOrder:WO-1|${id}`,
    episode: 1,
    rule: { id: 'paper-late', version: 3, name: '资料未送达' },
    riskPoint: { kind: 'timeout', clauses: ['YXZY-YY-145/3/Q3'] },
    severity: 'high',
    status: 'open',
    open: true,
    subject: { type: 'workOrder', id: 'WO-1' },
    recordId: 'WO-1',
    process: '高压新装',
    stage: '业务受理',
    orgUnit: 'HZ-XH',
    responsible: 'E1001',
    assignTo: 'shift-supervisor',
    title: '工单 WO-1 资料未送达',
    advice: '请核查',
    facts: { 'signature.signer(document=申请表,role=customer)': '张三丰', 'workOrder.sameCity': true },
    conditions: [
      { fact: 'workOrder.sameCity', operator: 'equal', value: true, factValue: true, result: true },
    ],
    occurrences: 1,
    firstAt: at,
    lastAt: at,
    raisedAt: at,
    shadow: false,
    history: [{ at, what: 'raised', who: 'system' }],
    sourceRevision: 1,
    version: 1,
    ...changes,
  };
}
