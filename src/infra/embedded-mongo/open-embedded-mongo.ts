import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CachePath } from '../cache-path.js';
import { keepRunning, type ChildExit, type RunningChild, type WarnLog } from '../keep-running.js';
import { OperatorError } from '../operator-error.js';
import { waitForLastOutput, watchOutput } from '../watch-output.js';
import { defaultCacheMb, setCacheSize } from './cache-size.js';
import type { HostMessage } from './engine-host.js';
import { describeMachine, prepareEngineRuntime, type EngineRuntime } from './engine-runtime.js';

export interface EmbeddedMongo {
  /** Connection string with the database `yxrisk`; the same after a restart of the engine. */
  readonly uri: string;
  /** Of the engine's process. */
  readonly pid: () => number;
  /** Closes the engine cleanly; nothing of it is left but its data. */
  readonly close: () => Promise<void>;
}

const CLOSE_LIMIT_MS = 15_000;
const IF_DAMAGED = 'If its files are damaged, put a backup in its place, or move it away to start empty.';
/** Opening replays the journal after a crash; a large one takes its time. */
const OPEN_LIMIT_MS = 120_000;

/**
 * Runs MongoDB's engine in a child process on `directory` (created if missing) and serves it on a Unix
 * socket. An engine that dies is started again at the same address; `onGone` hears when that fails. The
 * child ends when this process does, however it ends.
 *
 * @throws OperatorError when the engine cannot run here or the directory cannot be opened.
 */
export async function openEmbeddedMongo(options: {
  readonly directory: string;
  /** Data folder whose run file the engine removes when it outlives this process. */
  readonly lockedDir?: string;
  readonly cachePath: CachePath;
  /** What the engine may keep in memory, MiB. Default: see `defaultCacheMb`. */
  readonly cacheMb?: number | undefined;
  readonly log: WarnLog & { readonly info: (fields: object, message: string) => void };
  readonly now: () => number;
  readonly onPid?: (pid: number) => void;
  /** Hears of the folders made for sockets, as they are made. */
  readonly onFolder?: (path: string) => void;
  readonly onGone: (error: OperatorError) => void;
}): Promise<EmbeddedMongo> {
  const { directory, log, cacheMb = defaultCacheMb() } = options;
  const runtime = await prepareEngineRuntime({
    cachePath: options.cachePath,
    machine: await describeMachine(),
    onFetch: (message) => log.info({}, message),
  });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const runDir = mkdtempSync(join(tmpdir(), 'yxrisk-'));
  options.onFolder?.(runDir);
  const socket = join(runDir, 'mongodb.sock');
  const uri = `mongodb://${encodeURIComponent(socket)}/yxrisk?directConnection=true`;
  const removeSocket = () => rmSync(runDir, { recursive: true, force: true });
  try {
    const kept = await keepRunning({
      ...options,
      name: 'embedded MongoDB',
      start: async (onSpawn) => {
        mkdirSync(runDir, { recursive: true, mode: 0o700 });
        const child = spawnHost(runtime, [String(process.pid), directory, socket, options.lockedDir ?? '']);
        if (child.pid !== undefined) onSpawn(child.pid);
        const running = await waitUntilReady(child, directory, options.onFolder);
        // A slow engine is better than none.
        await setCacheSize(uri, cacheMb).catch((err: unknown) =>
          log.warn({ err, cacheMb }, 'embedded MongoDB keeps its own cache size'),
        );
        return running;
      },
    });
    return {
      uri,
      pid: () => kept.pid(),
      close: async () => {
        await kept.stop();
        removeSocket();
      },
    };
  } catch (error) {
    removeSocket();
    throw error;
  }
}

function spawnHost(runtime: EngineRuntime, args: readonly string[]): ChildProcess {
  return spawn(runtime.program, [...runtime.args, ...hostScript(), ...args], {
    // Detached: Ctrl-C in the terminal must not reach the engine before the service has drained.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function waitUntilReady(
  child: ChildProcess,
  directory: string,
  onFolder?: (path: string) => void,
): Promise<RunningChild> {
  const output = watchOutput(child);
  let socketDir: string | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    child.on('exit', (code, signal) => {
      // A killed engine cannot clean up behind itself.
      if (socketDir !== undefined) rmSync(socketDir, { recursive: true, force: true });
      void waitForLastOutput(child).then(() => resolve({ code, signal, output: output() }));
    });
  });
  const stop = async () => {
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
    await exited;
    clearTimeout(timer);
  };
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new OperatorError(`The embedded MongoDB could not open ${directory}: ${reason}. ${IF_DAMAGED}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`not ready after ${OPEN_LIMIT_MS / 1000} s`);
    }, OPEN_LIMIT_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    child.on('message', (message: HostMessage) => {
      clearTimeout(timer);
      if ('failed' in message) return fail(message.failed);
      socketDir = message.socketDir;
      onFolder?.(socketDir);
      resolve({ pid: child.pid ?? 0, exited, stop });
    });
    void exited.then((exit) => {
      clearTimeout(timer);
      fail(`its process ended with ${exit.signal ?? `code ${exit.code}`} ${exit.output}`.trim());
    });
  });
}

/** The host as a script for node: compiled in dist, through tsx from source. */
function hostScript(): string[] {
  const here = import.meta.url;
  const extension = here.endsWith('.ts') ? '.ts' : '.js';
  const script = fileURLToPath(new URL(`./engine-host${extension}`, here));
  if (extension === '.js') return [script];
  const tsx = pathToFileURL(createRequire(here).resolve('tsx')).href;
  return ['--import', tsx, script];
}
