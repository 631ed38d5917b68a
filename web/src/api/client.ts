/** The typed client of the API, as the console uses it. All that the console knows of the service comes in here. */
import { ApiError } from '../../../src/client/api-error.js';
import { type Client, makeClient } from '../../../src/client/make-client.js';

export { ApiError };
export type { AnswerOf, Client, InputOf, ItemOf, PagedName } from '../../../src/client/make-client.js';
export type { Operations, Schemas } from '../../../src/client/operations.js';

/**
 * The API as the bearer of a token, or as the person whose session the browser's cookie names. `onRefused` is called when that is not
 * (or no longer) known. Nothing is sent again by itself: what is read is asked for again by its query, the rest by the person.
 */
export function makeConsoleClient(options: {
  readonly token?: string | undefined;
  readonly onRefused: () => void;
}): Client {
  const { token, onRefused } = options;
  return makeClient({ ...(token !== undefined && { token }), onUnauthorized: onRefused, retries: 0 });
}

/** Whether no answer came: there is no network, or no service. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.status === 0;
}

/** What a filter in the address names: `open,closed`. The service says so where it knows no such thing. */
export function listed<Value extends string>(text: string): readonly Value[] | undefined {
  return text === '' ? undefined : (text.split(',') as Value[]);
}
