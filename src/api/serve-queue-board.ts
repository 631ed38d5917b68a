import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { Express, RequestHandler } from 'express';
import { forRoles, hasRole } from '../access/principal.js';
import { AppError, ForbiddenError } from '../errors.js';
import { principalOf } from './authenticate-request.js';
import { requireWholeView } from './org-scope.js';
import { readCookie } from './session-cookie.js';

export const QUEUE_BOARD = '/admin/queues';
/** Holds the token of who opened the board with one, for a browser sends no header when it goes to a page. Sent along there alone. */
export const BOARD_COOKIE = 'yxrisk_queues';

/** That of the console, and `base-uri`, since the page names its folder in a `<base>`. Nothing inline may run here either. */
const BOARD_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'self'; frame-ancestors 'none'";

/** Takes the token out of the cookie that `openQueueBoard` gave. Mount it before whoever finds out who asks. */
export const readBoardCookie: RequestHandler = ({ headers }, _res, next) => {
  const token = readCookie(headers, BOARD_COOKIE);
  if (token !== undefined) headers.authorization ??= `Bearer ${token}`;
  next();
};

/**
 * The queues as bull-board shows them, to be looked at only: by admins for all org units, whose jobs hold ids of events and names of jobs.
 * What is to be done again is done by the API, which records it: dead letters are replayed, the inbox is reconciled.
 */
export function serveQueueBoard(listQueues: () => readonly Queue[]): RequestHandler[] {
  let board: Express | undefined;
  const allow: RequestHandler = (req, res, next) => {
    const whole = principalOf(res);
    if (whole.mustChangePassword || !hasRole(whole, []))
      throw new ForbiddenError('The queues are shown to admins only.');
    // As an admin: what else he may see elsewhere does not count.
    requireWholeView(forRoles(whole, []), 'The queues are shown');
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.set('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', 405, 'The queues can be looked at here, and nothing else.');
    }
    res.set('Content-Security-Policy', BOARD_POLICY);
    next();
  };
  return [allow, (req, res, next) => (board ??= makeBoard(listQueues()))(req, res, next)];
}

function makeBoard(queues: readonly Queue[]): Express {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(QUEUE_BOARD);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'yxrisk' } },
  });
  const board = adapter.getRouter() as Express & { readonly engines: Readonly<Record<string, Engine>> };
  const render = board.engines['.ejs'];
  // Its page would ask another host for its letters.
  board.engine('ejs', (path, options, done) =>
    render?.(path, options, (error, html) => done(error, html?.replaceAll(FOREIGN_LINK, ''))),
  );
  return board;
}

type Engine = (path: string, options: object, done: (error: unknown, html?: string) => void) => void;
const FOREIGN_LINK = /<link[^>]*href="https?:[^>]*>/g;
