import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { Schema } from 'mongoose';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openRedis } from '../../src/infra/open-redis.js';
import { describeAddress } from '../../src/infra/store-address.js';
import { findTestServices, openTestMongo } from '../support/services.js';

let mute: Server;
const connections = new Set<Socket>();
let mutePort: number;
let closedPort: number;

beforeAll(async () => {
  // Takes connections and never answers, as a firewall or a hung server does.
  mute = createServer((socket) => void connections.add(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  mutePort = (mute.address() as AddressInfo).port;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  closedPort = (other.address() as AddressInfo).port;
  await new Promise((resolve) => other.close(resolve));
});
afterAll(async () => {
  for (const connection of connections) connection.destroy();
  await new Promise((resolve) => mute.close(resolve));
});

const oneLine = /^[^\n]*$/;

describe('a MongoDB that cannot be used', () => {
  const open = (uri: string) => openMongo({ uri, serverSelectionTimeoutMs: 300 });

  it.each([
    ['nobody listens', () => `mongodb://127.0.0.1:${closedPort}/x`, /ECONNREFUSED/],
    ['nobody answers', () => `mongodb://127.0.0.1:${mutePort}/x`, /timed out|no answer/],
    ['the socket is gone', () => 'mongodb://%2Fnowhere%2Fmongodb.sock/x', /ENOENT/],
    ['the host is unknown', () => 'mongodb://no-such-host.invalid/x', /ENOTFOUND|EAI_AGAIN/],
    ['the scheme is another', () => 'mysql://127.0.0.1/x', /Invalid scheme/],
    ['the port is none', () => 'mongodb://127.0.0.1:port/x', /Unable to parse|Invalid/],
    ['an option is unknown', () => 'mongodb://127.0.0.1/x?nonsense=1', /nonsense/],
  ])('is one line that says what to do: %s', async (_why, uri, reason) => {
    const opening = open(uri());
    await expect(opening).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(reason),
    });
    await expect(opening).rejects.toThrow(
      /cannot be used: .*Start it, correct MONGODB_URI, or leave MONGODB_URI empty/,
    );
    await expect(opening).rejects.toThrow(oneLine);
  });

  it('keeps its password to itself', async () => {
    const opening = open(`mongodb://me:geheim@127.0.0.1:${closedPort}/x`);
    await expect(opening).rejects.toThrow(`mongodb://***@127.0.0.1:${closedPort}/x`);
    await expect(opening).rejects.not.toThrow(/geheim/);
  });
});

describe('a Redis that cannot be used', () => {
  it.each([
    ['nobody listens', () => `redis://127.0.0.1:${closedPort}`, /ECONNREFUSED/],
    ['the password is wrong', () => findTestServices().redisUrl.replace(/:[^:@]*@/, ':wrong@'), /WRONGPASS/],
    ['the password is missing', () => findTestServices().redisUrl.replace(/:[^:@]*@/, ''), /NOAUTH/],
    [
      'the database is none',
      () => findTestServices().redisUrl.replace(/\/0$/, '/99'),
      /out of range|invalid DB/i,
    ],
    ['the scheme is another', () => 'http://127.0.0.1:6379', /must start with redis:\/\//],
    ['TLS is spoken to a plain server', () => findTestServices().redisUrl.replace('redis:', 'rediss:'), /./],
  ])('is one line that says what to do: %s', async (_why, url, reason) => {
    const opening = openRedis({ url: url(), use: 'producer' });
    await expect(opening).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(reason),
    });
    await expect(opening).rejects.toThrow(
      /cannot be used: .*Start it, correct REDIS_URL, or leave REDIS_URL empty/,
    );
    await expect(opening).rejects.toThrow(oneLine);
  });

  it('is noticed within some seconds when it takes connections and never answers', async () => {
    const before = performance.now();
    await expect(openRedis({ url: `redis://127.0.0.1:${mutePort}`, use: 'worker' })).rejects.toThrow(
      /cannot be used/,
    );
    expect(performance.now() - before).toBeLessThan(25_000);
  });

  it('keeps its password to itself', async () => {
    const opening = openRedis({ url: `redis://:geheim@127.0.0.1:${closedPort}`, use: 'producer' });
    await expect(opening).rejects.toThrow('redis://***@127.0.0.1');
    await expect(opening).rejects.not.toThrow(/geheim/);
  });
});

describe('an open MongoDB', () => {
  it('refuses unknown filter paths and disarms operators that come from outside', async () => {
    const { connection, close } = await openTestMongo();
    const Thing = connection.model('Thing', new Schema({ name: String }));
    await Thing.init();
    await Thing.create({ name: 'one' });
    await expect(Thing.find({ nmae: 'one' } as object).exec()).rejects.toThrow(/strictQuery/);
    const fromOutside = { name: { $ne: null } } as object;
    await expect(Thing.find(fromOutside).exec()).rejects.toThrow(/Cast to string failed/);
    expect(await Thing.countDocuments({ name: 'one' })).toBe(1);
    expect(mongoose.get('strictQuery')).not.toBe('throw');
    await close();
  });

  it('journals every write before it is acknowledged', async () => {
    const { connection, close } = await openTestMongo();
    expect(connection.getClient().options.writeConcern).toMatchObject({ w: 1, j: true });
    await close();
  });

  it('takes the database of the address, and yxrisk where it names none', async () => {
    const { mongoUri } = findTestServices();
    const unnamed = await openMongo({ uri: mongoUri.replace('/yxrisk?', '/?'), embedded: true });
    const named = await openMongo({ uri: mongoUri.replace('/yxrisk?', '/other?'), embedded: true });
    expect([unnamed.connection.name, named.connection.name]).toEqual(['yxrisk', 'other']);
    await Promise.all([unnamed.close(), named.close()]);
  });

  it('answers a ping, and rejects one after it was closed', async () => {
    const { mongoUri } = findTestServices();
    const { ping, close } = await openMongo({ uri: mongoUri, embedded: true });
    await ping();
    await close();
    await expect(ping()).rejects.toThrow();
  });
});

describe('an open Redis', () => {
  it('answers a ping, tells its eviction policy, and rejects a ping after it was closed', async () => {
    const { ping, evictionPolicy, close } = await openRedis({
      url: findTestServices().redisUrl,
      use: 'producer',
    });
    await ping();
    expect(await evictionPolicy()).toBe('noeviction');
    await close();
    await expect(ping()).rejects.toThrow();
  });
});

describe('an address in a message', () => {
  it.each([
    ['redis://:pw@h:1/0', 'redis://***@h:1/0'],
    ['mongodb+srv://u:p%40w@h/db?authSource=admin', 'mongodb+srv://***@h/db?authSource=admin'],
    ['mongodb://h1:1,h2:2/db', 'mongodb://h1:1,h2:2/db'],
    ['mongodb://%2Ftmp%2Fx.sock/db', 'mongodb://%2Ftmp%2Fx.sock/db'],
    [
      'mongodb://h/db?tlsCertificateKeyFilePassword=pw&x=1',
      'mongodb://h/db?tlsCertificateKeyFilePassword=***&x=1',
    ],
  ])('%s is shown as %s', (uri, shown) => expect(describeAddress(uri)).toBe(shown));
});
