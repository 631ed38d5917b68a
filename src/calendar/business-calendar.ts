/** Units a time limit may be given in. A working hour is an hour inside business hours of a working day. */
export const LIMIT_UNITS = [
  'workingDay',
  'workingHour',
  'calendarDay',
  'calendarHour',
  'month',
  'minute',
] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];

/** A budget of time. `value` is a whole number for days and months, any positive number for hours and minutes. */
export interface Limit {
  readonly value: number;
  readonly unit: LimitUnit;
  /** calendarDay and month only: a last day that is no working day moves to the next one (民法典 203). Default false. */
  readonly rollToWorkingDay?: boolean;
}

/** A stretch of time in which a clock stands still, epoch ms; without `to` it still goes on. */
export interface Interval {
  readonly from: number;
  readonly to?: number;
}

/**
 * Working days and business hours in one time zone. Pure: no clock of its own. Business dates are
 * `YYYY-MM-DD` in the calendar's zone, instants are epoch ms.
 */
export interface BusinessCalendar {
  /** Changes whenever any day, hour or the zone changes; stored with deadlines so that they are re-projected. */
  readonly hash: string;
  /** IANA zone, e.g. Asia/Shanghai. */
  readonly timeZone: string;
  dateOf(at: number): string;
  /** The instant of a local time `HH:mm` on a business date. */
  instantOf(date: string, time: string): number;
  /** False where no official schedule is known: nothing may then be derived from `isWorkingDay`. */
  isCovered(year: number): boolean;
  isWorkingDay(date: string): boolean;
  /** Calendar arithmetic on business dates. */
  addDays(date: string, days: number): string;
  nextWorkingDay(date: string): string;
  previousWorkingDay(date: string): string;
  /** Opening and closing instants of a working day; undefined on a day off. */
  openingOf(date: string): number | undefined;
  closingOf(date: string): number | undefined;
  /** The business hours of a day, in order; none on a day off. */
  hoursOf(date: string): readonly { readonly from: number; readonly to: number }[];
  /** True inside business hours of a working day. */
  isWorkingTime(at: number): boolean;
  /** Working milliseconds in [from, to), without the paused stretches. */
  workingMsBetween(from: number, to: number, pauses?: readonly Interval[]): number;
  /** Working days d with dateOf(from) < d <= dateOf(to): 1 = the next working day. */
  workingDaysBetween(from: number, to: number): number;
  /** The named daily moments of the calendar file, e.g. `{ 'end-of-day': '17:00' }`; they exist on working days only. */
  readonly moments: Readonly<Record<string, string>>;
  /** Instants of a named daily moment in (after, until], oldest first. Throws for an unknown name. */
  momentsBetween(name: string, after: number, until: number): number[];
  /** When a budget that started at `anchor` runs out. */
  deadline(request: DeadlineRequest): DeadlineResult;
}

export interface DeadlineRequest {
  readonly anchor: number;
  readonly limit: Limit;
  readonly pauses?: readonly Interval[];
  /** Fractions of the budget (0–1) at which to warn early. */
  readonly warnAt?: readonly number[];
  /** Whether the day of the anchor counts as day one. Default: the calendar file's `startDay`, else excluded (民法典 201). */
  readonly startDay?: 'excluded' | 'included';
}

export type DeadlineResult =
  | { readonly state: 'due'; readonly dueAt: number; readonly warnTimes: readonly number[] }
  /** Standing still: the clock has no due time until the pause ends. */
  | { readonly state: 'paused' }
  /** It would cross years without an official schedule; flagged, never guessed. */
  | { readonly state: 'uncovered'; readonly years: readonly number[] };
