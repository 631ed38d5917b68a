import { describe, expect, it } from '@jest/globals';
import type { DeadlineRequest, Interval, Limit } from '../../src/calendar/business-calendar.js';
import { inShanghai, shanghai, testCalendar } from './make-test-calendar.js';

const calendar = testCalendar();

/** `[from, to]`, or `[from]` for a pause that goes on. */
type Stretch = [from: string, to?: string];

function pausesOf(stretches: Stretch[]): Interval[] {
  return stretches.map(([from, to]) =>
    to === undefined ? { from: shanghai(from) } : { from: shanghai(from), to: shanghai(to) },
  );
}

/** The due time in Shanghai, or the state. */
function due(anchor: string, limit: Limit, more: Partial<DeadlineRequest> = {}, using = calendar): string {
  const result = using.deadline({ anchor: shanghai(anchor), limit, ...more });
  if (result.state === 'uncovered') return `uncovered ${result.years.join()}`;
  return result.state === 'due' ? inShanghai(result.dueAt) : result.state;
}

describe('a limit in working days', () => {
  it.each([
    ['2026-03-05 10:00', 1, '2026-03-06 17:30', 'next day'],
    ['2026-03-05 23:59', 1, '2026-03-06 17:30', 'the hour of the start does not matter'],
    ['2026-03-06 10:00', 1, '2026-03-09 17:30', 'over a weekend'],
    ['2026-03-07 10:00', 1, '2026-03-09 17:30', 'from a weekend'],
    ['2026-02-13 10:00', 1, '2026-02-14 17:30', 'onto a worked Saturday'],
    ['2026-02-14 10:00', 1, '2026-02-24 17:30', 'over 春节'],
    ['2026-02-27 10:00', 2, '2026-03-02 17:30', 'counting the worked Saturday after 春节'],
    ['2026-09-30 18:00', 3, '2026-10-10 17:30', 'over 国庆 onto a worked Saturday'],
    ['2025-12-31 10:00', 1, '2026-01-04 17:30', 'over the year end onto a worked Sunday'],
    ['2024-12-30 10:00', 2, '2025-01-02 17:30', 'over the year end'],
    ['2024-12-31 10:00', 248, '2025-12-31 17:30', 'the working days of a whole year'],
  ])('from %s, %d days, ends %s: %s', (anchor, value, expected) => {
    expect(due(anchor, { value, unit: 'workingDay' })).toBe(expected);
  });

  it('counts the start day when told so, if it has not closed yet', () => {
    const limit: Limit = { value: 1, unit: 'workingDay' };
    const included = { startDay: 'included' } as const;
    expect(due('2026-03-05 10:00', limit, included)).toBe('2026-03-05 17:30');
    expect(due('2026-03-05 17:29', limit, included)).toBe('2026-03-05 17:30');
    expect(due('2026-03-05 17:30', limit, included)).toBe('2026-03-06 17:30');
    expect(due('2026-03-07 10:00', limit, included)).toBe('2026-03-09 17:30');
  });

  it('takes the start day rule from the file, unless the request says otherwise', () => {
    const limit: Limit = { value: 1, unit: 'workingDay' };
    const including = testCalendar({ startDay: 'included' });
    expect(due('2026-03-05 10:00', limit, {}, including)).toBe('2026-03-05 17:30');
    expect(due('2026-03-05 10:00', limit, { startDay: 'excluded' }, including)).toBe('2026-03-06 17:30');
  });

  it.each<[Stretch[], string, string]>([
    [[['2026-03-06 09:00', '2026-03-06 16:00']], '2026-03-09 17:30', 'a pause within a day changes nothing'],
    [[['2026-03-06 16:00', '2026-03-06 20:00']], '2026-03-10 17:30', 'paused at the closing: not counted'],
    [[['2026-03-06 16:00', '2026-03-06 17:30']], '2026-03-09 17:30', 'resumed at the closing: counted'],
    [
      [['2026-03-06 17:30', '2026-03-06 18:00']],
      '2026-03-10 17:30',
      'paused from the closing on: not counted',
    ],
    [[['2026-03-01 00:00', '2026-03-07 00:00']], '2026-03-10 17:30', 'begun before the anchor'],
    [[['2026-03-06 16:00', '2026-03-20 08:00']], '2026-03-23 17:30', 'two weeks'],
    [
      [
        ['2026-03-06 16:00', '2026-03-07 08:00'],
        ['2026-03-09 17:00', '2026-03-10 08:00'],
      ],
      '2026-03-11 17:30',
      'two',
    ],
    [
      [
        ['2026-03-06 16:00', '2026-03-06 17:30'],
        ['2026-03-06 17:30', '2026-03-06 17:31'],
      ],
      '2026-03-10 17:30',
      'touching pauses are one',
    ],
    [[['2026-03-09 17:31']], '2026-03-09 17:30', 'an open pause after the end'],
    [[['2026-03-09 17:30']], 'paused', 'an open pause from the last closing on'],
    [[['2026-03-05 10:00']], 'paused', 'an open pause at the anchor'],
    [[['2026-03-01 10:00']], 'paused', 'an open pause before the anchor'],
  ])('of two days with pauses %j ends %s: %s', (stretches, expected) => {
    const pauses = pausesOf(stretches);
    expect(due('2026-03-05 10:00', { value: 2, unit: 'workingDay' }, { pauses })).toBe(expected);
    expect(due('2026-03-05 10:00', { value: 2, unit: 'workingDay' }, { pauses: [...pauses].reverse() })).toBe(
      expected,
    );
  });
});

