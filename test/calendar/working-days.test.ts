import { describe, expect, it } from '@jest/globals';
import { chinaScheduleCovers } from '../../src/calendar/china-days.js';
import { loadCalendar } from '../../src/calendar/load-calendar.js';
import { inShanghai, shanghai, testCalendar } from './make-test-calendar.js';
import { OFFICIAL_SCHEDULES, daysOfSchedule } from './official-schedules.js';

describe('working days', () => {
  const calendar = testCalendar();

  it.each(OFFICIAL_SCHEDULES)('follow the official schedule of $year day by day', (schedule) => {
    const days = daysOfSchedule(schedule);
    expect(days.map(([date]) => [date, calendar.isWorkingDay(date)])).toEqual(days);
  });

  it.each(OFFICIAL_SCHEDULES)('of the calendar that ships are those of $year, too', async (schedule) => {
    const shipped = await loadCalendar({ dir: 'rules/calendars', timeZone: 'Asia/Shanghai' });
    const days = daysOfSchedule(schedule);
    expect(days.map(([date]) => [date, shipped.isWorkingDay(date)])).toEqual(days);
  });

  it.each(OFFICIAL_SCHEDULES)(
    'of the table for $year name all seven holidays and only weekends as worked',
    ({ year, off, worked }) => {
      const names = off.flatMap(([name]) => name.split('、')).sort();
      expect(names).toEqual(['元旦', '春节', '清明节', '劳动节', '端午节', '中秋节', '国庆节'].sort());
      for (const monthDay of worked) {
        expect([monthDay, [0, 6].includes(new Date(`${year}-${monthDay}T00:00:00Z`).getUTCDay())]).toEqual([
          monthDay,
          true,
        ]);
        expect(off.some(([, from, to]) => monthDay >= from && monthDay <= to)).toBe(false);
      }
    },
  );

  it('are known for every year the schedule package has, and for no other', () => {
    const covered = Array.from({ length: 200 }, (_, i) => 1990 + i).filter(chinaScheduleCovers);
    const last = covered.at(-1)!;
    expect(last).toBeGreaterThanOrEqual(2026);
    expect(covered).toEqual(Array.from({ length: last - 2003 }, (_, i) => 2004 + i));
    expect(calendar.isCovered(2003)).toBe(false);
    expect(calendar.isCovered(2026)).toBe(true);
    expect(calendar.isCovered(last + 1)).toBe(false);
  });

  it('are Monday to Friday where no schedule is known', () => {
    expect(calendar.isWorkingDay('2150-10-01')).toBe(true);
    expect(calendar.isWorkingDay('2150-10-03')).toBe(false);
  });

  it('can be set by the files, which outrank the base', () => {
    const own = testCalendar({ days: { '2026-03-02': 'off', '2026-03-07': 'work' } });
    expect(own.isWorkingDay('2026-03-02')).toBe(false);
    expect(own.isWorkingDay('2026-03-07')).toBe(true);
    expect(own.nextWorkingDay('2026-03-01')).toBe('2026-03-03');
  });

  it('are Monday to Friday plus the own list for the base "weekdays"', () => {
    const own = testCalendar({ base: 'weekdays', coversYears: [2026], days: { '2026-12-25': 'off' } });
    expect(own.isWorkingDay('2026-10-01')).toBe(true);
    expect(own.isWorkingDay('2026-12-25')).toBe(false);
    expect(own.isCovered(2026)).toBe(true);
    expect(own.isCovered(2025)).toBe(false);
  });

  it.each([
    ['2026-02-13', '2026-02-14', 'a Saturday worked for 春节'],
    ['2026-02-14', '2026-02-24', 'after 春节'],
    ['2025-12-31', '2026-01-04', 'over the year end, a Sunday worked'],
    ['2026-10-10', '2026-10-12', 'from a worked Saturday'],
  ])('after %s comes %s: %s', (date, next) => {
    expect(calendar.nextWorkingDay(date)).toBe(next);
    expect(calendar.previousWorkingDay(next)).toBe(date);
  });

  it('between two instants are those after the first date, up to the second', () => {
    const days = (from: string, to: string) => calendar.workingDaysBetween(shanghai(from), shanghai(to));
    expect(days('2026-02-13 09:00', '2026-02-13 17:00')).toBe(0);
    expect(days('2026-02-13 23:59', '2026-02-14 00:00')).toBe(1);
    expect(days('2026-02-13 09:00', '2026-02-24 00:00')).toBe(2);
    expect(days('2025-12-31 09:00', '2026-01-05 09:00')).toBe(2);
    expect(days('2024-12-31 09:00', '2026-01-01 09:00')).toBe(
      OFFICIAL_SCHEDULES.filter(({ year }) => year === 2025)
        .flatMap(daysOfSchedule)
        .filter(([, works]) => works).length,
    );
    expect(days('2026-02-24 09:00', '2026-02-13 09:00')).toBe(0);
  });

  it('refuse to be looked for where a file closes everything', () => {
    const days = Object.fromEntries(
      Array.from({ length: 800 }, (_, i) => [calendar.addDays('2026-01-01', i), 'off' as const]),
    );
    const closed = testCalendar({ days });
    expect(() => closed.nextWorkingDay('2026-01-01')).toThrow('no working day within 366 days of 2026-01-01');
  });
});

