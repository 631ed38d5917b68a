import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusinessCalendar } from './business-calendar.js';
import { CalendarError } from './calendar-error.js';
import type { FileProblem } from './calendar-error.js';
import { parseCalendarFile, parseCalendarOverride } from './calendar-file.js';
import type { CalendarFile, CalendarOverride, Parsed } from './calendar-file.js';
import { makeBusinessCalendar } from './make-business-calendar.js';
import { mergeCalendarFiles } from './merge-calendar-files.js';
import type { NamedFile } from './merge-calendar-files.js';

/** The calendar itself; every other `*.json` beside it adds days and years. */
const MAIN = 'default.json';

/** Where the calendar files are and how to read them. */
export interface LoadCalendarOptions {
  /** The folder of calendar files, i.e. `RULES_DIR/calendars`. */
  readonly dir: string;
  /** IANA zone, e.g. Asia/Shanghai. */
  readonly timeZone: string;
  /** Overrides the files' `startDay`. */
  readonly startDay?: 'excluded' | 'included';
}

/**
 * Load `default.json` and its override files. Sub-folders, and files named `*.schema.json` or beginning with
 * `_` or `.`, are left alone.
 * @throws CalendarError listing every problem of every file; RangeError for an unknown zone
 */
export async function loadCalendar(options: LoadCalendarOptions): Promise<BusinessCalendar> {
  const { dir, ...calendarOptions } = options;
  return makeBusinessCalendar(await loadCalendarFile(dir), calendarOptions);
}

/** The merged content of a folder of calendar files. Throws as `loadCalendar` does. */
export async function loadCalendarFile(dir: string): Promise<CalendarFile> {
  const names = await listFiles(dir);
  const problems: FileProblem[] = [];
  const overrides: NamedFile<CalendarOverride>[] = [];
  let main: NamedFile<CalendarFile> | undefined;
  for (const name of names) {
    const file = join(dir, name);
    const json = await readJson(file);
    if (name === MAIN) {
      const parsed = json.ok ? parseCalendarFile(json.value, file) : json;
      if (parsed.ok) main = { file, value: parsed.value };
      else problems.push(...parsed.problems);
    } else {
      const parsed = json.ok ? parseCalendarOverride(json.value, file) : json;
      if (parsed.ok) overrides.push({ file, value: parsed.value });
      else problems.push(...parsed.problems);
    }
  }
  if (!names.includes(MAIN))
    problems.push({ file: dir, path: '', message: `has no ${MAIN}, which every calendar needs` });
  if (!main || problems.length > 0) throw new CalendarError(problems);
  const merged = mergeCalendarFiles(main, overrides);
  if (!merged.ok) throw new CalendarError(merged.problems);
  return merged.value;
}

async function listFiles(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && isCalendarName(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw new CalendarError([{ file: dir, path: '', message: `cannot be listed (${messageOf(cause)})` }], {
      cause,
    });
  }
}

function isCalendarName(name: string): boolean {
  return name.endsWith('.json') && !name.endsWith('.schema.json') && !/^[._]/.test(name);
}

async function readJson(file: string): Promise<Parsed<unknown>> {
  try {
    return { ok: true, value: JSON.parse(await readFile(file, 'utf8')) as unknown };
  } catch (cause) {
    return {
      ok: false,
      problems: [{ file, path: '', message: `is not readable JSON (${messageOf(cause)})` }],
    };
  }
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}
