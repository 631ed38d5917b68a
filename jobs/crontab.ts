import type { Service } from '../src/compose.js';
import type { DailyJob } from '../src/schedule/due-runs.js';
import type { DatedJob, MinuteJob } from '../src/schedule/make-run-job.js';
import { makeAdvanceRecords } from './make-advance-records.js';
import { makeCloseDay } from './close-day.js';
import { makeRemoveOldProof } from './remove-old-proof.js';
import { makeRemoveOldRecords } from './remove-old-records.js';
import { makeMakeUpSweeps } from './make-up-sweeps.js';
import { makeEndOfDaySweep } from './sweep-end-of-day.js';
import { makeRecomputeDeadlines } from './recompute-deadlines.js';
import { makeWatchDeadlines } from './watch-deadlines.js';
import { makeWatchFeeds } from './watch-feeds.js';
import { makeWatchWindows } from './watch-windows.js';

/** What runs when. A daily job runs at a named moment of the calendar (rules/calendars: `moments`). */
export interface Crontab {
  readonly daily: readonly DailyJob[];
  readonly dated: Readonly<Record<string, DatedJob>>;
  readonly minute: Readonly<Record<string, MinuteJob>>;
  /** When a daily job is due on a business date, epoch ms. */
  readonly dueAt: (job: DailyJobName, date: string) => number;
}

/** The jobs that run once a business date. */
export const DAILY_JOBS = [
  'end-of-day',
  'close-day',
  'inspections',
  'retention',
  'digest-morning',
  'digest-end-of-day',
] as const;
export type DailyJobName = (typeof DAILY_JOBS)[number];

const DAY_MS = 86_400_000;
/** Also how long a console may have been closed and still resume its stream. */
const CHANGE_FEED_DAYS = 30;
/** A result is read in the days after it was asked for, and holds what alerts say. */
const BACKTEST_DAYS = 90;
const MOMENTS: Readonly<Record<DailyJobName, string>> = {
  inspections: 'morning',
  'end-of-day': 'end-of-day',
  'close-day': 'end-of-day',
  retention: 'morning',
  'digest-morning': 'morning',
  'digest-end-of-day': 'end-of-day',
};

