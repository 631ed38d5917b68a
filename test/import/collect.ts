import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReadItem } from '../../src/import/read-item.js';

/** Bytes as a stream of chunks of `size`, so that records fall across chunk borders. */
export async function* inChunks(bytes: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  for (let at = 0; at < all.length; at += size) yield await Promise.resolve(all.subarray(at, at + size));
}

/** The chunks, and then an exception. */
export async function* thenBreak(
  chunks: AsyncIterable<Uint8Array>,
  message: string,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  throw new Error(message);
}

/** All that an iterable yields. */
export function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Readable.from(items).toArray() as Promise<T[]>;
}

/** `record:line` of the good records, and of the bad ones with the reason. */
export function outline(items: readonly ReadItem[]): string[] {
  return items.map((item) =>
    'error' in item
      ? `${item.record}:${item.line} ${item.error}`
      : `${item.record}:${item.line} ${JSON.stringify(item.event['id']).slice(1, -1)}`,
  );
}

/** Frees what is unreachable, so that memory can be measured. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
