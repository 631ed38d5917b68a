import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type {
  BusinessCalendar,
  DeadlineResult,
  Interval,
  Limit,
} from '../../src/calendar/business-calendar.js';
import { DAY, HOUR, MINUTE, testCalendar } from './make-test-calendar.js';
import { makeNaiveCalendar } from './naive-calendar.js';
import { OFFICIAL_SCHEDULES, daysOfSchedule } from './official-schedules.js';

const HOURS = [
  [510, 720],
  [810, 1050],
] as const;

const schedule = new Map(OFFICIAL_SCHEDULES.flatMap(daysOfSchedule));
/** Amsterdam changes its clocks on these Sundays; worked here, so that the change falls into working hours. */
const CHANGES = ['2026-03-29', '2026-10-25'];

/** Each calendar with an oracle that knows its days from elsewhere, and the stretch both know. */
const WORLDS = [
  {
    name: 'China',
    calendar: testCalendar(),
    naive: makeNaiveCalendar({
      zone: 'Asia/Shanghai',
      hours: HOURS,
      isWorkingDay: (date) => schedule.get(date)!,
    }),
    from: Date.UTC(2024, 0, 1),
    to: Date.UTC(2026, 2, 1),
  },
  {
    name: 'Amsterdam by night',
    calendar: testCalendar(
      {
        base: 'weekdays',
        coversYears: [2026, 2027],
        hours: [
          ['00:30', '01:15'],
          ['01:45', '04:00'],
          ['22:00', '24:00'],
        ],
        days: Object.fromEntries(CHANGES.map((date) => [date, 'work'])),
      },
      'Europe/Amsterdam',
    ),
    naive: makeNaiveCalendar({
      zone: 'Europe/Amsterdam',
      hours: [
        [30, 75],
        [105, 240],
        [1320, 1440],
      ],
      isWorkingDay: (date) => CHANGES.includes(date) || ![0, 6].includes(new Date(date).getUTCDay()),
    }),
    from: Date.UTC(2026, 0, 1),
    to: Date.UTC(2027, 2, 1),
  },
];