/** All background jobs of the service, by name. `yxrisk sweep NAME --date D` runs a dated one by hand. */
export function makeCrontab(service: Service): Crontab {
  const { inbox, records, deadlines, feeds, imports, now, settings, content, metrics } = service;
  const { calendar } = content;
  const { catchUpDays } = settings;
  const advanceRecords = makeAdvanceRecords(service);
  const dueAt: Crontab['dueAt'] = (job, date) => {
    const time = calendar.moments[MOMENTS[job]];
    if (time === undefined) throw new RangeError(`The calendar has no moment "${MOMENTS[job]}".`);
    return calendar.instantOf(date, time);
  };
  const silentFeeds = async () => (await feeds.silentFeeds(now())).map(({ feed }) => feed);

  const watchDeadlines = makeWatchDeadlines({
    deadlines,
    inbox,
    advanceRecords,
    silentFeeds,
    importRunning: () => imports.isRunning(new Date(now())),
    now,
  });
  const recomputeDeadlines = makeRecomputeDeadlines({
    deadlines,
    advanceRecords,
    calendarHash: calendar.hash,
  });
  const watchFeeds = makeWatchFeeds({
    feeds: {
      listWatched: async () =>
        (await feeds.list())
          .filter(({ lastHeartbeatAt }) => lastHeartbeatAt !== undefined)
          .map(({ feed, lastSeenAt }) => ({ feed, lastSeenAt: lastSeenAt.getTime() })),
    },
    records: service.recordWriter,
    raiseAlerts: service.raiseAlerts,
    ruleSets: service.ruleSets,
    calendar,
    now,
    looks: service.observe.looks,
  });
  async function* streamOpen(batchSize: number, feed?: string) {
    for (const subjectType of ['workOrder', 'account'] as const)
      yield* records.streamOpen({ subjectType, batchSize, ...(feed !== undefined && { feed }) });
  }
  const sweepEndOfDay = makeEndOfDaySweep({
    streamOpen,
    advanceRecords,
    oweSweep: (silent, date) => feeds.oweSweep(silent, date),
    momentOf: (date) => dueAt('end-of-day', date),
    now,
  });
  const makeUpSweeps = makeMakeUpSweeps({
    feeds,
    streamOpen: (feed, batchSize) => streamOpen(batchSize, feed),
    advanceRecords,
    now,
  });
  const closeDay = makeCloseDay({
    streamUpdated: (since, batchSize) => records.streamUpdated(since, batchSize),
    reconcile: service.reports.reconcile,
    figures: service.reports.figures,
    content: content.reports,
    calendar,
    now,
  });
  const watchWindows = makeWatchWindows({
    windows: service.windows,
    assessGroup: service.assessGroup,
    importRunning: () => imports.isRunning(new Date(now())),
  });
  const removeOldRecords = makeRemoveOldRecords({
    records,
    inbox,
    alerts: service.alertStore,
    windows: service.windows,
    retentionDays: settings.retentionDays,
    now,
  });

  const removeOldProof = makeRemoveOldProof({
    audit: service.audit,
    silences: service.silences,
    evidence: service.evidence,
    loadAlerts: (ids) => service.alertStore.loadByIds(ids),
    getInspection: (id) => service.inspections.get(id),
    days: settings.auditRetentionDays,
    now,
  });

  /** The change feed serves whoever was away for a while; the delivery log is kept as the records are. */
  const removeOldNotifications = async () => {
    const before = (days: number) => new Date(now() - days * DAY_MS);
    await service.changeFeed.removeBefore(before(CHANGE_FEED_DAYS));
    await service.notify.store.removeBefore(before(settings.retentionDays));
    await service.notify.deliveries.removeBefore(before(settings.retentionDays));
    await service.backtests.removeBefore(before(BACKTEST_DAYS));
  };

  return {
    dueAt,
    daily: [
      { name: 'inspections', moment: MOMENTS.inspections, days: 'working', catchUpDays },
      { name: 'end-of-day', moment: MOMENTS['end-of-day'], days: 'working', catchUpDays },
      // After the sweep of the same moment: what rules find needs no second alert.
      { name: 'close-day', moment: MOMENTS['close-day'], days: 'working', catchUpDays },
      { name: 'retention', moment: MOMENTS.retention, days: 'every', catchUpDays: 0 },
      // After the plan and the sweep of the same moment; a digest of yesterday is of use to nobody.
      { name: 'digest-morning', moment: MOMENTS['digest-morning'], days: 'working', catchUpDays: 0 },
      { name: 'digest-end-of-day', moment: MOMENTS['digest-end-of-day'], days: 'working', catchUpDays: 0 },
    ],
    dated: {
      inspections: async (date) => ({ ...(await service.planDailyInspections(date)) }),
      'end-of-day': async (date, { signal }) => ({ ...(await sweepEndOfDay(date, signal)) }),
      'close-day': async (date, { signal }) => closeDay(date, signal),
      retention: async (date, { signal }) => {
        const removed = await removeOldRecords(date, signal);
        await removeOldNotifications();
        await service.reports.statements.removeBefore(calendar.addDays(date, -settings.retentionDays));
        await service.reports.figures.removeBefore(calendar.addDays(date, -settings.retentionDays));
        return { ...removed, ...(await removeOldProof()) };
      },
      'digest-morning': (date) => service.notify.sendDigests('morning', date),
      'digest-end-of-day': (date) => service.notify.sendDigests('end-of-day', date),
    },
    minute: {
      deadlines: async ({ signal }) => ({ ...(await watchDeadlines(signal)) }),
      feeds: async () => {
        await feeds.updateSilence(now());
        return watchFeeds();
      },
      'make-up-sweeps': async ({ signal }) => makeUpSweeps(signal),
      'follow-inspections': async ({ signal }) => service.followInspections(signal),
      'follow-statements': async ({ signal }) => service.reports.signing.followStatements(signal),
      assessments: async ({ signal }) => service.assessments.followConfirmations(signal),
      windows: async ({ signal }) => ({ ...(await watchWindows(signal)) }),
      reconcile: async ({ signal }) => service.reconcileInbox(signal),
      calendar: async ({ signal }) => ({ ...(await recomputeDeadlines(signal)) }),
      silences: async ({ signal }) => service.muting.muteAlerts(signal),
      escalations: async ({ signal }) => service.escalateAlerts(signal),
      'follow-rules': async ({ signal }) => service.followPublications(signal),
      sessions: async () => ({
        ended: await service.sessions.removeEnded(),
        signInsGivenUp: (await service.openId?.removeEnded()) ?? 0,
      }),
      'count-inbox': async () => {
        const counts = await inbox.countByStatus();
        metrics.inbox(counts);
        return { ...counts };
      },
    },
  };
}
