import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { makeClient } from '../../src/client/make-client.js';
import { composeService, type Service } from '../../src/compose.js';
import { SETTINGS } from '../../src/config.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { readRunFile } from '../../src/infra/run-file.js';
import { openContent } from '../../src/open-content.js';
import { eventually, isAlive, lookAt, makeDataDir } from '../infra/start-stores-process.js';
import { TEST_SETTINGS } from '../support/open-test-service.js';
import { openTestMongo, openTestRedis } from '../support/services.js';
import {
  runYxrisk,
  spawnYxrisk,
  startYxrisk,
  type ServiceProcess,
  type YxriskProcess,
} from './service-process.js';

// Each test waits for processes; a busy machine takes its time.
jest.setTimeout(90_000);

let dataDir: string;
let remove: () => void;
let env: Record<string, string>;
/** The service that runs now, and the token of its first start. */
let service: ServiceProcess;
let token: string;
const started: YxriskProcess[] = [];

beforeAll(() => {
  ({ dataDir, remove } = makeDataDir());
  env = { DATA_DIR: dataDir };
});
afterAll(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGKILL');
    await ended;
  }
  const children = readRunFile(dataDir)?.children ?? [];
  await eventually(
    () => children.some(({ pid }) => isAlive(pid)),
    (alive) => !alive,
    15_000,
  );
  remove();
});

async function start(more: Record<string, string> = {}): Promise<ServiceProcess> {
  service = await startYxrisk({ ...env, ...more });
  started.push(service);
  return service;
}

let serial = 0;
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
/** A work order whose acceptance was completed without anybody's signature, minutes ago. */
function unsigned(no: string, minutes = 10) {
  const event = (type: string, before: number, data: object) => ({
    specversion: '1.0',
    id: `e${(serial += 1)}`,
    source: '/sales/test',
    type: `yxzy.${type}`,
    subject: no,
    time: ago(before),
    data,
  });
  return [
    event('workorder.opened', minutes + 20, { process: '高压新装', orgUnit: '334010101' }),
    event('stage.completed', minutes, { stage: '业务受理', operator: { id: 'u1' } }),
  ];
}

