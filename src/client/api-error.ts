/** A request that was refused or not answered, in the words of the service. */
export class ApiError extends Error {
  /** HTTP status; 0 = no answer came. */
  readonly status: number;
  /** Stable, for programs: `invalid_request`, `conflict` …; `unreachable` when no answer came. */
  readonly code: string;
  /** For 400 each field: `[{path, message, allowed?}]`. */
  readonly details: unknown;
  /** Names the request in the log of the service. */
  readonly requestId: string | undefined;
  /** For 429 and 503: when to try again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly details?: unknown;
      readonly requestId?: string | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = more.details;
    this.requestId = more.requestId;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The error an answer stands for. */
export async function toApiError(response: Response): Promise<ApiError> {
  const body = parse(await response.text());
  const { code = 'unknown', message, details } = errorOf(body);
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return new ApiError(
    response.status,
    code,
    message ?? `The service answered ${response.status} ${response.statusText}.`,
    {
      details,
      requestId: response.headers.get('x-request-id') ?? undefined,
      retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy in between answers with a page of its own.
    return undefined;
  }
}

function errorOf(body: unknown): { code?: string; message?: string; details?: unknown } {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { error?: unknown };
  return typeof error === 'object' && error !== null ? error : {};
}