describe('a limit in working hours', () => {
  it.each([
    ['2026-03-05 09:00', 1, '2026-03-05 10:00', 'within the morning'],
    ['2026-03-05 11:30', 1, '2026-03-05 14:00', 'over lunch'],
    ['2026-03-05 11:00', 1, '2026-03-05 12:00', 'up to the stroke of lunch'],
    ['2026-03-05 16:30', 1, '2026-03-05 17:30', 'up to the closing'],
    ['2026-03-05 17:00', 1, '2026-03-06 09:00', 'overnight'],
    ['2026-03-05 20:00', 1, '2026-03-06 09:30', 'from the evening'],
    ['2026-03-06 17:00', 4, '2026-03-09 12:00', 'over a weekend'],
    ['2026-02-14 17:00', 1, '2026-02-24 09:00', 'over 春节'],
    ['2025-12-31 17:00', 1, '2026-01-04 09:00', 'over the year end'],
    ['2026-03-05 09:00', 0.5, '2026-03-05 09:30', 'half an hour'],
    ['2026-03-05 09:00', 15, '2026-03-09 09:00', 'two days of 7.5 hours'],
  ])('from %s, %d h, ends %s: %s', (anchor, value, expected) => {
    expect(due(anchor, { value, unit: 'workingHour' })).toBe(expected);
  });

  it.each<[Stretch[], string, string]>([
    [[['2026-03-05 09:30', '2026-03-05 10:15']], '2026-03-05 11:45', 'moves by its working time'],
    [[['2026-03-05 09:30', '2026-03-06 10:15']], '2026-03-06 11:45', 'overnight'],
    [[['2026-03-05 18:00', '2026-03-06 08:00']], '2026-03-05 11:00', 'outside the hours it changes nothing'],
    [[['2026-03-05 11:00']], '2026-03-05 11:00', 'an open pause at the very end comes too late'],
    [[['2026-03-05 10:59']], 'paused', 'an open pause just before the end'],
  ])('of two hours with pauses %j ends %s: %s', (stretches, expected) => {
    expect(due('2026-03-05 09:00', { value: 2, unit: 'workingHour' }, { pauses: pausesOf(stretches) })).toBe(
      expected,
    );
  });
});

