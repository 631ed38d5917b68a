import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CloudEvent } from './simulation.js';

/** A line of events.ndjson. */
export interface Line {
  readonly text: string;
  /** Epoch ms up to which all was entered that stands here or before. */
  readonly enteredAt: number;
}

export interface BatchSize {
  readonly events: number;
  /** No batch covers more than this much of simulated time, ms. */
  readonly span: number;
}

/** Reads the file in batches, no further ahead than one of them. */
export async function* readBatches(path: string, { events, span }: BatchSize): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let enteredAt = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (text === '') continue;
    const { time, recordedtime = time } = JSON.parse(text) as CloudEvent;
    enteredAt = Math.max(enteredAt, Date.parse(recordedtime));
    const first = batch[0]?.enteredAt ?? enteredAt;
    if (batch.length >= events || enteredAt - first > span) {
      yield batch;
      batch = [];
    }
    batch.push({ text, enteredAt });
  }
  if (batch.length > 0) yield batch;
}
