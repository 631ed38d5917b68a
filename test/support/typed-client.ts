import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { ApiError } from '../../src/client/api-error.js';
import { type Client, makeClient } from '../../src/client/make-client.js';
import type { Person } from './people.js';

export type { Client } from '../../src/client/make-client.js';

/** What became of a call: the answer, or the refusal as its body says it. */
export type Outcome<Answer> =
  | { readonly ok: true; readonly status: number; readonly body: Answer }
  | { readonly ok: false; readonly status: number; readonly body: { readonly error: Refusal } };
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

/** What came back over the wire, for tests that look at more than the client tells. */
export interface Answered {
  /** In small letters. */
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** Of JSON and text; empty of files and streams. */
  readonly text: string;
}

/** An application on a port, asked by the typed client as programs ask it. */
export interface Clients {
  readonly baseUrl: string;
  /** The answer that came last, of whomever. */
  last(): Answered;
  /** A person with a session, or a token. What is refused is thrown as ApiError. */
  as(who: Person | string): Client;
  /** Somebody who has not signed in yet, and can. */
  anonymous(): Client;
  close(): Promise<void>;
}

/** @param observe throws at an answer that is not as it should be */
export async function openClients(app: Express, observe?: (answered: Answered) => void): Promise<Clients> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let last: Answered | undefined;
  const ask = (cookie?: string) => async (url: string | URL | Request, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    if (cookie !== undefined) headers.set('Cookie', cookie);
    const answer = await fetch(url, { ...init, headers });
    const { status } = answer;
    const type = answer.headers.get('content-type') ?? '';
    const text = /^(application\/json|text\/(?!event-stream))/.test(type) ? await answer.clone().text() : '';
    const method = (init?.method ?? 'get').toLowerCase();
    last = { method, path: new URL(answer.url).pathname, status, headers: answer.headers, text };
    observe?.(last);
    return answer;
  };
  return {
    baseUrl,
    last() {
      if (!last) throw new Error('Nothing was asked.');
      return last;
    },
    as: (who) =>
      makeClient({
        baseUrl,
        retries: 0,
        ...(typeof who === 'string' ? { token: who, fetch: ask() } : { fetch: ask(who.cookie) }),
      }),
    anonymous: () => makeClient({ baseUrl, retries: 0, fetch: ask() }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The refusal a call is expected to end with. */
export async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => asRefusal(error),
  );
  if (!outcome) throw new Error('It was not refused.');
  return outcome;
}

/** Whatever else went wrong, a fault that the test found in the answer as well, is thrown. */
function asRefusal(error: unknown): ApiError {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 0) throw error.cause;
  return error;
}

/** For tests that look at refusals: the answer, or the refusal in place of it. */
export async function outcomeOf<Answer>(call: Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return { ok: true, status: 200, body: await call };
  } catch (error) {
    const { status, code, message, details } = asRefusal(error);
    return { ok: false, status, body: { error: { code, message, details } } };
  }
}

/** The statuses that calls are refused with; 200 = not refused. */
export async function statusesOf(...calls: readonly Promise<unknown>[]): Promise<number[]> {
  return (await Promise.all(calls.map(outcomeOf))).map(({ status }) => status);
}
