import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromWorker, ToWorker, WorkerProcessOptions } from './worker-process.js';

/** A worker process that is started again whenever it ends, as a supervisor of the machine does. */
export interface KeptProcess {
  isReady(): boolean;
  /** True while its scheduler ticks. */
  isScheduling(): boolean;
  /** True while it holds a chunk. */
  isBusy(): boolean;
  send(message: ToWorker): void;
  /** `kill -9`. */
  kill(): void;
  close(): Promise<void>;
}

const RESTART_MS = 100;

/**
 * @param script of bundleWorker
 * @param options asked for at each start, so that a new process has the clock of the others
 */
export function keepProcess(
  script: string,
  options: () => WorkerProcessOptions,
  onMessage: (message: FromWorker) => void,
  onExit: () => void = () => undefined,
): KeptProcess {
  let child: ChildProcess | undefined;
  let ready = false;
  let scheduling = false;
  let chunks = 0;
  let closing = false;
  let ended: Promise<unknown> = Promise.resolve();

  function start(): void {
    const started = fork(script, [JSON.stringify(options())], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    // A message to a process that has just been killed is lost like the process; one that cannot be started at all has no exit.
    const over = new Promise<void>((resolve) => {
      started.on('exit', () => resolve());
      started.on('error', () => started.pid === undefined && resolve());
    });
    started.on('message', (message: FromWorker) => {
      if ('ready' in message) ready = true;
      if ('scheduling' in message) scheduling = message.scheduling;
      if ('taken' in message) chunks += 1;
      if ('done' in message) chunks -= 1;
      onMessage(message);
    });
    ended = over.then(async () => {
      ready = false;
      scheduling = false;
      chunks = 0;
      onExit();
      await sleep(RESTART_MS);
      if (!closing) start();
    });
  }

  start();
  return {
    isReady: () => ready,
    isScheduling: () => scheduling,
    isBusy: () => chunks > 0,
    send: (message) => {
      if (child?.connected) child.send(message, () => undefined);
    },
    kill: () => {
      ready = false;
      child?.kill('SIGKILL');
    },
    async close() {
      closing = true;
      child?.kill('SIGKILL');
      await ended;
    },
  };
}
