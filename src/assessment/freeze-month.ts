import type { AuditStore } from '../access/audit-store.js';
import { ConflictError } from '../errors.js';
import type { FrozenMonth } from './assessment-entry.js';
import type { AssessmentStore } from './assessment-store.js';
import type { StatisticsMonths } from './statistics-month.js';

export interface FreezeMonthDeps {
  readonly store: Pick<AssessmentStore, 'month' | 'unsettled' | 'freeze'>;
  readonly audit: Pick<AuditStore, 'record' | 'inTurn'>;
  readonly months: StatisticsMonths;
  readonly now: () => number;
}

/** Who freezes, and what the audit row says of him. */
interface FreezeBy {
  readonly id: string;
  readonly who: Parameters<AuditStore['record']>[0]['who'];
  readonly requestId: string;
}

/** Freezes a statistics month: its entries do not change any more, whatever is corrected later goes to the month of then. */
export function makeFreezeMonth({ store, audit, months, now }: FreezeMonthDeps) {
  /**
   * Freezing a frozen month again changes nothing.
   * @throws ConflictError while the month is not over, appeals are undecided, or somebody may still appeal
   */
  return (month: string, by: FreezeBy): Promise<FrozenMonth> =>
    audit.inTurn(`assessment-month|${month}`, () => freezeInTurn(month, by));

  async function freezeInTurn(month: string, by: FreezeBy): Promise<FrozenMonth> {
    const at = now();
    const before = await store.month(month);
    if (before?.totals) return before;
    if (!before) {
      if (at < months.endOf(month))
        throw new ConflictError(`Month ${month} is over at ${new Date(months.endOf(month)).toISOString()}.`, {
          details: { ...months.datesOf(month) },
        });
      const { count, until } = await store.unsettled(month, new Date(at));
      if (count > 0)
        throw new ConflictError(
          `${count} entries of ${month} are under appeal, or may still be appealed against${until ? ` until ${until.toISOString()}` : ''}.`,
          { details: { unsettled: count, ...(until && { until: until.toISOString() }) } },
        );
    }
    const { id, ...audited } = by;
    await audit.record({
      at: new Date(at),
      action: 'assessment.freeze',
      object: { type: 'assessment-month', id: month },
      reason: '',
      ...audited,
    });
    return store.freeze({ month, frozenAt: new Date(at), by: id });
  }
}
export type FreezeMonth = ReturnType<typeof makeFreezeMonth>;
