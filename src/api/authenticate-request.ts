import type { RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Authenticate } from '../access/make-authenticate.js';
import type { Principal } from '../access/principal.js';
import { TooManyRequestsError, UnauthorizedError } from '../errors.js';

const MINUTE_MS = 60_000;

/**
 * Finds out who asks, by `Authorization: Bearer`. Wrong tokens are counted by address, so that guessing is slowed
 * down; a right token from the same address is never held up by them.
 */
export function authenticateRequest(authenticate: Authenticate, badTokensPerMinute = 60): RequestHandler {
  const countBadToken = rateLimit({
    windowMs: MINUTE_MS,
    limit: badTokensPerMinute,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ''),
    legacyHeaders: false,
    standardHeaders: false,
    validate: false,
    handler: (_req, _res, next) =>
      next(new TooManyRequestsError('Too many requests with a wrong token from this address.', 60)),
  });
  return async (req, res, next) => {
    const token = /^Bearer +([^\s]+) *$/i.exec(req.headers.authorization ?? '')?.[1];
    const principal = token === undefined ? undefined : await authenticate(token);
    if (principal) {
      res.locals['principal'] = principal;
      next();
      return;
    }
    await countBadToken(req, res, (error?: unknown) => next(error ?? new UnauthorizedError()));
  };
}

/** Who asks; only behind `authenticateRequest`. */
export function principalOf(res: Response): Principal {
  const principal = res.locals['principal'] as Principal | undefined;
  if (!principal) throw new Error('The request was not authenticated.');
  return principal;
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
