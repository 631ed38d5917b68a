import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import type { RedisProgram } from './find-redis-server.js';
import type { ChildExit, RunningChild } from './keep-running.js';
import { OperatorError } from './operator-error.js';
import { waitForLastOutput, watchOutput } from './watch-output.js';

/** Loading a large append-only file takes its time. */
const START_LIMIT_MS = 60_000;
const CLOSE_LIMIT_MS = 10_000;

export interface RedisServerSettings {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
}

export async function startRedisServer(
  program: RedisProgram,
  settings: RedisServerSettings,
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

function describeServer({ directory, port, password }: RedisServerSettings): string {
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

async function waitForPong(settings: RedisServerSettings, exited: Promise<ChildExit>): Promise<void> {
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
