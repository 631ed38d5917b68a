import { DEFAULT_CHUNK_SIZE } from './partition-queues.js';
import type { PartitionQueues } from './partition-queues.js';

/** An event that is in the inbox and waits to be put on its queue. */
export interface EnqueueItem {
  readonly key: string;
  readonly partition: number;
}

export interface EnqueuerOptions {
  readonly enqueue: PartitionQueues['enqueue'];
  /**
   * How long the first key of a batch waits for company, ms. Default 5. Where batches follow one another and their chunks are
   * small, a batch waits longer, up to `maxLingerMs`: each chunk costs the queue and the stores the same, however small.
   */
  readonly lingerMs?: number;
  /** Default 25; at least `lingerMs`. */
  readonly maxLingerMs?: number;
  /** A partition that has gathered so many keys is sent without waiting. Default: a full chunk. */
  readonly chunkSize?: number;
  /** Most keys held in memory; more are left to the reconciler. Default 50 000. */
  readonly maxBuffered?: number;
  /** Keys that did not reach the queue. They are in the inbox: the reconciler brings them back. */
  readonly onFailure: (error: Error, keys: readonly string[]) => void;
  /** Ms of a clock that never goes back. Default: that of the process. */
  readonly now?: () => number;
}

/** A chunk of fewer keys is not worth its job, if waiting a little longer would have filled it. */
const SMALL_CHUNK = 4;
const LINGER_STEP = 1.5;

/** Gathers the keys of many small requests into few jobs. */
export interface Enqueuer {
  /** Never throws and never waits: the events are stored already, the answer to their sender need not wait for Redis. */
  add(items: readonly EnqueueItem[]): void;
  /** Keys that have not reached the queue yet, those under way included. */
  backlog(): number;
  /** Sends what is buffered; resolves when it has reached the queue or has been reported as failed. */
  flush(): Promise<void>;
  /** Flushes; keys added later are reported as failed. */
  close(): Promise<void>;
}

/** The keys did not fit: Redis is slower than the events come in. */
export class EnqueuerFullError extends Error {
  constructor(maxBuffered: number) {
    super(
      `More than ${maxBuffered} event keys wait for Redis; the reconciler will enqueue the rest from the inbox.`,
    );
    this.name = 'EnqueuerFullError';
  }
}

/** Makes an enqueuer. One batch is under way at a time; what comes in the meantime makes up the next one. */
export function makeEnqueuer(options: EnqueuerOptions): Enqueuer {
  const { enqueue, lingerMs = 5, chunkSize = DEFAULT_CHUNK_SIZE, maxBuffered = 50_000, onFailure } = options;
  const { now = () => performance.now() } = options;
  const maxLingerMs = Math.max(lingerMs, options.maxLingerMs ?? 25);
  let linger = lingerMs;
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let buffer = new Map<number, string[]>();
  let buffered = 0;
  let sending = 0;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function add(items: readonly EnqueueItem[]): void {
    const room = closed ? 0 : Math.max(0, maxBuffered - buffered - sending);
    let full = false;
    for (const { key, partition } of items.slice(0, room)) {
      const keys = buffer.get(partition);
      if (keys) keys.push(key);
      else buffer.set(partition, [key]);
      full ||= (keys?.length ?? 1) >= chunkSize;
    }
    buffered += Math.min(room, items.length);
    if (items.length > room) {
      const error = closed ? new Error('The enqueuer is closed.') : new EnqueuerFullError(maxBuffered);
      onFailure(
        error,
        items.slice(room).map((item) => item.key),
      );
    }
    if (buffered === 0 || underWay) return;
    if (full) void flush();
    else timer ??= setTimeout(() => void flush(), linger);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (underWay || buffered > 0) {
      underWay ??= sendBuffer().finally(() => (underWay = undefined));
      await underWay;
    }
  }

  async function sendBuffer(): Promise<void> {
    const batch = buffer;
    sending = buffered;
    // Had it waited as long as it may, this batch and the one before would have been one, or nearly.
    const isBusy = now() - lastSentAt < 2 * maxLingerMs;
    const areSmall = sending < SMALL_CHUNK * batch.size;
    linger = !isBusy ? lingerMs : areSmall ? Math.min(maxLingerMs, linger * LINGER_STEP) : linger;
    lastSentAt = now();
    buffer = new Map();
    buffered = 0;
    try {
      await enqueue(batch);
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)), [...batch.values()].flat());
    } finally {
      sending = 0;
    }
  }

  return {
    add,
    backlog: () => buffered + sending,
    flush,
    async close() {
      closed = true;
      await flush();
    },
  };
}
