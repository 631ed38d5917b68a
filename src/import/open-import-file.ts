import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { MisuseError } from './misuse-error.js';
import { gunzip } from './gunzip.js';

/** What an ending says about a file, without `.gz`. */
const FORMATS: Readonly<Record<string, 'ndjson' | 'xes'>> = { ndjson: 'ndjson', jsonl: 'ndjson', xes: 'xes' };
const ENDINGS = '.ndjson, .jsonl or .xes, each also with .gz';
const HASHED_BYTES = 1024 * 1024;
const READ_BYTES = 128 * 1024;

/** A file that can be imported. */
export interface ImportFile {
  readonly path: string;
  readonly format: 'ndjson' | 'xes';
  /** Bytes on disk (compressed, where it is). */
  readonly size: number;
  /** SHA-256 over the first MiB and the size: the same for a copy under another name. */
  readonly identity: string;
  /** Bytes of the file read so far. */
  bytesRead(): number;
  /** The decompressed bytes, once. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** True for this very file under whatever path. */
  isSameFile(path: string): Promise<boolean>;
}

/** @throws {MisuseError} where there is no such file, it is no regular file, cannot be read, or has an unknown ending */
export async function openImportFile(path: string): Promise<ImportFile> {
  const zipped = /\.gz$/i.test(path);
  const ending = /\.([^./\\]+)$/.exec(zipped ? path.slice(0, -3) : path)?.[1]?.toLowerCase() ?? '';
  const { stats, head } = await readHead(path);
  const format = Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
  if (format === undefined)
    throw new MisuseError(`${path}: the ending does not say what it holds; allowed are ${ENDINGS}.`);
  let bytes = 0;

  async function* raw(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path, {
      highWaterMark: READ_BYTES,
    }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      yield chunk;
    }
  }

  return {
    path,
    format,
    size: stats.size,
    identity: createHash('sha256').update(head).update(`:${stats.size}`).digest('hex'),
    bytesRead: () => bytes,
    chunks: () => (zipped ? gunzip(raw()) : raw()),
    async isSameFile(other) {
      const there = await stat(other).catch(() => undefined);
      return there?.dev === stats.dev && there.ino === stats.ino;
    },
  };
}

async function readHead(path: string) {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new MisuseError(`${path} is a directory; name one file.`);
    if (!stats.isFile()) throw new MisuseError(`${path} is not a regular file.`);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(HASHED_BYTES, stats.size)), 0);
      return { stats, head: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof MisuseError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'no permission' : message;
    throw new MisuseError(`${path} cannot be read: ${reason}.`, { cause: error });
  }
}
