import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openRedis } from '../../src/infra/open-redis.js';
import { findRunningStores, readRunFile, runFilePath } from '../../src/infra/run-file.js';
import { startStores } from '../../src/infra/start-stores.js';
import {
  eventually,
  isAlive,
  lookAt,
  makeDataDir,
  spawnStores,
  startStoresProcess,
  type StoresProcess,
} from './start-stores-process.js';

// Each starts and ends whole services; on a busy machine a start alone takes seconds.
jest.setTimeout(120_000);

type Ready = NonNullable<StoresProcess['ready']>;
const silent = { info: () => {}, warn: () => {} };
const isEmpty = (list: readonly string[]) => list.length === 0;

let dataDir: string;
let started: Omit<StoresProcess, 'ready'>[];
let remove: () => void;

beforeEach(() => {
  ({ dataDir, remove } = makeDataDir());
  started = [];
});
afterEach(async () => {
  for (const { child, exited } of started) {
    child.kill('SIGKILL');
    await exited;
  }
  const file = readRunFile(dataDir);
  for (const { pid } of file?.children ?? [])
    await eventually(
      () => isAlive(pid),
      (alive) => !alive,
      15_000,
    );
  remove();
});

async function start(env: Record<string, string> = {}): Promise<StoresProcess & { readonly ready: Ready }> {
  const service = await startStoresProcess({ DATA_DIR: dataDir, ...env });
  started.push(service);
  if (service.ready === undefined) throw new Error(`not started: ${service.stderr()}`);
  return { ...service, ready: service.ready };
}

async function writeBoth({ mongoUri, redisUrl }: Ready, value: string): Promise<void> {
  const mongo = await openMongo({ uri: mongoUri, embedded: true });
  await mongo.connection.collection('things').insertOne({ value });
  await mongo.close();
  const redis = await openRedis({ url: redisUrl, use: 'producer' });
  await redis.client.set(value, 'there');
  // Redis is promised to keep what is older than a second, no more.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await redis.close();
}

async function readBoth(
  { mongoUri, redisUrl }: Ready,
  value: string,
): Promise<{ mongo: number; redis: unknown }> {
  const mongo = await openMongo({ uri: mongoUri, embedded: true });
  const count = await mongo.connection.collection('things').countDocuments({ value });
  await mongo.close();
  const redis = await openRedis({ url: redisUrl, use: 'producer' });
  const found = await redis.client.get(value);
  await redis.close();
  return { mongo: count, redis: found };
}

