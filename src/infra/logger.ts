import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { hidePrivate, hidePrivateText } from './hide-private.js';
import { makePrettyStream } from './pretty-stream.js';

export interface LoggerOptions {
  /** LOG_LEVEL. */
  readonly level: string;
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Commands that answer on stdout log to stderr. Default stdout. */
  readonly to?: 'stdout' | 'stderr';
  /** Where lines go instead; for tests. */
  readonly stream?: DestinationStream;
}

/**
 * The service's logger: JSON lines with `time` in epoch ms, secrets and personal data taken out. An error is
 * logged as `err` with its kind, message, code, stack and causes; what else it carries (a refused document, a
 * command's reply) may hold business data and is left out.
 */
export function makeLogger({ level, pretty, to = 'stdout', stream }: LoggerOptions): Logger {
  // Synchronous: the last lines before an exit are the ones that matter most.
  const lines = stream ?? destination({ dest: to === 'stdout' ? 1 : 2, sync: true });
  const sink = pretty ? makePrettyStream((line) => lines.write(line)) : lines;
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.epochTime,
      formatters: { log: (fields) => hidePrivate(fields) },
      serializers: { err: describeError },
    },
    sink,
  );
}

/** Whether lines are for people, by LOG_PRETTY and whether the stream is a terminal. */
export function isPretty(setting: 'auto' | 'on' | 'off', isTerminal: boolean): boolean {
  return setting === 'on' || (setting === 'auto' && isTerminal);
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const DEEPEST_CAUSE = 4;

function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: hidePrivateText(String(error)) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: hidePrivateText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: hidePrivateText(error.stack) }),
    ...(error.cause === undefined || depth >= DEEPEST_CAUSE
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}
