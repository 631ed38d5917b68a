import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunFile, runFilePath } from '../../src/infra/run-file.js';

export interface StoresProcess {
  readonly child: ChildProcess;
  /** What it printed when ready; undefined when it ended before. */
  readonly ready: { readonly mongoUri: string; readonly redisUrl: string } | undefined;
  readonly stderr: () => string;
  /** Exit code, or null with a signal. */
  readonly exited: Promise<number | null>;
}

/** An empty data folder, removed by `remove`. */
export function makeDataDir(): { readonly dataDir: string; readonly remove: () => void } {
  const base = mkdtempSync(join(tmpdir(), 'yxrisk-test-data-'));
  return { dataDir: join(base, 'data'), remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** Starts stores-process.ts without waiting. */
export function spawnStores(env: Readonly<Record<string, string>>): Omit<StoresProcess, 'ready'> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/infra/stores-process.ts'], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  return { child, stderr: () => stderr, exited };
}

/** Starts stores-process.ts and waits until it is ready or has ended. */
export async function startStoresProcess(env: Readonly<Record<string, string>>): Promise<StoresProcess> {
  const started = spawnStores(env);
  let stdout = '';
  const ready = await new Promise<StoresProcess['ready']>((resolve) => {
    started.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(JSON.parse(stdout) as NonNullable<StoresProcess['ready']>);
    });
    started.child.on('close', () => resolve(undefined));
  });
  return { ...started, ready };
}

/** What a service on this data folder has in the system now: processes, socket, port, lock. */
export function lookAt(dataDir: string, stores: NonNullable<StoresProcess['ready']>) {
  const pids = (readRunFile(dataDir)?.children ?? []).map(({ pid }) => pid);
  const socket = decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(stores.mongoUri)?.[1] ?? '');
  const port = Number(new URL(stores.redisUrl).port);
  return {
    pids,
    /** Names of what is left of it; empty when all is gone. */
    leftovers: async () => [
      ...pids.filter(isAlive).map((pid) => `process ${pid}`),
      ...[socket, join(socket, '..')].filter((path) => existsSync(path)),
      ...((await isOpen(port)) ? [`port ${port}`] : []),
      ...[runFilePath(dataDir)].filter((path) => existsSync(path)),
      ...readdirSync(dataDir).filter((name) => name.endsWith('.tmp')),
    ],
  };
}

/** Asks again and again until the answer is as wanted; answers the last one. */
export async function eventually<Answer>(
  ask: () => Answer | Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
  limitMs: number,
): Promise<Answer> {
  const until = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer) || performance.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
