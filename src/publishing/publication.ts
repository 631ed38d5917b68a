import type { RuleFile } from '../engine/rule-file.js';

/** A file of a publication; its text is kept under its hash. */
export interface PublishedFile {
  readonly file: string;
  /** SHA-256 of the text. */
  readonly text: string;
}

export interface PublishedRule extends PublishedFile {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly status: RuleFile['status'];
  readonly on: RuleFile['trigger']['on'];
  /** Hash of what the version says, see rule-content.ts. */
  readonly content: string;
}

/** What is to become of the open alerts of a rule that is no longer there. */
export type OpenAlerts = 'close' | 'keep';

/** How a publication differs from the one before. */
export interface PublicationChanges {
  readonly added: readonly { readonly id: string; readonly version: number }[];
  readonly changed: readonly { readonly id: string; readonly from: number; readonly to: number }[];
  /** Retired, deleted or disabled; `openAlerts` as the retired file says. */
  readonly removed: readonly {
    readonly id: string;
    readonly version: number;
    readonly openAlerts?: OpenAlerts;
  }[];
  /** From trial (`shadow`) to `active`. */
  readonly enabled: readonly string[];
  /** Names of the other files that changed: parameters and shared conditions. */
  readonly files: readonly string[];
}

/** Who published, and how. */
export interface PublishedBy {
  readonly via: 'folder' | 'proposal' | 'command';
  /** `folder`: whoever wrote the files; else a user id or `token:…`. */
  readonly by: string;
  readonly approvedBy?: string;
  readonly proposal?: string;
}

/** A rule set as it was put in force. Nothing of it changes, but how far its consequences have come. */
export interface Publication extends PublishedBy {
  /** 1, 2, 3 … in the one order in which sets came into force. */
  readonly number: number;
  /** Hash of the rule set, as alerts name it. Two publications that judge alike have the same. */
  readonly hash: string;
  /** Hash of all texts. */
  readonly digest: string;
  readonly at: Date;
  readonly rules: readonly PublishedRule[];
  readonly parameters: readonly PublishedFile[];
  readonly conditions: readonly PublishedFile[];
  readonly changes: PublicationChanges;
  readonly follow: FollowUp;
}

/** The consequences of a publication: what to do to open alerts and running clocks, done in the background. */
export interface FollowUp {
  readonly state: 'waiting' | 'running' | 'done';
  /** Records whose clocks run by a deadline rule that changed: looked at, of how many, and where to go on. */
  readonly records?: { readonly looked: number; readonly of: number; readonly after?: string };
  readonly alerts?: { readonly closed: number; readonly kept: number; readonly enabled: number };
  readonly finishedAt?: Date;
}

/** A version of a rule, as first published. */
export interface RuleVersion extends PublishedRule, Omit<PublishedBy, 'via'> {
  readonly via: PublishedBy['via'];
  readonly at: Date;
  /** Number of the publication it came with. */
  readonly publication: number;
}
