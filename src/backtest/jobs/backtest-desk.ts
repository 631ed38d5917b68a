import { randomUUID } from 'node:crypto';
import { InvalidRequestError, TooManyRequestsError } from '../../errors.js';
import type { BacktestJob, BacktestOrder } from './backtest-job.js';
import type { BacktestRow, BacktestStore } from './backtest-store.js';

/** A running job without a sign of life for so long is taken for interrupted. Signs come each second. */
export const SILENT_AFTER_MS = 30_000;
/** Jobs that may wait: of all people, and of one. */
const MOST_WAITING = 20;
const MOST_WAITING_OF_ONE = 3;
const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Where backtests are asked for and their results fetched. */
export interface BacktestDesk {
  /**
   * A period that is not over yet is looked at up to now.
   *
   * @throws InvalidRequestError for a period that is empty, too long or in the future
   * @throws TooManyRequestsError when enough of them wait
   */
  submit(order: BacktestOrder, by: string): Promise<BacktestJob>;
  get(id: string): Promise<BacktestJob | undefined>;
  list(limit: number): Promise<BacktestRow[]>;
  cancel(id: string): Promise<BacktestJob | undefined>;
}

export function makeBacktestDesk({
  store,
  now,
}: {
  readonly store: BacktestStore;
  readonly now: () => number;
}): BacktestDesk {
  /** Also where no worker is left that would note it. */
  const noteInterrupted = () => store.interruptSilent(new Date(now() - SILENT_AFTER_MS), new Date(now()));
  return {
    async submit(order, by) {
      refuseBadPeriod(order, now());
      const [all, own] = [await store.countWaiting(), await store.countWaiting(by)];
      if (all >= MOST_WAITING || own >= MOST_WAITING_OF_ONE)
        throw new TooManyRequestsError(
          own >= MOST_WAITING_OF_ONE
            ? `${own} backtests of yours wait already. Cancel one, or wait for its result.`
            : `${all} backtests wait already. Try again later.`,
          60,
        );
      const job: BacktestJob = {
        id: randomUUID(),
        status: 'waiting',
        order,
        by,
        createdAt: new Date(now()),
      };
      await store.add(job);
      return job;
    },
    async get(id) {
      await noteInterrupted();
      return store.get(id);
    },
    async list(limit) {
      await noteInterrupted();
      return store.list(limit);
    },
    cancel: (id) => store.cancel(id, new Date(now())),
  };
}

function refuseBadPeriod({ from, to }: BacktestOrder, now: number): void {
  const refuse = (path: string, message: string): never => {
    throw new InvalidRequestError(`Body field ${path} ${message}.`, { fields: [{ path, message }] });
  };
  if (from >= to) refuse('to', 'must be later than from');
  if (to.getTime() - from.getTime() > MOST_DAYS * DAY_MS)
    refuse('to', `must be at most ${MOST_DAYS} days after from`);
  if (from.getTime() > now) refuse('from', 'must not be in the future');
}
