import { setTimeout as sleep } from 'node:timers/promises';
import { SILENT_AFTER_MS } from '../src/backtest/jobs/backtest-desk.js';
import type { BacktestJob } from '../src/backtest/jobs/backtest-job.js';
import type { BacktestStore } from '../src/backtest/jobs/backtest-store.js';
import { logRarely } from '../src/queue/log-rarely.js';
import type { Logger } from 'pino';
import type { Running } from './start-jobs.js';

export interface RunBacktestsDeps {
  readonly store: Pick<BacktestStore, 'claim' | 'finish' | 'interruptSilent'>;
  /** Runs a claimed job in a process of its own; answers its exit code. */
  readonly fork: (job: BacktestJob, runner: string, signal: AbortSignal) => Promise<number | null>;
  /** Name of this process. */
  readonly runner: string;
  /** Jobs at once; 0 = none are run here. */
  readonly atOnce: number;
  readonly logger: Logger;
  readonly now: () => number;
  /** How often to look for one that waits. Default 1 000. */
  readonly idleMs?: number;
}

/**
 * Runs backtests that wait, at most a few at once, each in a process of its own so that events do not wait for them. What this
 * process leaves behind when it is closed is interrupted; what it leaves when it dies, another notes.
 */
export function startBacktests(deps: RunBacktestsDeps): Running {
  const { store, fork, runner, atOnce, logger, now, idleMs = 1_000 } = deps;
  const closing = new AbortController();
  const { signal } = closing;
  const reportError = logRarely(logger, 'backtests: a look for jobs failed, the next one goes on', now);
  const running = new Set<Promise<void>>();

  async function runOne(job: BacktestJob): Promise<void> {
    logger.info({ backtest: job.id, by: job.by }, 'backtest: started');
    let failure = 'The process that ran it ended without a result; the log says why.';
    try {
      const code = await fork(job, runner, signal);
      if (code !== 0 && !signal.aborted)
        logger.warn({ backtest: job.id, code }, 'backtest: its process ended early');
    } catch (error) {
      failure = 'No process could be started for it; the log says why.';
      logger.error({ backtest: job.id, err: error }, 'backtest: no process could be started');
    }
    if (signal.aborted) failure = 'The service was stopped. Ask for it again.';
    // Does nothing where the process has stored how it ended.
    await store.finish(job.id, runner, { status: 'interrupted', failure }, new Date(now()));
    logger.info({ backtest: job.id }, 'backtest: ended');
  }

  async function look(): Promise<void> {
    await store.interruptSilent(new Date(now() - SILENT_AFTER_MS), new Date(now()));
    while (running.size < atOnce && !signal.aborted) {
      const job = await store.claim(runner, new Date(now()));
      if (!job) return;
      const one: Promise<void> = runOne(job)
        .catch((error: unknown) => reportError(error instanceof Error ? error : new Error(String(error))))
        .finally(() => running.delete(one));
      running.add(one);
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted && atOnce > 0) {
      await look().catch((error: unknown) =>
        reportError(error instanceof Error ? error : new Error(String(error))),
      );
      await sleep(idleMs, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(running);
  }
  const done = run();
  return {
    isHealthy: () => true,
    async close() {
      closing.abort();
      await done;
    },
  };
}
