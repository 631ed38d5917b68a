import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { makeAuditStore } from './access/audit-store.js';
import { makeSessionStore } from './access/session-store.js';
import { makeSessions } from './access/make-sessions.js';
import { makeOpenIdSignIn } from './access/open-id/make-open-id-sign-in.js';
import { makeOpenIdProvider } from './access/open-id/open-id-provider.js';
import type { OpenIdSettings } from './access/open-id/open-id-settings.js';
import { makePendingSignIns } from './access/open-id/pending-sign-ins.js';
import { makeTokenStore } from './access/token-store.js';
import { makeUserStore } from './access/user-store.js';
import { makeVersionAlertReader } from './alerts/count-by-version.js';
import { makeAlertStore } from './alerts/alert-store.js';
import { makeBacktestDesk } from './backtest/jobs/backtest-desk.js';
import type { BacktestJob } from './backtest/jobs/backtest-job.js';
import { makeBacktestStore } from './backtest/jobs/backtest-store.js';
import { forkBacktest } from './backtest/jobs/fork-backtest.js';
import { makeAlertStream } from './alerts/alert-stream.js';
import { makeChangeFeed } from './alerts/change-feed.js';
import { makeEscalateAlerts } from './alerts/escalate-alerts.js';
import { makeAlertPlanner } from './alerts/plan-alert.js';
import { makeRaiseAlerts } from './alerts/raise-alerts.js';
import { composeRules } from './compose-rules.js';
import { composeNotify } from './compose-notify.js';
import { makeStepAlert } from './alerts/step-alert.js';
import { composeReports } from './compose-reports.js';
import { composeAssessments } from './compose-assessments.js';
import { makeAcceptEvents } from './events/accept-events.js';
import type { EventLimits } from './events/event-limits.js';
import { makeEventStore } from './events/event-store.js';
import { makeInsertTogether } from './events/insert-together.js';
import { makeRecentEvents } from './events/recent-events.js';
import { partitionOf } from './events/partition-of.js';
import { makeFindDuty } from './duty/find-duty.js';
import { makeEvidenceStore } from './evidence/evidence-store.js';
import { makeHandleEvents } from './handle-event.js';
import { makeImportStore } from './import/import-store.js';
import { makeInspectionStore } from './inspections/inspection-store.js';
import { makeFollowInspections } from './inspections/follow-inspections.js';
import { makeRecordInspection } from './inspections/make-record-inspection.js';
import { listFileDocuments } from './inspections/list-file-documents.js';
import { makeFoundAlertsReader } from './inspections/read-found-alerts.js';
import { makePlanDailyInspections } from './inspections/make-plan-daily-inspections.js';
import { makeMetrics } from './infra/make-metrics.js';
import type { LookObserver } from './engine/assess-work-order.js';
import type { Content } from './open-content.js';
import { makeLiveRules } from './publishing/live-rules.js';
import { makeLookCounter } from './rule-health/count-looks.js';
import { makeReportRuleHealth } from './rule-health/report-rule-health.js';
import { makeRecordRuleHealth } from './rule-health/record-rule-health.js';
import { makeRuleHealthStore } from './rule-health/rule-health-store.js';
import { makeDeadLetterStore } from './queue/dead-letter-store.js';
import { makeEnqueuer } from './queue/make-enqueuer.js';
import { makeBoardQueues } from './queue/board-queues.js';
import { makePartitionQueues } from './queue/partition-queues.js';
import { makeReconcileInbox } from './queue/reconcile-inbox.js';
import { makeReplayDeadLetters } from './queue/replay-dead-letters.js';
import { makeFeedStore } from './schedule/feed-store.js';
import { makeRunLedger } from './schedule/run-ledger.js';
import { makeScheduleQueue } from './schedule/schedule-queue.js';
import { makeMuteAlerts } from './silences/mute-alerts.js';
import { makeSilenceStore } from './silences/silence-store.js';
import { makeDeadlineStore } from './work-orders/deadline-store.js';
import { dueFieldsOf } from './work-orders/due-fields.js';
import { queryFieldsOf } from './work-orders/record-query-fields.js';
import { makeRecentRecords } from './work-orders/recent-records.js';
import { makeAssessWindows } from './windows/make-assess-windows.js';
import { makeWindowStore } from './windows/window-store.js';
import { makeWorkOrderStore } from './work-orders/work-order-store.js';

