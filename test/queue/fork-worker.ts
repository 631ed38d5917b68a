import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerProcessOptions } from './worker-process.js';

export interface ForkedWorker {
  readonly child: ChildProcess;
  /** The chunks it has begun. */
  readonly taken: string[][];
  readonly ready: Promise<void>;
}

/** Starts worker-process.ts. */
export function forkWorker(options: WorkerProcessOptions): ForkedWorker {
  const script = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
  const taken: string[][] = [];
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: 'ready' | { taken: string[] }) => {
      if (message === 'ready') resolve();
      else taken.push(message.taken);
    });
  });
  return { child, taken, ready };
}
