import type { BatchSize, Line } from './read-batches.js';

/** How fast events are sent; without either, as fast as the service takes them. */
export interface PaceSettings {
  /** Events a second, at most. */
  readonly rate?: number;
  /** So many times as fast as it happened: 1 is real time, 1440 a day in a minute. */
  readonly speed?: number;
  /** Where the time that is replayed begins, epoch ms: what was entered before is sent at once. Default: with the first event. */
  readonly since?: number;
}

/** Says when the next batch is to be sent. */
export interface Pace {
  /** What a batch may hold, so that the pace is even over a quarter of a second. */
  batchSize(most: number): BatchSize;
  /** Ms to wait before a batch; 0 or less where it is late. `sent` are the events before it. */
  waitBefore(batch: readonly Line[], sent: number, now: number): number;
}

const STEP_MS = 250;

export function makePace({ rate, speed, since }: PaceSettings, startedAt: number): Pace {
  let firstAt = since;
  return {
    batchSize: (most) => ({
      events: rate === undefined ? most : Math.min(most, Math.max(1, Math.ceil((rate * STEP_MS) / 1000))),
      span: speed === undefined ? Infinity : speed * STEP_MS,
    }),
    waitBefore(batch, sent, now) {
      if (rate !== undefined) return startedAt + (sent / rate) * 1000 - now;
      if (speed === undefined) return 0;
      firstAt ??= batch[0]?.enteredAt ?? 0;
      const last = batch.at(-1)?.enteredAt ?? firstAt;
      return startedAt + (last - firstAt) / speed - now;
    },
  };
}