const headers = () => ({ authorization: `Bearer ${token}` });
function post(events: readonly object[]): Promise<Response> {
  return fetch(`${service.address}/api/events`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
}
const client = () => makeClient({ baseUrl: service.address, token, retries: 0 });
async function alertsOf(no: string) {
  return (await client().listAlerts({ query: { subject: [no] } })).items;
}
const isUnsigned = (alerts: Awaited<ReturnType<typeof alertsOf>>) =>
  alerts.some(({ rule }) => rule.id === 'accept-form-handler-unsigned');
const eventuallyUnsigned = (no: string) => eventually(() => alertsOf(no), isUnsigned, 10_000);

function look() {
  const stores = readRunFile(dataDir)?.stores;
  if (!stores) throw new Error('no service runs');
  return { stores, ...lookAt(dataDir, stores) };
}
async function answers(): Promise<boolean> {
  return fetch(`${service.address}/healthz`).then(
    () => true,
    () => false,
  );
}

describe('npm start', () => {
  it('finds what was imported before there was a service: events, work orders and what ran out', async () => {
    const file = join(dataDir, '../old.ndjson');
    const events = unsigned('WI0', 30 * 24 * 60);
    await writeFile(file, events.map((event) => JSON.stringify(event)).join('\n'));
    const imported = await runYxrisk(['import', file, '--json'], env);
    expect(imported).toMatchObject({ code: 0 });
    expect(JSON.parse(imported.out)).toMatchObject({ accepted: 2, rejected: 0 });
    expect(readRunFile(dataDir)).toBeUndefined();
  });

  it('prints the address and a token, and turns a posted event into an alert', async () => {
    await start();
    expect(service.token).toMatch(/^yxr_[\w-]{43}$/);
    token = service.token!;
    const ready = await fetch(`${service.address}/readyz`);
    expect(ready.status).toBe(200);

    const answer = await post(unsigned('WO1'));
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 2, duplicates: 0, rejected: [] }]);
    expect(await eventuallyUnsigned('WO1')).toContainEqual(
      expect.objectContaining({ status: 'open', subject: { type: 'workOrder', id: 'WO1' } }),
    );
    expect((await fetch(`${service.address}/api/alerts`)).status).toBe(401);
    expect((await alertsOf('WI0')).map(({ rule }) => rule.id)).toEqual(
      expect.arrayContaining(['accept-form-handler-unsigned', 'paper-file-late']),
    );
  });

  it('refuses a second service on the same data, and leaves the first alone', async () => {
    const { pids } = look();
    const second = await runYxrisk(['start'], env);
    expect(second).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `The data folder ${dataDir} is in use by process ${service.pid}. Stop that one first, or set DATA_DIR to another folder.\n`,
    });
    expect(look().pids).toEqual(pids);
    expect(await answers()).toBe(true);
  });

  it('shares its stores with commands of other processes', async () => {
    const file = join(dataDir, 'events.ndjson');
    const events = Array.from({ length: 20 }, (_, i) => unsigned(`WI${i}`)).flat();
    await writeFile(file, events.map((event) => JSON.stringify(event)).join('\n'));
    const [imported, swept] = await Promise.all([
      runYxrisk(['import', file, '--wait', '--json'], env),
      runYxrisk(['sweep', 'end-of-day', '--date', '2026-01-05', '--json'], env),
    ]);
    expect(imported).toMatchObject({ code: 0 });
    expect(JSON.parse(imported.out)).toMatchObject({ accepted: 40, rejected: 0 });
    expect(isUnsigned(await alertsOf('WI19'))).toBe(true);
    expect(swept).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(swept.out)).toMatchObject({ job: 'end-of-day', status: 'done' });
    const runs = await client().listJobRuns({
      query: { job: 'end-of-day', from: '2026-01-05', to: '2026-01-05' },
    });
    expect(runs.items).toMatchObject([{ status: 'done' }]);
    expect(await answers()).toBe(true);
  });

  it('ends with 0 on SIGTERM and leaves no process, port, socket or lock behind', async () => {
    const { leftovers } = look();
    const open = await fetch(`${service.address}/healthz`, { headers: { connection: 'keep-alive' } });
    await open.text();
    process.kill(service.pid, 'SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0, signal: null, err: '' });
    expect(await leftovers()).toEqual([]);
    expect(await answers()).toBe(false);
  });

  it('has its data after a restart, shows no token again, and still knows the first', async () => {
    await start();
    expect(service.token).toBeUndefined();
    expect(service.out()).not.toContain('yxr_');
    expect(isUnsigned(await alertsOf('WO1'))).toBe(true);
    const again = await post(unsigned('WO1'));
    expect(again.status).toBe(202);
  });
});

describe('Redis killed under load', () => {
  it('costs no accepted event: the service goes on, and each one is processed', async () => {
    const redis = () => readRunFile(dataDir)?.children.map(({ pid }) => pid) ?? [];
    const before = redis();
    const accepted: number[] = [];
    for (let batch = 0; batch < 40; batch += 1) {
      const events = Array.from({ length: 10 }, (_, i) => unsigned(`WR${batch}-${i}`)).flat();
      const answer = await post(events);
      expect(answer.status).toBe(202);
      accepted.push(((await answer.json()) as { accepted: number }).accepted);
      if (batch === 15) process.kill(redisPid(before), 'SIGKILL');
    }
    expect(accepted.reduce((sum, count) => sum + count)).toBe(800);
    expect(await processAll()).toMatchObject({ received: 0, dead: 0 });
    expect(isUnsigned(await alertsOf('WR39-9'))).toBe(true);
    expect(isUnsigned(await alertsOf('WR15-9'))).toBe(true);
    expect(isAlive(service.pid)).toBe(true);
    const restarted = redis();
    expect(restarted).not.toEqual(before);
    expect(
      await eventually(
        async () => (await fetch(`${service.address}/readyz`)).status,
        (status) => status === 200,
        10_000,
      ),
    ).toBe(200);
  });
});

