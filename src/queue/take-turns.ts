import type { Worker } from 'bullmq';

/** Long enough for the finished chunk to leave Redis before the others are woken. */
const SETTLE_MS = 10;
/** Long enough for one of them to take the next chunk. */
const OTHERS_FIRST_MS = 15;

/** Makes a worker step aside now and then. */
export interface Turns {
  /** To be called when a chunk has been handled, before the worker asks for the next one. */
  afterChunk(): void;
  /** True while the worker stands aside. */
  isAside(): boolean;
  /** It will not step aside any more, nor come back. */
  end(): void;
}

/**
 * A worker that finishes a chunk is handed the next one of its queue in the same breath; with one running chunk a
 * queue, the process that came first would keep a backlog to itself and further processes would stand idle. So after
 * `turnMs` of uninterrupted work a worker pauses for a moment and wakes those who wait; Redis serves the one that
 * has waited longest. Alone it takes up its own queue again.
 *
 * @param wake puts the marker on the queue for which idle workers wait
 */
export function takeTurns(
  worker: Pick<Worker, 'pause' | 'resume'>,
  { turnMs, now, wake }: { turnMs: number; now: () => number; wake: () => Promise<unknown> },
): Turns {
  let turnStartedAt: number | undefined;
  let lastChunkAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  function stepAside(): void {
    // The worker is busy with the chunk that has just been handled: this only keeps it from being handed the next one.
    void worker.pause(true);
    timer = setTimeout(() => {
      // Failing to wake the others costs them a second at most: they look by themselves.
      wake().catch(() => undefined);
      timer = setTimeout(() => {
        timer = undefined;
        void worker.resume();
      }, OTHERS_FIRST_MS);
    }, SETTLE_MS);
  }

  return {
    afterChunk() {
      const at = now();
      const idle = at - lastChunkAt > turnMs;
      lastChunkAt = at;
      if (turnStartedAt === undefined || idle) turnStartedAt = at;
      if (ended || timer || at - turnStartedAt < turnMs) return;
      turnStartedAt = undefined;
      stepAside();
    },
    isAside: () => timer !== undefined,
    end() {
      ended = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
