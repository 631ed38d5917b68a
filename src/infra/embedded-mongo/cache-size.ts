import { totalmem } from 'node:os';
import { mongo } from 'mongoose';

const MEBIBYTE = 1_048_576;
const LEAST_MB = 256;
const MOST_MB = 8_192;
const CONNECT_MS = 10_000;

/**
 * What the embedded engine may keep in memory where nothing is set, MiB: a quarter of the machine's, or of what this process
 * is confined to. It is a bound, not a reservation.
 */
export function defaultCacheMb(): number {
  // 0, or more than any machine has, where nothing confines the process.
  const confined = process.constrainedMemory();
  const memory = confined > 0 ? Math.min(confined, totalmem()) : totalmem();
  return Math.min(MOST_MB, Math.max(LEAST_MB, Math.floor(memory / 4 / MEBIBYTE)));
}

/**
 * Bounds the cache of a running engine. By itself it takes 256 MiB, however large the machine: with more data than that, each
 * write first writes out what another one left.
 *
 * @param uri of the engine's socket
 */
export async function setCacheSize(uri: string, megabytes: number): Promise<void> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: CONNECT_MS, maxPoolSize: 1 });
  try {
    await client
      .db('admin')
      .command({ setParameter: 1, wiredTigerEngineRuntimeConfig: `cache_size=${megabytes}MB` });
  } finally {
    await client.close();
  }
}
