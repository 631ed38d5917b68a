import type { JsonObject } from '../json.js';

/** A CloudEvent as a file tells it: not validated yet, that is the intake's work. */
export type RawEvent = JsonObject;

/** What a reader finds in a file, in file order. A bad record is an item of its own and never an exception. */
export type ReadItem = ReadEvent | ReadError;

/** A record that could be read. */
export interface ReadEvent {
  /** 1 for the first record of the file, bad ones counted too. */
  readonly record: number;
  /** 1-based line of the (decompressed) file where the record stands. */
  readonly line: number;
  readonly event: RawEvent;
  /** About how many bytes it takes, so that batches can be bounded. */
  readonly size: number;
}

/** A record that could not be read. */
export interface ReadError {
  readonly record: number;
  readonly line: number;
  /** The reason, in one sentence that a person can act on. */
  readonly error: string;
}

/** The most characters one record may hold; a hostile or broken file must not fill the memory. */
export const MAX_RECORD_LENGTH = 1024 * 1024;

/** The reason a reader stopped at an exception of its input (a broken gzip stream, a failing disk). */
export function describeBreak(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `The file cannot be read further: ${reason}. Everything before is kept.`;
}
