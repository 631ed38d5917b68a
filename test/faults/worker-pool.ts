import { waitUntil } from '../queue/wait-until.js';
import { keepProcess, type KeptProcess } from './keep-process.js';
import type { Random } from './random.js';
import type { WorkerProcessOptions } from './worker-process.js';

/** What the workers of a run did, as they told it. */
export interface Deliveries {
  /** Events in chunks begun, each time they were. */
  readonly total: number;
  /** Distinct events among them. */
  readonly distinct: number;
}

/** Several worker processes, each a scheduler too, that are killed at random and come back. */
export interface WorkerPool {
  /** Kills one that is ready; half of the time one that holds a chunk. Answers whether it did. */
  killOne(random: Random): Promise<{ readonly midChunk: boolean }>;
  setClock(offset: number): void;
  /** Starts all schedulers at once (anew), which makes them tick. */
  tick(): void;
  /** Resolves when no scheduler is up any more. */
  stopSchedulers(): Promise<void>;
  allReady(): Promise<void>;
  deliveries(): Deliveries;
  close(): Promise<void>;
}

export interface WorkerPoolOptions extends Pick<
  WorkerProcessOptions,
  'mongoUri' | 'redisUrl' | 'rulesDir' | 'refused'
> {
  readonly script: string;
  readonly size: number;
  readonly clockOffset: number;
  readonly patienceMs: number;
}

export function openWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { script, size, patienceMs, ...rest } = options;
  let { clockOffset } = options;
  let schedules = true;
  let total = 0;
  const seen = new Set<string>();
  /** Woken whenever a worker begins a chunk. */
  let onTaken: ((worker: KeptProcess) => void) | undefined;
  const workers: KeptProcess[] = Array.from({ length: size }, () => {
    const worker = keepProcess(
      script,
      () => ({ ...rest, role: 'worker', clockOffset, schedules }),
      (message) => {
        if (!('taken' in message)) return;
        total += message.taken.length;
        for (const key of message.taken) seen.add(key);
        onTaken?.(worker);
      },
    );
    return worker;
  });

  /** The next worker that begins a chunk; undefined when nobody does for a second. */
  function nextBusy(): Promise<KeptProcess | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), 1_000);
      onTaken = (worker) => {
        clearTimeout(timer);
        onTaken = undefined;
        resolve(worker);
      };
    });
  }

  return {
    async killOne(random) {
      await waitUntil('a worker is ready', () => workers.some((worker) => worker.isReady()), patienceMs);
      const busy = random.chance(0.5) ? await nextBusy() : undefined;
      const victim = busy ?? random.pick(workers.filter((worker) => worker.isReady()));
      const midChunk = victim.isBusy();
      victim.kill();
      return { midChunk };
    },
    setClock(offset) {
      clockOffset = offset;
      for (const worker of workers) worker.send({ clockOffset });
    },
    tick() {
      schedules = true;
      for (const worker of workers) worker.send({ schedule: 'tick' });
    },
    async stopSchedulers() {
      schedules = false;
      for (const worker of workers) worker.send({ schedule: 'stop' });
      await waitUntil(
        'all are up without scheduling',
        () => workers.every((worker) => worker.isReady() && !worker.isScheduling()),
        patienceMs,
      );
    },
    allReady: () => waitUntil('all are ready', () => workers.every((worker) => worker.isReady()), patienceMs),
    deliveries: () => ({ total, distinct: seen.size }),
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
