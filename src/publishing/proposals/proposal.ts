import type { RuleChange } from '../../engine/diff-rule-sets.js';
import type { OpenAlerts } from '../publication.js';

/** A file to write, or a rule to take out of use. */
export type ProposedChange =
  | { readonly file: string; readonly text: string }
  | { readonly retire: string; readonly openAlerts?: OpenAlerts };

export const PROPOSAL_STATUSES = [
  'waiting',
  'approved',
  'published',
  'rejected',
  'withdrawn',
  'failed',
] as const;
/** waiting → approved → published or failed; or rejected by the second person, or withdrawn by the author. */
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

/** A change to the rules that waits for, or had, a second person's eyes. */
export interface Proposal {
  readonly id: string;
  readonly changes: readonly ProposedChange[];
  readonly reason: string;
  /** User id, or `token:…`. */
  readonly by: string;
  readonly createdAt: Date;
  /** Publication it was written against: what was changed in the same files since is not overwritten. */
  readonly base: number;
  /** What it changes, field by field, at the time it was made. */
  readonly diff: readonly RuleChange[];
  readonly status: ProposalStatus;
  readonly decided?: { readonly by: string; readonly at: Date; readonly note?: string };
  /** Number of the publication it became. */
  readonly publication?: number;
  /** Why it could not be published. */
  readonly failure?: string;
}
