import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { StoredAlert } from './note-stored-alerts.js';

export interface ServiceProcessOptions {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly rulesDir: string;
  /** Added to the machine's clock, ms. */
  readonly nowOffset: number;
  readonly partitions: number;
  readonly chunkSize: number;
  /** Whether to tell of each stored alert. */
  readonly noteAlerts?: boolean;
}

/** What a process under test says. */
export type FromService =
  | { readonly ready: string; readonly token: string; readonly rules: number }
  | { readonly stored: readonly StoredAlert[]; readonly at: number }
  | { readonly usage: NodeJS.MemoryUsage }
  /** The bare pipeline only. */
  | { readonly loaded: number }
  | { readonly fed: true };

/** A process that takes events over HTTP and works on them. */
export interface StartedService {
  readonly url: string;
  readonly token: string;
  readonly rules: number;
  readonly pid: number;
  onStored(listener: (alerts: readonly StoredAlert[], at: number) => void): void;
  /** After a garbage collection, where the process was started with `--expose-gc`. */
  memory(): Promise<NodeJS.MemoryUsage>;
  /** The bare pipeline only: reads batches of events from a file (a JSON list a line), then takes them without HTTP. */
  load(file: string): Promise<void>;
  feed(): Promise<void>;
  close(): Promise<void>;
}

/** @param script beside this file, or the path of one in another checkout */
export async function startProcess(
  script: string,
  options: object,
  nodeArgs: readonly string[] = [],
): Promise<StartedService> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx', '--expose-gc', ...nodeArgs],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await waitFor(child, (message) => ('ready' in message ? message : undefined));
  return {
    url: ready.ready,
    token: ready.token,
    rules: ready.rules,
    pid: child.pid ?? 0,
    onStored: (listener) =>
      void child.on('message', (message: FromService) => {
        if ('stored' in message) listener(message.stored, message.at);
      }),
    memory: () => {
      child.send('usage');
      return waitFor(child, (message) => ('usage' in message ? message.usage : undefined));
    },
    load: async (file) => {
      child.send({ load: file });
      await waitFor(child, (message) => ('loaded' in message ? message.loaded : undefined));
    },
    feed: async () => {
      child.send('feed');
      await waitFor(child, (message) => ('fed' in message ? message.fed : undefined));
    },
    close: async () => {
      const exited = once(child, 'exit');
      child.send('close');
      await exited;
    },
  };
}

/** @param checkout where another checkout with this bench in it lies; default: this one */
export function startService(
  options: ServiceProcessOptions,
  nodeArgs?: readonly string[],
  checkout?: string,
): Promise<StartedService> {
  const script = 'service-process.ts';
  const path =
    checkout === undefined ? script : pathToFileURL(resolve(checkout, 'bench/support', script)).href;
  return startProcess(path, options, nodeArgs);
}

function waitFor<T>(child: ChildProcess, pick: (message: FromService) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`the process under test ended with code ${code}`));
    const onMessage = (message: FromService) => {
      const picked = pick(message);
      if (picked === undefined) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(picked);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
