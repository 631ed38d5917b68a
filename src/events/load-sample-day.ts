import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { JsonObject, JsonValue } from '../json.js';

/** A made-up day of business, `examples/sample-day/events.json`, told relative to a sample day D. */
export interface SampleDayTemplate {
  readonly description: string;
  /** CloudEvents `source` of all its events. */
  readonly source: string;
  /** What each work order (or hall day) is there to show, and the rules that find something on it; none: a clean one. */
  readonly records: readonly SampleRecord[];
  /** In the order in which they arrive; the same id may come twice. */
  readonly events: readonly SampleEvent[];
}

export interface SampleRecord {
  /** With the placeholders of an event. */
  readonly recordId: string;
  readonly shows: string;
  readonly rules: readonly string[];
}

/** One event. In any text `{D}` stands for the sample day as `20261120`, and `{day -2}` for a date as `2026-11-18`. */
export interface SampleEvent {
  readonly id: string;
  /** Working days from D: 0 = D, -1 = the working day before it. Never after D. */
  readonly day: number;
  /** Local time of that day, `HH:mm`. */
  readonly time: string;
  /** When it was entered, if that is told. */
  readonly recorded?: { readonly day: number; readonly time: string };
  readonly type: string;
  readonly subject: string;
  readonly data: JsonObject;
}

export interface SampleDayRequest {
  readonly calendar: BusinessCalendar;
  /** Epoch ms. */
  readonly now: number;
  readonly template: SampleDayTemplate;
}

/** Days of calendar that must lie after the sample day, so that the deadlines of its work orders can be computed. */
const DAYS_AHEAD = 7;

/**
 * The sample day moved onto the calendar: D is the last working day before today, or, where the calendar ends
 * first, before the last week it covers. Ids and work order numbers carry the date, so that the sample of
 * another day never touches this one.
 *
 * @returns `day` = D, and the events as CloudEvents in JSON format, in the order in which they arrive
 * @throws RangeError when the calendar covers no year at all up to now
 */
export function sampleDayEvents({ calendar, now, template }: SampleDayRequest): {
  readonly day: string;
  readonly events: JsonObject[];
} {
  const day = sampleDate(calendar, now);
  const compact = day.replaceAll('-', '');
  const dateOf = memoize((offset) => workingDay(calendar, day, offset));
  const instant = ({ day: offset, time }: { day: number; time: string }) =>
    new Date(calendar.instantOf(dateOf(offset), time)).toISOString();
  const fill = (text: string) =>
    text
      .replaceAll('{D}', compact)
      .replace(/\{day (-?\d+)\}/g, (_, offset: string) => dateOf(Number(offset)));

  const events = template.events.map((event) => ({
    specversion: '1.0',
    id: `sample-${compact}-${event.id}`,
    source: template.source,
    type: event.type,
    subject: fill(event.subject),
    time: instant(event),
    ...(event.recorded && { recordedtime: instant(event.recorded) }),
    data: fillAll(event.data, fill) as JsonObject,
  }));
  return { day, events };
}

function sampleDate(calendar: BusinessCalendar, now: number): string {
  const today = calendar.dateOf(now);
  let year = Number(today.slice(0, 4));
  while (!calendar.isCovered(year)) {
    if (--year < 1990) throw new RangeError(`The calendar covers no year from 1990 to ${today.slice(0, 4)}.`);
  }
  const end = calendar.addDays(`${year}-12-31`, -DAYS_AHEAD);
  const nextYearIsKnown = calendar.isCovered(year + 1);
  return calendar.previousWorkingDay(today > end && !nextYearIsKnown ? end : today);
}

function workingDay(calendar: BusinessCalendar, from: string, offset: number): string {
  let date = from;
  for (let i = 0; i < Math.abs(offset); i++) {
    date = offset < 0 ? calendar.previousWorkingDay(date) : calendar.nextWorkingDay(date);
  }
  return date;
}

function memoize(compute: (offset: number) => string): (offset: number) => string {
  const known = new Map<number, string>();
  return (offset) => {
    const date = known.get(offset) ?? compute(offset);
    known.set(offset, date);
    return date;
  };
}

function fillAll(value: JsonValue, fill: (text: string) => string): JsonValue {
  if (typeof value === 'string') return fill(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fillAll(item, fill));
  const entries = Object.entries(value).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries.map(([key, member]) => [key, fillAll(member, fill)]));
}
