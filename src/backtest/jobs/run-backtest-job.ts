import type { RuleTexts } from '../../engine/assemble-rules.js';
import type { RuleCheckContext } from '../../engine/rule-check-context.js';
import type { RuleError } from '../../engine/rule-error.js';
import type { BusinessEvent } from '../../events/business-event.js';
import { applyChanges } from '../../publishing/proposals/apply-changes.js';
import { assembleSides } from '../load-sides.js';
import { runBacktest, type BacktestProgress } from '../run-backtest.js';
import type { BacktestEnd, BacktestJob } from './backtest-job.js';
import type { BacktestStore } from './backtest-store.js';

export interface RunBacktestJobDeps {
  readonly store: Pick<BacktestStore, 'beat' | 'finish'>;
  /** As it was claimed by. */
  readonly runner: string;
  readonly context: RuleCheckContext;
  /** The rules in force, and the number of their publication. */
  readonly live: () => Promise<{
    readonly texts: RuleTexts;
    /** What could not be read. */
    readonly problems?: RuleError[];
    readonly publication?: number;
  }>;
  readonly stream: (receivedBefore: number | undefined) => AsyncIterable<readonly BusinessEvent[]>;
  readonly feedSilentAfterMs: number;
  readonly maxEvents: number;
  readonly now: () => number;
}

const BEAT_MS = 1_000;
const KEPT_PROBLEMS = 50;
const EXAMPLES = 3;
const DAY_MS = 86_400_000;

/** Stops a run whose job is no longer this process's, or was cancelled. */
class StopError extends Error {}

/** Runs one claimed job to its end, giving signs of life, and stores what came out. Never rejects for a bad order. */
export async function runBacktestJob(job: BacktestJob, deps: RunBacktestJobDeps): Promise<void> {
  const { store, runner, now } = deps;
  const abort = new AbortController();
  let progress: BacktestProgress | undefined;
  let beating: Promise<void> | undefined;
  const beat = async () => {
    const state = await store.beat(job.id, runner, progress, new Date(now()));
    if (state !== 'on') abort.abort(new StopError(state));
  };
  const timer = setInterval(() => {
    // A store that is away for a moment: the next beat tells. One that stays away makes the job count as interrupted.
    beating ??= beat()
      .catch(() => undefined)
      .finally(() => (beating = undefined));
  }, BEAT_MS);
  try {
    const end = await replay(job, deps, abort.signal, (at) => (progress = at));
    await store.finish(job.id, runner, end, new Date(now()));
  } finally {
    clearInterval(timer);
    await beating;
  }
}

async function replay(
  { order, createdAt }: BacktestJob,
  deps: RunBacktestJobDeps,
  signal: AbortSignal,
  report: (progress: BacktestProgress) => void,
): Promise<BacktestEnd> {
  const { context, feedSilentAfterMs, maxEvents } = deps;
  try {
    const { texts, problems, publication } = await deps.live();
    const { texts: changed, problems: refused } = applyChanges(texts, order.changes);
    if (refused.length > 0) return { status: 'failed', failure: refused.join('; ') };
    const sides = await assembleSides(
      { texts, context, ...(problems && { problems }) },
      { texts: changed, context },
    );
    if ('errors' in sides)
      return {
        status: 'failed',
        failure: sides.wrong === 'live' ? 'The rules in force have problems here.' : 'The candidate has problems.',
        problems: sides.errors.slice(0, KEPT_PROBLEMS),
      }; // prettier-ignore
    const from = order.from.getTime();
    // What has not happened yet did not fail to happen.
    const to = Math.min(order.to.getTime(), createdAt.getTime());
    const result = await runBacktest({
      events: deps.stream(order.knownBy === 'received' ? to : undefined),
      knownBy: order.knownBy,
      from,
      to,
      ...(order.historyDays !== undefined && { since: from - order.historyDays * DAY_MS }),
      live: sides.live,
      candidate: sides.candidate,
      feedSilentAfterMs,
      maxEvents,
      examples: EXAMPLES,
      signal,
      report,
    });
    return { status: 'done', result, ...(publication !== undefined && { publication }) };
  } catch (error) {
    if (error instanceof StopError) return { status: 'cancelled' };
    return { status: 'failed', failure: error instanceof Error ? error.message : String(error) };
  }
}
