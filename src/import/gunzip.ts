import { createGunzip } from 'node:zlib';

/** Small slices bound what one write can expand to: deflate makes at most about 1,032 bytes of one. */
const SLICE = 8 * 1024;

/**
 * Unpacks gzip, also of several members, in constant memory. Unlike a plain pipe it hands out everything
 * that could be unpacked before it throws at a broken or cut-off end.
 *
 * @throws {Error} that says the data are not gzip, are damaged or end too early
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  let out: Uint8Array[] = [];
  let failure: Error | undefined;
  let wake: () => void = () => undefined;
  unzip.on('data', (data: Uint8Array) => out.push(data));
  unzip.on('error', (error) => {
    failure = error;
    wake();
  });
  unzip.on('end', () => wake());
  const step = (act: () => void): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      act();
    });
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE) {
        await step(() => unzip.write(chunk.subarray(at, at + SLICE), () => wake()));
        const ready = out;
        out = [];
        yield* ready;
        if (failure) throw describe(failure);
      }
    }
    await step(() => unzip.end());
    yield* out;
    if (failure) throw describe(failure);
  } finally {
    unzip.destroy();
  }
}

function describe(error: Error & { code?: string }): Error {
  const reasons: Record<string, string> = {
    Z_BUF_ERROR: 'the gzip data end too early (was the file copied wholly?)',
    Z_DATA_ERROR: 'the gzip data are damaged, or this is no gzip file',
  };
  return new Error(reasons[error.code ?? ''] ?? error.message, { cause: error });
}
