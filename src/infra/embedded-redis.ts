import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { CachePath } from './cache-path.js';
import { findRedisServer } from './find-redis-server.js';
import { keepRunning, type WarnLog } from './keep-running.js';
import type { OperatorError } from './operator-error.js';
import { startRedisServer } from './start-redis-server.js';

export interface EmbeddedRedis {
  /** With its password; the same after a restart of the server. */
  readonly url: string;
  readonly pid: () => number;
  readonly close: () => Promise<void>;
}

const PORT_ATTEMPTS = 5;

/**
 * Starts an own `redis-server` on a free port of 127.0.0.1 with a random password, append-only file in
 * `directory` (created if missing) and `noeviction`. A server that dies is started again on the same port;
 * `onGone` hears when that fails. It ends when this process does, however it ends.
 *
 * @throws OperatorError when there is no redis-server or it does not start.
 */
export async function openEmbeddedRedis(options: {
  readonly directory: string;
  readonly cachePath: CachePath;
  readonly log: WarnLog & { readonly info: (fields: object, message: string) => void };
  readonly now: () => number;
  readonly onPid?: (pid: number) => void;
  readonly onGone: (error: OperatorError) => void;
  /** Program looked for on PATH; another one in tests. */
  readonly program?: string;
}): Promise<EmbeddedRedis> {
  const { directory, log } = options;
  const program = await findRedisServer({
    cachePath: options.cachePath,
    onFetch: (message) => log.info({}, message),
    ...(options.program === undefined ? {} : { program: options.program }),
  });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  let port = await findFreePort();
  for (let attempt = 1; ; attempt++) {
    try {
      const kept = await keepRunning({
        ...options,
        name: 'embedded Redis',
        start: (onSpawn) => startRedisServer(program, { directory, port, password }, onSpawn),
      });
      return {
        url: `redis://:${password}@127.0.0.1:${port}/0`,
        pid: () => kept.pid(),
        close: () => kept.stop(),
      };
    } catch (error) {
      // Somebody else may have taken the port between the look and the start.
      if (attempt === PORT_ATTEMPTS || !/in use/i.test(String(error))) throw error;
      port = await findFreePort();
    }
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
