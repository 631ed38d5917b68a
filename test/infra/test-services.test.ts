import { describe, expect, it } from '@jest/globals';
import { openRedis } from '../../src/infra/open-redis.js';
import { openTestMongo, openTestRedis } from '../support/services.js';

describe('the stores of a test run', () => {
  it('gives each caller a database of its own and drops it afterwards', async () => {
    const [first, second] = await Promise.all([openTestMongo(), openTestMongo()]);
    await first.connection.collection('things').insertOne({ name: 'first' });
    expect(await second.connection.collection('things').countDocuments()).toBe(0);
    const name = first.connection.name;
    await first.close();
    const { databases } = await second.connection.getClient().db().admin().listDatabases();
    expect(databases.map((database) => database.name)).not.toContain(name);
    await second.close();
  });

  it('gives each caller a Redis prefix of its own and deletes the keys under it', async () => {
    const [first, second] = [await openTestRedis(), await openTestRedis()];
    expect(first.prefix).not.toBe(second.prefix);
    const redis = await openRedis({ url: first.url, use: 'producer' });
    await redis.client.mset(`${first.prefix}:a`, '1', `${second.prefix}:a`, '2');
    await first.close();
    expect(await redis.client.mget(`${first.prefix}:a`, `${second.prefix}:a`)).toEqual([null, '2']);
    await second.close();
    await redis.close();
  });
});
