import { ApiError, isUnreachable } from './client.js';

/** What is shown stays, with what was typed beside it, when the service does not answer for a while; a refusal is said always. */
export function errorToShow(error: Error | null, data: unknown): Error | null {
  const isPassing =
    isUnreachable(error) || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
  return data !== undefined && isPassing ? null : error;
}
