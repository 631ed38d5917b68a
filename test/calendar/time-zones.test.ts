import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { makeBusinessCalendar } from '../../src/calendar/make-business-calendar.js';
import { HOUR, calendarFile, testCalendar } from './make-test-calendar.js';

/** Half hours, quarter hours, changes of half an hour, changes at midnight, a day that never was. */
const ZONES = [
  'Asia/Shanghai',
  'Europe/Amsterdam',
  'America/New_York',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
];
const instant = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2040, 0, 1) });
const time = fc
  .integer({ min: 0, max: 1439 })
  .map((minutes) => ({ hour: Math.floor(minutes / 60), minute: minutes % 60 }));

describe.each(ZONES)('local time in %s', (zone) => {
  const calendar = testCalendar({}, zone);

  it('has the dates luxon has', () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(calendar.dateOf(at)).toBe(DateTime.fromMillis(at, { zone }).toISODate());
      }),
      { numRuns: 400 },
    );
  });

  it('puts a wall-clock time at the first instant that shows it, or at the skip that left it out', () => {
    fc.assert(
      fc.property(instant, time, (near, { hour, minute }) => {
        const date = DateTime.fromMillis(near, { zone }).toISODate()!;
        const text = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const at = calendar.instantOf(date, text);
        const shown = DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm');
        const shownBefore = DateTime.fromMillis(at - 1, { zone }).toFormat('yyyy-MM-dd HH:mm');
        expect(shown >= `${date} ${text}`).toBe(true);
        expect(shownBefore < `${date} ${text}`).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

describe('clock changes', () => {
  const amsterdam = testCalendar(
    {
      base: 'weekdays',
      coversYears: [2026],
      days: { '2026-03-29': 'work', '2026-10-25': 'work' },
      hours: [['01:00', '05:00']],
    },
    'Europe/Amsterdam',
  );
  const utc = (text: string) => Date.parse(`${text}Z`);

  it('make the working day shorter in spring and longer in autumn', () => {
    const worked = (date: string) =>
      amsterdam.workingMsBetween(amsterdam.instantOf(date, '00:00'), amsterdam.instantOf(date, '24:00')) /
      HOUR;
    expect(worked('2026-03-27')).toBe(4);
    expect(worked('2026-03-29')).toBe(3);
    expect(worked('2026-10-25')).toBe(5);
  });

  it('put skipped times at the skip and doubled times at the first of the two', () => {
    expect(amsterdam.instantOf('2026-03-29', '02:30')).toBe(utc('2026-03-29T01:00:00'));
    expect(amsterdam.instantOf('2026-10-25', '02:30')).toBe(utc('2026-10-25T00:30:00'));
    expect(amsterdam.closingOf('2026-03-29')).toBe(utc('2026-03-29T03:00:00'));
    expect(amsterdam.openingOf('2026-10-25')).toBe(utc('2026-10-24T23:00:00'));
  });

  it('leave calendar hours exact and end calendar days at local midnight', () => {
    const anchor = amsterdam.instantOf('2026-03-28', '12:00');
    const hours = amsterdam.deadline({ anchor, limit: { value: 24, unit: 'calendarHour' } });
    const days = amsterdam.deadline({ anchor, limit: { value: 1, unit: 'calendarDay' } });
    expect(hours).toEqual({ state: 'due', dueAt: anchor + 24 * HOUR, warnTimes: [] });
    expect(days).toEqual({ state: 'due', dueAt: utc('2026-03-29T22:00:00'), warnTimes: [] });
  });

  it('do not confuse a zone that skipped a whole day', () => {
    const apia = testCalendar({ base: 'weekdays', coversYears: [2011, 2012] }, 'Pacific/Apia');
    const anchor = apia.instantOf('2011-12-29', '10:00');
    const result = apia.deadline({ anchor, limit: { value: 1, unit: 'workingHour' } });
    expect(result).toEqual({ state: 'due', dueAt: anchor + HOUR, warnTimes: [] });
    expect(apia.instantOf('2011-12-31', '00:00')).toBe(apia.instantOf('2011-12-29', '24:00'));
  });
});

describe('a calendar', () => {
  it('refuses a zone that does not exist', () => {
    expect(() => makeBusinessCalendar(calendarFile(), { timeZone: 'Asia/Hangzhou' })).toThrow(
      '"Asia/Hangzhou" is no time zone: expected an IANA name such as Asia/Shanghai',
    );
  });

  it('has a hash that changes with every day, hour, moment, zone and start day, and with nothing else', () => {
    const base = testCalendar();
    const others = [
      testCalendar({ days: { '2026-03-02': 'off' } }),
      testCalendar({ coversYears: [2190] }),
      testCalendar({ hours: [['08:30', '17:30']] }),
      testCalendar({ moments: { morning: '08:00', 'end-of-day': '17:01' } }),
      testCalendar({ startDay: 'included' }),
      testCalendar({ base: 'weekdays', coversYears: [2026] }),
      testCalendar({}, 'Asia/Tokyo'),
    ];
    expect(new Set([base, ...others].map(({ hash }) => hash)).size).toBe(others.length + 1);
    const same = testCalendar({
      id: 'renamed',
      moments: { 'end-of-day': '17:00', morning: '08:00' },
      days: { '2026-10-01': 'off' },
      basis: [{ document: 'a note', certainty: 'assumption' }],
    });
    expect(same.hash).toBe(base.hash);
  });
});
