import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCachePath } from '../../src/infra/cache-path.js';
import { openEmbeddedMongo } from '../../src/infra/embedded-mongo/open-embedded-mongo.js';
import { openEmbeddedRedis } from '../../src/infra/embedded-redis.js';

/** The embedded stores of the service, in a scratch folder: what a start without settings runs on. */
export interface OwnStores {
  /** Of a database of this name on the engine. */
  mongoUri(database: string): string;
  readonly redisUrl: string;
  readonly mongoPid: number;
  readonly redisPid: number;
  close(): Promise<void>;
}

export async function openOwnStores(): Promise<OwnStores> {
  const directory = mkdtempSync(join(tmpdir(), 'yxrisk-bench-'));
  const common = {
    log: { info: () => undefined, warn: (_fields: object, message: string) => console.error(message) },
    now: () => Date.now(),
    cachePath: makeCachePath(directory),
    onGone: (error: Error) => {
      console.error(error.message);
      process.exit(1);
    },
  };
  const [mongo, redis] = await Promise.all([
    openEmbeddedMongo({ ...common, directory: join(directory, 'mongodb') }),
    openEmbeddedRedis({ ...common, directory: join(directory, 'redis') }),
  ]);
  return {
    mongoUri: (database) => mongo.uri.replace('/yxrisk?', `/${database}?`),
    redisUrl: redis.url,
    mongoPid: mongo.pid(),
    redisPid: redis.pid(),
    async close() {
      await Promise.all([mongo.close(), redis.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
