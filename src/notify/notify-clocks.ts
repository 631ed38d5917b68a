import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { Severity } from '../engine/rule-file.js';
import type { Duration, QuietHours } from './notify-file.js';

const MS = { second: 1_000, minute: 60_000, hour: 3_600_000, workingHour: 3_600_000 };
type Calendar = Pick<BusinessCalendar, 'deadline' | 'isWorkingTime' | 'dateOf' | 'instantOf' | 'addDays'>;

/**
 * `at` plus a length of time. Working time that reaches into a year without an official schedule is counted as plain
 * time: to be told early does less harm than not to be told.
 */
export function addDuration(calendar: Calendar, at: number, { value, unit }: Duration): number {
  if (unit === 'workingHour') {
    const result = calendar.deadline({ anchor: at, limit: { value, unit } });
    if (result.state === 'due') return result.dueAt;
  }
  return at + value * MS[unit];
}

/** `at`, or outside business hours when they next begin. */
export function inOfficeHours(calendar: Calendar, at: number): number {
  if (calendar.isWorkingTime(at)) return at;
  const result = calendar.deadline({ anchor: at, limit: { value: 1 / 60, unit: 'workingHour' } });
  return result.state === 'due' ? result.dueAt - MS.minute : at;
}

/** When a message may reach a person: `at`, or the end of the quiet hours it falls into. */
export function afterQuietHours(
  calendar: Calendar,
  at: number,
  quiet: QuietHours | undefined,
  severity: Severity,
): number {
  if (!quiet || quiet.except.includes(severity) || quiet.from === quiet.to) return at;
  const date = calendar.dateOf(at);
  // The stretch that began yesterday may still go on.
  for (const day of [calendar.addDays(date, -1), date]) {
    const from = calendar.instantOf(day, quiet.from);
    const end = quiet.from < quiet.to ? day : calendar.addDays(day, 1);
    const to = calendar.instantOf(end, quiet.to);
    if (from <= at && at < to) return to;
  }
  return at;
}