describe('a limit in calendar time', () => {
  it.each<[string, Limit, string]>([
    ['2026-03-06 10:00', { value: 24, unit: 'calendarHour' }, '2026-03-07 10:00'],
    ['2026-03-06 10:00', { value: 1.5, unit: 'calendarHour' }, '2026-03-06 11:30'],
    ['2026-03-06 10:00', { value: 30, unit: 'minute' }, '2026-03-06 10:30'],
    ['2026-03-06 10:00', { value: 1, unit: 'calendarDay' }, '2026-03-08 00:00'],
    ['2026-03-06 00:00', { value: 1, unit: 'calendarDay' }, '2026-03-08 00:00'],
    ['2026-03-06 10:00', { value: 1, unit: 'calendarDay', rollToWorkingDay: true }, '2026-03-09 17:30'],
    ['2026-03-06 10:00', { value: 3, unit: 'calendarDay', rollToWorkingDay: true }, '2026-03-09 17:30'],
    ['2026-02-13 10:00', { value: 3, unit: 'calendarDay', rollToWorkingDay: true }, '2026-02-24 17:30'],
    ['2026-01-31 10:00', { value: 1, unit: 'month' }, '2026-03-01 00:00'],
    ['2024-01-31 10:00', { value: 1, unit: 'month' }, '2024-03-01 00:00'],
    ['2026-03-15 10:00', { value: 1, unit: 'month' }, '2026-04-16 00:00'],
    ['2026-03-15 10:00', { value: 12, unit: 'month' }, '2027-03-16 00:00'],
    ['2026-01-14 10:00', { value: 1, unit: 'month', rollToWorkingDay: true }, '2026-02-14 17:30'],
    ['2026-01-15 10:00', { value: 1, unit: 'month', rollToWorkingDay: true }, '2026-02-24 17:30'],
  ])('from %s, %j, ends %s', (anchor, limit, expected) => {
    expect(due(anchor, limit)).toBe(expected);
  });

  it.each<[string, Limit, string]>([
    ['2026-03-06 10:00', { value: 1, unit: 'calendarDay' }, '2026-03-07 00:00'],
    ['2026-03-06 20:00', { value: 1, unit: 'calendarDay', rollToWorkingDay: true }, '2026-03-09 17:30'],
    ['2026-03-15 10:00', { value: 1, unit: 'month' }, '2026-04-15 00:00'],
    ['2026-01-31 10:00', { value: 1, unit: 'month' }, '2026-03-01 00:00'],
    ['2026-03-01 10:00', { value: 1, unit: 'month' }, '2026-04-01 00:00'],
  ])('from %s, %j, the start day counting, ends %s', (anchor, limit, expected) => {
    expect(due(anchor, limit, { startDay: 'included' })).toBe(expected);
  });

  it.each<[Limit, Stretch[], string]>([
    [{ value: 2, unit: 'calendarHour' }, [['2026-03-06 11:00', '2026-03-06 14:00']], '2026-03-06 15:00'],
    [{ value: 2, unit: 'calendarHour' }, [['2026-03-06 11:00']], 'paused'],
    [{ value: 2, unit: 'calendarHour' }, [['2026-03-06 12:00']], '2026-03-06 12:00'],
    [{ value: 2, unit: 'calendarDay' }, [['2026-03-07 10:00', '2026-03-08 10:00']], '2026-03-10 00:00'],
    [{ value: 2, unit: 'calendarDay' }, [['2026-03-07 10:00', '2026-03-07 20:00']], '2026-03-09 00:00'],
    [{ value: 2, unit: 'calendarDay' }, [['2026-03-07 10:00']], 'paused'],
    [{ value: 1, unit: 'month' }, [['2026-03-10 10:00', '2026-03-20 10:00']], '2026-04-17 00:00'],
    [
      { value: 1, unit: 'calendarDay', rollToWorkingDay: true },
      [['2026-03-09 17:00', '2026-03-10 09:00']],
      '2026-03-10 17:30',
    ],
  ])('of %j with pauses %j ends %s', (limit, stretches, expected) => {
    expect(due('2026-03-06 10:00', limit, { pauses: pausesOf(stretches) })).toBe(expected);
  });
});

describe('years without an official schedule', () => {
  // The last covered year moves with the package; the test's calendar knows 2026 alone.
  const own = testCalendar({ base: 'weekdays', coversYears: [2026, 2029] });

  it.each<[string, Limit, string]>([
    ['2026-12-30 10:00', { value: 1, unit: 'workingDay' }, '2026-12-31 17:30'],
    ['2026-12-30 10:00', { value: 2, unit: 'workingDay' }, 'uncovered 2027'],
    ['2026-12-30 10:00', { value: 400, unit: 'workingDay' }, 'uncovered 2027'],
    ['2026-12-31 16:30', { value: 1, unit: 'workingHour' }, '2026-12-31 17:30'],
    ['2026-12-31 16:31', { value: 1, unit: 'workingHour' }, 'uncovered 2027'],
    ['2025-12-31 10:00', { value: 1, unit: 'workingDay' }, 'uncovered 2025'],
    ['2026-12-25 10:00', { value: 10, unit: 'calendarDay' }, '2027-01-05 00:00'],
    ['2026-12-25 10:00', { value: 10, unit: 'calendarDay', rollToWorkingDay: true }, 'uncovered 2027'],
    ['2025-12-25 10:00', { value: 20, unit: 'calendarDay', rollToWorkingDay: true }, '2026-01-14 17:30'],
    ['2026-12-25 10:00', { value: 1, unit: 'month' }, '2027-01-26 00:00'],
    ['2026-12-25 10:00', { value: 1, unit: 'month', rollToWorkingDay: true }, 'uncovered 2027'],
    ['2027-12-25 10:00', { value: 400, unit: 'calendarHour' }, '2028-01-11 02:00'],
  ])('from %s, %j: %s', (anchor, limit, expected) => {
    expect(due(anchor, limit, {}, own)).toBe(expected);
  });

  it.each<[string, Limit, string]>([
    ['2027-12-30 10:00', { value: 1, unit: 'workingDay' }, '2027-12-31 17:30'],
    ['2027-12-30 10:00', { value: 2, unit: 'workingDay' }, 'uncovered 2028'],
    ['2027-12-31 16:31', { value: 1, unit: 'workingHour' }, 'uncovered 2028'],
    ['2027-12-20 10:00', { value: 20, unit: 'calendarDay', rollToWorkingDay: true }, 'uncovered 2028'],
    ['2026-12-30 10:00', { value: 400, unit: 'workingDay' }, 'uncovered 2028'],
    ['2027-12-20 10:00', { value: 20, unit: 'calendarDay' }, '2028-01-10 00:00'],
  ])('are flagged as 2028 once 2027 is announced: from %s, %j: %s', (anchor, limit, expected) => {
    const announced = testCalendar({ base: 'weekdays', coversYears: [2026, 2027] });
    expect(due(anchor, limit, {}, announced)).toBe(expected);
  });

  it('do not matter while the clock is paused through them', () => {
    const pauses = pausesOf([['2026-12-31 10:00', '2029-01-02 08:00']]);
    expect(due('2026-12-30 10:00', { value: 1, unit: 'workingDay' }, { pauses }, own)).toBe(
      '2029-01-02 17:30',
    );
    expect(
      due(
        '2026-12-30 10:00',
        { value: 3, unit: 'workingDay' },
        { pauses: pausesOf([['2026-12-31 10:00']]) },
        own,
      ),
    ).toBe('paused');
  });

  it('are flagged when the clock would run in them before an open pause', () => {
    const pauses = pausesOf([['2027-03-01 10:00']]);
    expect(due('2026-12-30 10:00', { value: 3, unit: 'workingDay' }, { pauses }, own)).toBe('uncovered 2027');
  });
});

