import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueRuns } from '../../src/schedule/due-runs.js';
import type { DailyJob, DueRunsInput, KnownRun } from '../../src/schedule/due-runs.js';
import { DAY, HOUR, MINUTE, shanghai, testCalendar } from '../calendar/make-test-calendar.js';

const sweep: DailyJob = { name: 'sweep', moment: 'end-of-day', days: 'working', catchUpDays: 31 };
const digest: DailyJob = { name: 'digest', moment: 'morning', days: 'every', catchUpDays: 31 };
const calendar = testCalendar();

function due(now: number, changes: Partial<DueRunsInput> = {}) {
  return dueRuns({
    jobs: [sweep],
    calendar,
    installedOn: new Map([
      ['sweep', '2026-01-01'],
      ['digest', '2026-01-01'],
    ]),
    newest: new Map(),
    runs: [],
    now,
    ...changes,
  });
}

const text = (runs: readonly { job: string; date: string }[]) =>
  runs.map(({ job, date }) => `${job} ${date}`);
const done = (job: string, date: string): KnownRun => ({ job, date, status: 'done' });
/** Everything before a date is done. */
const upTo = (job: string, date: string) => ({
  newest: new Map([[job, date]]),
  installedOn: new Map([[job, date]]),
  runs: [done(job, date)],
});

describe('runs that are due', () => {
  it('are those of today once their moment has come, not before', () => {
    const known = upTo('sweep', '2026-03-02');
    expect(text(due(shanghai('2026-03-03 16:59'), known).due)).toEqual([]);
    expect(due(shanghai('2026-03-03 17:00'), known).due).toEqual([
      { job: 'sweep', date: '2026-03-03', at: shanghai('2026-03-03 17:00') },
    ]);
  });

  it('are caught up oldest first over all jobs, working days only where the job says so', () => {
    // Down from Wednesday evening to Monday noon; 28 February 2026 is a Saturday worked in lieu of a holiday.
    const { due: missed } = due(shanghai('2026-03-02 12:00'), {
      jobs: [sweep, digest],
      installedOn: new Map([
        ['sweep', '2026-02-25'],
        ['digest', '2026-02-25'],
      ]),
      runs: [done('sweep', '2026-02-25'), done('digest', '2026-02-25')],
      newest: new Map([
        ['sweep', '2026-02-25'],
        ['digest', '2026-02-25'],
      ]),
    });
    expect(text(missed)).toEqual([
      'digest 2026-02-26',
      'sweep 2026-02-26',
      'digest 2026-02-27',
      'sweep 2026-02-27',
      'digest 2026-02-28',
      'sweep 2026-02-28',
      'digest 2026-03-01',
      'digest 2026-03-02',
    ]);
  });

  it('do not reach back before the installation, but include its day even after the moment', () => {
    const now = shanghai('2026-03-03 20:00');
    expect(text(due(now, { installedOn: new Map([['sweep', '2026-03-03']]) }).due)).toEqual([
      'sweep 2026-03-03',
    ]);
    expect(text(due(now, { installedOn: new Map() }).due)).toEqual(['sweep 2026-03-03']);
  });

  it('are those that failed and whose retry is due, or whose owner fell silent; never a finished one', () => {
    const now = shanghai('2026-03-06 18:00');
    const at = (minutes: number) => new Date(now + minutes * MINUTE);
    const known = {
      installedOn: new Map([['sweep', '2026-03-02']]),
      newest: new Map([['sweep', '2026-03-06']]),
    };
    const statuses: [KnownRun, boolean][] = [
      [done('sweep', '2026-03-06'), false],
      [{ job: 'sweep', date: '2026-03-06', status: 'skipped' }, false],
      [{ job: 'sweep', date: '2026-03-06', status: 'failed' }, false],
      [{ job: 'sweep', date: '2026-03-06', status: 'failed', retryAt: at(1) }, false],
      [{ job: 'sweep', date: '2026-03-06', status: 'failed', retryAt: at(0) }, true],
      [{ job: 'sweep', date: '2026-03-06', status: 'running', leaseUntil: at(1) }, false],
      [{ job: 'sweep', date: '2026-03-06', status: 'running', leaseUntil: at(0) }, true],
    ];
    const before = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'].map((date) =>
      done('sweep', date),
    );
    for (const [run, isDue] of statuses) {
      expect(text(due(now, { ...known, runs: [...before, run] }).due)).toEqual(
        isDue ? ['sweep 2026-03-06'] : [],
      );
    }
  });

  it('beyond the reach of the catch-up are told as skipped, once', () => {
    const job = { ...digest, catchUpDays: 2 };
    const input = { jobs: [job], ...upTo('digest', '2026-03-02') };
    const now = shanghai('2026-03-08 09:00');
    expect(text(due(now, input).skipped)).toEqual([
      'digest 2026-03-03',
      'digest 2026-03-04',
      'digest 2026-03-05',
    ]);
    expect(text(due(now, input).due)).toEqual([
      'digest 2026-03-06',
      'digest 2026-03-07',
      'digest 2026-03-08',
    ]);
    expect(due(now, { ...input, newest: new Map([['digest', '2026-03-05']]) }).skipped).toEqual([]);
  });

  it('of a job with a moment the calendar does not have are an error that names those it has', () => {
    const wrong = { ...sweep, moment: 'noon' };
    expect(() => due(0, { jobs: [wrong] })).toThrow(/"sweep".*"noon".*morning, end-of-day/);
    expect(() => due(0, { jobs: [{ ...sweep, moment: 'toString' }] })).toThrow(RangeError);
  });
});

