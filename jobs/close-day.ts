import type { WorkOrderRecord } from '../src/engine/work-order-record.js';
import type { BusinessCalendar } from '../src/calendar/business-calendar.js';
import type { Reconcile } from '../src/reconciliation/make-reconcile.js';
import { type PlacedRow, reconcileRecord } from '../src/reconciliation/reconcile-record.js';
import { dayFactsOf, makeDayTally } from '../src/reports/day-figures.js';
import type { DayFiguresStore } from '../src/reports/day-figures-store.js';
import type { ReportContent } from '../src/reports/report-content.js';

export interface CloseDayDeps {
  /** Records of work orders written at or after an instant, in batches. */
  readonly streamUpdated: (
    since: Date,
    batchSize: number,
  ) => AsyncIterable<readonly { readonly record: WorkOrderRecord }[]>;
  readonly reconcile: Reconcile;
  readonly figures: Pick<DayFiguresStore, 'put'>;
  readonly content: ReportContent;
  readonly calendar: Pick<BusinessCalendar, 'addDays' | 'dateOf' | 'instantOf' | 'previousWorkingDay'>;
  readonly now: () => number;
  readonly batchSize?: number;
}

/** What is entered late, or after the day was closed, is counted by the runs of as many days after. */
const LOOK_BACK_DAYS = 7;

/**
 * 日清日结: closes a business date. One pass over the work orders that changed since a week before makes both the reconciliation statements and the
 * figures of the reports, of that date and of the days before, so that late entries find their day. Idempotent.
 */
export function makeCloseDay(deps: CloseDayDeps) {
  const { streamUpdated, reconcile, figures, content, calendar, now, batchSize = 500 } = deps;

  return async function closeDay(date: string, signal?: AbortSignal) {
    // Days off are closed with the working day after them, however many there were.
    const before = calendar.previousWorkingDay(date);
    const week = calendar.addDays(date, 1 - LOOK_BACK_DAYS);
    const first = before < week ? before : week;
    const dates: string[] = [];
    for (let day = first; day <= date; day = calendar.addDays(day, 1)) dates.push(day);
    const since = new Date(calendar.instantOf(first, '00:00'));
    const wanted = new Set(dates);
    const tally = makeDayTally(dates, (at) => calendar.dateOf(at));
    const placed: PlacedRow[] = [];
    let looked = 0;
    for await (const batch of streamUpdated(since, batchSize)) {
      if (signal?.aborted)
        throw new Error('closing the day was stopped; it goes on when it is claimed again');
      for (const { record } of batch) {
        for (const fact of dayFactsOf(record, content.stages, now())) tally.add(fact);
        for (const row of reconcileRecord(record.workOrder, content.reconciliation.stages))
          if (wanted.has(calendar.dateOf(row.at))) placed.push(row);
      }
      looked += batch.length;
    }
    const reconciled = await reconcile(dates, placed);
    await figures.put(dates, tally.figures(now()), new Date(now()));
    return { looked, ...reconciled };
  };
}
