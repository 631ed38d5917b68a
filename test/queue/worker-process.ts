/**
 * A worker in a process of its own, for tests that kill it. Argument: JSON of `WorkerProcessOptions`. Writes each key
 * it has handled to the Redis list `handled`, as `pid key`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startPartitionWorkers } from '../../src/queue/partition-workers.js';
import { silentLogger } from './silent-logger.js';

export interface WorkerProcessOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  /** Time a chunk takes; with `hang` its handler never comes back. */
  readonly chunkMs: number;
  readonly hang?: boolean;
  readonly turnMs?: number;
}

const options = JSON.parse(process.argv[2] ?? '') as WorkerProcessOptions;
const redis = new Redis(options.redisUrl);
redis.on('error', () => undefined);

const workers = startPartitionWorkers({
  ...options,
  logger: silentLogger,
  now: Date.now,
  async handleChunk(keys) {
    process.send?.({ taken: keys });
    await sleep(options.chunkMs);
    if (options.hang) await new Promise(() => setInterval(() => undefined, 1_000));
    await redis.rpush('handled', ...keys.map((key) => `${process.pid} ${key}`));
  },
});

const ready = setInterval(() => {
  if (!workers.isHealthy()) return;
  clearInterval(ready);
  process.send?.('ready');
}, 10);

process.on('message', (message) => {
  if (message !== 'close') return;
  void workers.close().then(() => {
    redis.disconnect();
    process.disconnect();
  });
});
