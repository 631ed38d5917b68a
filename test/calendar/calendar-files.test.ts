import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CalendarError } from '../../src/calendar/calendar-error.js';
import { loadCalendar } from '../../src/calendar/load-calendar.js';
import { uncoveredYearsBetween } from '../../src/calendar/uncovered-years-between.js';
import { shanghai, testCalendar } from './make-test-calendar.js';

const timeZone = 'Asia/Shanghai';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'calendars-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const MAIN = { id: 'main', base: 'weekdays', coversYears: [2026], hours: [['09:00', '17:00']] };

async function writeFiles(files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files))
    await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
}

/** Load what must be refused; the problems with the folder's name taken out. */
async function refused(files: Record<string, unknown>): Promise<string[]> {
  await writeFiles(files);
  const error: unknown = await loadCalendar({ dir, timeZone }).catch((thrown: unknown) => thrown);
  if (!(error instanceof CalendarError)) throw new Error('it was accepted', { cause: error });
  return error.problems.map(({ file, path, message }) => {
    expect(error.message).toContain(`${file}: ${path ? `${path}: ` : ''}${message}`);
    return `${file.slice(dir.length + 1)}|${path}|${message}`;
  });
}

describe('the shipped calendar', () => {
  it('is China’s, with the moments the sweeps and the morning plan need', async () => {
    const shipped = await loadCalendar({ dir: 'rules/calendars', timeZone });
    expect(shipped.moments).toEqual({ morning: '08:00', 'end-of-day': '17:00' });
    expect(shipped.isWorkingDay('2026-02-14')).toBe(true);
    expect(shipped.isWorkingDay('2026-02-16')).toBe(false);
    expect(shipped.closingOf('2026-02-14')).toBe(shanghai('2026-02-14 17:30'));
    expect(shipped.hash).toBe(testCalendar().hash);
  });
});

describe('override files', () => {
  it('add days and years, in any order', async () => {
    await writeFiles({
      'default.json': MAIN,
      '2027.json': { id: 'y2027', coversYears: [2027], days: { '2027-10-01': 'off', '2027-10-09': 'work' } },
      'local.json': { id: 'local', days: { '2026-08-08': 'work', '2027-10-01': 'off' }, basis: [] },
      'calendar.schema.json': 'not a calendar',
      '_draft.json': 'not yet a calendar',
      'notes.txt': 'not a calendar',
    });
    await mkdir(join(dir, 'archive.json'));
    const calendar = await loadCalendar({ dir, timeZone, startDay: 'included' });
    expect(calendar.isCovered(2027)).toBe(true);
    expect(calendar.isWorkingDay('2027-10-01')).toBe(false);
    expect(calendar.isWorkingDay('2027-10-09')).toBe(true);
    expect(calendar.isWorkingDay('2026-08-08')).toBe(true);
    expect(calendar.moments).toEqual({});
    expect(
      calendar.deadline({ anchor: shanghai('2026-08-08 10:00'), limit: { value: 1, unit: 'workingDay' } }),
    ).toEqual({ state: 'due', dueAt: shanghai('2026-08-08 17:00'), warnTimes: [] });
  });

  it('may not contradict each other', async () => {
    expect(
      await refused({
        'default.json': { ...MAIN, days: { '2026-05-04': 'off' } },
        'a.json': { id: 'a', days: { '2026-05-04': 'work' } },
      }),
    ).toEqual([
      expect.stringMatching(
        /^a\.json\|days\.2026-05-04\|says "work" but .*default\.json says "off"; keep one of them$/,
      ),
    ]);
  });

  it('may not name days of a year that nothing covers, nor share an id', async () => {
    expect(
      await refused({ 'default.json': MAIN, 'a.json': { id: 'main', days: { '2027-02-05': 'off' } } }),
    ).toEqual([
      expect.stringMatching(/^a\.json\|id\|"main" is already the id of .*default\.json$/),
      'a.json|days.2027-02-05|no schedule covers 2027; when all its days are here, add the year to coversYears',
    ]);
  });

  it('may not change hours, base, start day or moments', async () => {
    const { coversYears: _, ...own } = MAIN;
    expect(
      await refused({
        'default.json': MAIN,
        'a.json': { ...own, id: 'a', startDay: 'included', moments: {} },
      }),
    ).toEqual(
      ['base', 'hours', 'startDay', 'moments'].map((field) => `a.json|${field}|is not a field of this file`),
    );
  });
});

