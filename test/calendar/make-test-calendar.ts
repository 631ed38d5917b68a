import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import type { CalendarFile } from '../../src/calendar/calendar-file.js';
import { makeBusinessCalendar } from '../../src/calendar/make-business-calendar.js';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** The shipped calendar's content, with what a test wants to change. */
export function calendarFile(changes: Partial<CalendarFile> = {}): CalendarFile {
  return {
    id: 'test',
    base: 'chinese-days',
    coversYears: [],
    hours: [
      ['08:30', '12:00'],
      ['13:30', '17:30'],
    ],
    startDay: 'excluded',
    moments: { morning: '08:00', 'end-of-day': '17:00' },
    days: {},
    basis: [],
    ...changes,
  };
}

/** China's calendar unless changed. */
export function testCalendar(
  changes: Partial<CalendarFile> = {},
  timeZone = 'Asia/Shanghai',
): BusinessCalendar {
  return makeBusinessCalendar(calendarFile(changes), { timeZone });
}

/** `2026-02-13 17:30` Shanghai time as epoch ms; China has had no clock changes since 1991. */
export function shanghai(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}+08:00`);
}

/** Epoch ms as `2026-02-13 17:30` Shanghai time, with seconds only where there are any. */
export function inShanghai(at: number): string {
  const text = new Date(at + 8 * HOUR).toISOString().replace('T', ' ').replace('Z', '');
  return text.replace(/:00\.000$/, '');
}
