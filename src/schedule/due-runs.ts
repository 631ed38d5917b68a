import type { BusinessCalendar } from '../calendar/business-calendar.js';

/** A job that runs once a business date, at a named moment of the calendar file (`end-of-day`, `morning` …). */
export interface DailyJob {
  /** Lower-case letters, digits and `-`: it becomes part of ids. */
  readonly name: string;
  readonly moment: string;
  readonly days: 'working' | 'every';
  /** Dates further back than this many calendar days are not caught up but recorded as skipped. 0 = today only. */
  readonly catchUpDays: number;
}

/** What the ledger knows of a (job, date), as far as it decides whether to run it. */
export interface KnownRun {
  readonly job: string;
  readonly date: string;
  readonly status: 'running' | 'done' | 'failed' | 'skipped';
  /** running: until when its owner may be believed alive. */
  readonly leaseUntil?: Date;
  /** failed: when to try again; absent = never, unless by hand. */
  readonly retryAt?: Date;
}

export interface DueRunsInput {
  readonly jobs: readonly DailyJob[];
  readonly calendar: BusinessCalendar;
  /** Business date on which each job was first known to the ledger; nothing before it is caught up. */
  readonly installedOn: ReadonlyMap<string, string>;
  /** Newest date each job has a ledger row for; absent = none. */
  readonly newest: ReadonlyMap<string, string>;
  /** Ledger rows of at least the last `catchUpDays` dates of each job; older ones do no harm. */
  readonly runs: readonly KnownRun[];
  /** Epoch ms. */
  readonly now: number;
}

export interface DueRun {
  readonly job: string;
  readonly date: string;
  /** The moment it was due, epoch ms. */
  readonly at: number;
}

export interface DueRuns {
  /** Due now or missed, oldest first; jobs due at the same instant in the order of `jobs`. */
  readonly due: DueRun[];
  /** Missed so long ago that `catchUpDays` forbids to run them, oldest first. */
  readonly skipped: DueRun[];
}

/**
 * Which (job, date) are to be run. Pure: time is a function of the calendar, the ledger and `now`, so a scheduler
 * that was down for days finds exactly the dates it missed, and two schedulers find the same ones.
 *
 * @throws RangeError when a job names a moment that the calendar does not have
 */
export function dueRuns(input: DueRunsInput): DueRuns {
  const known = new Map(input.runs.map((run) => [`${run.job}|${run.date}`, run]));
  const isDue = ({ job, date }: DueRun): boolean => {
    const run = known.get(`${job}|${date}`);
    return run === undefined || mayRunAgain(run, input.now);
  };
  const dated = input.jobs.map((job) => datesOf(job, input));
  return {
    due: dated
      .flatMap(({ inReach }) => inReach)
      .filter(isDue)
      .sort(byInstant),
    skipped: dated.flatMap(({ tooOld }) => tooOld).sort(byInstant),
  };
}

/** @throws RangeError naming the moments there are */
export function assertMoments(jobs: readonly DailyJob[], calendar: BusinessCalendar): void {
  for (const { name, moment } of jobs) {
    if (!Object.hasOwn(calendar.moments, moment)) {
      const allowed = Object.keys(calendar.moments).join(', ') || 'none';
      throw new RangeError(
        `Job "${name}" runs at the moment "${moment}", which the calendar file does not have. Its moments: ${allowed}.`,
      );
    }
  }
}

function datesOf(job: DailyJob, input: DueRunsInput): { inReach: DueRun[]; tooOld: DueRun[] } {
  const { calendar, now } = input;
  assertMoments([job], calendar);
  const today = calendar.dateOf(now);
  const first = input.installedOn.get(job.name) ?? today;
  const reach = calendar.addDays(today, -job.catchUpDays);
  const newest = input.newest.get(job.name);
  const unseen = newest === undefined ? first : later(first, calendar.addDays(newest, 1));
  return {
    inReach: runsBetween(job, later(first, reach), today, input),
    tooOld: runsBetween(job, unseen, calendar.addDays(reach, -1), input),
  };
}

function runsBetween(job: DailyJob, from: string, to: string, { calendar, now }: DueRunsInput): DueRun[] {
  const time = calendar.moments[job.moment] as string;
  const runs: DueRun[] = [];
  for (let date = from; date <= to; date = calendar.addDays(date, 1)) {
    if (job.days === 'working' && !calendar.isWorkingDay(date)) continue;
    const at = calendar.instantOf(date, time);
    if (at <= now) runs.push({ job: job.name, date, at });
  }
  return runs;
}

function mayRunAgain({ status, leaseUntil, retryAt }: KnownRun, now: number): boolean {
  if (status === 'running') return leaseUntil === undefined || leaseUntil.getTime() <= now;
  return status === 'failed' && retryAt !== undefined && retryAt.getTime() <= now;
}

function byInstant(a: DueRun, b: DueRun): number {
  return a.at - b.at;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