describe('a calendar file that cannot be right', () => {
  it.each<[string, Record<string, unknown>, RegExp[]]>([
    ['no base', { base: undefined }, [/^base\|/]],
    ['an unknown base', { base: 'moon' }, [/^base\|.*"chinese-days"\|"weekdays"/]],
    ['no hours', { hours: undefined }, [/^hours\|/]],
    ['empty hours', { hours: [] }, [/^hours\|expected at least one stretch of business hours/]],
    [
      'hours backwards',
      { hours: [['17:00', '09:00']] },
      [/^hours\|expected stretches \[open, close\] in ascending order/],
    ],
    [
      'overlapping hours',
      {
        hours: [
          ['09:00', '12:00'],
          ['11:00', '17:00'],
        ],
      },
      [/^hours\|expected stretches/],
    ],
    [
      'an unreadable hour',
      { hours: [['9', '12:00']] },
      [/^hours\.0\.0\|expected HH:mm between 00:00 and 24:00/],
    ],
    ['hours past midnight', { hours: [['22:00', '26:00']] }, [/^hours\.0\.1\|expected HH:mm/]],
    ['half a stretch', { hours: [['09:00']] }, [/^hours\.0/]],
    [
      'a moment that is none',
      { moments: { lunch: 'noon', late: '24:00' } },
      [/^moments\.lunch\|expected HH:mm/, /^moments\.late\|expected HH:mm between 00:00 and 23:59/],
    ],
    [
      '30 February',
      { days: { '2026-02-30': 'off' } },
      [/^days\.2026-02-30\|expected an existing date YYYY-MM-DD/],
    ],
    ['a day half off', { days: { '2026-02-03': 'half' } }, [/^days\.2026-02-03\|.*"off"\|"work"/]],
    ['a year as text', { coversYears: ['2027'] }, [/^coversYears\.0\|/]],
    ['a year out of range', { coversYears: [20270] }, [/^coversYears\.0\|.*2199/]],
    [
      'no covered year at all',
      { coversYears: [] },
      [/^coversYears\|the base "weekdays" knows no years by itself/],
    ],
    ['a misspelt field', { hourz: [] }, [/^hourz\|is not a field of this file/]],
    ['an id with blanks', { id: 'my calendar' }, [/^id\|expected lower-case words joined by hyphens/]],
    ['an unknown start day', { startDay: 'sometimes' }, [/^startDay\|.*"excluded"\|"included"/]],
    ['several mistakes', { base: 'moon', hours: [], id: 'A' }, [/^id\|/, /^base\|/, /^hours\|/]],
  ])('is refused for %s', async (_name, changes, expected) => {
    const problems = await refused({ 'default.json': { ...MAIN, ...changes } });
    expect(problems).toHaveLength(expected.length);
    expected.forEach((pattern, i) => expect(problems[i]!.replace('default.json|', '')).toMatch(pattern));
  });

  it('is refused when it is no JSON, and so is every other one at the same time', async () => {
    expect(await refused({ 'default.json': '{"id":', 'b.json': '[]' })).toEqual([
      expect.stringMatching(/^b\.json\|\|/),
      expect.stringMatching(/^default\.json\|\|is not readable JSON \(/),
    ]);
  });

  it('is missed when it is not there', async () => {
    expect(await refused({ 'a.json': { id: 'a' } })).toEqual([
      '||has no default.json, which every calendar needs',
    ]);
    const gone = loadCalendar({ dir: join(dir, 'nowhere'), timeZone });
    await expect(gone).rejects.toThrow(/nowhere: cannot be listed \(ENOENT/);
  });
});

describe('years without a schedule', () => {
  const calendar = testCalendar({ base: 'weekdays', coversYears: [2025, 2026, 2029] });

  it.each([
    ['2026-03-01 00:00', '2026-12-31 23:59', []],
    ['2026-03-01 00:00', '2027-01-01 00:00', [2027]],
    ['2024-03-01 00:00', '2029-01-01 00:00', [2024, 2027, 2028]],
    ['2024-03-01 00:00', '2024-02-01 00:00', []],
  ])('touched between %s and %s are %j', (from, to, years) => {
    expect(uncoveredYearsBetween(calendar, shanghai(from), shanghai(to))).toEqual(years);
  });
});

describe('China’s schedule', () => {
  /** Every day of 2004–2026 in another process: the zone of this one cannot be changed from within jest. */
  async function workingDays(zone: string, expression: string): Promise<string> {
    const script = `
      import chineseDays from 'chinese-days';
      import { isChinaWorkingDay } from './src/calendar/china-days.ts';
      let days = '';
      for (let at = Date.UTC(2004, 0, 1); at < Date.UTC(2027, 0, 1); at += 86_400_000) {
        const date = new Date(at).toISOString().slice(0, 10);
        days += Number(${expression});
      }
      console.log(days);`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, TZ: zone },
    });
    return stdout.trim();
  }

  it('is the package’s own wherever the process runs, though the package itself is right in the east only', async () => {
    const [packages, ours, oursInTheWest] = await Promise.all([
      workingDays('Asia/Shanghai', 'chineseDays.isWorkday(date)'),
      workingDays('Asia/Shanghai', 'isChinaWorkingDay(date)'),
      workingDays('America/Los_Angeles', 'isChinaWorkingDay(date)'),
    ]);
    expect(packages).toHaveLength(23 * 365 + 6);
    expect(ours).toBe(packages);
    expect(oursInTheWest).toBe(packages);
  });
});
