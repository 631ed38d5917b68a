import type { FieldError } from '../errors.js';
import type { BadRecord, ImportCounts } from './import-summary.js';
import type { Batch } from './make-batches.js';

/** What the intake says to a batch; `index` is the place in the batch. */
export interface AcceptAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly {
    readonly index: number;
    readonly id?: string;
    readonly errors: readonly FieldError[];
  }[];
}

/** Counts batches in file order, however their answers come in. */
export interface Tally {
  /** Registers the next batch of the file; call what it returns with the answer. */
  add(batch: Batch): (answer: AcceptAnswer) => void;
  /** Number of the last record that, with all before it, is dealt with. */
  record(): number;
  counts(): Omit<ImportCounts, 'skipped'>;
  /** The first 100 bad records. */
  readonly rejections: readonly BadRecord[];
}

const KEPT_REJECTIONS = 100;

/**
 * @param record the record an earlier run had come to
 * @param onRejected told of every bad record, in file order
 */
export function makeTally(record: number, onRejected: (bad: BadRecord) => void): Tally {
  const counts = { read: 0, accepted: 0, duplicates: 0, rejected: 0 };
  const rejections: BadRecord[] = [];
  const pending: { batch: Batch; answer?: AcceptAnswer }[] = [];

  const count = (batch: Batch, answer: AcceptAnswer): void => {
    record = batch.lastRecord;
    counts.read += batch.events.length + batch.errors.length;
    counts.accepted += answer.accepted;
    counts.duplicates += answer.duplicates;
    for (const bad of badRecordsOf(batch, answer)) {
      counts.rejected += 1;
      if (rejections.length < KEPT_REJECTIONS) rejections.push(bad);
      onRejected(bad);
    }
  };

  return {
    add(batch) {
      const entry: (typeof pending)[number] = { batch };
      pending.push(entry);
      return (answer) => {
        entry.answer = answer;
        for (let head = pending[0]; head?.answer; head = pending[0]) {
          pending.shift();
          count(head.batch, head.answer);
        }
      };
    },
    record: () => record,
    counts: () => ({ ...counts }),
    rejections,
  };
}

/** The bad records of a batch in file order: those that could not be read and those that the intake refused. */
function badRecordsOf(batch: Batch, answer: AcceptAnswer): BadRecord[] {
  const refused = answer.rejected.flatMap(({ index, id, errors }): BadRecord[] => {
    const item = batch.events[index];
    if (!item) return [];
    const reason = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    return [{ record: item.record, line: item.line, ...(id === undefined ? {} : { id }), reason }];
  });
  const unread = batch.errors.map(({ record, line, error }): BadRecord => ({ record, line, reason: error }));
  return [...unread, ...refused].sort((a, b) => a.record - b.record);
}