describe('warn times', () => {
  /** Warn times in Shanghai. */
  function warns(anchor: string, limit: Limit, warnAt: number[], pauses: Stretch[] = []): string[] {
    const result = calendar.deadline({ anchor: shanghai(anchor), limit, warnAt, pauses: pausesOf(pauses) });
    return result.state === 'due' ? result.warnTimes.map(inShanghai) : [result.state];
  }

  it('fall where the fraction of the working time up to the end is used up', () => {
    expect(warns('2026-03-05 17:30', { value: 2, unit: 'workingDay' }, [0.5, 0.9])).toEqual([
      '2026-03-06 17:30',
      '2026-03-09 16:00',
    ]);
    expect(warns('2026-03-05 11:00', { value: 2, unit: 'workingHour' }, [0.75])).toEqual([
      '2026-03-05 14:00',
    ]);
  });

  it('are counted in plain time for calendar units', () => {
    expect(warns('2026-03-06 10:00', { value: 10, unit: 'calendarHour' }, [0.8])).toEqual([
      '2026-03-06 18:00',
    ]);
    expect(warns('2026-03-06 00:00', { value: 3, unit: 'calendarDay' }, [0.5])).toEqual(['2026-03-08 00:00']);
  });

  it('leave out pauses', () => {
    expect(
      warns(
        '2026-03-05 09:00',
        { value: 4, unit: 'workingHour' },
        [0.5],
        [['2026-03-05 10:00', '2026-03-05 11:00']],
      ),
    ).toEqual(['2026-03-05 12:00']);
    expect(
      warns(
        '2026-03-05 09:00',
        { value: 4, unit: 'calendarHour' },
        [0.5],
        [['2026-03-05 10:00', '2026-03-05 12:00']],
      ),
    ).toEqual(['2026-03-05 13:00']);
  });

  it('come in order whatever the order of the fractions, from the anchor to the end', () => {
    expect(warns('2026-03-05 09:00', { value: 1, unit: 'workingHour' }, [1, 0, 0.5])).toEqual([
      '2026-03-05 09:00',
      '2026-03-05 09:30',
      '2026-03-05 10:00',
    ]);
  });
});

describe('a limit that makes no sense', () => {
  it.each<[Limit, string]>([
    [{ value: 0, unit: 'workingDay' }, 'limit of 0 workingDay: expected more than 0 and at most 25000'],
    [{ value: -1, unit: 'minute' }, 'limit of -1 minute: expected more than 0'],
    [{ value: NaN, unit: 'minute' }, 'limit of NaN minute'],
    [
      { value: 1e9, unit: 'workingHour' },
      'limit of 1000000000 workingHour: expected more than 0 and at most 200000',
    ],
    [{ value: 1.5, unit: 'workingDay' }, 'limit of 1.5 workingDay: expected a whole number'],
    [{ value: 0.5, unit: 'month' }, 'limit of 0.5 month: expected a whole number'],
    [{ value: 1, unit: 'week' as 'month' }, 'limit unit "week" is unknown: expected workingDay, workingHour'],
  ])('%j is refused', (limit, message) => {
    expect(() => calendar.deadline({ anchor: 0, limit })).toThrow(message);
  });

  it.each([-0.1, 1.1, NaN])('a warn fraction of %s is refused', (fraction) => {
    expect(() =>
      calendar.deadline({ anchor: 0, limit: { value: 1, unit: 'minute' }, warnAt: [fraction] }),
    ).toThrow(`warnAt ${fraction}: expected a fraction of the limit between 0 and 1`);
  });
});