describe('the embedded stores', () => {
  it('keep their data over a restart, and SIGTERM leaves no process, socket, port or lock', async () => {
    const first = await start();
    await writeBoth(first.ready, 'kept');
    const traces = lookAt(dataDir, first.ready);
    expect(traces.pids).toHaveLength(2);
    expect(await traces.leftovers()).not.toEqual([]);
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(await traces.leftovers()).toEqual([]);
    expect(traces.pids.some(isAlive)).toBe(false);

    const second = await start();
    expect(await readBoth(second.ready, 'kept')).toEqual({ mongo: 1, redis: 'there' });
  });

  it('end when their service is killed, within 5 s, and the next start has their data', async () => {
    const first = await start();
    await writeBoth(first.ready, 'kept');
    const traces = lookAt(dataDir, first.ready);
    first.child.kill('SIGKILL');
    await first.exited;
    expect(await eventually(traces.leftovers, isEmpty, 5_000)).toEqual([]);

    const second = await start();
    expect(await readBoth(second.ready, 'kept')).toEqual({ mongo: 1, redis: 'there' });
  });

  it('are taken over at once by a service that is started right after the old one was killed', async () => {
    const first = await start();
    await writeBoth(first.ready, 'kept');
    first.child.kill('SIGKILL');
    const second = await start();
    expect(await readBoth(second.ready, 'kept')).toEqual({ mongo: 1, redis: 'there' });
  });

  it('leave no orphan when the service is killed while it starts', async () => {
    const service = spawnStores({ DATA_DIR: dataDir });
    started.push(service);
    const children = () => readRunFile(dataDir)?.children ?? [];
    const [child] = await eventually(children, (list) => list.length > 0, 10_000);
    service.child.kill('SIGKILL');
    await service.exited;
    const pids = [...children(), ...(child === undefined ? [] : [child])].map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThan(0);
    expect(
      await eventually(
        () => pids.some(isAlive),
        (alive) => !alive,
        5_000,
      ),
    ).toBe(false);
  });

  it('refuse a second service on their folder, naming the first, which goes on', async () => {
    const first = await start();
    const second = await startStoresProcess({ DATA_DIR: dataDir });
    expect(second.ready).toBeUndefined();
    expect(await second.exited).toBe(1);
    expect(second.stderr().trim()).toBe(
      `The data folder ${dataDir} is in use by process ${first.child.pid}. Stop that one first, or set DATA_DIR to another folder.`,
    );
    await writeBoth(first.ready, 'going on');
  });

  it('let exactly one of several simultaneous starts have the folder', async () => {
    const all = await Promise.all([1, 2, 3].map(() => startStoresProcess({ DATA_DIR: dataDir })));
    started.push(...all);
    expect(all.filter(({ ready }) => ready !== undefined)).toHaveLength(1);
    for (const { ready, stderr } of all)
      if (ready === undefined) expect(stderr()).toContain('is in use by process');
  });

  it('come back at the same address when one of them is killed, with all that was acknowledged', async () => {
    const { ready, child } = await start();
    await writeBoth(ready, 'kept');
    const killed = lookAt(dataDir, ready).pids;
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    const back = await eventually(
      () => readBoth(ready, 'kept').catch((error: unknown) => error),
      (answer) => !(answer instanceof Error),
      15_000,
    );
    expect(back).toEqual({ mongo: 1, redis: 'there' });
    const now = lookAt(dataDir, ready);
    expect(now.pids.filter((pid) => killed.includes(pid))).toEqual([]);
    child.kill('SIGTERM');
    await eventually(now.leftovers, isEmpty, 10_000);
    expect(await now.leftovers()).toEqual([]);
  });

  it('are cleaned up by the next start when service, engine and Redis are killed together', async () => {
    const first = await start();
    const { folders = [] } = readRunFile(dataDir) ?? {};
    expect(folders.filter((path) => existsSync(path))).toHaveLength(2);
    first.child.kill('SIGSTOP');
    for (const pid of lookAt(dataDir, first.ready).pids) process.kill(pid, 'SIGKILL');
    first.child.kill('SIGKILL');
    await first.exited;
    await start();
    expect(folders.filter((path) => existsSync(path))).toEqual([]);
  });

  it('are found and used by a command of a second process, which does not end them', async () => {
    const { ready } = await start();
    const running = findRunningStores(dataDir);
    expect(running).toEqual({ pid: expect.any(Number), mongoUri: ready.mongoUri, redisUrl: ready.redisUrl });
    const options = { config: { dataDir }, log: silent, now: () => 0, onGone: () => {}, joinRunning: true };
    const joined = await startStores(options);
    expect(joined.joined).toBe(running?.pid);
    await joined.close();
    await writeBoth(ready, 'going on');
  });

  it('keep their addresses, which hold a password, from other users and from the process list', async () => {
    const { ready } = await start();
    expect(statSync(runFilePath(dataDir)).mode & 0o077).toBe(0);
    expect(statSync(dataDir).mode & 0o077).toBe(0);
    const open = ready.redisUrl.replace(/:[^:@]*@/, '');
    await expect(openRedis({ url: open, use: 'producer' })).rejects.toThrow(/cannot be used: NOAUTH/);
  });

  it('are not started where the settings name servers', async () => {
    const config = { dataDir, mongodbUri: 'mongodb://db.example/x', redisUrl: 'redis://q.example' };
    const stores = await startStores({ config, log: silent, now: () => 0, onGone: () => {} });
    expect(stores).toMatchObject({
      mongoUri: config.mongodbUri,
      redisUrl: config.redisUrl,
      embedded: { mongo: false, redis: false },
    });
    expect(() => statSync(dataDir)).toThrow('ENOENT');
  });
});

describe('a start that cannot be', () => {
  it('says what to do when there is no redis-server and none can be fetched, and leaves nothing running', async () => {
    const service = await startStoresProcess({ DATA_DIR: dataDir, PATH: join(dataDir, 'empty') });
    expect(await service.exited).toBe(1);
    expect(service.stderr()).toMatch(
      /^There is no redis-server on this machine.*set REDIS_URL to a Redis server\.\n$/,
    );
    expect(readRunFile(dataDir)).toBeUndefined();
  });

  it('says what to do when the folder cannot be written', async () => {
    rmSync(join(dataDir, '..', 'file'), { force: true });
    const file = join(dataDir, '..', 'file');
    writeFileSync(file, '');
    const service = await startStoresProcess({ DATA_DIR: join(file, 'data') });
    expect(await service.exited).toBe(1);
    expect(service.stderr()).toMatch(
      /^The data folder .* cannot be written \(ENOTDIR\)\. Set DATA_DIR .*\n$/,
    );
  });

  it('says what to do when the files of MongoDB or Redis are damaged', async () => {
    const first = await start();
    first.child.kill('SIGTERM');
    await first.exited;
    writeFileSync(join(dataDir, 'redis', 'appendonlydir', 'appendonly.aof.1.incr.aof'), 'garbage\n');
    const redis = await startStoresProcess({ DATA_DIR: dataDir });
    expect(redis.stderr()).toMatch(
      /^redis-server did not start in .*Bad file format.*move that folder away.*\n$/,
    );
    rmSync(join(dataDir, 'redis'), { recursive: true });
    writeFileSync(join(dataDir, 'mongodb', 'WiredTiger.turtle'), 'garbage\n');
    const mongo = await startStoresProcess({ DATA_DIR: dataDir });
    expect(mongo.stderr()).toMatch(/^The embedded MongoDB could not open .*put a backup in its place.*\n$/);
    expect([await redis.exited, await mongo.exited]).toEqual([1, 1]);
  });

  it('names every wrong setting', async () => {
    const service = await startStoresProcess({ DATA_DIR: dataDir, PORT: 'x', PARTITIONS: '0' });
    expect(await service.exited).toBe(1);
    expect(service.stderr()).toMatch(
      /^2 settings are wrong[^\n]*\n {2}PORT is "x"[^\n]*\n {2}PARTITIONS is "0"[^\n]*\n$/,
    );
  });
});
