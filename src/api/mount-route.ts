import { z } from 'zod';
import { type Express, type RequestHandler, raw, type Request, type Response } from 'express';
import { forRoles, hasRole } from '../access/principal.js';
import { AppError, ForbiddenError, InvalidRequestError, UnsupportedMediaTypeError } from '../errors.js';
import { principalOf, sessionOf } from './authenticate-request.js';
import { maskPersonalData } from './mask-personal-data.js';
import { readQuery } from './read-query.js';
import { requestIdOf } from './request-id.js';
import type { ApiRoute, FileReply, Reply, RouteInput, StreamReply } from './route.js';
import { validateInput } from './validate-input.js';

const NO_QUERY = z.strictObject({});

/** Registers a route: role, then body size, then input, then the handler; the answer is masked unless it may not be. */
export function mountRoute(app: Express, route: ApiRoute, bodyBytes: number): void {
  const takesBody = route.body !== undefined || route.rawBody !== undefined;
  const readBody = takesBody ? [raw({ type: () => true, limit: bodyBytes, inflate: true })] : [];
  app[route.method](
    toExpressPath(route.path),
    nameRoute(route),
    allowRoles(route),
    ...readBody,
    answer(route),
  );
}

/** Answers any other method on the paths of these routes. Mount it behind them. */
export function mountMethodNotAllowed(app: Express, routes: readonly ApiRoute[]): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : ['POST'])).join(', ');
    app.all(toExpressPath(path), (req, res) => {
      res.set('Allow', allow);
      throw new AppError(
        'method_not_allowed',
        405,
        `${req.method} is not possible here; allowed are ${allow}.`,
      );
    });
  }
}

function toExpressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function nameRoute(route: ApiRoute): RequestHandler {
  return (_req, res, next) => {
    res.locals['route'] = route.path;
    next();
  };
}

function allowRoles({ roles, method, path, beforePasswordChange }: ApiRoute): RequestHandler {
  return (_req, res, next) => {
    if (roles !== 'public' && !beforePasswordChange && principalOf(res).mustChangePassword)
      throw new AppError(
        'password_change_needed',
        403,
        'Your password was made by an admin. Set one of your own first: POST /api/me/password.',
      );
    if (typeof roles !== 'string' && !hasRole(principalOf(res), roles)) {
      const needed = [...new Set(['admin', ...roles])].join(', ');
      throw new ForbiddenError(
        `${method.toUpperCase()} ${path} needs one of the roles ${needed}; this token has ${principalOf(res).roles.join(', ')}.`,
      );
    }
    next();
  };
}

function answer(route: ApiRoute): RequestHandler {
  return async (req, res) => {
    const reply = await route.handle(readInput(route, req, res) as RouteInput<never, never, never>);
    if ('stream' in reply) return answerStream(reply, res);
    if (reply.headers) res.set(reply.headers);
    res.status(reply.status ?? 200);
    if ('file' in reply) sendFile(res, reply);
    else if ('text' in reply) res.type(reply.type).send(reply.text);
    else res.json(mayShowAll(route, reply) ? reply.json : maskPersonalData(reply.json));
  };
}

/** What fails after the headers are out breaks the connection off; the reader comes back. */
async function answerStream({ type, stream }: StreamReply, res: Response): Promise<void> {
  // No proxy may hold it back until it is full.
  res.set({ 'Content-Type': type, 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
  await stream(res);
}

/** To be saved, under a name that any client reads; nothing in it may run. */
function sendFile(res: Response, { file, fileName, type }: FileReply): void {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]/g, '_');
  res
    .set(
      'Content-Disposition',
      `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    )
    .set('Content-Security-Policy', "default-src 'none'; sandbox")
    .type(type)
    .send(file);
}

function mayShowAll({ masked }: ApiRoute, reply: Reply): boolean {
  return masked === false || ('unmasked' in reply && reply.unmasked === true);
}

function readInput(route: ApiRoute, req: Request, res: Response): RouteInput {
  const rawBody = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  return {
    params: route.params && validateInput(route.params, req.params, 'path parameter'),
    query: route.hidden ? undefined : readRouteQuery(route, req.originalUrl),
    body: route.body && validateInput(route.body, parseJsonBody(req, rawBody), 'body'),
    rawBody,
    headers: req.headers,
    get principal() {
      const principal = principalOf(res);
      return typeof route.roles === 'string' ? principal : forRoles(principal, route.roles);
    },
    session: sessionOf(res),
    requestId: requestIdOf(res),
    secure: req.secure,
  };
}

/** A route without query parameters takes none, rather than leave a filter that was meant unheeded. */
function readRouteQuery({ query }: ApiRoute, url: string): unknown {
  return validateInput(query ?? NO_QUERY, readQuery(url), 'query parameter');
}

function parseJsonBody(req: Request, body: Buffer): unknown {
  if (!req.is('application/json'))
    throw new UnsupportedMediaTypeError('Send the body as application/json.', {
      allowed: ['application/json'],
    });
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (cause) {
    throw new InvalidRequestError('The body is not valid JSON.', { cause });
  }
}
