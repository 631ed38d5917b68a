import type { FileProblem, NamedFile, Parsed } from '../file-problems.js';
import type { CalendarFile, CalendarOverride } from './calendar-file.js';
import { coverageOf } from './coverage-of.js';

/**
 * Add the days and years of override files to the calendar. Order does not matter: two files that say
 * different things of one day are a mistake, and so is a day of a year nothing covers, which would silently
 * have no effect on deadlines.
 */
export function mergeCalendarFiles(
  main: NamedFile<CalendarFile>,
  overrides: readonly NamedFile<CalendarOverride>[],
): Parsed<CalendarFile> {
  const files: readonly NamedFile<CalendarOverride>[] = [main, ...overrides];
  const coversYears = [...new Set(files.flatMap(({ value }) => value.coversYears))].sort((a, b) => a - b);
  const isCovered = coverageOf({ base: main.value.base, coversYears });
  const problems: FileProblem[] = [];
  const saidBy = new Map<string, string>();
  const idOf = new Map<string, string>();
  const days: CalendarFile['days'] = {};

  for (const { file, value } of files) {
    const sameId = idOf.get(value.id);
    if (sameId) problems.push({ file, path: 'id', message: `"${value.id}" is already the id of ${sameId}` });
    else idOf.set(value.id, file);
    for (const [date, kind] of Object.entries(value.days)) {
      const other = saidBy.get(date);
      if (other && days[date] !== kind)
        problems.push({
          file,
          path: `days.${date}`,
          message: `says "${kind}" but ${other} says "${days[date]}"; keep one of them`,
        });
      else if (!isCovered(Number(date.slice(0, 4))))
        problems.push({
          file,
          path: `days.${date}`,
          message: `no schedule covers ${date.slice(0, 4)}; when all its days are here, add the year to coversYears`,
        });
      days[date] ??= kind;
      if (!other) saidBy.set(date, file);
    }
  }
  if (main.value.base === 'weekdays' && coversYears.length === 0)
    problems.push({
      file: main.file,
      path: 'coversYears',
      message: 'the base "weekdays" knows no years by itself; expected at least one year',
    });
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { ...main.value, coversYears, days } };
}
