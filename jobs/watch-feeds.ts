import type { RaiseAlerts } from '../src/alerts/raise-alerts.js';
import type { BusinessCalendar } from '../src/calendar/business-calendar.js';
import { assessFeed, type FeedState } from '../src/engine/assess-feed.js';
import type { RuleSet } from '../src/engine/rule-set.js';
import type { HandleEventDeps } from '../src/handle-event.js';
import { newWorkOrder } from '../src/work-orders/project-work-order.js';

export interface WatchFeedsDeps {
  readonly feeds: { listWatched(): Promise<readonly FeedState[]> };
  readonly records: HandleEventDeps['records'];
  readonly raiseAlerts: RaiseAlerts;
  readonly ruleSet: () => RuleSet;
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
  readonly onEvaluation?: HandleEventDeps['observe']['evaluated'];
}

/** Each minute: lets the feed rules look at every feed that ever sent a heartbeat. */
export function makeWatchFeeds(deps: WatchFeedsDeps) {
  return async function watchFeeds(): Promise<{ feeds: number }> {
    const feeds = await deps.feeds.listWatched();
    const ruleSet = deps.ruleSet();
    const { calendar } = deps;
    for (const feed of feeds) {
      const recordId = `feed:${feed.feed}`;
      const stored = (await deps.records.loadRecords([recordId])).get(recordId);
      const before = stored?.record ?? {
        workOrder: {
          ...newWorkOrder({ recordId, subjectType: 'feed', subject: feed.feed }),
          feed: feed.feed,
        },
        clocks: [],
        findings: [],
        advancedTo: 0,
        calendarHash: calendar.hash,
      };
      const signature = JSON.stringify(before.findings);
      const context = { ruleSet, calendar, ...(deps.onEvaluation && { onEvaluation: deps.onEvaluation }) };
      const record = await assessFeed(context, before, feed, deps.now());
      let revision = stored?.revision ?? 0;
      if (JSON.stringify(record.findings) !== signature) {
        const write = { recordId, expectedRevision: revision, record, ruleSetHash: ruleSet.hash };
        const { conflicted } = await deps.records.replaceRecords([write]);
        // Another process looked in the same minute; the next minute settles it.
        if (conflicted.length > 0) continue;
        revision += 1;
      }
      if (record.findings.length > 0)
        await deps.raiseAlerts([{ record, revision, findings: 'all' }], ruleSet);
    }
    return { feeds: feeds.length };
  };
}
