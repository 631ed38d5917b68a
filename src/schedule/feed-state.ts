import type { Feed } from './feed-store.js';

/** `live`: gave a sign of life in time. `silent`: promised heartbeats and gave none. `unwatched`: never promised any, so its silence says nothing. */
export const FEED_STATES = ['live', 'silent', 'unwatched'] as const;
export type FeedState = (typeof FEED_STATES)[number];

/** How a feed is at `now`, epoch ms. Pure. */
export function feedStateOf(
  { lastHeartbeatAt, lastSeenAt }: Pick<Feed, 'lastHeartbeatAt' | 'lastSeenAt'>,
  silentAfterMs: number,
  now: number,
): FeedState {
  if (lastHeartbeatAt === undefined) return 'unwatched';
  return now - lastSeenAt.getTime() > silentAfterMs ? 'silent' : 'live';
}
