import type { Alert } from '../alerts/alert.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { Load, LoadRow } from './backtest-result.js';

/** The business day on which people meet what is raised at an instant. */
export type DayOf = (at: number) => string;

/** How many alerts each recipient gets on each business day, by either rule set. */
export interface DailyLoad {
  add(side: 'live' | 'candidate', alert: Alert): void;
  /** Over all recipients. */
  total(workingDays: number): Omit<LoadRow, 'post'>;
  /** Those whose load changes most first. */
  recipients(workingDays: number): LoadRow[];
}

type Days = Map<string, number>;
interface Recipient {
  readonly post: string;
  readonly orgUnit: string | undefined;
  readonly live: Days;
  readonly candidate: Days;
}

export function makeDailyLoad(dayOf: DayOf): DailyLoad {
  const all: Pick<Recipient, 'live' | 'candidate'> = { live: new Map(), candidate: new Map() };
  const recipients = new Map<string, Recipient>();
  return {
    add(side, { assignTo, orgUnit, raisedAt }) {
      const key = `${assignTo}|${orgUnit ?? ''}`;
      const recipient = recipients.get(key) ?? {
        post: assignTo,
        orgUnit,
        live: new Map<string, number>(),
        candidate: new Map<string, number>(),
      };
      recipients.set(key, recipient);
      const day = dayOf(raisedAt.getTime());
      for (const days of [all[side], recipient[side]]) days.set(day, (days.get(day) ?? 0) + 1);
    },
    total: (workingDays) => ({
      live: loadOf(all.live, workingDays),
      candidate: loadOf(all.candidate, workingDays),
    }),
    recipients: (workingDays) =>
      [...recipients.values()]
        .map(({ post, orgUnit, live, candidate }) => ({
          post,
          ...(orgUnit !== undefined && { orgUnit }),
          live: loadOf(live, workingDays),
          candidate: loadOf(candidate, workingDays),
        }))
        .sort((a, b) => changeOf(b) - changeOf(a) || b.candidate.total - a.candidate.total),
  };
}

function changeOf({ live, candidate }: LoadRow): number {
  return Math.abs(candidate.total - live.total);
}

function loadOf(days: Days, workingDays: number): Load {
  let total = 0;
  let peak = 0;
  let peakDay: string | undefined;
  for (const [day, count] of days) {
    total += count;
    if (count < peak || (count === peak && peakDay !== undefined && day > peakDay)) continue;
    peak = count;
    peakDay = day;
  }
  const perDay = Math.round((100 * total) / Math.max(1, workingDays)) / 100;
  return { total, perDay, peak, ...(peakDay !== undefined && { peakDay }) };
}

/** What is raised on a day off is met on the next working day; where no official schedule is known, on the day itself. */
export function makeDayOf(calendar: BusinessCalendar): DayOf {
  const known = new Map<string, string>();
  return (at) => {
    const date = calendar.dateOf(at);
    let day = known.get(date);
    if (day === undefined) {
      const isCovered = calendar.isCovered(Number(date.slice(0, 4)));
      day = !isCovered || calendar.isWorkingDay(date) ? date : calendar.nextWorkingDay(date);
      known.set(date, day);
    }
    return day;
  };
}

/** Working days that [from, to) touches; at least one, so that a mean can be told of a weekend. */
export function countWorkingDays(calendar: BusinessCalendar, from: number, to: number): number {
  const first = calendar.dateOf(from);
  const between = calendar.workingDaysBetween(from, Math.max(from, to - 1));
  return Math.max(1, between + (calendar.isWorkingDay(first) ? 1 : 0));
}
