import type { RaiseAlerts } from '../src/alerts/raise-alerts.js';
import type { BusinessCalendar } from '../src/calendar/business-calendar.js';
import { assessFeed, newFeedRecord, type FeedState } from '../src/engine/assess-feed.js';
import type { LookObserver } from '../src/engine/assess-work-order.js';
import type { RuleSet, RuleSets } from '../src/engine/rule-set.js';
import type { HandleEventDeps } from '../src/handle-event.js';

export interface WatchFeedsDeps {
  readonly feeds: { listWatched(): Promise<readonly FeedState[]> };
  readonly records: HandleEventDeps['records'];
  readonly raiseAlerts: RaiseAlerts;
  readonly ruleSets: RuleSets;
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
  readonly looks?: LookObserver;
}

/** Retention removes records that nobody writes; a feed whose silences are on record stays. */
const REFRESH_MS = 86_400_000;

/** Each minute: lets the feed rules look at every feed that ever sent a heartbeat. */
export function makeWatchFeeds(deps: WatchFeedsDeps) {
  const { calendar, now, looks } = deps;

  async function watchFeed(feed: FeedState, ruleSet: RuleSet): Promise<void> {
    const recordId = `feed:${feed.feed}`;
    const stored = (await deps.records.loadRecords([recordId])).get(recordId);
    const before = stored?.record ?? newFeedRecord(feed.feed, calendar.hash);
    const signature = JSON.stringify(before.findings);
    const context = { ...looks, ruleSet, calendar };
    const at = now();
    const record = { ...(await assessFeed(context, before, feed, at)), advancedTo: at };
    if (record.findings.length === 0) return;
    let revision = stored?.revision ?? 0;
    if (JSON.stringify(record.findings) !== signature || at - before.advancedTo >= REFRESH_MS) {
      const write = { recordId, expectedRevision: revision, record, ruleSetHash: ruleSet.hash };
      const { conflicted } = await deps.records.replaceRecords([write]);
      // Another process looked in the same minute; the next minute settles it.
      if (conflicted.length > 0) return;
      revision += 1;
    }
    await deps.raiseAlerts([{ record, revision, findings: 'all' }], ruleSet);
  }

  return async function watchFeeds(): Promise<{ feeds: number }> {
    const feeds = await deps.feeds.listWatched();
    const ruleSet = deps.ruleSets.current();
    for (const feed of feeds) await watchFeed(feed, ruleSet);
    return { feeds: feeds.length };
  };
}
