import { z } from 'zod';
import { parseFile } from '../file-problems.js';
import type { Parsed } from '../file-problems.js';
import { findTimeOfDay, isDate } from './civil-date.js';

const time = z
  .string()
  .refine((text) => findTimeOfDay(text) !== undefined, 'expected HH:mm between 00:00 and 24:00');
const moment = time.refine((text) => text !== '24:00', 'expected HH:mm between 00:00 and 23:59');
const date = z.string().refine(isDate, 'expected an existing date YYYY-MM-DD');
const year = z.int().min(1990).max(2199);

const hours = z
  .array(z.tuple([time, time]))
  .min(1, 'expected at least one stretch of business hours, e.g. [["08:30","12:00"],["13:30","17:30"]]')
  .refine(isAscending, 'expected stretches [open, close] in ascending order that do not overlap');

/** What every calendar file may hold. */
const shared = {
  $schema: z.string().optional(),
  /** Unique name of the file's content. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens'),
  name: z.string().optional(),
  /** Years whose official schedule the files bring themselves (all days that differ from Monday–Friday are in `days`). */
  coversYears: z.array(year).default([]),
  /** Days that differ from the base: closed, or worked (调休). */
  days: z.record(date, z.enum(['off', 'work'])).default({}),
  /** Where the content comes from and how sure it is; for people, changes nothing. */
  basis: z
    .array(
      z.strictObject({
        document: z.string(),
        article: z.string().optional(),
        certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
        note: z.string().optional(),
      }),
    )
    .default([]),
};

/** `default.json`: the calendar itself. */
export const calendarFileSchema = z.strictObject({
  ...shared,
  /** `chinese-days`: the State Council's schedules the package knows; `weekdays`: Monday–Friday. */
  base: z.enum(['chinese-days', 'weekdays']),
  /** Business hours of every working day, wall clock. */
  hours,
  /** Whether the day a limit starts on counts as day one. */
  startDay: z.enum(['excluded', 'included']).default('excluded'),
  /** Named daily moments that sweeps refer to. */
  moments: z.record(z.string().min(1), moment).default({}),
});

/** Any further file: adds days and years, nothing else. */
export const calendarOverrideSchema = z.strictObject(shared);

/** A complete calendar; what `rules/calendars/default.json` holds, with the days of the override files merged in. */
export type CalendarFile = z.infer<typeof calendarFileSchema>;
/** An override file. */
export type CalendarOverride = z.infer<typeof calendarOverrideSchema>;

/** Judge the content of `default.json`; `file` is only named in problems. */
export function parseCalendarFile(json: unknown, file: string): Parsed<CalendarFile> {
  return parseFile(calendarFileSchema, json, file);
}

/** Judge the content of an override file. */
export function parseCalendarOverride(json: unknown, file: string): Parsed<CalendarOverride> {
  return parseFile(calendarOverrideSchema, json, file);
}

function isAscending(stretches: readonly (readonly [string, string])[]): boolean {
  const bounds = stretches.flat().map((text) => findTimeOfDay(text) ?? NaN);
  // Unreadable times have their own problem.
  if (bounds.some(Number.isNaN)) return true;
  return bounds.every(
    (bound, i) => i === 0 || (i % 2 === 1 ? bound > bounds[i - 1]! : bound >= bounds[i - 1]!),
  );
}
