import { followEvents, type FollowOptions } from './follow-events.js';
import { OPERATIONS, type Operations, type RawBody, type Schemas } from './operations.js';
import { type ClientOptions, makeTransport, type Query } from './transport.js';

type Name = keyof Operations;
export type InputOf<Operation extends Name> = Operations[Operation]['input'] & {
  readonly signal?: AbortSignal | undefined;
};
/** What a list may be asked by. */
export type QueryOf<Operation extends Name> = NonNullable<
  Operations[Operation]['input'] extends { query?: infer Asked } ? Asked : never
>;
export type AnswerOf<Operation extends Name> = Operations[Operation]['answer'];

/** Lists that come in pages. */
export type PagedName = {
  [Operation in Name]: AnswerOf<Operation> extends { items: unknown[]; nextCursor: string | null }
    ? Operation
    : never;
}[Name];
export type ItemOf<Operation extends PagedName> =
  AnswerOf<Operation> extends { items: (infer Item)[] } ? Item : never;

/** Of an operation that needs no input, it may be left out. */
type Arguments<Operation extends Name> =
  Record<never, never> extends Operations[Operation]['input']
    ? [input?: InputOf<Operation>]
    : [input: InputOf<Operation>];

/** One method an operation of the API, by its `operationId`: `client.getAlert({ params: { id } })`. */
export type ClientMethods = {
  readonly [Operation in Name]: (...input: Arguments<Operation>) => Promise<AnswerOf<Operation>>;
};

/** A change of an alert, as the stream tells it. */
export interface AlertChangeEvent {
  /** `ready`: from here on nothing is missed; `reset`: too much was missed, read the list anew; `alert`: one has changed. */
  readonly event: string;
  readonly id: string | undefined;
  /** Of `alert` events. */
  readonly data: { readonly alert: Schemas['Alert']; readonly changes: Schemas['Alert']['history'] };
}

export interface Client extends ClientMethods {
  /** All items of a list, page after page, from the first that `query` asks for. */
  each<Operation extends PagedName>(
    operation: Operation,
    input?: InputOf<Operation>,
  ): AsyncGenerator<ItemOf<Operation>, void, undefined>;
  /** Alerts as they change, taken up again whenever the stream breaks. */
  followAlerts(options?: FollowOptions): AsyncGenerator<AlertChangeEvent, void, undefined>;
}

/** What any input may hold; `Operations` says which of it. */
interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly raw?: { readonly contentType: string; readonly body: unknown };
  /** The version that was read: refused when there is a newer one. */
  readonly version?: number | undefined;
  /** Made up here when absent. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The API as typed functions, for Node and browsers. Refusals are thrown as `ApiError`. What may be repeated is, when the service is
 * busy: reading, and steps that carry an Idempotency-Key, which is made up for each call.
 */
export function makeClient(options: ClientOptions = {}): Client {
  const transport = makeTransport(options);

  async function call(name: Name, input: AnyInput = {}): Promise<unknown> {
    const operation: OperationPlace = OPERATIONS[name];
    const { method, path, open: isOpen, answers } = operation;
    const { query, body, raw, signal } = input;
    const headers = headersOf(operation, input);
    const response = await transport.send(method, fillIn(path, input.params), {
      query,
      headers,
      signal,
      isOpen,
      answers,
      // There, 401 means a wrong current password.
      keepsSession: name === 'changePassword',
      // A browser goes to that page with nothing but a cookie.
      setsCookie: name === 'openQueueBoard',
      ...(body !== undefined && { json: body }),
      ...(raw && { raw: { contentType: raw.contentType, body: toBody(raw.body) } }),
      ...('Idempotency-Key' in headers && { isRepeatable: true }),
    });
    const answer = await readAnswer(response);
    if (name === 'signIn' || name === 'getMe')
      transport.keepCsrfToken((answer as Schemas['Me']).csrfToken);
    return answer;
  }

  const methods = Object.fromEntries(
    (Object.keys(OPERATIONS) as Name[]).map((name) => [name, (input?: AnyInput) => call(name, input)]),
  ) as unknown as ClientMethods;

  return {
    ...methods,
    async *each(operation, input) {
      const given = (input ?? {}) as AnyInput;
      let cursor = given.query?.['cursor'] as string | null | undefined;
      do {
        const query: Query = { ...given.query, cursor: cursor ?? undefined };
        const page = (await call(operation, { ...given, query })) as {
          items: ItemOf<typeof operation>[];
          nextCursor: string | null;
        };
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== null);
    },
    followAlerts: (follow) =>
      followEvents(transport, OPERATIONS.streamAlerts.path, follow) as AsyncGenerator<AlertChangeEvent, void, undefined>,
  };
} // prettier-ignore

interface OperationPlace {
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  readonly open?: true;
  readonly headers?: readonly string[];
  readonly answers?: readonly number[];
}

function headersOf({ headers = [] }: OperationPlace, { version, key }: AnyInput): Record<string, string> {
  return {
    ...(headers.includes('If-Match') && version !== undefined && { 'If-Match': `"${version}"` }),
    ...(headers.includes('Idempotency-Key') && { 'Idempotency-Key': key ?? makeKey() }),
  };
}

/** A name that nothing else has. `crypto.randomUUID` is not there on pages without TLS. */
export function makeKey(): string {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fillIn(path: string, params: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function toBody(body: unknown): RawBody {
  return typeof body === 'string' || body instanceof Blob || body instanceof Uint8Array
    ? (body as RawBody)
    : JSON.stringify(body);
}

/** JSON, text, or a file, as the answer says it is. */
async function readAnswer(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (/^application\/json\b/.test(type)) return response.json();
  return /^text\//.test(type) ? response.text() : response.blob();
}
