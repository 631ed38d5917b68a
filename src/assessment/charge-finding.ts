import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { type AssessmentEntry, assessmentIdOf, type ConfirmedFinding } from './assessment-entry.js';
import type { AssessmentStore } from './assessment-store.js';
import type { AssessmentClause, AssessmentTable } from './assessment-table.js';
import { chargesOf } from './find-charges.js';
import type { StatisticsMonths } from './statistics-month.js';

export interface ChargeFindingDeps {
  readonly store: Pick<AssessmentStore, 'add' | 'ofFinding' | 'month' | 'moveUnfrozen'>;
  readonly table: AssessmentTable;
  readonly months: StatisticsMonths;
  readonly calendar: Pick<BusinessCalendar, 'deadline'>;
  readonly now: () => number;
}

/** A finding, the clause it is charged under, and who is answerable. */
export interface ChargeRequest {
  readonly finding: ConfirmedFinding;
  readonly clause: AssessmentClause;
  readonly responsible: string | undefined;
  readonly orgUnit: string | undefined;
}

/**
 * Charges a confirmed finding. Idempotent: entries have natural keys, and one that died half-way is made whole by the next try – under
 * the clause it began with and to whom it began with, should the table or the alert have changed meanwhile.
 */
export function makeChargeFinding(deps: ChargeFindingDeps) {
  const { store, table, months, calendar, now } = deps;

  /** The month it was confirmed in, unless that is frozen. */
  async function monthFor({ confirmedAt }: ConfirmedFinding): Promise<string> {
    const month = months.monthAt(confirmedAt.getTime());
    return (await store.month(month)) ? months.monthAt(now()) : month;
  }

  return async function chargeFinding(request: ChargeRequest): Promise<void> {
    const { finding } = request;
    const [known] = await store.ofFinding(finding.key);
    const { responsible, orgUnit } = known?.answerable ?? request;
    const answerable = {
      ...(responsible !== undefined && { responsible }),
      ...(orgUnit !== undefined && { orgUnit }),
    };
    const clause = known ? table.clauses.find(({ id }) => id === known.clause.id) : request.clause;
    if (!clause) return;
    const at = new Date(now());
    const month = await monthFor(finding);
    const due = calendar.deadline({ anchor: now(), limit: toLimit(table.appealWithin) });
    const entries = chargesOf(clause, { responsible, orgUnit }).map(
      ({ charged, points, money }): AssessmentEntry => ({
        id: assessmentIdOf(finding.key, charged, clause.id),
        finding,
        clause: { id: clause.id, title: clause.title },
        charged,
        ...(orgUnit !== undefined && { orgUnit }),
        answerable,
        points,
        money,
        initial: { points, money },
        month,
        status: 'charged',
        ...(due.state === 'due' && { appealUntil: new Date(due.dueAt) }),
        createdAt: at,
        history: [{ at, what: 'charged', who: 'system' }],
        version: 1,
      }),
    );
    await store.add(entries);
    // It may have been frozen between the look above and the write.
    if (await store.month(month)) await store.moveUnfrozen(finding.key, month, months.monthAt(now()));
  };
}
export type ChargeFinding = ReturnType<typeof makeChargeFinding>;

function toLimit({ value, unit, rollToWorkingDay }: AssessmentTable['appealWithin']) {
  return { value, unit, ...(rollToWorkingDay !== undefined && { rollToWorkingDay }) };
}
