import { z } from 'zod';
import type { Alert } from '../../alerts/alert.js';
import type { AlertChange } from '../../alerts/change-feed.js';
import { InvalidRequestError, TooManyRequestsError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { maskPersonalData } from '../mask-personal-data.js';
import { isInScope, scopeOf } from '../org-scope.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { READERS } from './readers.js';
import { viewAlert } from '../view-alert.js';

/** Streams of one process; a browser tab is one. */
const MOST_READERS = 1_000;

/** Alerts as they change, for consoles. */
export function makeAlertStreamRoutes({ alertStream, subtreeOf }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/alerts/stream',
      name: 'streamAlerts',
      tag: 'alerts',
      summary: 'Alerts as they change (Server-Sent Events)',
      description:
        'Connect, wait for `ready`, then read the list: nothing is missed. `alert` events hold `{alert, changes}`, masked, of the units the token may see; `id` is the number of the change. Send the last one back as `Last-Event-ID` to resume without loss or repetition; `reset` means that it is too old: read the list anew. The stream ends every 15 minutes so that rights are looked at again.',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({}),
      responses: { 200: { description: 'A stream of events', type: 'text/event-stream' } },
      handle({ headers, principal }) {
        const after = readLastEventId(headers['last-event-id']);
        if (alertStream.readers() >= MOST_READERS)
          throw new TooManyRequestsError('Too many streams are open here; come back later.', 10);
        const scope = scopeOf(principal, subtreeOf);
        const show = (alert: Alert, { from, to }: AlertChange) => {
          if (alert.shadow || !isInScope(scope, alert.orgUnit)) return undefined;
          const view = viewAlert(alert);
          return maskPersonalData({ alert: view, changes: view.history.slice(from, to) });
        };
        return {
          stream: (to) => alertStream.serve({ to, show, ...(after !== undefined && { after }) }),
          type: 'text/event-stream',
        };
      },
    }),
  ];
}

function readLastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new InvalidRequestError('Last-Event-ID must be the id of an event of this stream, a whole number.');
}