describe('the service killed', () => {
  it('takes its engine and Redis with it within 5 s, and the next start has all that was accepted', async () => {
    const { leftovers, pids } = look();
    expect(pids).toHaveLength(2);
    const answer = await post(unsigned('WK1'));
    expect(answer.status).toBe(202);
    process.kill(service.pid, 'SIGKILL');
    await service.ended;
    expect(await eventually(leftovers, (left) => left.length === 0, 5_000)).toEqual([]);

    await start();
    expect(isUnsigned(await alertsOf('WO1'))).toBe(true);
    expect(await processAll()).toMatchObject({ received: 0, dead: 0 });
    expect(isUnsigned(await eventuallyUnsigned('WK1'))).toBe(true);
    process.kill(service.pid, 'SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
  });
});

describe('parts in processes of their own', () => {
  it('do together what one process does: what one accepts the other judges', async () => {
    const [mongo, redis] = [await openTestMongo(), await openTestRedis()];
    const servers = { MONGODB_URI: mongo.uri, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix };
    token = 'a-token-of-this-test';
    const shared = { ...servers, ADMIN_TOKEN: token, DATA_DIR: join(dataDir, 'not-used') };
    const [worker, api] = await Promise.all([startYxrisk(shared, 'worker'), startYxrisk(shared, 'api')]);
    started.push(worker, api);
    service = api;
    expect(worker.out()).not.toContain('Console and API');
    expect(api.out()).not.toContain(token);
    expect((await post(unsigned('WP1'))).status).toBe(202);
    expect(isUnsigned(await eventuallyUnsigned('WP1'))).toBe(true);
    for (const part of [api, worker]) {
      process.kill(part.pid, 'SIGTERM');
      expect(await part.ended).toMatchObject({ code: 0, err: '' });
    }
    expect(existsSync(shared.DATA_DIR)).toBe(false);
    await redis.close();
    await mongo.close();
  });
});

describe('a start that fails or is cut short', () => {
  it('on a port in use says so, ends with 1, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const ended = await runYxrisk(['start'], { ...env, PORT: String(port), LOG_LEVEL: 'warn' });
      expect(ended).toEqual({
        code: 1,
        signal: null,
        out: '',
        err: expect.stringMatching(`^Port ${port} of 127.0.0.1 is in use by another program\\. .*\n$`),
      });
      expect(readRunFile(dataDir)).toBeUndefined();
    } finally {
      other.close();
    }
  });

  it('by a signal leaves no process behind, and the next one finds everything in order', async () => {
    const cut = spawnYxrisk(['start'], env);
    started.push(cut);
    // Its helpers are just coming up.
    await eventually(
      () => readRunFile(dataDir)?.children.length ?? 0,
      (count) => count > 0,
      60_000,
    );
    const children = () => readRunFile(dataDir)?.children.map(({ pid }) => pid) ?? [];
    const pids = children();
    cut.child.kill('SIGTERM');
    await cut.ended;
    const alive = () => [...new Set([...pids, ...children()])].filter(isAlive);
    expect(await eventually(alive, (left) => left.length === 0, 10_000)).toEqual([]);
    const next = await runYxrisk(['sweep', 'end-of-day', '--date', '2026-01-06'], env);
    expect(next).toMatchObject({ code: 0, err: '' });
    expect(readRunFile(dataDir)).toBeUndefined();
  });
});

/**
 * Waits until no event waits. What Redis lost is brought back as the minute job brings it back, but by the test as
 * another process of the installation, which need not wait for the minute.
 */
async function processAll() {
  let counts = { received: Infinity, processed: 0, dead: 0 };
  await withNeighbour(async ({ inbox, reconcileInbox }) => {
    const reconcileAndCount = async () => {
      await reconcileInbox().catch(() => undefined);
      return inbox.countByStatus();
    };
    counts = await eventually(reconcileAndCount, ({ received }) => received === 0, 40_000);
  });
  return counts;
}

/** A service of the test's own on the stores of the one that runs, as a second process would have it. */
async function withNeighbour(use: (neighbour: Service) => Promise<void>): Promise<void> {
  const { stores } = look();
  const mongo = await openMongo({ uri: stores.mongoUri, embedded: true });
  const neighbour = await composeService({
    connection: mongo.connection,
    redisUrl: stores.redisUrl,
    content: await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' }),
    settings: {
      ...TEST_SETTINGS,
      redisPrefix: SETTINGS.redisPrefix.default,
      partitions: Number(SETTINGS.partitions.default),
      reconcileAfterMs: 2_000,
    },
    logger: pino({ level: 'silent' }),
    now: Date.now,
  });
  try {
    await use(neighbour);
  } finally {
    await neighbour.close();
    await mongo.close();
  }
}

/** Which of the helpers is Redis. */
function redisPid(pids: readonly number[]): number {
  const { redisUrl } = look().stores;
  const port = Number(new URL(redisUrl).port);
  const pid = pids.find((candidate) => commandOf(candidate).includes(`redis-server 127.0.0.1:${port}`));
  if (pid === undefined) throw new Error('no redis-server among the helpers');
  return pid;
}
function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}
