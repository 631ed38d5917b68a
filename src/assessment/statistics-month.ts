import type { BusinessCalendar } from '../calendar/business-calendar.js';

/** `YYYY-MM`, 2000 to 2199. */
export const MONTH_PATTERN = /^(20|21)\d{2}-(0[1-9]|1[0-2])$/;

/** Statistics months (统计月) that begin on a day of the month: with 26, November is 26 October to 25 November. */
export interface StatisticsMonths {
  /** The month a business date is in. */
  readonly monthOf: (date: string) => string;
  /** The month an instant is in. */
  readonly monthAt: (at: number) => string;
  /** First and last business date of a month, both included. */
  datesOf(month: string): { readonly from: string; readonly to: string };
  /** The instant a month is over. */
  endOf(month: string): number;
}

export function makeStatisticsMonths(
  startsOn: number,
  calendar: Pick<BusinessCalendar, 'dateOf' | 'instantOf' | 'addDays'>,
): StatisticsMonths {
  const day = String(startsOn).padStart(2, '0');
  const firstOf = (month: string) => `${startsOn === 1 ? month : shift(month, -1)}-${day}`;
  const monthOf = (date: string) => {
    const month = date.slice(0, 7);
    return startsOn > 1 && date.slice(8) >= day ? shift(month, 1) : month;
  };
  return {
    monthOf,
    monthAt: (at) => monthOf(calendar.dateOf(at)),
    datesOf: (month) => ({ from: firstOf(month), to: calendar.addDays(firstOf(shift(month, 1)), -1) }),
    endOf: (month) => calendar.instantOf(firstOf(shift(month, 1)), '00:00'),
  };
}

function shift(month: string, by: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + by;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}
