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
  /** GET of a file, as it is stored. */
  download(path: string, query?: Query): Promise<Blob>;
  /** An answer that goes on, taken up after the last event seen. */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
  post<Body>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Body>;
  /** POST of a file as it is. */
  upload<Body>(path: string, query: Query, file: Blob): Promise<Body>;
}
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** As whom a client speaks: the bearer of a token, or the person whose session the browser's cookie names. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  /** `csrfToken`: as /api/me tells it, sent with everything that changes something. */
  | { readonly kind: 'session'; readonly csrfToken: string };

/** Speaks to the API. `onRefused` is called when the token or session is not (or no longer) known. */
export function makeApiClient(options: {
  readonly credentials: Credentials;
  readonly onRefused: () => void;
}): ApiClient {
  const { credentials, onRefused } = options;
  async function request(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (credentials.kind === 'token') headers.set('Authorization', `Bearer ${credentials.token}`);
    else if (init.method === 'POST') headers.set('X-CSRF-Token', credentials.csrfToken);
    // A token is all there is to it: a cookie that lies about from somebody's session does not come along.
    const response = await fetch(path, {
      ...init,
      headers,
      credentials: credentials.kind === 'token' ? 'omit' : 'same-origin',
    });
    // There, 401 means a wrong current password.
    if (response.status === 401 && path !== '/api/me/password') onRefused();
    return response;
  }
  const send = async <Body>(path: string, init: RequestInit) =>
    readJson<Body>(path, await request(path, init));
  return {
    stream: async (path, lastEventId, signal) => {
      const headers = new Headers(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId });
      const response = await request(path, { headers, signal });
      if (!response.ok) throw new ApiError(response.status, 'stream', response.statusText);
      return response;
    },
    get: (path, query = {}, signal) =>
      send(`${path}${toSearch(query)}`, { method: 'GET', ...(signal && { signal }) }),
    download: async (path, query = {}) => {
      const response = await request(`${path}${toSearch(query)}`, { method: 'GET' });
      if (!response.ok) await readJson(path, response);
      return response.blob();
    },
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    upload: (path, query, file) =>
      send(`${path}${toSearch(query)}`, {
        method: 'POST',
        headers: { 'Content-Type': file.type || 'application/octet-stream' },
        body: file,
      }),
  };
}

/** The body of an answer. @throws ApiError when it is a refusal */
export async function readJson<Body>(path: string, response: Response): Promise<Body> {
  const body = parse(await response.text());
  if (response.ok || isReadiness(path, body)) return body as Body;
  const { code, message } = errorOf(body);
  throw new ApiError(response.status, code, message || `${response.status} ${response.statusText}`);
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