const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ unit: fc.constant('workingDay' as const), value: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    unit: fc.constantFrom('workingHour' as const, 'calendarHour' as const),
    value: fc.integer({ min: 1, max: 30 * 60 }).map((minutes) => minutes / 60),
  }),
  fc.record({ unit: fc.constant('minute' as const), value: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({
    unit: fc.constantFrom('calendarDay' as const, 'month' as const),
    value: fc.integer({ min: 1, max: 3 }),
    rollToWorkingDay: fc.boolean(),
  }),
);
const startDay = fc.constantFrom('excluded' as const, 'included' as const);

/** Whole minutes after the anchor, mostly within the next two weeks, some on the edges of days and hours. */
const offset = fc.oneof(
  fc.integer({ min: -2 * 1440, max: 14 * 1440 }),
  fc.integer({ min: -2, max: 14 }).map((days) => days * 1440),
);
const pauseShape = fc.record({
  from: offset,
  minutes: fc.option(fc.integer({ min: 0, max: 3 * 1440 }), { freq: 8 }),
});
const pauseShapes = fc.array(pauseShape, { maxLength: 4 });
type PauseShape = { from: number; minutes: number | null };

function pausesAt(anchor: number, shapes: readonly PauseShape[]): Interval[] {
  return shapes.map(({ from, minutes }) => {
    const start = anchor + from * MINUTE;
    return minutes === null ? { from: start } : { from: start, to: start + minutes * MINUTE };
  });
}

/** Due time; infinite while paused. */
function dueOf(result: DeadlineResult): number {
  if (result.state === 'uncovered') throw new Error(`unexpectedly uncovered: ${result.years.join()}`);
  return result.state === 'due' ? result.dueAt : Infinity;
}

describe.each(WORLDS)('deadlines in $name', ({ calendar, naive, from, to }) => {
  const minute = fc.integer({ min: from / MINUTE, max: to / MINUTE }).map((minutes) => minutes * MINUTE);
  const midnight = fc
    .integer({ min: from / DAY, max: to / DAY })
    .map((day) => calendar.instantOf(new Date(day * DAY).toISOString().slice(0, 10), '00:00'));
  // A quarter of the anchors on the edges of days and hours, a quarter about clock changes and holidays.
  const edges = [
    '2026-03-28',
    '2026-03-29',
    '2026-10-24',
    '2026-10-25',
    '2026-02-13',
    '2025-12-31',
    '2026-12-31',
  ];
  const anchor = fc.oneof(
    { weight: 2, arbitrary: minute },
    {
      weight: 1,
      arbitrary: fc
        .tuple(midnight, fc.constantFrom(0, 30, 75, 240, 510, 720, 810, 1050, 1320))
        .map(([day, minutes]) => day + minutes * MINUTE),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...edges), fc.integer({ min: 0, max: 2 * 1440 }))
        .map(([date, minutes]) => calendar.instantOf(date, '00:00') + minutes * MINUTE)
        .filter((at) => at >= from && at <= to),
    },
  );

  it('equal those of counting minute by minute and day by day', () => {
    fc.assert(
      fc.property(anchor, limit, startDay, pauseShapes, (at, budget, start, shapes) => {
        const request = { anchor: at, limit: budget, startDay: start, pauses: pausesAt(at, shapes) };
        expect(dueOf(calendar.deadline(request))).toBe(naive.dueAt(request) ?? Infinity);
      }),
      { numRuns: 800 },
    );
  });

  it('never come earlier for a longer limit', () => {
    fc.assert(
      fc.property(
        anchor,
        limit,
        startDay,
        pauseShapes,
        fc.integer({ min: 1, max: 5 }),
        (at, budget, start, shapes, more) => {
          const request = { anchor: at, startDay: start, pauses: pausesAt(at, shapes) };
          const longer = { ...budget, value: budget.value + more };
          expect(dueOf(calendar.deadline({ ...request, limit: longer }))).toBeGreaterThanOrEqual(
            dueOf(calendar.deadline({ ...request, limit: budget })),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never come earlier for a later start', () => {
    fc.assert(
      fc.property(
        anchor,
        limit,
        startDay,
        pauseShapes,
        fc.integer({ min: 1, max: 5000 }),
        (at, budget, start, shapes, later) => {
          // Months differ in length: 31 January, paused for the month's last days, may well end after 1 February does.
          const pauses = budget.unit === 'month' ? [] : pausesAt(at, shapes);
          const first = calendar.deadline({ anchor: at, limit: budget, startDay: start, pauses });
          const second = calendar.deadline({
            anchor: at + later * MINUTE,
            limit: budget,
            startDay: start,
            pauses,
          });
          expect(dueOf(second)).toBeGreaterThanOrEqual(dueOf(first));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are only put off by pauses, and do not depend on their order', () => {
    fc.assert(
      fc.property(anchor, limit, startDay, pauseShapes, pauseShape, (at, budget, start, shapes, extra) => {
        const pauses = pausesAt(at, shapes);
        const more = [...pausesAt(at, [extra]), ...pauses].reverse();
        const request = { anchor: at, limit: budget, startDay: start };
        const due = dueOf(calendar.deadline({ ...request, pauses }));
        expect(dueOf(calendar.deadline({ ...request, pauses: more }))).toBeGreaterThanOrEqual(due);
        expect(dueOf(calendar.deadline({ ...request, pauses: [...pauses].reverse() }))).toBe(due);
      }),
      { numRuns: 500 },
    );
  });

  it('in working hours leave exactly that much working time, and end inside it', () => {
    fc.assert(
      fc.property(anchor, fc.integer({ min: 1, max: 30 * HOUR }), pauseShapes, (at, ms, shapes) => {
        const pauses = pausesAt(at, shapes);
        const result = calendar.deadline({
          anchor: at,
          limit: { value: ms / HOUR, unit: 'workingHour' },
          pauses,
        });
        if (result.state !== 'due') return;
        expect(calendar.workingMsBetween(at, result.dueAt, pauses)).toBe(ms);
        expect(calendar.workingMsBetween(at, result.dueAt - 1, pauses)).toBe(ms - 1);
      }),
      { numRuns: 500 },
    );
  });

  it('warn in order, between start and end, where the fraction of the running time is used up', () => {
    const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anchor, limit, startDay, pauseShapes, fractions, (at, budget, start, shapes, warnAt) => {
        const pauses = pausesAt(at, shapes);
        const result = calendar.deadline({ anchor: at, limit: budget, startDay: start, pauses, warnAt });
        if (result.state !== 'due') return;
        const running = (until: number) => runningMs(calendar, budget, at, until, pauses);
        const whole = running(result.dueAt);
        const sorted = [...warnAt].sort((a, b) => a - b);
        expect(result.warnTimes).toHaveLength(warnAt.length);
        result.warnTimes.forEach((time, i) => {
          expect(time).toBeGreaterThanOrEqual(result.warnTimes[i - 1] ?? at);
          expect(time).toBeLessThanOrEqual(result.dueAt);
          expect(running(time)).toBe(Math.round(sorted[i]! * whole));
        });
      }),
      { numRuns: 500 },
    );
  });

  it('say the same in every unit: working time is additive and equals the minutes counted', () => {
    fc.assert(
      fc.property(anchor, fc.nat(9000), fc.nat(9000), pauseShapes, (at, first, second, shapes) => {
        const pauses = pausesAt(at, shapes);
        const middle = at + first * MINUTE;
        const end = middle + second * MINUTE;
        const whole = calendar.workingMsBetween(at, end, pauses);
        expect(
          calendar.workingMsBetween(at, middle, pauses) + calendar.workingMsBetween(middle, end, pauses),
        ).toBe(whole);
        expect(whole).toBe(naive.workingMinutes(at, end, pauses) * MINUTE);
        expect(calendar.isWorkingTime(at)).toBe(naive.isWorkingMinute(at));
      }),
      { numRuns: 100 },
    );
  });

  it('agree with counting working days', () => {
    fc.assert(
      fc.property(anchor, fc.integer({ min: 1, max: 40 }), (at, value) => {
        const due = dueOf(calendar.deadline({ anchor: at, limit: { value, unit: 'workingDay' } }));
        // A closing at 24:00 already shows the next date.
        expect(calendar.workingDaysBetween(at, due - 1)).toBe(value);
      }),
      { numRuns: 300 },
    );
  });

  it('find each daily moment once, however the time is cut', () => {
    fc.assert(
      fc.property(anchor, fc.nat(30_000), fc.nat(30_000), (at, first, second) => {
        const middle = at + first * MINUTE;
        const end = middle + second * MINUTE;
        const moments = (after: number, until: number) => calendar.momentsBetween('end-of-day', after, until);
        const whole = moments(at, end);
        expect([...moments(at, middle), ...moments(middle, end)]).toEqual(whole);
        for (const moment of whole) {
          const date = calendar.dateOf(moment);
          expect(calendar.isWorkingDay(date)).toBe(true);
          expect(moment).toBe(calendar.instantOf(date, '17:00'));
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Running time of a unit's clock: working time for working units, plain time otherwise, pauses left out. */
function runningMs(
  calendar: BusinessCalendar,
  { unit: name }: Limit,
  from: number,
  to: number,
  pauses: readonly Interval[],
): number {
  if (name === 'workingDay' || name === 'workingHour') return calendar.workingMsBetween(from, to, pauses);
  let minutes = 0;
  const isPaused = (at: number) => pauses.some((pause) => pause.from <= at && at < (pause.to ?? Infinity));
  let at = from;
  for (; at + MINUTE <= to; at += MINUTE) if (!isPaused(at)) minutes += 1;
  return minutes * MINUTE + (at < to && !isPaused(at) ? to - at : 0);
}
