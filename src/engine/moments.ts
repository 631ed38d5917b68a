import { IANAZone } from 'luxon';
import type { BusinessCalendar } from '../calendar/business-calendar.js';

/**
 * A moment is an instant (epoch ms, ISO 8601 with offset, or business time `YYYY-MM-DD HH:mm`) or a
 * business day (`YYYY-MM-DD`). A day and an instant are compared as days.
 */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const ISO =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** What calendars can place, a year's margin on either side for time zones. */
const EARLIEST = Date.UTC(1001, 0, 1);
const LATEST = Date.UTC(9998, 11, 31);
const DAY_MS = 86_400_000;

/** Whether `YYYY-MM-DD` is a day that exists, and that a calendar can place. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return date.getTime() >= EARLIEST && date.getTime() <= LATEST && date.toISOString().startsWith(text);
}

/** Whether a text of a rule file is an instant: ISO 8601 with offset, or `YYYY-MM-DD HH:mm` in business time. */
export function isInstantText(text: string): boolean {
  const day = (LOCAL.exec(text) ?? ISO.exec(text))?.[1];
  return day !== undefined && isDay(day);
}

/** A date value as comparable: an instant as a number, a day as text; undefined if it is neither. */
export function toMoment(value: unknown, calendar: BusinessCalendar): number | string | undefined {
  if (typeof value === 'number') return value >= EARLIEST && value <= LATEST ? value : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (isDay(value)) return value;
  if (!isInstantText(value)) return undefined;
  const local = LOCAL.exec(value);
  if (!local) return Date.parse(value);
  return calendar.instantOf(local[1] ?? '', `${local[2]}:${local[3]}`) + Number(local[4] ?? 0) * 1000;
}

/** < 0, 0, > 0; at the coarser precision of the two. Undefined if one is no date. */
export function compareMoments(a: unknown, b: unknown, calendar: BusinessCalendar): number | undefined {
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
  if (!(at >= EARLIEST && at <= LATEST)) return String(at);
  const minutes = offsetMinutesAt(at, calendar);
  const wall = new Date(at + minutes * 60_000).toISOString().replace(/(?:\.000)?Z$/, '');
  return wall + offsetText(minutes);
}

/** Minutes ahead of UTC. The calendar's tables tell it for whole days; a zone lookup (slow) only where clocks change. */
function offsetMinutesAt(at: number, calendar: BusinessCalendar): number {
  const date = calendar.dateOf(at);
  const start = calendar.instantOf(date, '00:00');
  const isPlain = calendar.instantOf(calendar.addDays(date, 1), '00:00') - start === DAY_MS;
  if (!isPlain) return IANAZone.create(calendar.timeZone).offset(at);
  return (Date.parse(`${date}T00:00:00Z`) - start) / 60_000;
}

/** `YYYY-MM-DD HH:mm` business time: how people read it. */
export function toReadable(at: number, calendar: BusinessCalendar): string {
  return toIso(at, calendar).slice(0, 16).replace('T', ' ');
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(Math.floor(size % 60)).padStart(2, '0')}`;
}
