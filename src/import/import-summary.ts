import type { ImportCheckpoint } from './import-store.js';

/** Counts of records. */
export interface ImportCounts {
  /** Records of this run, bad ones counted. */
  readonly read: number;
  /** Records that an earlier, interrupted run had already dealt with. */
  readonly skipped: number;
  readonly accepted: number;
  /** Already in the inbox with the same content. */
  readonly duplicates: number;
  readonly rejected: number;
}

/** A record that is not in the inbox, and why. */
export interface BadRecord {
  readonly record: number;
  readonly line: number;
  readonly id?: string;
  readonly reason: string;
}

/** What became of an import. */
export interface ImportSummary extends ImportCounts {
  readonly file: string;
  /** The first 100 bad records of this run. */
  readonly rejections: readonly BadRecord[];
  readonly seconds: number;
  readonly perSecond: number;
  /** The checkpoint that this run went on from. */
  readonly before?: ImportCheckpoint;
  /** Why the end was not reached; the same call goes on from there. */
  readonly stopped?: string;
}

/** How an import goes on; for people only. */
export type ImportNotice = ImportProgress | ImportWait;
/** Told after every batch. */
export interface ImportProgress extends ImportCounts {
  readonly kind: 'progress';
  /** Of the file on disk (compressed, where it is). */
  readonly bytesRead: number;
  readonly bytes: number;
  readonly perSecond: number;
  /** By the bytes read so far; absent before the first. */
  readonly secondsLeft?: number;
}
/** Told before every wait for a store that is away. */
export interface ImportWait {
  readonly kind: 'waiting';
  readonly reason: string;
  readonly seconds: number;
}
