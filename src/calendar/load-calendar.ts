import type { FileProblem, NamedFile } from '../file-problems.js';
import { cannotList, readJsonFiles } from '../read-json-files.js';
import type { JsonFile } from '../read-json-files.js';
import type { BusinessCalendar } from './business-calendar.js';
import { CalendarError } from './calendar-error.js';
import { parseCalendarFile, parseCalendarOverride } from './calendar-file.js';
import type { CalendarFile, CalendarOverride } from './calendar-file.js';
import { makeBusinessCalendar } from './make-business-calendar.js';
import { mergeCalendarFiles } from './merge-calendar-files.js';

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
  const files = await listFiles(dir);
  const problems: FileProblem[] = [];
  const overrides: NamedFile<CalendarOverride>[] = [];
  let main: NamedFile<CalendarFile> | undefined;
  for (const { name, file, json } of files) {
    if (!json.ok) {
      problems.push(...json.problems);
    } else if (name === MAIN) {
      const parsed = parseCalendarFile(json.value, file);
      if (parsed.ok) main = { file, value: parsed.value };
      else problems.push(...parsed.problems);
    } else {
      const parsed = parseCalendarOverride(json.value, file);
      if (parsed.ok) overrides.push({ file, value: parsed.value });
      else problems.push(...parsed.problems);
    }
  }
  if (!files.some(({ name }) => name === MAIN))
    problems.push({ file: dir, path: '', message: `has no ${MAIN}, which every calendar needs` });
  if (!main || problems.length > 0) throw new CalendarError(problems);
  const merged = mergeCalendarFiles(main, overrides);
  if (!merged.ok) throw new CalendarError(merged.problems);
  return merged.value;
}

async function listFiles(dir: string): Promise<JsonFile[]> {
  try {
    return await readJsonFiles(dir);
  } catch (cause) {
    throw new CalendarError([cannotList(dir, cause)], { cause });
  }
}
