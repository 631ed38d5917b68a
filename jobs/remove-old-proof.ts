import type { AuditStore } from '../src/access/audit-store.js';
import type { Alert } from '../src/alerts/alert.js';
import type { EvidenceOwner, EvidenceStore } from '../src/evidence/evidence-store.js';
import type { InspectionTask } from '../src/inspections/inspection-task.js';
import type { SilenceStore } from '../src/silences/silence-store.js';

export interface RemoveOldProofDeps {
  readonly audit: Pick<AuditStore, 'removeBefore'>;
  readonly silences: Pick<SilenceStore, 'removeEndedBefore'>;
  readonly evidence: Pick<EvidenceStore, 'removeBefore'>;
  readonly loadAlerts: (ids: readonly string[]) => Promise<readonly Alert[]>;
  readonly getInspection: (id: string) => Promise<InspectionTask | undefined>;
  /** AUDIT_RETENTION_DAYS. */
  readonly days: number;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/**
 * Retention of what proves things: the audit log, silences that are over, and evidence. Evidence goes when it is old and what it
 * belongs to has been closed for as long; that of an alert that is open stays, however old it is.
 */
export function makeRemoveOldProof(deps: RemoveOldProofDeps) {
  const { audit, silences, evidence, days, now } = deps;

  /** The owners whose evidence is still needed at `before`. */
  const stillUsed = (before: Date) => async (owners: readonly EvidenceOwner[]) => {
    const idsOf = (type: EvidenceOwner['type']) =>
      owners.filter((owner) => owner.type === type).map(({ id }) => id);
    const alerts = await deps.loadAlerts(idsOf('alert'));
    const tasks = await Promise.all(idsOf('inspection').map((id) => deps.getInspection(id)));
    return new Set([
      ...alerts.filter(({ open, closedAt }) => open || (closedAt && closedAt >= before)).map(({ id }) => id),
      ...tasks.flatMap((task) =>
        task && (task.submittedAt === undefined || task.submittedAt >= before) ? [task.id] : [],
      ),
    ]);
  };

  return async function removeOldProof() {
    const at = new Date(now());
    const before = new Date(at.getTime() - days * DAY_MS);
    return {
      auditRows: await audit.removeBefore(before, at),
      silences: await silences.removeEndedBefore(before),
      files: await evidence.removeBefore(before, stillUsed(before)),
    };
  };
}
