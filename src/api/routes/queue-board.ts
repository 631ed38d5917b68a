import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { requireWholeView } from '../org-scope.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { BOARD_COOKIE, QUEUE_BOARD } from '../serve-queue-board.js';
import { makeCookie } from '../session-cookie.js';

/** As long as somebody looks at queues. */
const OPEN_MS = 15 * 60_000;

/** The way from the console, where a token is in the hands of a script, to a page, to which a browser sends cookies only. */
export function makeQueueBoardRoutes(_deps: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'post',
      path: '/api/queue-board',
      name: 'openQueueBoard',
      tag: 'operations',
      summary: 'Open the page that shows the queues, for 15 minutes where a token asks',
      description:
        'The page is for admins for all org units. A session needs nothing more; for a token the answer sets a cookie that is sent to that page alone and that no script can read.',
      roles: [],
      scope: 'everything',
      masked: false,
      responses: {
        200: { description: 'Where it is', schema: z.strictObject({ address: z.string() }) },
      },
      handle({ principal, headers, secure }) {
        requireWholeView(principal, 'The queues are shown');
        const token = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
        const cookie =
          token && makeCookie(BOARD_COOKIE, token, { secure, maxAgeMs: OPEN_MS, path: QUEUE_BOARD });
        return { json: { address: QUEUE_BOARD }, ...(cookie && { headers: { 'Set-Cookie': cookie } }) };
      },
    }),
  ];
}
