import { readFileSync } from 'node:fs';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import type { CalendarFile } from '../../src/calendar/calendar-file.js';
import { makeBusinessCalendar } from '../../src/calendar/make-business-calendar.js';

/** The calendar that ships: Asia/Shanghai, 08:30–12:00 and 13:30–17:30, end of day at 17:00. */
export function chinaCalendar(): BusinessCalendar {
  const text = readFileSync(new URL('../../rules/calendars/default.json', import.meta.url), 'utf8');
  return makeBusinessCalendar(JSON.parse(text) as CalendarFile, { timeZone: 'Asia/Shanghai' });
}
