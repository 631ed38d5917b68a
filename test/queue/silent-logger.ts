import type { QueueLogger } from '../../src/queue/log-rarely.js';

/** For tests in which errors are provoked. */
export const silentLogger: QueueLogger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
