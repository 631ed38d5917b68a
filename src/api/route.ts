import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import type { z } from 'zod';
import type { Principal, Role } from '../access/principal.js';
import type { Session } from '../access/session-store.js';

/** What a handler is given: input that has been validated, and who asks. */
export interface RouteInput<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body as sent; empty unless the route takes one. */
  readonly rawBody: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Nobody on public routes, which do not look at it. */
  readonly principal: Principal;
  /** The session asked with; absent for tokens. */
  readonly session: Session | undefined;
  /** `X-Request-Id` of the answer. */
  readonly requestId: string;
  /** Asked over TLS, also when a trusted proxy ends it. */
  readonly secure: boolean;
}

/** Headers of an answer; a list is sent as several headers of that name. */
export type ReplyHeaders = Readonly<Record<string, string | string[]>>;

/** What a handler answers. */
export type Reply = JsonReply | TextReply | FileReply | StreamReply;
export interface JsonReply {
  readonly status?: number;
  readonly headers?: ReplyHeaders;
  readonly json: unknown;
  /** Send personal data as it is; only `unmaskFor` may decide that. */
  readonly unmasked?: boolean;
}
export interface TextReply {
  readonly status?: number;
  readonly headers?: ReplyHeaders;
  readonly text: string;
  /** Content type. */
  readonly type: string;
}

/** An answer that goes on until its reader leaves. */
export interface StreamReply {
  /** Content type. */
  readonly type: string;
  /** Writes to the answer and resolves when it is over; rejects only for faults of ours. */
  readonly stream: (to: Writable) => Promise<void>;
}

/** A file as it was stored. It is offered for saving, never shown as a page of ours. */
export interface FileReply {
  readonly status?: number;
  readonly headers?: ReplyHeaders;
  readonly file: Buffer;
  readonly fileName: string;
  /** Content type. */
  readonly type: string;
}

export interface ResponseSpec {
  readonly description: string;
  /** Absent for answers that are no JSON. */
  readonly schema?: z.ZodType;
  /** Content type of an answer that is no JSON. */
  readonly type?: string;
}

/** How far what a route shows or changes goes for those whose role holds in some units only. */
export const ROUTE_SCOPES = {
  object: 'One thing of an org unit. Outside the units where the role holds it does not exist.',
  list: 'Things of the units where the role holds, and of no other.',
  everything: 'Needs the role for all org units.',
  source: 'Events of the token’s own sources, whatever their unit.',
  same: 'The same for everybody with the role.',
  self: 'About the one who asks.',
} as const;
export type RouteScope = keyof typeof ROUTE_SCOPES;

/** One route: the single source of what is registered, validated and documented. */
export interface ApiRoute {
  readonly method: 'get' | 'post';
  /** Full path in OpenAPI's notation, `/api/alerts/{id}`. */
  readonly path: string;
  /** Name of the operation, unique. */
  readonly name: string;
  /** Section of the document. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may; `admin` always may. `public` needs no token or session, `anyone` any of them. */
  readonly roles: readonly Role[] | 'public' | 'anyone';
  /** Required unless `public`: docs/access.md is written from it, and a test holds the route to it. */
  readonly scope?: RouteScope;
  /** Open to people who still have to set a password of their own. */
  readonly beforePasswordChange?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers the handler reads, see if-match.ts; for the document and the client. */
  readonly headers?: readonly ('If-Match' | 'Idempotency-Key')[];
  /** JSON body. */
  readonly body?: z.ZodType;
  /** The handler reads `rawBody` itself: the schema of each content type, for the document only. */
  readonly rawBody?: Readonly<Record<string, z.ZodType>>;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** False only where an answer is made of our own words: rules, health. Default true. */
  readonly masked?: boolean;
  /** A page or asset for browsers, left out of the document. */
  readonly hidden?: boolean;
  handle(input: RouteInput<never, never, never>): Promise<Reply> | Reply;
}

type Output<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Writes a route down, with the handler's input typed by its schemas. */
export function defineRoute<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  route: Omit<ApiRoute, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    handle(input: RouteInput<Output<Params>, Output<Query>, Output<Body>>): Promise<Reply> | Reply;
  },
): ApiRoute {
  return route as ApiRoute;
}
