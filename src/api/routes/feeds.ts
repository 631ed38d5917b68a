import { z } from 'zod';
import { FEED_STATES, feedStateOf } from '../../schedule/feed-state.js';
import type { ApiDeps } from '../deps.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { timeSchema } from '../schemas/common-schemas.js';

const MINUTE_MS = 60_000;

const feedSchema = z
  .strictObject({
    feed: z.string().meta({ example: 'sales-zj-hz' }),
    state: z.enum(FEED_STATES).meta({
      description: '`unwatched`: it never sent a heartbeat, so nothing can be said of its silence',
    }),
    lastSeenAt: timeSchema.meta({ description: 'When its newest event happened' }),
    lastHeartbeatAt: timeSchema.optional(),
    quietMinutes: z.int().meta({ description: 'Whole minutes since `lastSeenAt`' }),
    sweepOwed: z.string().optional().meta({
      description: 'Business date of the newest sweep that waits for it to speak again',
    }),
  })
  .meta({ id: 'Feed', description: 'A source of events that may fall silent' });

/** The feeds that events come through, and whether they are alive. */
export function makeFeedRoutes({ feeds, now }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/feeds',
      name: 'listFeeds',
      tag: 'operations',
      summary: 'All feeds, by name: last sign of life, and whether they are silent',
      roles: ['supervisor', 'auditor'],
      scope: 'same',
      responses: {
        200: {
          description: 'All of them',
          schema: z.strictObject({
            items: z.array(feedSchema),
            silentAfterMinutes: z.number().meta({
              description: 'A feed that sends heartbeats is silent after so long without a sign of life',
            }),
            at: timeSchema.meta({ description: 'When this was so' }),
          }),
        },
      },
      async handle() {
        const at = now();
        const items = (await feeds.list()).map((feed) => ({
          feed: feed.feed,
          state: feedStateOf(feed, feeds.silentAfterMs, at),
          lastSeenAt: feed.lastSeenAt,
          lastHeartbeatAt: feed.lastHeartbeatAt,
          quietMinutes: Math.max(0, Math.floor((at - feed.lastSeenAt.getTime()) / MINUTE_MS)),
          sweepOwed: feed.sweepOwed,
        }));
        return {
          json: { items, silentAfterMinutes: feeds.silentAfterMs / MINUTE_MS, at: new Date(at) },
        };
      },
    }),
  ];
}
