import { DateTime } from 'luxon';
import type { DeadlineRequest, Interval } from '../../src/calendar/business-calendar.js';
import { MINUTE } from './make-test-calendar.js';

/** What the oracle needs to know; it shares no code with the calendar. */
export interface NaiveOptions {
  readonly zone: string;
  /** [open, close] in minutes past midnight. */
  readonly hours: readonly (readonly [number, number])[];
  readonly isWorkingDay: (date: string) => boolean;
}

/**
 * The rules of docs/calendar.md taken literally: working time minute by minute, days one by one, all local
 * time from luxon. Anchors, pauses and budgets must be whole minutes.
 */
export function makeNaiveCalendar({ zone, hours, isWorkingDay }: NaiveOptions) {
  const quarters = new Map<number, { date: string; minute: number }>();

  /** Local date and minute of the day; looked up once a quarter of an hour, as no zone changes in between. */
  function localOf(at: number): { date: string; minute: number } {
    const quarter = Math.floor(at / (15 * MINUTE));
    let local = quarters.get(quarter);
    if (!local) {
      const time = DateTime.fromMillis(quarter * 15 * MINUTE, { zone });
      local = { date: time.toISODate()!, minute: time.hour * 60 + time.minute };
      quarters.set(quarter, local);
    }
    return { date: local.date, minute: local.minute + Math.floor((at % (15 * MINUTE)) / MINUTE) };
  }

  function isWorkingMinute(at: number): boolean {
    const { date, minute } = localOf(at);
    return isWorkingDay(date) && hours.some(([open, close]) => minute >= open && minute < close);
  }

  function countMinutes(from: number, to: number, counts: (at: number) => boolean): number {
    let minutes = 0;
    for (let at = from; at < to; at += MINUTE) if (counts(at)) minutes += 1;
    return minutes;
  }

  function workingMinutes(from: number, to: number, pauses: readonly Interval[] = []): number {
    return countMinutes(from, to, (at) => isWorkingMinute(at) && !isPaused(at, pauses));
  }

  /** The due time, or undefined while paused. */
  function dueAt(request: DeadlineRequest): number | undefined {
    const { anchor, limit, pauses = [], startDay = 'excluded' } = request;
    const open = pauses.filter((pause) => pause.to === undefined).map((pause) => pause.from);
    const stop = Math.min(...open, Infinity);
    const anchorDay = DateTime.fromMillis(anchor, { zone }).startOf('day');
    const firstDay = startDay === 'included' ? anchorDay : anchorDay.plus({ days: 1 });

    switch (limit.unit) {
      case 'workingHour':
      case 'calendarHour':
      case 'minute': {
        let left = Math.round(limit.value * (limit.unit === 'minute' ? 1 : 60));
        let at = anchor;
        for (; left > 0 && at < stop; at += MINUTE) {
          const counts = limit.unit !== 'workingHour' || isWorkingMinute(at);
          if (counts && !isPaused(at, pauses)) left -= 1;
        }
        return left === 0 ? at : undefined;
      }
      case 'workingDay':
        return nthDay(firstDay, limit.value, anchor, stop, pauses, closingOf);
      case 'calendarDay':
      case 'month': {
        let days = limit.value;
        if (limit.unit === 'month') {
          const corresponding = anchorDay.plus({ months: limit.value });
          days = Math.round(corresponding.diff(anchorDay, 'days').days);
          if (startDay === 'included' && corresponding.day !== anchorDay.day) days += 1;
        }
        const end = nthDay(firstDay, days, anchor, stop, pauses, (day) => day.plus({ days: 1 }).toMillis());
        if (end === undefined || !limit.rollToWorkingDay) return end;
        const lastDay = DateTime.fromMillis(end - 1, { zone }).startOf('day');
        return nthDay(lastDay, 1, anchor, stop, pauses, closingOf);
      }
    }
  }

  function closingOf(day: DateTime): number | undefined {
    if (!isWorkingDay(day.toISODate()!)) return undefined;
    const close = Math.max(...hours.map(([, end]) => end));
    return day.set({ hour: Math.floor(close / 60), minute: close % 60 }).toMillis();
  }

  /** The end of the nth day, counting those that end after the anchor while the clock runs. */
  function nthDay(
    first: DateTime,
    n: number,
    anchor: number,
    stop: number,
    pauses: readonly Interval[],
    endOf: (day: DateTime) => number | undefined,
  ): number | undefined {
    let left = n;
    for (let day = first; ; day = day.plus({ days: 1 })) {
      if (day.toMillis() > stop) return undefined;
      const end = endOf(day);
      if (end === undefined || end <= anchor || isPaused(end, pauses)) continue;
      left -= 1;
      if (left === 0) return end;
    }
  }

  return { dueAt, workingMinutes, isWorkingMinute };
}

function isPaused(at: number, pauses: readonly Interval[]): boolean {
  return pauses.some((pause) => pause.from <= at && (pause.to === undefined || at < pause.to));
}
