import { OperatorError } from './operator-error.js';

/** How a child process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote. */
  readonly output: string;
}

/** A started child process that is ready to serve. */
export interface RunningChild {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Asks it to end and resolves when it is gone; kills it when it takes too long. */
  readonly stop: () => Promise<void>;
}

export interface KeptChild {
  /** Of the process that serves now; another one after a restart. */
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
}

export interface WarnLog {
  readonly warn: (fields: object, message: string) => void;
}

/** More deaths than this within a minute are no accident: giving up is clearer than a crash loop. */
const RESTARTS_A_MINUTE = 5;

/**
 * Starts a child and starts it again whenever it dies without being asked to.
 *
 * `onPid` hears the pid of every child started, before it is ready. `onGone` is called once when it cannot be kept running: too
 * many deaths within a minute, or a restart that failed. The first start rejects instead.
 */
export async function keepRunning(options: {
  readonly name: string;
  /** Calls `onSpawn` as soon as the process exists; resolves when it is ready to serve. */
  readonly start: (onSpawn: (pid: number) => void) => Promise<RunningChild>;
  readonly log: WarnLog;
  readonly now: () => number;
  readonly onPid?: (pid: number) => void;
  readonly onGone: (error: OperatorError) => void;
}): Promise<KeptChild> {
  const { name, log } = options;
  const restarts: number[] = [];
  let stopping = false;
  let restarting: Promise<void> | undefined;
  const onSpawn = (pid: number) => options.onPid?.(pid);
  let child = await options.start(onSpawn);
  watch(child);

  function watch(watched: RunningChild): void {
    void watched.exited.then((exit) => {
      if (stopping || watched !== child) return;
      restarting = restart(exit);
    });
  }

  async function restart(exit: ChildExit): Promise<void> {
    const how = exit.signal ?? `code ${exit.code}`;
    const at = options.now();
    const recent = restarts.filter((time) => at - time < 60_000);
    if (recent.length >= RESTARTS_A_MINUTE) {
      options.onGone(
        new OperatorError(
          `${name} ended ${recent.length + 1} times within a minute (${how}). ${exit.output}`,
        ),
      );
      return;
    }
    restarts.splice(0, restarts.length, ...recent, at);
    log.warn({ service: name, exit: how }, `${name} ended unexpectedly; starting it again`);
    try {
      child = await options.start(onSpawn);
      watch(child);
    } catch (error) {
      options.onGone(
        new OperatorError(`${name} ended (${how}) and could not be started again.`, { cause: error }),
      );
    }
  }

  return {
    pid: () => child.pid,
    stop: async () => {
      stopping = true;
      await restarting;
      await child.stop();
    },
  };
}
