import { DateTime } from 'luxon';
import type { BusinessCalendar } from '../calendar/business-calendar.js';

/**
 * A moment is an instant (epoch ms, ISO 8601 with offset, or business time `YYYY-MM-DD HH:mm`) or a
 * business day (`YYYY-MM-DD`). A day and an instant are compared as days.
 */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const ISO =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Whether `YYYY-MM-DD` is a day that exists. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether a text of a rule file is an instant: ISO 8601 with offset, or `YYYY-MM-DD HH:mm` in business time. */
export function isInstantText(text: string): boolean {
  const day = (LOCAL.exec(text) ?? ISO.exec(text))?.[1];
  return day !== undefined && isDay(day);
}

/** A date value as comparable: an instant as a number, a day as text; undefined if it is neither. */
export function toMoment(value: unknown, calendar: BusinessCalendar): number | string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (isDay(value)) return value;
  if (!isInstantText(value)) return undefined;
  const local = LOCAL.exec(value);
  if (!local) return Date.parse(value);
  return calendar.instantOf(local[1] ?? '', `${local[2]}:${local[3]}`) + Number(local[4] ?? 0) * 1000;
}

/** < 0, 0, > 0; at the coarser precision of the two. Undefined if one is no date. */
export function compareMoments(a: unknown, b: unknown, calendar: BusinessCalendar): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = toMoment(a, calendar);
  const right = toMoment(b, calendar);
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const leftDay = typeof left === 'number' ? calendar.dateOf(left) : left;
  const rightDay = typeof right === 'number' ? calendar.dateOf(right) : right;
  return leftDay < rightDay ? -1 : leftDay > rightDay ? 1 : 0;
}

/** The business day of a date value. */
export function dayOf(value: unknown, calendar: BusinessCalendar): string | undefined {
  const moment = toMoment(value, calendar);
  return typeof moment === 'number' ? calendar.dateOf(moment) : moment;
}

/** The instant of a date value; a day begins at midnight business time. */
export function startOf(value: unknown, calendar: BusinessCalendar): number | undefined {
  const moment = toMoment(value, calendar);
  return typeof moment === 'string' ? calendar.instantOf(moment, '00:00') : moment;
}

/** ISO 8601 with the business offset: how instants are stored with an alert. */
export function toIso(at: number, calendar: BusinessCalendar): string {
  return local(at, calendar).toISO({ suppressMilliseconds: true }) ?? String(at);
}

/** `YYYY-MM-DD HH:mm` business time: how people read it. */
export function toReadable(at: number, calendar: BusinessCalendar): string {
  return local(at, calendar).toFormat('yyyy-MM-dd HH:mm');
}

function local(at: number, calendar: BusinessCalendar): DateTime {
  return DateTime.fromMillis(at, { zone: calendar.timeZone });
}
