import type { RuleError } from '../../engine/rule-error.js';
import type { ProposedChange } from '../../publishing/proposals/proposal.js';
import type { BacktestResult } from '../backtest-result.js';
import type { KnownBy } from '../known-at.js';
import type { BacktestProgress } from '../run-backtest.js';

export const BACKTEST_STATUSES = [
  'waiting',
  'running',
  'done',
  'failed',
  'cancelled',
  'interrupted',
] as const;
/**
 * waiting → running → done or failed; or cancelled by a person, or interrupted: the process that ran it went away. What
 * ended stays as it is.
 */
export type BacktestStatus = (typeof BACKTEST_STATUSES)[number];

/** What to replay: stored events, and the changes to the published rules that make the candidate. */
export interface BacktestOrder {
  readonly changes: readonly ProposedChange[];
  /** Alerts raised in [from, to) count. */
  readonly from: Date;
  readonly to: Date;
  readonly knownBy: KnownBy;
  /** Events known so many days before `from` are replayed as well; absent = all. */
  readonly historyDays?: number;
}

/** A backtest that was asked for over HTTP. */
export interface BacktestJob {
  readonly id: string;
  readonly status: BacktestStatus;
  readonly order: BacktestOrder;
  /** User id, or `token:…`. */
  readonly by: string;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  /** Last sign of life of the process that runs it. */
  readonly aliveAt?: Date;
  readonly finishedAt?: Date;
  readonly progress?: BacktestProgress;
  /** Somebody asked to stop it; it stops at its next sign of life. */
  readonly cancelled?: true;
  /** Publication it was compared with; absent when nothing is published: then the rules folder. */
  readonly publication?: number;
  /** Why there is no result, in one sentence. */
  readonly failure?: string;
  /** What is wrong with the candidate, the first of them. */
  readonly problems?: readonly RuleError[];
  readonly result?: BacktestResult;
}

/** How a job ended. */
export type BacktestEnd =
  | { readonly status: 'done'; readonly result: BacktestResult; readonly publication?: number }
  | { readonly status: 'failed'; readonly failure: string; readonly problems?: readonly RuleError[] }
  | { readonly status: 'cancelled' }
  | { readonly status: 'interrupted'; readonly failure: string };
