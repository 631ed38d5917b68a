import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Principal } from '../access/principal.js';
import { requestIdOf } from './request-id.js';

/** Answers that are asked for every few seconds and say nothing new. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * One log line a request: id, method, path, route, status, duration, name of the token. No headers, no query, no body:
 * they may hold tokens and personal data.
 */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_req, res) => requestIdOf(res as never),
    autoLogging: { ignore: (req) => QUIET.has(pathOf(req.url)) },
    wrapSerializers: false,
    serializers: {
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        path: pathOf(req.url),
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
      err: () => undefined,
    },
    customProps: (_req, res) => {
      const { principal, route } = (res as unknown as { locals: { principal?: Principal; route?: string } })
        .locals;
      return { token: principal?.name, route };
    },
    customLogLevel: (_req, res, error) =>
      error || res.statusCode >= 500 ? 'error' : res.statusCode >= 400 ? 'warn' : 'info',
    customErrorMessage: () => 'request failed',
  });
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?', 1)[0] ?? '';
}
