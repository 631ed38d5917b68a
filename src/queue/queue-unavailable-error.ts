import { AppError } from '../errors.js';

/** Redis cannot be reached or does not answer. What was to be queued is still in the inbox; the reconciler brings it back. */
export class QueueUnavailableError extends AppError {
  /** @param doing what was tried, e.g. `enqueue 500 event keys` */
  constructor(doing: string, cause?: unknown) {
    super(
      'queue_unavailable',
      503,
      `Redis cannot be reached or does not answer, so we could not ${doing}. Check REDIS_URL and that the server runs.`,
      { cause },
    );
  }
}
