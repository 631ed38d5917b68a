import type { EventEmitter } from 'node:events';
import { messageOf, OperatorError } from './operator-error.js';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Ends the process in order. SIGINT (Ctrl-C), SIGTERM and SIGHUP stop the service and exit 0; a second signal
 * exits at once with the shell's code for it. An error nobody caught is one log line, then the same stop and exit 1.
 *
 * `stop` answers whether all was closed cleanly; not clean is exit 1. Returns what `stop` is called with too, so that
 * parts that give up (an embedded store gone for good) end the service the same way, and a function that takes the
 * handlers off again.
 */
export function stopOnSignals(options: {
  readonly stop: () => Promise<boolean>;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly fatal: (fields: object, message: string) => void;
  };
  /** The process; another emitter in tests. */
  readonly events?: EventEmitter;
  readonly exit?: (code: number) => void;
}): { readonly fail: (error: unknown) => void; readonly dispose: () => void } {
  const { stop, log, events = process, exit = (code: number) => process.exit(code) } = options;
  let stopping = false;

  const end = (code: number) => {
    stopping = true;
    stop().then(
      (clean) => exit(clean ? code : 1),
      (error: unknown) => {
        log.fatal({ reason: messageOf(error) }, 'could not stop in order');
        exit(1);
      },
    );
  };
  const onSignal = (signal: keyof typeof SIGNALS) => {
    if (stopping) {
      log.info({ signal }, 'told again: ending at once');
      exit(SIGNALS[signal]);
      return;
    }
    log.info({ signal }, 'stopping; tell me again to end at once');
    end(0);
  };
  const fail = (error: unknown) => {
    // What the operator can put right needs no stack; anything else is a bug and does.
    const fields = error instanceof OperatorError ? {} : { err: error };
    log.fatal(
      fields,
      error instanceof OperatorError ? error.message : `unexpected error: ${messageOf(error)}`,
    );
    if (!stopping) end(1);
  };

  const handlers: [string, (...args: never[]) => void][] = [
    ...(Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((signal): [string, () => void] => [
      signal,
      () => onSignal(signal),
    ]),
    ['uncaughtException', fail],
    ['unhandledRejection', fail],
  ];
  for (const [name, handler] of handlers) events.on(name, handler as (...args: unknown[]) => void);
  return {
    fail,
    dispose: () => {
      for (const [name, handler] of handlers) events.off(name, handler as (...args: unknown[]) => void);
    },
  };
}
