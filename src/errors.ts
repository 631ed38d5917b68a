import type { JsonValue } from './json.js';

/** One thing wrong with an input: where, what, and (where the choice is small) what would be right. */
export interface FieldError {
  /** Dotted path from the root of the thing judged, e.g. `data.operator.id` or `data.documents[2]`; empty = the thing itself. */
  readonly path: string;
  readonly message: string;
  readonly allowed?: readonly string[];
}

/** What an `AppError` may carry beside its message. */
export interface AppErrorOptions {
  /** Machine-readable extra facts for the answer's `details`. Never secrets. */
  readonly details?: JsonValue;
  readonly cause?: unknown;
}

/**
 * An error whose message may be shown to the caller: it says what, where and what is allowed. Everything
 * else that is thrown is a bug and is answered with a bare 500.
 */
export class AppError extends Error {
  /** Stable, for programs: `invalid_request`, `not_found` … */
  readonly code: string;
  /** HTTP status to answer with. */
  readonly status: number;
  readonly details?: JsonValue;

  constructor(code: string, status: number, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    if (options.details !== undefined) this.details = options.details;
  }
}

/** 400: the request cannot be understood. `fields` become `details`. */
export class InvalidRequestError extends AppError {
  constructor(message: string, options: AppErrorOptions & { readonly fields?: readonly FieldError[] } = {}) {
    const { fields, ...rest } = options;
    super('invalid_request', 400, message, fields ? { ...rest, details: fieldDetails(fields) } : rest);
  }
}

/** 401: no token, or one we do not know. */
export class UnauthorizedError extends AppError {
  constructor(message = 'Send a valid token: Authorization: Bearer <token>.', options: AppErrorOptions = {}) {
    super('unauthorized', 401, message, options);
  }
}

/** 403: a known token that may not do this. */
export class ForbiddenError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('forbidden', 403, message, options);
  }
}

/** 404: no such thing. */
export class NotFoundError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('not_found', 404, message, options);
  }
}

/** 409: it contradicts what is stored. */
export class ConflictError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('conflict', 409, message, options);
  }
}

/** 412: it was changed since the one who asks read it (`If-Match`). */
export class ChangedMeanwhileError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('changed_meanwhile', 412, message, options);
  }
}

/** 413: more bytes or more items than one request may carry. */
export class TooLargeError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('too_large', 413, message, options);
  }
}

/** 415: a content type, charset or content encoding that is not accepted. */
export class UnsupportedMediaTypeError extends AppError {
  constructor(message: string, options: AppErrorOptions & { readonly allowed?: readonly string[] } = {}) {
    const { allowed, ...rest } = options;
    super(
      'unsupported_media_type',
      415,
      message,
      allowed ? { ...rest, details: { allowed: [...allowed] } } : rest,
    );
  }
}

/** 429: too many requests; `retryAfterSeconds` goes into Retry-After. */
export class TooManyRequestsError extends AppError {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number, options: AppErrorOptions = {}) {
    super('too_many_requests', 429, message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 503: MongoDB cannot be reached or did not confirm; nothing was promised, send it again after `retryAfterSeconds`. */
export class StoreUnavailableError extends AppError {
  readonly retryAfterSeconds: number;

  constructor(
    message = 'The event store cannot be reached; nothing was stored. Send the same request again later.',
    options: AppErrorOptions & { readonly retryAfterSeconds?: number } = {},
  ) {
    const { retryAfterSeconds = 5, ...rest } = options;
    super('store_unavailable', 503, message, rest);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

function fieldDetails(fields: readonly FieldError[]): JsonValue {
  return fields.map(({ path, message, allowed }) =>
    allowed ? { path, message, allowed: [...allowed] } : { path, message },
  );
}