/** Numbers of an installation; config.ts reads them from the environment. */
export interface ServiceSettings {
  /** Prefix of all queue names in Redis. */
  readonly redisPrefix: string;
  readonly partitions: number;
  /** Most events in one chunk. */
  readonly chunkSize: number;
  /** Failed tries after which an event is set aside. */
  readonly maxAttempts: number;
  /** How long an event may wait before the reconciler takes it for lost. */
  readonly reconcileAfterMs: number;
  /** How long a feed may give no sign of life. */
  readonly feedSilentAfterMs: number;
  readonly retentionDays: number;
  /** How long the audit log, silences that are over, and evidence of what is closed are kept. */
  readonly auditRetentionDays: number;
  /** Dates further back than this many days are not caught up. */
  readonly catchUpDays: number;
  readonly eventLimits: EventLimits;
  /** Links in messages begin with it; absent = no links. */
  readonly publicUrl?: string;
  /** Most bytes of one file of evidence. */
  readonly evidenceMaxBytes: number;
  /** A session that nobody uses for so long is over. */
  readonly sessionIdleMs: number;
  /** A session is over after so long in any case. */
  readonly sessionMaxMs: number;
  /** Backtests that this process runs at once. Default 1; 0 = none. */
  readonly backtestsAtOnce?: number;
  /** Events of one backtest. Default 1,000,000. */
  readonly backtestMaxEvents?: number;
  /** Absent where people sign in by password only. */
  readonly openId?: OpenIdSettings;
}

export interface ServiceOptions {
  readonly connection: Connection;
  readonly redisUrl: string;
  /** How a process of its own reaches the same database; absent = no backtests are run here. */
  readonly mongo?: { readonly uri: string; readonly embedded: boolean };
  /** START_DAY, as the content was opened with. */
  readonly startDay?: 'excluded' | 'included';
  readonly content: Content;
  readonly settings: ServiceSettings;
  readonly logger: Logger;
  readonly now: () => number;
  /** Secrets of notification channels, by name. */
  readonly notifySecrets?: ReadonlyMap<string, string>;
}

/**
 * Wires stores, queues and use cases: the only place that does. Starts nothing; `close` closes what it
 * opened (the queues' connections), not the MongoDB connection it was given.
 */
