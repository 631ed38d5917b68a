import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { AppError, InvalidRequestError, TooLargeError, UnsupportedMediaTypeError } from '../errors.js';
import { asStoreError } from '../events/store-error.js';
import { maskPersonalData } from './mask-personal-data.js';
import { requestIdOf } from './request-id.js';

/** What to tell the sender of a 503 that does not say itself when to come back. */
const RETRY_AFTER_SECONDS = 5;

/**
 * The one place where errors become answers: `{error: {code, message, details?}}`. What is not an `AppError` is a bug:
 * it is logged whole and answered with the id of the log line and nothing else.
 */
export function handleErrors(logger: Logger): ErrorRequestHandler {
  return (thrown, req, res, _next) => {
    const requestId = requestIdOf(res);
    const error = toAppError(thrown);
    if (!error || error.status >= 500)
      logger.error(
        { err: error?.cause ?? (thrown as unknown), requestId, code: error?.code },
        'request failed',
      );
    if (res.headersSent) {
      // Half an answer is worse than none: the one who asks sees that the connection broke.
      res.destroy();
      return;
    }
    const { code, status, message, details } = error ?? unexpected(requestId);
    if (status === 401) res.set('WWW-Authenticate', 'Bearer');
    if (status === 429 || status === 503) res.set('Retry-After', String(retryAfter(error)));
    res.status(status).json({
      error: maskPersonalData({ code, message, ...(details === undefined ? {} : { details }) }),
    });
  };
}

function toAppError(thrown: unknown): AppError | undefined {
  const error = asStoreError(thrown);
  if (error instanceof AppError) return error;
  const { type, limit, status } = error as { type?: unknown; limit?: unknown; status?: unknown };
  // What express and its body reader throw; their own words may hold the path or the body.
  if (type === 'entity.too.large')
    return new TooLargeError(`The body is too large; at most ${String(limit)} bytes are accepted.`, {
      cause: error,
    });
  if (type === 'encoding.unsupported')
    return new UnsupportedMediaTypeError('This content encoding is not accepted.', {
      allowed: ['identity', 'gzip', 'deflate', 'br'],
    });
  if (type === 'request.size.invalid' || type === 'request.aborted')
    return new InvalidRequestError('The body broke off.', { cause: error });
  if (error instanceof URIError)
    return new InvalidRequestError('The path holds a % that is no percent-encoding.', { cause: error });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new InvalidRequestError('The request cannot be read.', { cause: error });
  return undefined;
}

function unexpected(requestId: string): Pick<AppError, 'code' | 'status' | 'message' | 'details'> {
  return {
    code: 'internal_error',
    status: 500,
    message: `Something went wrong here. The log has the reason under request id ${requestId}.`,
    details: { requestId },
  };
}

function retryAfter(error: object | undefined): number {
  return error && 'retryAfterSeconds' in error && typeof error.retryAfterSeconds === 'number'
    ? error.retryAfterSeconds
    : RETRY_AFTER_SECONDS;
}
