import type { Alert } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { BusinessCalendar, Limit } from '../calendar/business-calendar.js';
import type { SigningContent } from '../reports/report-content.js';
import { followFinding } from './reconciliation-alerts.js';
import { alertOfUnsigned, unsignedAlertId } from './signing-alerts.js';
import { signedOf, type Statement } from './statement.js';
import type { StatementRowless, StatementStore } from './statement-store.js';

export interface StatementSigningDeps {
  readonly statements: Pick<StatementStore, 'toLookAt' | 'settleLook'>;
  readonly alertStore: Pick<AlertStore, 'loadByIds' | 'write'>;
  /** Absent: nobody has to sign. */
  readonly content: SigningContent | undefined;
  readonly calendar: Pick<BusinessCalendar, 'deadline'>;
  /** Gives an alert its due times. */
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
  readonly batchSize?: number;
}

/** Whether both sides sign a statement in time, and the alert when they do not. */
export interface StatementSigning {
  /** By when the present version is to be signed by both, epoch ms; undefined when nobody has to, and where no calendar covers it. */
  readonly dueAt: (
    statement: Pick<Statement, 'version' | 'madeAt' | 'computedAt' | 'counts'>,
  ) => number | undefined;
  /** Brings the alert of a statement up to what is signed. @returns false when somebody changed the alert meanwhile */
  readonly followStatement: (statement: StatementRowless) => Promise<boolean>;
  /** Each minute: statements whose time has come, and those that changed or were signed. */
  readonly followStatements: (signal?: AbortSignal) => Promise<{ looked: number }>;
}

/** One that waits is looked at as often as this at least, should the calendar change. */
const LOOK_AGAIN_MS = 3_600_000;

export function makeStatementSigning(deps: StatementSigningDeps): StatementSigning {
  const { statements, alertStore, content, calendar, plan, now, batchSize = 500 } = deps;

  const dueAt: StatementSigning['dueAt'] = ({ version, madeAt, computedAt, counts }) => {
    // One that has lost its last line says nothing that could be signed.
    if (!content || counts.completed + counts.handedOver === 0) return undefined;
    const first = runsOut(madeAt ?? computedAt, content.due);
    const graceOver = version === 1 ? first : runsOut(computedAt, content.grace);
    return first === undefined || graceOver === undefined ? undefined : Math.max(first, graceOver);
  };

  function runsOut(from: Date, { value, unit, rollToWorkingDay }: SigningContent['due']): number | undefined {
    const limit: Limit = { value, unit, ...(rollToWorkingDay !== undefined && { rollToWorkingDay }) };
    const result = calendar.deadline({ anchor: from.getTime(), limit });
    return result.state === 'due' ? result.dueAt : undefined;
  }

  /** The alert as it has to be; undefined when it is as it should be. One that was raised stands until the newest version is signed. */
  async function nextAlert(statement: StatementRowless) {
    const [alert] = await alertStore.loadByIds([unsignedAlertId(statement.id)]);
    if (!awaitsSigning(statement)) {
      const closed = alert && followFinding(alert, false, now());
      return closed && { alert: closed, isNew: false };
    }
    const due = dueAt(statement);
    if (!content || due === undefined || now() < due) return undefined;
    if (!alert) return { alert: alertOfUnsigned(statement, content, due, now()), isNew: true };
    const again = followFinding(alert, true, now());
    return again && { alert: again, isNew: false };
  }

  async function followStatement(statement: StatementRowless): Promise<boolean> {
    const next = await nextAlert(statement);
    if (!next) return true;
    const { conflicted } = await alertStore.write([{ ...next, alert: plan(next.alert, now()) }]);
    return conflicted.length === 0;
  }

  return {
    dueAt,
    followStatement,
    async followStatements(signal) {
      const at = now();
      let looked = 0;
      for (;;) {
        const batch = await statements.toLookAt(new Date(at), batchSize);
        for (const statement of batch) {
          if (signal?.aborted) return { looked };
          const isDone = await followStatement(statement);
          const due = awaitsSigning(statement) ? dueAt(statement) : undefined;
          const waits = awaitsSigning(statement) && content && (due === undefined || at < due);
          // Whoever changed the alert meanwhile is left to it for a minute.
          const next = !isDone ? at + 1 : waits ? Math.min(due ?? Infinity, at + LOOK_AGAIN_MS) : undefined;
          await statements.settleLook(statement, next === undefined ? undefined : new Date(next));
          looked += 1;
        }
        if (batch.length < batchSize) return { looked };
      }
    },
  };
}

/** It says something, and not both sides have signed that. */
function awaitsSigning(statement: Pick<Statement, 'counts' | 'signatures' | 'version'>): boolean {
  const { completed, handedOver } = statement.counts;
  const { giver, receiver } = signedOf(statement);
  return completed + handedOver > 0 && !(giver && receiver);
}