describe('runs that are due, whatever the zone, the moment and the downtime', () => {
  // Clocks are put forward and back at the end of March and October, at 02:00 in New York and 00:00 in Beirut.
  const zones = fc.constantFrom(
    'Asia/Shanghai',
    'America/New_York',
    'Asia/Beirut',
    'Pacific/Auckland',
    'UTC',
  );
  const moments = fc.constantFrom('00:00', '00:30', '02:30', '08:00', '17:00', '23:59');
  const starts = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2026, 11, 31) });

  it('are exactly the dates missed while down, each at its own moment, none in the future', () => {
    fc.assert(
      fc.property(
        zones,
        moments,
        starts,
        fc.integer({ min: 0, max: 40 }),
        fc.nat({ max: DAY }),
        (zone, moment, start, days, rest) => {
          const local = testCalendar({ base: 'weekdays', moments: { m: moment } }, zone);
          const job: DailyJob = { name: 'j', moment: 'm', days: 'every', catchUpDays: 60 };
          const input = { jobs: [job], calendar: local, installedOn: new Map([['j', local.dateOf(start)]]) };
          // Up: all that was due at the start is done. Down until now.
          const before = dueRuns({ ...input, newest: new Map(), runs: [], now: start }).due;
          const runs = before.map(({ date }) => done('j', date));
          const now = start + days * DAY + rest;
          const newest = new Map(before.slice(-1).map(({ date }): [string, string] => ['j', date]));
          const { due: missed, skipped } = dueRuns({ ...input, newest, runs, now });

          const expected = local.momentsBetween('m', start, now).map((at) => local.dateOf(at));
          const workingDays = missed.map(({ date }) => date).filter((date) => local.isWorkingDay(date));
          expect(workingDays).toEqual(expected);
          const dates = missed.map(({ date }) => date);
          expect(new Set(dates).size).toBe(dates.length);
          expect(dates).toEqual([...dates].sort());
          for (const { at, date } of missed) {
            expect(at).toBeLessThanOrEqual(now);
            expect(at).toBeGreaterThan(start);
            expect(local.dateOf(at)).toBe(date);
          }
          expect(missed.length).toBeGreaterThanOrEqual(Math.floor((now - start - 2 * HOUR) / DAY));
          expect(skipped).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are found the same whether one looks each minute or once at the end', () => {
    fc.assert(
      fc.property(
        zones,
        starts,
        fc.array(fc.nat({ max: 2 * DAY }), { maxLength: 20 }),
        (zone, start, gaps) => {
          const local = testCalendar({ base: 'weekdays' }, zone);
          const input = { jobs: [sweep, digest], calendar: local };
          const installedOn = new Map([sweep, digest].map(({ name }) => [name, local.dateOf(start)]));
          const run = (times: readonly number[]): string[] => {
            const runs: KnownRun[] = [];
            const newest = new Map<string, string>();
            for (const now of times) {
              for (const { job, date } of dueRuns({ ...input, installedOn, newest, runs, now }).due) {
                runs.push(done(job, date));
                newest.set(job, date);
              }
            }
            return text(runs).sort();
          };
          let at = start;
          const times = gaps.map((gap) => (at += gap));
          expect(run([start, ...times])).toEqual(run([at]));
        },
      ),
      { numRuns: 100 },
    );
  });
});
