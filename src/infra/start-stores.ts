import { join } from 'node:path';
import type { Config } from '../config.js';
import { makeCachePath } from './cache-path.js';
import { openEmbeddedMongo } from './embedded-mongo/open-embedded-mongo.js';
import { openEmbeddedRedis } from './embedded-redis.js';
import type { WarnLog } from './keep-running.js';
import type { OperatorError } from './operator-error.js';
import { lockDataDir, type RunLock } from './lock-data-dir.js';
import { waitForRunningStores } from './run-file.js';

/** Where MongoDB and Redis are reached, and which of them are ours. */
export interface Stores {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly embedded: { readonly mongo: boolean; readonly redis: boolean };
  /** Pid of the service whose embedded stores are used, when it is another process. */
  readonly joined?: number;
  /** Ends what was started here; close everything that uses the stores first. */
  readonly close: () => Promise<void>;
}

export interface StartStoresOptions {
  readonly config: Pick<Config, 'mongodbUri' | 'redisUrl' | 'dataDir' | 'embeddedMongoCacheMb'>;
  readonly log: WarnLog & { readonly info: (fields: object, message: string) => void };
  /** Epoch ms. */
  readonly now: () => number;
  /** An embedded store is gone for good: the service cannot go on. */
  readonly onGone: (error: OperatorError) => void;
  /** For commands: use the embedded stores of the service that runs on this DATA_DIR, if one does. */
  readonly joinRunning?: boolean;
}

/**
 * Chooses the servers of MONGODB_URI and REDIS_URL, and starts an embedded store for each one not set. The
 * data folder is locked while anything in it is used. External servers are not contacted here.
 *
 * @throws OperatorError when a store cannot be started or another process has the data folder.
 */
export async function startStores(options: StartStoresOptions): Promise<Stores> {
  const { mongodbUri, redisUrl, dataDir } = options.config;
  const embedded = { mongo: mongodbUri === undefined, redis: redisUrl === undefined };
  if (mongodbUri !== undefined && redisUrl !== undefined) {
    return { mongoUri: mongodbUri, redisUrl, embedded, close: () => Promise.resolve() };
  }
  const running = options.joinRunning === true ? await waitForRunningStores(dataDir) : undefined;
  if (running !== undefined) {
    return {
      mongoUri: mongodbUri ?? running.mongoUri,
      redisUrl: redisUrl ?? running.redisUrl,
      embedded,
      joined: running.pid,
      close: () => Promise.resolve(),
    };
  }

  const lock = await lockDataDir(dataDir);
  const [mongo, redis] = await Promise.allSettled([startMongo(options, lock), startRedis(options, lock)]);
  const close = async () => {
    await Promise.all([
      mongo.status === 'fulfilled' ? mongo.value.close() : undefined,
      redis.status === 'fulfilled' ? redis.value.close() : undefined,
    ]);
    lock.release();
  };
  if (mongo.status === 'rejected' || redis.status === 'rejected') {
    await close();
    throw [mongo, redis].find((store) => store.status === 'rejected')?.reason;
  }
  const stores = { mongoUri: mongo.value.address, redisUrl: redis.value.address };
  lock.setStores(stores);
  return { ...stores, embedded, close };
}

interface StartedStore {
  readonly address: string;
  readonly close: () => Promise<void>;
}

async function startMongo(options: StartStoresOptions, lock: RunLock): Promise<StartedStore> {
  const { mongodbUri, dataDir } = options.config;
  if (mongodbUri !== undefined) return { address: mongodbUri, close: () => Promise.resolve() };
  const { uri, close } = await openEmbeddedMongo({
    directory: join(dataDir, 'mongodb'),
    lockedDir: dataDir,
    cachePath: makeCachePath(dataDir),
    cacheMb: options.config.embeddedMongoCacheMb,
    log: options.log,
    now: options.now,
    onPid: (pid) => lock.setChild('mongodb', pid),
    onFolder: lock.addFolder,
    onGone: options.onGone,
  });
  return { address: uri, close };
}

async function startRedis(options: StartStoresOptions, lock: RunLock): Promise<StartedStore> {
  const { redisUrl, dataDir } = options.config;
  if (redisUrl !== undefined) return { address: redisUrl, close: () => Promise.resolve() };
  const { url, close } = await openEmbeddedRedis({
    directory: join(dataDir, 'redis'),
    cachePath: makeCachePath(dataDir),
    log: options.log,
    now: options.now,
    onPid: (pid) => lock.setChild('redis', pid),
    onGone: options.onGone,
  });
  return { address: url, close };
}
