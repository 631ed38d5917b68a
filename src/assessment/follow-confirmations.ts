import type { Alert } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { ChangeFeed } from '../alerts/change-feed.js';
import type { InspectionTask } from '../inspections/inspection-task.js';
import type { ConfirmedFinding } from './assessment-entry.js';
import type { AssessmentStore } from './assessment-store.js';
import type { AssessmentTable } from './assessment-table.js';
import type { ChargeFinding } from './charge-finding.js';
import { assessedFindingsOf, confirmedFindingsOf } from './confirmed-findings.js';
import { findClause } from './find-charges.js';
import type { StatisticsMonths } from './statistics-month.js';
import { voidEntry } from './take-assessment-step.js';

export interface FollowConfirmationsDeps {
  readonly changeFeed: Pick<ChangeFeed, 'take' | 'readAfter'>;
  /** How far this reader has come in the feed. */
  readonly positions: {
    position(reader: string): Promise<number>;
    moveTo(reader: string, seq: number): Promise<void>;
  };
  readonly alertStore: Pick<AlertStore, 'loadByIds'>;
  readonly store: Pick<AssessmentStore, 'ofFinding' | 'replace' | 'add'>;
  readonly chargeFinding: ChargeFinding;
  readonly table: AssessmentTable;
  readonly months: StatisticsMonths;
  readonly now: () => number;
}

const READER = 'assessment';
const BATCH = 200;
/** Others change the same entry; the next pass finds it again only if the feed moves, so it is worth some tries. */
const MAX_TRIES = 5;

/**
 * Brings the ledger up to what people confirmed. A reader of the change feed: it moves on only when all entries of what it read are
 * written, so whoever dies in between does it again, and natural keys make that the same entries.
 */
export function makeFollowConfirmations(deps: FollowConfirmationsDeps) {
  const { changeFeed, positions, alertStore, store, chargeFinding, table, months, now } = deps;

  /** @returns how many confirmed findings were looked at */
  async function followAlert(alert: Alert): Promise<number> {
    const findings = confirmedFindingsOf(alert);
    for (const { voided, ...finding } of findings) {
      const clause = findClause(table, alert);
      if (voided !== undefined) await voidFinding(finding, voided);
      else if (clause)
        await chargeFinding({ finding, clause, responsible: alert.responsible, orgUnit: alert.orgUnit });
    }
    return findings.length;
  }

  async function voidFinding({ key }: ConfirmedFinding, reason: string): Promise<void> {
    for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
      let refused = false;
      for (const entry of await store.ofFinding(key)) {
        const voided = voidEntry(entry, reason, { at: now(), month: months.monthAt(now()) });
        // A counter entry of its id that is there already stays.
        if (voided?.counter) await store.add([voided.counter]);
        if (voided?.entry && !(await store.replace(voided.entry))) refused = true;
      }
      if (!refused) return;
    }
    throw new Error(`The entries of ${key} kept being changed by others.`);
  }

  return {
    /** The minute pass. Idempotent. */
    async followConfirmations(signal?: AbortSignal): Promise<{ confirmed: number }> {
      let confirmed = 0;
      while (!signal?.aborted && (await changeFeed.take(BATCH)) === BATCH);
      let position = await positions.position(READER);
      while (!signal?.aborted) {
        const changes = await changeFeed.readAfter(position, BATCH);
        const last = changes.at(-1);
        if (!last) break;
        const alerts = await alertStore.loadByIds([...new Set(changes.map(({ alertId }) => alertId))]);
        for (const alert of alerts) confirmed += await followAlert(alert);
        position = last.seq;
        await positions.moveTo(READER, position);
      }
      return { confirmed };
    },
    /** What a submitted inspection found at items marked for assessment. Idempotent. */
    async chargeInspection(task: InspectionTask): Promise<void> {
      for (const { clauseId, responsible, ...finding } of assessedFindingsOf(task)) {
        const clause = table.clauses.find(({ id }) => id === clauseId);
        if (clause) await chargeFinding({ finding, clause, responsible, orgUnit: task.orgUnit });
      }
    },
  };
}
