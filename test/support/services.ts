import { randomBytes } from 'node:crypto';
import type { Connection } from 'mongoose';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openRedis } from '../../src/infra/open-redis.js';

/** The stores of one jest run. Tests that open their own connections start from these addresses. */
export interface TestServices {
  /** Embedded MongoDB; replace the database name (`yxrisk`) by a fresh one, or use `openTestMongo`. */
  readonly mongoUri: string;
  /** Database 0 of a Redis of our own: use a fresh key prefix, or use `openTestRedis`. */
  readonly redisUrl: string;
}

/** Addresses of what jest's global setup (start-services.ts) started. */
export function findTestServices(): TestServices {
  const text = process.env['YXRISK_TEST_SERVICES'];
  if (text === undefined) throw new Error('no stores: run the tests with npm test, which starts them');
  return JSON.parse(text) as TestServices;
}

/** A MongoDB connection to a fresh, empty database, set up as in production; `close` drops the database. */
export async function openTestMongo(): Promise<{
  /** Of the same fresh database, for code that opens its own connection. */
  readonly uri: string;
  readonly connection: Connection;
  readonly close: () => Promise<void>;
}> {
  const uri = findTestServices().mongoUri.replace('/yxrisk?', `/test-${randomBytes(6).toString('hex')}?`);
  const { connection, close } = await openMongo({ uri, embedded: true });
  return {
    uri,
    connection,
    close: async () => {
      await connection.dropDatabase();
      await close();
    },
  };
}

/** The Redis of the run with a fresh key prefix (BullMQ's `prefix`); `close` deletes the keys under it. */
export function openTestRedis(): Promise<{
  readonly url: string;
  readonly prefix: string;
  readonly close: () => Promise<void>;
}> {
  const url = findTestServices().redisUrl;
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  return Promise.resolve({
    url,
    prefix,
    close: async () => {
      const redis = await openRedis({ url, use: 'producer' });
      for await (const keys of redis.client.scanStream({ match: `${prefix}:*`, count: 500 })) {
        const found = keys as string[];
        if (found.length > 0) await redis.client.unlink(found);
      }
      await redis.close();
    },
  });
}
