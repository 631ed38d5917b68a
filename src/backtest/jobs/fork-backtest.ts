import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ContentOptions } from '../../open-content.js';

/** What a process of its own needs to run a job; goes over a pipe, for an address may hold a password. */
export interface BacktestProcessOptions {
  readonly jobId: string;
  readonly runner: string;
  readonly mongoUri: string;
  readonly embedded: boolean;
  readonly content: Pick<ContentOptions, 'dir' | 'timeZone' | 'startDay'>;
  readonly feedSilentAfterMs: number;
  readonly maxEvents: number;
}

/** Heap of the process; the events' texts lie outside it. */
const HEAP_MB = 768;
const TYPESCRIPT = import.meta.url.endsWith('.ts');

/**
 * Runs a job in a process of its own and of low priority: it takes the machine only when nobody else wants it, and what it
 * does wrong it does to itself. Resolves when the process is gone; `signal` ends it.
 *
 * @returns the exit code; null when it was killed
 */
export function forkBacktest(options: BacktestProcessOptions, signal: AbortSignal): Promise<number | null> {
  const script = fileURLToPath(new URL(`./backtest-process.${TYPESCRIPT ? 'ts' : 'js'}`, import.meta.url));
  const child = fork(script, [], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, ...(TYPESCRIPT ? ['--import', 'tsx'] : [])],
    // It is told all it needs; the service's own settings, secrets among them, are none of its business.
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  return new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
    child.once('spawn', () => {
      if (signal.aborted) kill();
      if (child.pid !== undefined) lowerPriority(child.pid);
      child.send(options);
    });
  }).finally(() => signal.removeEventListener('abort', kill));
}

/** Where the system does not allow it, the process runs as any other. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
