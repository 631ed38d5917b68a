import type { Alert } from '../alerts/alert.js';
import { assessFeed, FEED_SWEEP_JOB, newFeedRecord } from '../engine/assess-feed.js';
import type { FeedTimeline } from './feed-timeline.js';
import type { Lane } from './lane.js';
import { nextMinute } from './wake-times.js';

/** Whether any rule looks at feeds. */
export function watchesFeeds({ ruleSet }: Lane): boolean {
  return ruleSet
    .sweeping('feed', undefined)
    .some(({ file: { trigger } }) => trigger.on === 'sweep' && trigger.job === FEED_SWEEP_JOB);
}

/** Lets the feed rules look at one feed each minute since its first heartbeat, as jobs/watch-feeds.ts does. */
export async function replayFeed(
  lane: Lane,
  feeds: FeedTimeline,
  { feed, from }: FeedTimeline['watched'][number],
  until: number,
  breathe: () => Promise<void> | undefined,
): Promise<Alert[]> {
  let record = newFeedRecord(feed, lane.calendar.hash);
  let revision = 0;
  let signature = JSON.stringify(record.findings);
  for (let now = nextMinute(from); now < until; now += 60_000) {
    const lastSeenAt = feeds.lastSeenAt(feed, now);
    if (lastSeenAt === undefined) continue;
    lane.clock = now;
    record = await assessFeed(lane.context, record, { feed, lastSeenAt }, now);
    const after = record.findings.length === 0 ? '[]' : JSON.stringify(record.findings);
    if (after !== signature) {
      signature = after;
      revision += 1;
      await lane.raiseAlerts([{ record, revision, findings: 'all' }], lane.ruleSet);
    }
    await breathe();
  }
  return lane.takeAlerts();
}
