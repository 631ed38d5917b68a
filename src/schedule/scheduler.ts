import { schedule } from 'node-cron';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { logRarely } from '../queue/log-rarely.js';
import type { QueueLogger } from '../queue/log-rarely.js';
import { assertMoments, dueRuns } from './due-runs.js';
import type { DailyJob, DueRun } from './due-runs.js';
import type { RunLedger } from './run-ledger.js';
import type { ScheduleQueue } from './schedule-queue.js';

export interface SchedulerOptions {
  readonly jobs: readonly DailyJob[];
  /** Names of the jobs that run every minute. */
  readonly minuteJobs?: readonly string[];
  readonly ledger: Pick<RunLedger, 'installedOn' | 'known' | 'skip'>;
  readonly queue: Pick<ScheduleQueue, 'enqueueRuns' | 'enqueueMinuteJobs'>;
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
  readonly logger: QueueLogger;
  /** When to tick (node-cron). Default: at the start of each minute. */
  readonly cron?: string;
}

export interface Scheduler {
  /** What happens every minute; answers the runs that were found due. Throws when a store is away. */
  tick(): Promise<DueRun[]>;
  /** False when no tick has succeeded for three minutes. */
  isHealthy(): boolean;
  /** Waits for a running tick. */
  close(): Promise<void>;
}

const HEALTHY_MS = 180_000;

/**
 * Starts ticking: now, and then at the start of each minute. A tick enqueues what is due; nothing is run here, and
 * any number of schedulers may tick side by side, for the run ledger decides.
 *
 * @throws RangeError when a job names a moment that the calendar does not have
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { jobs, minuteJobs = [], ledger, queue, calendar, now, logger, cron = '* * * * *' } = options;
  assertMoments(jobs, calendar);
  const reportError = logRarely(logger, 'scheduler: a tick failed, the next one catches up', now);
  const names = jobs.map(({ name }) => name);
  const longestReach = Math.max(0, ...jobs.map(({ catchUpDays }) => catchUpDays));
  let installedOn: Map<string, string> | undefined;
  let lastGood = now();
  let running: Promise<void> | undefined;

  async function tick(): Promise<DueRun[]> {
    // First and on their own: they need no MongoDB here.
    await queue.enqueueMinuteJobs(minuteJobs);
    const at = now();
    const today = calendar.dateOf(at);
    installedOn ??= await ledger.installedOn(names, today);
    const known = await ledger.known(names, calendar.addDays(today, -longestReach));
    const { due, skipped } = dueRuns({ jobs, calendar, installedOn, ...known, now: at });
    if (skipped.length > 0) {
      await ledger.skip(skipped);
      logger.warn(
        { skipped: skipped.map(({ job, date }) => `${job} ${date}`) },
        'missed too long ago to be caught up; run them by hand if they are wanted',
      );
    }
    await queue.enqueueRuns(due);
    lastGood = at;
    return due;
  }

  function tickQuietly(): Promise<void> {
    running ??= tick()
      .then(
        () => undefined,
        (error: unknown) => reportError(error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => (running = undefined));
    return running;
  }

  const task = schedule(cron, tickQuietly, { suppressMissedWarning: true });
  void tickQuietly();

  return {
    tick,
    isHealthy: () => now() - lastGood < HEALTHY_MS,
    async close() {
      await task.destroy();
      await running;
    },
  };
}
