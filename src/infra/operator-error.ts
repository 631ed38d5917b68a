/**
 * Something the person who runs the service has to put right: a setting, a missing program, a store that
 * does not answer. The message says what is wrong and what to do; entries print it without a stack and
 * exit 1. The technical reason is in `cause`.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