export async function composeService(options: ServiceOptions) {
  const { connection, redisUrl, content, settings, logger, now } = options;
  const { calendar } = content;
  const ruleSets = makeLiveRules({ ruleSet: content.ruleSet, files: content.rules });
  const registry = new Registry();
  const lookCounter = makeLookCounter({ now, clock: () => performance.now() });
  const metrics = makeMetrics(registry, () => ruleHealth.settle());

  const inbox = makeEventStore(connection, now);
  const records = makeWorkOrderStore(connection);
  const deadlines = makeDeadlineStore(connection);
  const alertStore = makeAlertStore(connection, now);
  const changeFeed = makeChangeFeed(connection, now);
  const windows = makeWindowStore(connection, now);
  const feeds = makeFeedStore(connection, { silentAfterMs: settings.feedSilentAfterMs, now });
  const deadLetters = makeDeadLetterStore(connection, now);
  const ledger = makeRunLedger(connection, { now });
  const imports = makeImportStore(connection);
  const ruleHealthStore = makeRuleHealthStore(connection);
  const tokens = makeTokenStore(connection);
  const audit = makeAuditStore(connection, now);
  const inspections = makeInspectionStore(connection);
  const users = makeUserStore(connection);
  const sessionStore = makeSessionStore(connection);
  const pendingSignIns = makePendingSignIns(connection);
  const evidence = makeEvidenceStore(connection, { now, maxBytes: settings.evidenceMaxBytes });
  const silences = makeSilenceStore(connection);
  const backtests = makeBacktestStore(connection);
  const stores = {
    inbox,
    records,
    deadlines,
    alertStore,
    changeFeed,
    feeds,
    deadLetters,
    ledger,
    imports,
    windows,
    tokens,
    audit,
    inspections,
    evidence,
    users,
    sessionStore,
    pendingSignIns,
    silences,
    ruleHealthStore,
    backtests,
  };
  // One after the other: building indexes side by side on an embedded engine is slower and hides who failed.
  for (const store of Object.values(stores)) await store.init();

  const ruleHealth = makeRecordRuleHealth({
    counter: lookCounter,
    store: ruleHealthStore,
    dateOf: (at) => calendar.dateOf(at),
    now,
    onCounted: metrics.evaluated,
  });

  const queueOptions = { redisUrl, prefix: settings.redisPrefix };
  const queues = makePartitionQueues({
    ...queueOptions,
    partitions: settings.partitions,
    chunkSize: settings.chunkSize,
  });
  const scheduleQueue = makeScheduleQueue(queueOptions);
  const boardQueues = makeBoardQueues({ ...queueOptions, partitions: settings.partitions });
  const enqueuer = makeEnqueuer({
    enqueue: (keys) => queues.enqueue(keys),
    chunkSize: settings.chunkSize,
    onFailure: (error, keys) =>
      logger.warn(
        { err: error, events: keys.length },
        'events stored but not queued; the reconciler brings them back',
      ),
  });

  const recentEvents = makeRecentEvents({
    inbox: { ...inbox, insertEvents: makeInsertTogether((events) => inbox.insertEvents(events)) },
    now: () => performance.now(),
  });
  const { accept, acceptRawEvents } = makeAcceptEvents({
    inbox: recentEvents,
    enqueue: (items) => enqueuer.add(items),
    calendar,
    now,
    limits: settings.eventLimits,
    partitions: settings.partitions,
    onAccepted: metrics.accepted,
  });

  const planner = makeAlertPlanner({
    handling: content.alertHandling,
    calendar,
    escalationOf: (ruleId) => ruleSets.current().byId(ruleId)?.file.escalation,
  });
  const raiseAlerts = makeRaiseAlerts({
    alertStore,
    now,
    formerRule: (id, version) => publishing.publications.formerRule(id, version),
    plan: planner.plan,
  });
  const sessions = makeSessions({
    users,
    sessions: sessionStore,
    audit,
    orgUnits: content.orgUnits,
    now,
    idleMs: settings.sessionIdleMs,
    maxMs: settings.sessionMaxMs,
  });
  const openId =
    settings.openId &&
    makeOpenIdSignIn({
      settings: settings.openId,
      provider: makeOpenIdProvider({ settings: settings.openId, now }),
      pending: pendingSignIns,
      users,
      sessions,
      audit,
      now,
    });
  const findDuty = makeFindDuty({
    duty: content.duty,
    posts: content.alertHandling.posts,
    orgUnits: content.orgUnits,
    calendar,
  });
  const escalateAlerts = makeEscalateAlerts({ alertStore, planner, findDuty, now });
  const muting = makeMuteAlerts({
    alertStore,
    silences,
    changeFeed,
    inhibitions: content.alertHandling.inhibitions,
    subtreeOf: (unit) => content.orgUnits.subtreeOf(unit),
    plan: planner.plan,
    now,
  });
  const stepAlert = makeStepAlert({ alertStore, evidence, audit, plan: planner.plan, now });
  const recent = makeRecentRecords(records);
  const recordWriter = {
    loadRecords: (recordIds: readonly string[]) => recent.loadRecords(recordIds),
    loadRecent: (recordIds: readonly string[]) => recent.loadRecent(recordIds),
    replaceRecords: (
      writes: Parameters<Parameters<typeof makeHandleEvents>[0]['records']['replaceRecords']>[0],
    ) =>
      recent.replaceRecords(
        writes.map((write) => ({
          id: write.recordId,
          expectedRevision: write.expectedRevision,
          expectedWriteId: write.expectedWriteId,
          record: write.record,
          ...(write.sameWorkOrder && { sameWorkOrder: true }),
          queryFields: queryFieldsOf(write.record, { updatedAt: now(), ruleSetHash: write.ruleSetHash }),
          ...(write.alertsOwed && { alertsOwed: true }),
        })),
      ),
    loadRevisions: (recordIds: readonly string[]) => records.loadRevisions(recordIds),
    settle: (settled: Parameters<Parameters<typeof makeHandleEvents>[0]['records']['settle']>[0]) =>
      records.settle(
        settled.map(({ recordId, revision, record }) => {
          const { nextLookAt } = dueFieldsOf(record.clocks);
          return { id: recordId, revision, ...(nextLookAt && { nextLookAt }) };
        }),
      ),
  };
  const observe = {
    looks: {
      ...lookCounter.looks,
      onEvaluation: (rule, outcome, detail) => {
        lookCounter.looks.onEvaluation?.(rule, outcome, detail);
        if (outcome === 'error')
          logger.error({ rule: rule.key, detail }, 'a rule failed; the others went on');
      },
    } satisfies LookObserver,
    alerts: (
      raised: readonly { riskPoint: { kind: string }; shadow: boolean }[],
      changed: readonly { riskPoint: { kind: string }; shadow: boolean }[],
    ) => {
      // Would-be alerts of rules in trial are counted nowhere but in the health of their rule.
      for (const { riskPoint, shadow } of raised) if (!shadow) metrics.alert(riskPoint.kind, 'raised');
      for (const { riskPoint, shadow } of changed) if (!shadow) metrics.alert(riskPoint.kind, 'changed');
    },
    refolded: () => metrics.refolded(),
  };
  const { handOver, assessGroup } = makeAssessWindows({
    windows,
    inbox,
    raiseAlerts,
    ruleSets,
    calendar,
    looks: observe.looks,
  });
  const { handleChunk, advanceRecords } = makeHandleEvents({
    inbox: { ...inbox, loadEvents: (keys) => recentEvents.loadEvents(keys) },
    windows: { handOver },
    records: recordWriter,
    raiseAlerts,
    feeds,
    ruleSets,
    calendar,
    now,
    observe,
  });

  const publishing = await composeRules({
    connection,
    content,
    live: ruleSets,
    alertStore,
    plan: planner.plan,
    deadlines,
    advanceRecords,
    audit,
    metrics,
    logger,
    now,
  });

  const reconcileInbox = makeReconcileInbox({
    findStuck: (query) => inbox.findStuck(query),
    partitionOf,
    queues,
    now,
    olderThanMs: settings.reconcileAfterMs,
  });
  const replayDeadLetters = makeReplayDeadLetters({
    store: deadLetters,
    revive: (keys) => inbox.revive(keys),
    partitionOf: (recordId) => partitionOf(recordId, settings.partitions),
    enqueue: (items) => enqueuer.add(items),
    accept: async (raw) => {
      const { rejected } = await acceptRawEvents([raw]);
      const [first] = rejected;
      return first
        ? { reason: first.conflict ? 'conflict' : 'invalid', error: describeErrors(first.errors) }
        : {};
    },
  });

  const alertStream = makeAlertStream({
    feed: changeFeed,
    loadAlerts: (ids) => alertStore.loadByIds(ids),
  });
  const notify = await composeNotify({
    connection,
    content,
    alertStore,
    changeFeed,
    users,
    findDuty,
    secrets: options.notifySecrets ?? new Map(),
    logger,
    now,
    onOutcome: metrics.delivery,
    ...(settings.publicUrl !== undefined && { publicUrl: settings.publicUrl }),
  });

  const assessments = await composeAssessments({
    connection,
    table: content.assessment,
    calendar,
    changeFeed,
    positions: silences,
    alertStore,
    audit,
    now,
  });
  const reports = await composeReports({ connection, content, alertStore, plan: planner.plan, now });
  const foundAlerts = makeFoundAlertsReader(connection);
  const planDailyInspections = makePlanDailyInspections({
    store: inspections,
    archivedBetween: async (request) => records.archivedBetween(request),
    alertsBetween: (request) => foundAlerts.between(request),
    documentsOf: async (no) => {
      const record = await records.get(no);
      return record ? listFileDocuments(record.record.workOrder, content.checklists) : [];
    },
    plans: content.inspectionPlans,
    orgUnits: content.orgUnits,
    calendar,
    now,
  });

  return {
    ...stores,
    ...publishing,
    content,
    ruleSets,
    settings,
    redisUrl,
    logger,
    now,
    registry,
    metrics,
    queues,
    scheduleQueue,
    boardQueues,
    enqueuer,
    accept,
    acceptRawEvents,
    raiseAlerts,
    stepAlert,
    escalateAlerts,
    muting,
    sessions,
    openId,
    planner,
    recordWriter,
    observe,
    ruleHealth,
    reportRuleHealth: makeReportRuleHealth({
      store: ruleHealthStore,
      alerts: makeVersionAlertReader(connection),
      rules: () => ruleSets.loaded().files.map(({ rule }) => rule.file),
      calendar,
    }),
    recentEvents,
    handleChunk,
    advanceRecords,
    assessGroup,
    reconcileInbox,
    replayDeadLetters,
    planDailyInspections,
    recordInspection: makeRecordInspection({ store: inspections, evidence }),
    followInspections: makeFollowInspections({
      store: inspections,
      alertStore,
      plans: content.inspectionPlans,
      chargeInspection: (task) => assessments.chargeInspection(task),
      plan: planner.plan,
      now,
    }),
    assessments,
    reports,
    notify,
    alertStream,
    backtestDesk: makeBacktestDesk({ store: backtests, now }),
    ...(options.mongo && { forkBacktest: makeForkBacktest(options, options.mongo) }),
    async close() {
      await ruleHealth
        .flush()
        .catch((err: unknown) => logger.warn({ err }, 'rule health: the last counts are lost'));
      await alertStream.close();
      await enqueuer.close();
      await Promise.all([queues.close(), scheduleQueue.close(), boardQueues.close()]);
    },
  };
}
/** The wired service, started by nothing yet. */
export type Service = Awaited<ReturnType<typeof composeService>>;

/** Field errors in one line, for logs and dead letters. */
export function describeErrors(
  errors: readonly { readonly path: string; readonly message: string }[],
): string {
  return errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}

function makeForkBacktest(
  { content, settings, startDay }: ServiceOptions,
  mongo: NonNullable<ServiceOptions['mongo']>,
) {
  const { dir, calendar } = content;
  return ({ id }: BacktestJob, runner: string, signal: AbortSignal) =>
    forkBacktest(
      {
        jobId: id,
        runner,
        mongoUri: mongo.uri,
        embedded: mongo.embedded,
        content: { dir, timeZone: calendar.timeZone, ...(startDay && { startDay }) },
        feedSilentAfterMs: settings.feedSilentAfterMs,
        maxEvents: settings.backtestMaxEvents ?? 1_000_000,
      },
      signal,
    );
}
