/** A refusal of the service, with the words it gave. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

export interface ApiClient {
  /** GET; parameters that are undefined or empty are left out. */
  get<Body>(path: string, query?: Query, signal?: AbortSignal): Promise<Body>;
  /** An answer that goes on, taken up after the last event seen. */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
  post<Body>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Body>;
}
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Speaks to the API as the bearer of a token. `onRefused` is called when the token is not (or no longer) known. */
export function makeApiClient(options: {
  readonly token: string;
  readonly onRefused: () => void;
}): ApiClient {
  async function send<Body>(path: string, init: RequestInit): Promise<Body> {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${options.token}`);
    const response = await fetch(path, { ...init, headers });
    const text = await response.text();
    const body = parse(text);
    if (response.ok || isReadiness(path, body)) return body as Body;
    if (response.status === 401) options.onRefused();
    const { code, message } = errorOf(body);
    throw new ApiError(response.status, code, message || `${response.status} ${response.statusText}`);
  }
  return {
    stream: async (path, lastEventId, signal) => {
      const headers = new Headers({ Authorization: `Bearer ${options.token}` });
      if (lastEventId !== undefined) headers.set('Last-Event-ID', lastEventId);
      const response = await fetch(path, { headers, signal });
      if (response.status === 401) options.onRefused();
      if (!response.ok) throw new ApiError(response.status, 'stream', response.statusText);
      return response;
    },
    get: (path, query = {}, signal) =>
      send(`${path}${toSearch(query)}`, { method: 'GET', ...(signal && { signal }) }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

function toSearch(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (text !== undefined && text !== '') search.set(key, String(text));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A service that is not ready answers 503, and says in the same words what is wrong. */
function isReadiness(path: string, body: unknown): boolean {
  return path === '/readyz' && typeof body === 'object' && body !== null && 'checks' in body;
}

function errorOf(body: unknown): { code: string; message: string } {
  const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
  return { code: error?.code ?? 'unknown', message: error?.message ?? '' };
}
