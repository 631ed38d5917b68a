import type { RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Authenticate } from '../access/make-authenticate.js';
import type { Principal } from '../access/principal.js';
import { isCsrfToken, type Sessions } from '../access/make-sessions.js';
import type { Session } from '../access/session-store.js';
import { ForbiddenError, TooManyRequestsError, UnauthorizedError } from '../errors.js';
import { readSessionCookie } from './session-cookie.js';

const MINUTE_MS = 60_000;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Finds out who asks: by `Authorization: Bearer`, else by the session cookie. With a cookie, whatever changes something
 * must bring the session's token, which no other site can read. Wrong tokens are counted by address, so that guessing
 * is slowed down; a right token from the same address is never held up by them.
 */
export function authenticateRequest({
  authenticate,
  sessions,
  badTokensPerMinute = 60,
}: AuthenticateOptions): RequestHandler {
  const countBadToken = limitByAddress(
    badTokensPerMinute,
    'Too many requests with a wrong token from this address.',
  );
  return async (req, res, next) => {
    const token = /^Bearer +([^\s]+) *$/i.exec(req.headers.authorization ?? '')?.[1];
    const secret = req.headers.authorization === undefined ? readSessionCookie(req.headers) : undefined;
    if (token !== undefined) res.locals['principal'] = await authenticate(token);
    else if (secret !== undefined) {
      const found = await sessions.find(secret);
      const csrfToken = req.headers['x-csrf-token'];
      if (found && !SAFE.has(req.method) && !isCsrfToken(found.session, String(csrfToken ?? '')))
        throw new ForbiddenError('Send the csrfToken of your session (GET /api/me) in X-CSRF-Token.');
      res.locals['principal'] = found?.principal;
      res.locals['session'] = found?.session;
    }
    if (res.locals['principal']) {
      next();
      return;
    }
    await countBadToken(req, res, (error?: unknown) => next(error ?? new UnauthorizedError()));
  };
}

export interface AuthenticateOptions {
  readonly authenticate: Authenticate;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly badTokensPerMinute?: number | undefined;
}

/** So many requests a minute from one address. */
export function limitByAddress(limit: number, message: string): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ''),
    legacyHeaders: false,
    standardHeaders: false,
    validate: false,
    handler: (_req, _res, next) => next(new TooManyRequestsError(message, 60)),
  });
}

/** Who asks; only behind `authenticateRequest`. */
export function principalOf(res: Response): Principal {
  const principal = res.locals['principal'] as Principal | undefined;
  if (!principal) throw new Error('The request was not authenticated.');
  return principal;
}

/** The session asked with; undefined for tokens and on public routes. */
export function sessionOf(res: Response): Session | undefined {
  return res.locals['session'] as Session | undefined;
}

/** So many requests a minute for each token; more are answered 429 with Retry-After. */
export function limitRequests(requestsPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: requestsPerMinute,
    keyGenerator: (_req, res) => principalOf(res).tokenId,
    legacyHeaders: false,
    standardHeaders: 'draft-7',
    validate: false,
    handler: (req, _res, next) => {
      const resetTime = (req as { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime;
      const seconds = resetTime ? Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1000)) : 60;
      next(
        new TooManyRequestsError(
          `More than ${requestsPerMinute} requests in a minute with this token.`,
          seconds,
        ),
      );
    },
  });
}
