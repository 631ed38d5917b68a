/** How often a failed chunk is tried, and how long between two tries. */
export interface RetryPolicy {
  /** All tries, the first one included. */
  readonly attempts: number;
  /** Wait after the first failure, ms; doubled after each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** About 15 seconds of trying; after that the reconciler takes over. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, firstDelayMs: 1_000, maxDelayMs: 30_000 };

/**
 * Exponential backoff with jitter: between half of the doubled delay and all of it, so that chunks that
 * failed together (a store went away) do not come back together.
 *
 * @param attemptsMade tries that have failed so far, 1 after the first
 * @param random in [0, 1)
 * @returns ms to wait, or -1 when the tries are used up
 */
export function retryDelay(policy: RetryPolicy, attemptsMade: number, random: () => number): number {
  if (attemptsMade >= policy.attempts) return -1;
  const full = Math.min(policy.firstDelayMs * 2 ** (attemptsMade - 1), policy.maxDelayMs);
  return Math.round(full / 2 + (random() * full) / 2);
}
