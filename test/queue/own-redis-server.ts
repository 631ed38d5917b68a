import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';

/** A Redis of the suite's own, which it may wipe, stop and start without hurting others. Keeps nothing on disk. */
export interface OwnRedis {
  readonly url: string;
  start(): Promise<void>;
  /** Gone at once, as by a power cut. */
  stop(): Promise<void>;
  /** For looking inside while the server runs; connects on first use. */
  readonly client: Redis;
  close(): Promise<void>;
}

export async function openOwnRedis(): Promise<OwnRedis> {
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const client = new Redis(url, { lazyConnect: true, disconnectTimeout: 200 });
  client.on('error', () => undefined);

  async function stop(): Promise<void> {
    if (!server) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
    server = undefined;
  }

  async function start(): Promise<void> {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], {
      stdio: 'ignore',
      cwd: tmpdir(),
    });
    const probe = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: 100 });
    probe.on('error', () => undefined);
    await probe.ping();
    probe.disconnect();
  }

  await start();
  return {
    url,
    start,
    stop,
    client,
    async close() {
      client.disconnect();
      await stop();
    },
  };
}

/** A port on which nothing listens. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