describe('business hours', () => {
  const calendar = testCalendar();

  it('open and close on working days only', () => {
    expect(inShanghai(calendar.openingOf('2026-02-14')!)).toBe('2026-02-14 08:30');
    expect(inShanghai(calendar.closingOf('2026-02-14')!)).toBe('2026-02-14 17:30');
    expect(calendar.openingOf('2026-02-15')).toBeUndefined();
    expect(calendar.closingOf('2026-02-15')).toBeUndefined();
  });

  it.each([
    ['2026-03-05 08:29', false],
    ['2026-03-05 08:30', true],
    ['2026-03-05 11:59', true],
    ['2026-03-05 12:00', false],
    ['2026-03-05 13:30', true],
    ['2026-03-05 17:29', true],
    ['2026-03-05 17:30', false],
    ['2026-03-07 10:00', false],
    ['2026-02-28 10:00', true],
  ])('at %s working time is %s', (time, expected) => {
    expect(calendar.isWorkingTime(shanghai(time))).toBe(expected);
  });

  it('leave out pauses, overlapping ones once', () => {
    const [from, to] = [shanghai('2026-03-05 08:00'), shanghai('2026-03-05 18:00')];
    const pauses = [
      { from: shanghai('2026-03-05 09:00'), to: shanghai('2026-03-05 10:00') },
      { from: shanghai('2026-03-05 09:30'), to: shanghai('2026-03-05 11:00') },
      { from: shanghai('2026-03-05 10:00'), to: shanghai('2026-03-05 10:00') },
      { from: shanghai('2026-03-05 16:30') },
    ];
    expect(calendar.workingMsBetween(from, to) / 3_600_000).toBe(7.5);
    expect(calendar.workingMsBetween(from, to, pauses) / 3_600_000).toBe(4.5);
    expect(calendar.workingMsBetween(to, from, pauses)).toBe(0);
  });
});

describe('daily moments', () => {
  const calendar = testCalendar();

  it('come on working days, the start left out and the end included', () => {
    const found = calendar.momentsBetween(
      'end-of-day',
      shanghai('2026-02-12 17:00'),
      shanghai('2026-02-24 17:00'),
    );
    expect(found.map(inShanghai)).toEqual(['2026-02-13 17:00', '2026-02-14 17:00', '2026-02-24 17:00']);
  });

  it('go on over the year end', () => {
    const found = calendar.momentsBetween(
      'morning',
      shanghai('2025-12-31 07:59'),
      shanghai('2026-01-05 07:59'),
    );
    expect(found.map(inShanghai)).toEqual(['2025-12-31 08:00', '2026-01-04 08:00']);
  });

  it('are none in an empty stretch', () => {
    expect(calendar.momentsBetween('morning', 10, 10)).toEqual([]);
  });

  it.each(['noon', 'constructor', '__proto__'])(
    'refuse the unknown name %s and list the known ones',
    (name) => {
      expect(() => calendar.momentsBetween(name, 0, 1)).toThrow(
        `moment "${name}" is unknown: the calendar has morning, end-of-day`,
      );
    },
  );
});

describe('dates and times as text', () => {
  const calendar = testCalendar();

  it.each(['2026-02-30', '2026-13-01', '2026-2-3', '20260203', '', '2026-02-03T00:00', '0026-02-03'])(
    'refuse "%s" as a date',
    (date) => {
      expect(() => calendar.isWorkingDay(date)).toThrow(RangeError);
      expect(() => calendar.addDays(date, 1)).toThrow(`"${date}" is no date: expected YYYY-MM-DD`);
    },
  );

  it.each(['24:01', '8:00', '08:60', '', '08:00:00'])('refuse "%s" as a time', (time) => {
    expect(() => calendar.instantOf('2026-02-03', time)).toThrow(`"${time}" is no time: expected HH:mm`);
  });

  it.each([NaN, Infinity, -Infinity])('refuse %s as an instant', (at) => {
    expect(() => calendar.dateOf(at)).toThrow('is no instant: expected epoch milliseconds');
  });

  it('take 24:00 as the start of the next day', () => {
    expect(inShanghai(calendar.instantOf('2026-12-31', '24:00'))).toBe('2027-01-01 00:00');
  });

  it('add days over leap days and year ends', () => {
    expect(calendar.addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(calendar.addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(calendar.addDays('2026-01-01', -1)).toBe('2025-12-31');
  });
});
