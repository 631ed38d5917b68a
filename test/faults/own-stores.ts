import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCachePath } from '../../src/infra/cache-path.js';
import { openEmbeddedMongo } from '../../src/infra/embedded-mongo/open-embedded-mongo.js';
import { openEmbeddedRedis } from '../../src/infra/embedded-redis.js';
import { openRedis } from '../../src/infra/open-redis.js';

/** A MongoDB engine and a Redis of the test's own, which it may kill; both come back at their address, on their data. */
export interface OwnStores {
  readonly mongoUri: string;
  readonly redisUrl: string;
  /** `kill -9`; it is started again at once. */
  crashMongo(): void;
  crashRedis(): void;
  /** FLUSHALL. */
  flushRedis(): Promise<void>;
  close(): Promise<void>;
}

export async function openOwnStores(): Promise<OwnStores> {
  const directory = mkdtempSync(join(tmpdir(), 'yxrisk-faults-'));
  const gone: Error[] = [];
  const common = {
    log: { info: () => undefined, warn: () => undefined },
    now: () => Date.now(),
    cachePath: makeCachePath(directory),
    onGone: (error: Error) => gone.push(error),
  };
  const [mongo, redis] = await Promise.allSettled([
    openEmbeddedMongo({ ...common, directory: join(directory, 'mongodb') }),
    openEmbeddedRedis({ ...common, directory: join(directory, 'redis') }),
  ]);
  const close = async () => {
    if (mongo.status === 'fulfilled') await mongo.value.close();
    if (redis.status === 'fulfilled') await redis.value.close();
    rmSync(directory, { recursive: true, force: true });
    if (gone.length > 0) throw new AggregateError(gone, 'a store could not be kept running');
  };
  if (mongo.status === 'rejected' || redis.status === 'rejected') {
    await close();
    throw [mongo, redis].find((store) => store.status === 'rejected')?.reason;
  }
  return {
    mongoUri: mongo.value.uri,
    redisUrl: redis.value.url,
    crashMongo: () => process.kill(mongo.value.pid(), 'SIGKILL'),
    crashRedis: () => process.kill(redis.value.pid(), 'SIGKILL'),
    flushRedis: async () => {
      const { client, close: disconnect } = await openRedis({ url: redis.value.url, use: 'worker' });
      await client.flushall();
      await disconnect();
    },
    close,
  };
}
