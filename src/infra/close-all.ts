import { messageOf } from './operator-error.js';

/** Something to be closed, in the order given. */
export interface Closer {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

export interface CloseLog {
  readonly debug: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
}

/**
 * Makes a function that closes all, one after the other, and answers whether every one closed. A closer that
 * throws or hangs does not keep the next from its turn: each has `limitMs`. Calling again waits for the same run.
 */
export function makeCloseAll(options: {
  readonly closers: readonly Closer[];
  /** For each closer, ms. */
  readonly limitMs: number;
  readonly log: CloseLog;
}): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  return () => (running ??= closeInOrder(options));
}

async function closeInOrder(options: Parameters<typeof makeCloseAll>[0]): Promise<boolean> {
  let clean = true;
  for (const { name, close } of options.closers) {
    try {
      await withLimit(close, options.limitMs);
      options.log.debug({ part: name }, 'closed');
    } catch (error) {
      clean = false;
      options.log.error({ part: name, reason: messageOf(error) }, 'could not be closed cleanly');
    }
  }
  return clean;
}

async function withLimit(close: Closer['close'], limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not closed after ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([Promise.resolve().then(close), late]);
  } finally {
    clearTimeout(timer);
  }
}
