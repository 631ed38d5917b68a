import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import type { CachePath } from './cache-path.js';
import { findRedisServer, type RedisProgram } from './find-redis-server.js';
import { keepRunning, type ChildExit, type RunningChild, type WarnLog } from './keep-running.js';
import { OperatorError } from './operator-error.js';
import { waitForLastOutput, watchOutput } from './watch-output.js';

export interface EmbeddedRedis {
  /** With its password; the same after a restart of the server. */
  readonly url: string;
  readonly pid: () => number;
  readonly close: () => Promise<void>;
}

/** Loading a large append-only file takes its time. */
const START_LIMIT_MS = 60_000;
const CLOSE_LIMIT_MS = 10_000;
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
        start: (onSpawn) => startServer(program, { directory, port, password }, onSpawn),
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

interface ServerSettings {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
}

async function startServer(
  program: RedisProgram,
  settings: ServerSettings,
  onSpawn: (pid: number) => void,
): Promise<RunningChild> {
  const { libraryPath } = program;
  // Detached: Ctrl-C in the terminal must not reach Redis before the service has drained.
  const child = spawn(program.program, ['-'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: settings.directory,
    ...(libraryPath === undefined ? {} : { env: { LD_LIBRARY_PATH: libraryPath } }),
  });
  const output = watchOutput(child);
  const exited = new Promise<ChildExit>((resolve) => {
    child.on('exit', (code, signal) => {
      void waitForLastOutput(child).then(() => resolve({ code, signal, output: output() }));
    });
    child.on('error', (error) => resolve({ code: null, signal: null, output: error.message }));
  });
  // The settings go through stdin: the command line is visible to everybody on the machine.
  child.stdin.on('error', () => {});
  child.stdin.end(describeServer(settings));
  const { pid } = child;
  if (pid !== undefined) onSpawn(pid);
  const endWatchdog = pid === undefined ? () => {} : startWatchdog(pid);
  void exited.then(endWatchdog);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
    await exited;
    clearTimeout(timer);
  };
  try {
    await waitForPong(settings, exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: pid ?? 0, exited, stop };
}

function describeServer({ directory, port, password }: ServerSettings): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(directory)}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'loglevel warning',
    '',
  ].join('\n');
}

/** A shell that waits for this process to end, however it ends, and then ends Redis. */
function startWatchdog(pid: number): () => void {
  const script =
    'cat >/dev/null; case "$(ps -o comm= -p "$1" 2>/dev/null || cat "/proc/$1/comm")" in *redis*) kill -TERM "$1";; esac';
  const watchdog = spawn('/bin/sh', ['-c', script, 'yxrisk-watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  // By the time its stdin closes, Redis is gone and there is nothing left to end.
  return () => watchdog.stdin.end();
}

async function waitForPong(settings: ServerSettings, exited: Promise<ChildExit>): Promise<void> {
  const { directory, port, password } = settings;
  let exit: ChildExit | undefined;
  void exited.then((value) => (exit = value));
  const client = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  const until = performance.now() + START_LIMIT_MS;
  try {
    for (;;) {
      if (exit !== undefined) {
        throw new OperatorError(
          `redis-server did not start in ${directory} (${exit.signal ?? `code ${exit.code}`}): ${lastWords(exit)}. ` +
            'If its files are damaged, move that folder away: the queue is rebuilt from MongoDB.',
        );
      }
      try {
        await client.connect();
        await client.ping();
        return;
      } catch {
        if (performance.now() > until) throw new OperatorError('redis-server does not answer after 60 s');
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  } finally {
    client.disconnect();
  }
}

/** Redis's last line without its pid, role and time. */
function lastWords({ output }: ChildExit): string {
  return (output.split(' | ').at(-1) ?? '').replace(/^\d+:\w .*? [#*-] /, '').slice(0, 300);
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
