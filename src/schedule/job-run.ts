import type { JsonObject } from '../json.js';

/** One run of a job for one business date, or the latest run of a minute job (then without a date). */
export interface JobRun {
  readonly job: string;
  /** Business date YYYY-MM-DD. */
  readonly date?: string;
  /** `skipped`: missed longer ago than may be caught up. */
  readonly status: 'running' | 'done' | 'failed' | 'skipped';
  /** How often it was started, crashes included. */
  readonly attempts: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** running: taken over by another owner after this, unless the owner gives a sign of life. */
  readonly leaseUntil?: Date;
  /** failed: when it is tried again; absent = not by itself. */
  readonly retryAt?: Date;
  readonly result?: JsonObject;
  readonly error?: string;
  /** Process that started it. */
  readonly owner?: string;
}

/** The right to run a (job, date), until its lease runs out. */
export interface Claim {
  readonly job: string;
  /** Absent for minute jobs. */
  readonly date?: string;
  readonly attempt: number;
  /** Proves the right; a run that was taken over has another one. */
  readonly token: string;
}

export type ClaimResult =
  | { readonly claimed: true; readonly claim: Claim }
  /** Somebody has it or had it. `leaseUntil` where it is `running`. */
  | { readonly claimed: false; readonly status: JobRun['status']; readonly leaseUntil?: Date };

/** A row of the collection `jobRuns`. */
export interface JobRunDocument extends JobRun {
  readonly _id: string;
  readonly token?: string;
  readonly minute?: number;
  readonly installedOn?: string;
}
