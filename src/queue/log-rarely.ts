import type { BaseLogger } from 'pino';

/** The part of a pino logger that the queue speaks to. */
export type QueueLogger = Pick<BaseLogger, 'info' | 'warn' | 'error'>;

const QUIET_MS = 10_000;

/**
 * Reports errors that come in floods (a Redis that is down fails each connection every second): the first one at
 * once, then one line every ten seconds that says how many were swallowed.
 */
export function logRarely(logger: QueueLogger, message: string, now: () => number): (error: Error) => void {
  let quietUntil = 0;
  let swallowed = 0;
  return (error) => {
    if (now() < quietUntil) {
      swallowed += 1;
      return;
    }
    logger.warn({ err: error, ...(swallowed > 0 ? { swallowed } : {}) }, message);
    quietUntil = now() + QUIET_MS;
    swallowed = 0;
  };
}
