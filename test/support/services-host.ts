/**
 * The stores of one jest run: embedded MongoDB and an own Redis in a scratch folder. Prints their addresses
 * as one JSON line and ends when its stdin does, that is when jest does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCachePath } from '../../src/infra/cache-path.js';
import { openEmbeddedMongo } from '../../src/infra/embedded-mongo/open-embedded-mongo.js';
import { openEmbeddedRedis } from '../../src/infra/embedded-redis.js';

const directory = mkdtempSync(join(tmpdir(), 'yxrisk-test-'));
const log = {
  info: (_fields: object, message: string) => console.error(message),
  warn: (_fields: object, message: string) => console.error(message),
};
const common = {
  log,
  now: () => Date.now(),
  cachePath: makeCachePath(directory),
  onGone: (error: Error) => console.error(error.message),
};
try {
  const [mongo, redis] = await Promise.all([
    openEmbeddedMongo({ ...common, directory: join(directory, 'mongodb') }),
    openEmbeddedRedis({ ...common, directory: join(directory, 'redis') }),
  ]);
  console.log(JSON.stringify({ mongoUri: mongo.uri, redisUrl: redis.url }));
  process.on('SIGINT', () => {});
  process.stdin.resume().on('end', () => {
    void Promise.allSettled([mongo.close(), redis.close()]).then(() => {
      rmSync(directory, { recursive: true, force: true });
      process.exit(0);
    });
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
