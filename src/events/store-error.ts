import { isNativeError } from 'node:util/types';
import { AppError, StoreUnavailableError } from '../errors.js';

/** Server errors that say "not now": shutting down, stepping down, out of disk, interrupted. */
const TRANSIENT_CODES = new Set([
  6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031,
]);

/** What to throw for an error of the MongoDB driver: `StoreUnavailableError` when trying again later can help, else the error itself. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof AppError || !isNativeError(error)) return error;
  return isUnavailable(error) || isUnavailable(insideOf(error))
    ? new StoreUnavailableError(undefined, { cause: error })
    : error;
}

/** A bulk write whose connection broke throws its own error, with that of the connection inside. */
function insideOf(error: Error & { errorResponse?: unknown }): Error {
  return error.name === 'MongoBulkWriteError' && isNativeError(error.errorResponse)
    ? error.errorResponse
    : error;
}

function isUnavailable(error: Error & { code?: unknown; syscall?: unknown }): boolean {
  // The driver passes on as it is what a socket says that breaks while it is written to.
  if (typeof error.code === 'string' && /^(read|write|connect)$/.test(String(error.syscall))) return true;
  // Names instead of classes: two copies of the driver in one tree would defeat instanceof.
  if (
    /^PoolCleared|^Mongo(ose)?(Network|ServerSelection|NotConnected|Topology|Pool|WriteConcern|WaitQueue|OperationTimeout|ClientClosed|ServerClosed|Buffer)/.test(
      error.name,
    )
  ) {
    return true;
  }
  if (error.name === 'MongooseError') {
    return /buffering timed out|before initial connection|bufferCommands = false|not connected|disconnected/i.test(
      error.message,
    );
  }
  return error.name.startsWith('Mongo') && typeof error.code === 'number' && TRANSIENT_CODES.has(error.code);
}

/** Wraps every method of a store so that it throws `asStoreError`'s errors. */
export function withStoreErrors<Store extends object>(store: Store): Store {
  const entries = Object.entries(store as Record<string, (...args: unknown[]) => Promise<unknown>>);
  return Object.fromEntries(
    entries.map(([name, method]) => [
      name,
      async (...args: unknown[]) => {
        try {
          return await method(...args);
        } catch (error) {
          throw asStoreError(error);
        }
      },
    ]),
  ) as Store;
}
