import { ApiError, toApiError } from './api-error.js';
import type { RawBody } from './operations.js';

export interface ClientOptions {
  /** Address of the service without a slash at its end; empty = where the page came from. */
  readonly baseUrl?: string;
  /** A bearer token. Without one, a session is used: `signIn`, or the cookie that the browser has. */
  readonly token?: string;
  /** Default: the one of the platform. */
  readonly fetch?: typeof fetch;
  /** Called when an answer is 401: the token or session is not (or no longer) known. */
  readonly onUnauthorized?: () => void;
  /** How often what may safely be sent again is, after 429, 503 or no answer. Default 2. */
  readonly retries?: number;
  /** Waits before a retry. Default: `setTimeout`. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface RequestOptions {
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: { readonly contentType: string; readonly body: RawBody } | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** May be sent again; default: GET may, the rest may not. */
  readonly isRepeatable?: boolean | undefined;
  /** Needs neither token nor session. */
  readonly isOpen?: boolean | undefined;
  /** Statuses beside 2xx that are answers, too. */
  readonly answers?: readonly number[] | undefined;
  /** 401 says something about what was sent, not about who sends it. */
  readonly keepsSession?: boolean | undefined;
  /** The answer brings a cookie that a browser is to keep, though a token asks. */
  readonly setsCookie?: boolean | undefined;
}
export type QueryValue = string | number | boolean | readonly (string | number)[] | null | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

const SESSION_COOKIE = 'yxrisk_session';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Requests as this service wants them: who asks, the token against forged requests, what to do when it is busy. */
export interface Transport {
  /** @throws ApiError for anything but a 2xx and what `answers` names */
  send(method: 'get' | 'post' | 'put', path: string, options?: RequestOptions): Promise<Response>;
  /** Sent with whatever changes something; answers of `/api/session` and `/api/me` tell it. */
  keepCsrfToken(token: string | null): void;
}

export function makeTransport(options: ClientOptions = {}): Transport {
  const { baseUrl = '', token, onUnauthorized, retries = 2, sleep = pause } = options;
  const ask = options.fetch ?? ((input: string, init: RequestInit) => fetch(input, init));
  let csrfToken: string | undefined;
  /** Outside of browsers, which keep it themselves and show it to nobody. */
  let cookie: string | undefined;

  async function once(method: string, path: string, request: RequestOptions): Promise<Response> {
    const { json, raw, signal } = request;
    const headers = new Headers(request.headers);
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    else if (cookie !== undefined) headers.set('Cookie', `${SESSION_COOKIE}=${cookie}`);
    if (method !== 'get' && token === undefined && request.isOpen !== true)
      headers.set('X-CSRF-Token', (csrfToken ??= await loadCsrfToken(signal)));
    if (json !== undefined) headers.set('Content-Type', 'application/json');
    if (raw) headers.set('Content-Type', raw.contentType);
    const body = json === undefined ? raw?.body : JSON.stringify(json);
    let response: Response;
    try {
      response = await ask(`${baseUrl}${path}${toSearch(request.query)}`, {
        method: method.toUpperCase(),
        headers,
        // A token is all there is to it: a cookie that lies about from somebody's session does not come along, and none is kept unless it is asked for.
        credentials: token === undefined || request.setsCookie === true ? 'same-origin' : 'omit',
        redirect: 'error',
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new ApiError(0, 'unreachable', 'The service does not answer.', { cause });
    }
    keepCookie(response);
    if (response.ok || request.answers?.includes(response.status)) return response;
    if (response.status === 401 && request.isOpen !== true && request.keepsSession !== true)
      onUnauthorized?.();
    throw await toApiError(response);
  }

  /** After a page was loaded anew there is a session, but nobody knows its token yet. */
  async function loadCsrfToken(signal: AbortSignal | undefined): Promise<string> {
    const response = await once('get', '/api/me', { signal });
    return ((await response.json()) as { csrfToken: string | null }).csrfToken ?? '';
  }

  function keepCookie({ headers }: Response): void {
    // Browsers hide this header; then there is nothing to keep.
    for (const line of headers.getSetCookie?.() ?? []) {
      const [name, value = ''] = (line.split(';', 1)[0] ?? '').split('=', 2);
      if (name === SESSION_COOKIE) cookie = value === '' ? undefined : value;
    }
  }

  return {
    async send(method, path, request = {}) {
      const mayRepeat = request.isRepeatable ?? method === 'get';
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await once(method, path, request);
        } catch (error) {
          const wait = mayRepeat && attempt < retries ? waitBefore(error, attempt) : undefined;
          if (wait === undefined) throw error;
          await sleep(wait, request.signal);
        }
      }
    },
    keepCsrfToken(given) {
      csrfToken = given ?? undefined;
    },
  };
}

/** Lists as `a,b`; what is undefined, null or empty is left out. */
export function toSearch(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    if (text !== '') search.set(name, text);
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** How long to wait before trying again; undefined = trying again does not help. */
function waitBefore(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof ApiError) || ![0, 429, 503].includes(error.status)) return undefined;
  const told = (error.retryAfterSeconds ?? 0) * 1000;
  return Math.min(Math.max(told, FIRST_WAIT_MS * 2 ** attempt), LONGEST_WAIT_MS);
}

/** Rejects at once when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', abort, { once: true });
    function done() {
      signal?.removeEventListener('abort', abort);
      resolve();
    }
    function abort() {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    }
  });
}
