import { takeHead } from '../take-head.js';

/** Waiting to be handled. */
interface Waiting {
  readonly keys: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** By itself worth the commands that a lot costs. */
const LARGE_CHUNK = 32;

/**
 * Handles the chunks of all partitions of a process, at most `atOnce` lots at a time: whatever comes while those are under way
 * is handled together in the next. Under load lots grow by themselves, and with them how many events share one command to the
 * stores.
 *
 * When a lot fails, each of its chunks fails with the same error, and is to be tried again by itself.
 *
 * @param options.mostEvents of a lot; a single chunk may be larger
 * @param options.lingerMs how long a small chunk waits for those of other partitions that were put on their queues with it,
 *   ms. Default 0: not at all
 */
export function makeCombineChunks(options: {
  readonly handle: (keys: readonly string[]) => Promise<void>;
  readonly mostEvents: number;
  readonly atOnce: number;
  readonly lingerMs?: number;
}): (keys: readonly string[]) => Promise<void> {
  const { handle, mostEvents, atOnce, lingerMs = 0 } = options;
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let underWay = 0;

  function begin(): void {
    clearTimeout(timer);
    timer = undefined;
    if (underWay >= atOnce || waiting.length === 0) return;
    const { head: lot, rest } = takeHead(waiting, ({ keys }) => keys.length, mostEvents);
    waiting = [...rest];
    underWay += 1;
    handle(lot.flatMap(({ keys }) => keys))
      .then(
        () => lot.forEach(({ resolve }) => resolve()),
        (error: unknown) => lot.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        underWay -= 1;
        begin();
      });
  }

  return (keys) =>
    new Promise((resolve, reject) => {
      waiting.push({ keys, resolve, reject });
      if (lingerMs === 0 || keys.length >= LARGE_CHUNK) begin();
      else timer ??= setTimeout(begin, lingerMs);
    });
}
