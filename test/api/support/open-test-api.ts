import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import { makeAuditStore } from '../../../src/access/audit-store.js';
import { hashToken } from '../../../src/access/hash-token.js';
import { makeAuthenticate } from '../../../src/access/make-authenticate.js';
import { type Role, ROLES } from '../../../src/access/principal.js';
import { makeSessions } from '../../../src/access/make-sessions.js';
import { makeSessionStore } from '../../../src/access/session-store.js';
import { makeInTurn } from '../../../src/access/turns.js';
import { makeUserStore } from '../../../src/access/user-store.js';
import { measureFolder } from '../../../src/coverage/measure-folder.js';
import { processesOfRules } from '../../../src/coverage/processes-of-rules.js';
import { makeOrgUnits } from '../../../src/inspections/org-units.js';
import { makeTokenStore, type StoredToken } from '../../../src/access/token-store.js';
import { DEFAULT_HANDLING } from '../../../src/alerts/alert-handling.js';
import { makeAlertStore } from '../../../src/alerts/alert-store.js';
import { makeBacktestDesk } from '../../../src/backtest/jobs/backtest-desk.js';
import { makeBacktestStore } from '../../../src/backtest/jobs/backtest-store.js';
import { assessmentTableSchema } from '../../../src/assessment/assessment-table.js';
import { composeAssessments } from '../../../src/compose-assessments.js';
import { composeReports } from '../../../src/compose-reports.js';
import { NO_REPORTS, type ReportContent } from '../../../src/reports/report-content.js';
import { makeAlertStream } from '../../../src/alerts/alert-stream.js';
import { makeChangeFeed } from '../../../src/alerts/change-feed.js';
import { makeAlertPlanner } from '../../../src/alerts/plan-alert.js';
import { makeStepAlert } from '../../../src/alerts/step-alert.js';
import { makeMuteAlerts } from '../../../src/silences/mute-alerts.js';
import { makeSilenceStore } from '../../../src/silences/silence-store.js';
import { makeEvidenceStore } from '../../../src/evidence/evidence-store.js';
import { makeAlertReader } from '../../../src/alerts/find-alerts.js';
import { makeAlertSummaryReader } from '../../../src/alerts/summarize-alerts.js';
import { createApp, makeRoutes } from '../../../src/api/create-app.js';
import type { ApiDeps, HealthCheck } from '../../../src/api/deps.js';
import type { ApiRoute } from '../../../src/api/route.js';
import { errorSchema } from '../../../src/api/schemas/common-schemas.js';
import { makeDeadlineReader } from '../../../src/api/readers/deadline-reader.js';
import { makeWorkOrderReader } from '../../../src/api/readers/work-order-reader.js';
import { compileRule } from '../../../src/engine/compile-rule.js';
import { NO_PARAMETERS } from '../../../src/engine/parameter-table.js';
import { explainContextOf } from '../../../src/explain/explain-context.js';
import { makeExplain } from '../../../src/explain/make-explain.js';
import { makeRecallRecord } from '../../../src/explain/recall-record.js';
import { makeTryRule } from '../../../src/explain/make-try-rule.js';
import { makeAcceptEvents } from '../../../src/events/accept-events.js';
import { makeEventStore } from '../../../src/events/event-store.js';
import { makeInspectionStore } from '../../../src/inspections/inspection-store.js';
import { makeRecordInspection } from '../../../src/inspections/make-record-inspection.js';
import type { InspectionTask } from '../../../src/inspections/inspection-task.js';
import { makeDeliveryStore } from '../../../src/notify/delivery-store.js';
import { makeTestChannel } from '../../../src/notify/test-channel.js';
import type { Channel } from '../../../src/notify/channels/channel.js';
import { makeDeadLetterStore } from '../../../src/queue/dead-letter-store.js';
import { makeReplayDeadLetters } from '../../../src/queue/replay-dead-letters.js';
import { makeRuleSet } from '../../../src/engine/make-rule-set.js';
import { makeVersionAlertReader } from '../../../src/alerts/count-by-version.js';
import { makeFolderStore } from '../../../src/publishing/folder-store.js';
import { makeLiveRules } from '../../../src/publishing/live-rules.js';
import { makePublicationStore } from '../../../src/publishing/publication-store.js';
import { makePublishRules } from '../../../src/publishing/publish-rules.js';
import { makeProposalStore } from '../../../src/publishing/proposals/proposal-store.js';
import { makeRuleProposals } from '../../../src/publishing/proposals/rule-proposals.js';
import { makePublishingReader } from '../../../src/publishing/read-publishing.js';
import { makeRuleDesk } from '../../../src/publishing/rule-desk.js';
import { makeTellAuthors } from '../../../src/publishing/tell-authors.js';
import { makeReportRuleHealth } from '../../../src/rule-health/report-rule-health.js';
import { makeRuleHealthStore } from '../../../src/rule-health/rule-health-store.js';
import { makeFeedStore } from '../../../src/schedule/feed-store.js';
import { makeRunLedger } from '../../../src/schedule/run-ledger.js';
import { makeDeadlineStore } from '../../../src/work-orders/deadline-store.js';
import { makeCatalogue } from '../../../src/work-orders/catalogue.js';
import { makeWorkOrderStore } from '../../../src/work-orders/work-order-store.js';
import { testCalendar } from '../../calendar/make-test-calendar.js';
import { ruleFile } from '../../support/rule-file.js';
import type { Person } from '../../support/people.js';
import { openTestMongo } from '../../support/services.js';
import { type Answered, openClients } from '../../support/typed-client.js';

export const NOW = Date.UTC(2026, 10, 2, 2, 0);
export const FEED_SILENT_AFTER_MS = 15 * 60_000;

/** 省 → 杭州 → 西湖, and 宁波 beside them. */
export const orgUnits = makeOrgUnits({
  units: [
    { code: 'ZJ', name: '浙江', type: 'province' },
    { code: 'HZ', name: '杭州', type: 'city', parent: 'ZJ' },
    { code: 'HZ-XH', name: '西湖', type: 'county', parent: 'HZ' },
    { code: 'NB', name: '宁波', type: 'city', parent: 'ZJ' },
  ],
});

const PROCESSES = makeCatalogue([
  { process: '高压新装', source: 'test', stages: [{ stage: '业务受理' }, { stage: '归档' }] },
  { process: '销户', source: 'test', stages: [{ stage: '业务受理' }] },
]);

/** What tests charge: of a person 2 points and 100 yuan, of the team half a point. */
const ASSESSMENT_TABLE = assessmentTableSchema.parse({
  clauses: [
    {
      id: 'KH-01',
      title: '资料移交缺签字',
      match: { kinds: ['missing-signature'] },
      charge: [
        { to: 'person', points: 2, money: 100 },
        { to: 'team', points: 0.5 },
      ],
    },
  ],
});

/** Nothing is reconciled, but statements are to be signed within half an hour. */
const REPORTS: ReportContent = {
  ...NO_REPORTS,
  reconciliation: {
    ...NO_REPORTS.reconciliation,
    signing: {
      due: { value: 30, unit: 'minute' },
      grace: { value: 10, unit: 'minute' },
      severity: 'medium',
      assignTo: 'shift-supervisor',
      clauses: [],
    },
  },
};

/** An answer whose body is what a test says it is. */
export type Answer = Omit<supertest.Response, 'body'> & { readonly body: unknown };

export async function ask(request: supertest.Test): Promise<Answer> {
  return await request;
}

export type TestApi = Awaited<ReturnType<typeof openTestApi>>;

/** The API on a fresh database, with a token for each role. Time stands still at NOW. */
export async function openTestApi(
  changes: (
    deps: ApiDeps,
    more: { readonly connection: Connection; readonly clock: { readonly at: number } },
  ) => Partial<ApiDeps> = () => ({}),
) {
  const { connection, close } = await openTestMongo();
  const now = () => NOW;
  const tokenStore = makeTokenStore(connection);
  const audit = makeAuditStore(connection);
  const alertStore = makeAlertStore(connection);
  const eventStore = makeEventStore(connection, now);
  const workOrderStore = makeWorkOrderStore(connection);
  const deadlines = makeDeadlineStore(connection);
  const letters = makeDeadLetterStore(connection, now);
  const feeds = makeFeedStore(connection, { silentAfterMs: FEED_SILENT_AFTER_MS, now });
  const jobs = makeRunLedger(connection, { now });
  const inspections = makeInspectionStore(connection);
  const changeFeed = makeChangeFeed(connection, now);
  const deliveries = makeDeliveryStore(connection);
  const alertStream = makeAlertStream({
    feed: changeFeed,
    loadAlerts: (ids) => alertStore.loadByIds(ids),
    pollMs: 10,
    heartbeatMs: 50,
  });
  const channels = new Map<string, Channel>();
  const evidence = makeEvidenceStore(connection, { now, maxBytes: 50_000 });
  const users = makeUserStore(connection);
  const sessionStore = makeSessionStore(connection);
  const clock = { at: NOW };
  const sessions = makeSessions({
    users,
    sessions: sessionStore,
    audit,
    orgUnits,
    now: () => clock.at,
    idleMs: 3_600_000,
    maxMs: 12 * 3_600_000,
  });
  const planner = makeAlertPlanner({
    handling: DEFAULT_HANDLING,
    calendar: testCalendar(),
    escalationOf: () => undefined,
  });
  const silences = makeSilenceStore(connection);
  const backtestStore = makeBacktestStore(connection);
  const muting = makeMuteAlerts({
    alertStore,
    silences,
    changeFeed,
    inhibitions: [],
    subtreeOf: (unit) => orgUnits.subtreeOf(unit),
    plan: planner.plan,
    now,
  });
  const stores = [
    silences,
    changeFeed,
    deliveries,
    evidence,
    users,
    sessionStore,
    inspections,
    tokenStore,
    audit,
    alertStore,
    eventStore,
    workOrderStore,
    deadlines,
    letters,
    feeds,
    jobs,
  ];
  await Promise.all(stores.map((store) => store.init()));

  const assessments = await composeAssessments({
    connection,
    table: ASSESSMENT_TABLE,
    calendar: testCalendar(),
    changeFeed,
    positions: silences,
    alertStore,
    audit,
    now: () => clock.at,
  });
  const reports = await composeReports({
    connection,
    content: { reports: REPORTS, assessment: ASSESSMENT_TABLE, orgUnits, calendar: testCalendar() },
    alertStore,
    plan: planner.plan,
    now: () => clock.at,
  });
  const rules = [
    ruleFile({ id: 'paper-late', version: 3 }),
    ruleFile({ id: 'unsigned', status: 'shadow', riskPoint: { kind: 'missing-signature', clauses: [] } }),
  ];
  await inspections.addTasks([makeTask('HZ'), makeTask('NB')]);
  const checks: HealthCheck[] = [{ name: 'mongodb', ok: true }];
  const lines: string[] = [];
  const acceptEvents = makeAcceptEvents({
    inbox: eventStore,
    enqueue: () => {},
    calendar: testCalendar(),
    now,
    partitions: 4,
  });
  const explain = makeExplain({
    context: () => explainContextOf({ calendar: testCalendar(), orgUnits }, NO_PARAMETERS),
    inbox: eventStore,
  });
  const publishing = openPublishing();
  const base: ApiDeps = {
    boardQueues: () => [],
    authenticate: makeAuthenticate({ tokens: tokenStore }),
    sessions,
    users,
    orgTree: orgUnits,
    audit,
    acceptEvents: acceptEvents.accept,
    events: eventStore,
    alerts: makeAlertReader(connection),
    alertSummary: makeAlertSummaryReader(connection),
    silences,
    applySilence: muting.applySilence,
    stepAlert: makeStepAlert({ alertStore, evidence, audit, plan: planner.plan, now }),
    evidence,
    workOrders: makeWorkOrderReader({ connection, store: workOrderStore }),
    recallRecord: makeRecallRecord({
      inbox: eventStore,
      ruleSets: { current: () => makeRuleSet(rules) },
      calendar: testCalendar(),
    }),
    deadlines: makeDeadlineReader({ connection, store: deadlines }),
    inspections,
    recordInspection: makeRecordInspection({ store: inspections, evidence }),
    assessments,
    statements: reports.statements,
    statementSigning: reports.signing,
    makeReport: reports.makeReport,
    alertStream,
    notify: { channels, deliveries, testChannel: makeTestChannel({ channels, deliveries, now }) },
    ...publishing,
    backtests: makeBacktestDesk({ store: backtestStore, now: () => clock.at }),
    coverage: () => measureFolder('rules', { files: [] }, {}),
    rules: {
      list: () => rules,
      get: (id) => rules.find((rule) => rule.id === id),
      processesOf: (id) =>
        processesOfRules(
          rules.map((rule) => compileRule(rule)),
          PROCESSES,
        ).get(id) ?? [],
    },
    ruleExplainer: {
      explain: async (id, recordId, at) => {
        const rule = rules.find((one) => one.id === id);
        return rule && explain(compileRule(rule), recordId, at);
      },
      tryText: makeTryRule({
        checkContext: () => ({ calendar: testCalendar(), orgUnits }),
        surroundings: () => Promise.resolve({ parameters: [], conditions: [] }),
        explain,
      }),
    },
    deadLetters: {
      list: (query) => letters.list(query),
      find: (ids) => letters.find(ids),
      countByReason: () => letters.countByReason(),
      replay: makeReplayDeadLetters({
        store: letters,
        revive: (keys) => eventStore.revive(keys),
        partitionOf: () => 0,
        enqueue: () => {},
        accept: () => Promise.resolve({ reason: 'invalid', error: 'still bad' }),
      }),
    },
    feeds,
    jobs,
    health: { check: () => Promise.resolve(checks) },
    orgUnits: orgUnits.list,
    subtreeOf: (unit) => orgUnits.subtreeOf(unit),
    calendar: testCalendar(),
    metrics: new Registry(),
    logger: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
    now,
    limits: { bodyBytes: 100_000, requestsPerMinute: 100_000, badTokensPerMinute: 100_000 },
    version: '1.2.3',
  };
  /** As composed, on a folder that nobody reads. */
  function openPublishing() {
    const logger = pino({ level: 'silent' });
    const store = makePublicationStore(connection);
    const folders = makeFolderStore(connection);
    const live = makeLiveRules({ ruleSet: makeRuleSet(rules), files: [] });
    const desk = makeRuleDesk({
      dir: 'rules-of-nobody', host: 'test', context: { calendar: testCalendar() }, live, store, folders, logger, now,
      publish: makePublishRules({ store, now }),
      tellAuthors: makeTellAuthors({ alertStore, plan: planner.plan, now }),
    }); // prettier-ignore
    return {
      publishing: makePublishingReader({ store, folders, live, desk, now }),
      proposals: makeRuleProposals({
        dir: 'rules-of-nobody', proposals: makeProposalStore(connection), publications: store, folders, desk, live, logger, now,
        inTurn: makeInTurn(connection, now),
      }), // prettier-ignore
      ruleHealth: makeReportRuleHealth({
        store: makeRuleHealthStore(connection),
        alerts: makeVersionAlertReader(connection),
        rules: () => rules,
        calendar: testCalendar(),
      }),
    };
  }
  const deps = { ...base, ...changes(base, { connection, clock }) };
  const app: Express = createApp(deps);
  const routes = makeRoutes(deps);
  const clients = await openClients(app, (answered) => assertDescribed(routes, answered));

  async function addToken(roles: readonly Role[], more: Partial<StoredToken> = {}): Promise<string> {
    const token = `yxr_${randomBytes(16).toString('hex')}`;
    const name = `test-${roles.join('-')}`;
    await tokenStore.add({
      _id: hashToken(token),
      name,
      roles,
      origin: 'command',
      createdAt: new Date(NOW),
      ...more,
    });
    return token;
  }
  const tokens = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await addToken([role])] as const)),
  ) as Record<Role, string>;

  /** GET, and the answer is one that the document describes. */
  async function getWith(path: string, token: string): Promise<Answer> {
    const answer = await ask(supertest(app).get(path).auth(token, { type: 'bearer' }));
    const { status, text } = answer;
    assertDescribed(routes, { method: 'get', path: path.split('?', 1)[0] ?? '', status, text });
    return answer;
  }

  return {
    app, deps, connection,
    close: async () => { await clients.close(); await alertStream.close(); await close(); },
    /** The typed client, as a role or a person. */
    as: (who: Role | Person) => clients.as(typeof who === 'string' ? tokens[who] : who),
    /** The typed client, with a token of its own. */
    asNew: async (roles: readonly Role[], more?: Partial<StoredToken>) => clients.as(await addToken(roles, more)),
    anonymous: () => clients.anonymous(),
    /** What came back for the typed client the last time. */
    last: () => clients.last(),
    reports, assessments, assessmentTable: ASSESSMENT_TABLE, changeFeed, deliveries, channels, addToken, tokens, checks, lines,
    audit, muting, silences, users, sessions, clock, tokenStore, alertStore, evidence, planner, eventStore, workOrderStore, letters, feeds, jobs,
    /** GET with the token of a role. */
    get: (path: string, role: Role = 'admin') => getWith(path, tokens[role]),
    getWith,
    post: (path: string, role: Role = 'admin') => supertest(app).post(path).auth(tokens[role], { type: 'bearer' }),
  }; // prettier-ignore
}

/** A task of the day whose text holds a telephone number, as people will write them. */
function makeTask(orgUnit: string): InspectionTask {
  return {
    id: `archive|${orgUnit}|2026-11-02`,
    plan: { id: 'archive', version: 1, name: '归档资料抽查' },
    clauses: ['YXZY-YY-145'],
    orgUnit,
    orgUnitName: `${orgUnit} 供电公司`,
    date: '2026-11-02',
    status: 'planned',
    assignTo: 'shift-supervisor',
    dueAt: new Date(NOW + 3_600_000),
    plannedAt: new Date(NOW),
    items: [{ id: 'i1', text: '回访客户 13812345678', clause: 'YXZY-YY-145/3' }],
    samples: [{ workOrder: '330102199001011234', items: [] }],
    draw: {
      seed: 'a13812345678b', from: new Date(NOW - 86_400_000), to: new Date(NOW), populationSize: 1,
      populationHash: 'f13812345679f', ratio: 0.1, floor: 1, cap: 5,
    },
  }; // prettier-ignore
}

/** Fails when a JSON answer has a field, or lacks one, that its schema in the OpenAPI document does not say. */
function assertDescribed(
  routes: readonly ApiRoute[],
  { method, path, status, text }: Pick<Answered, 'method' | 'path' | 'status' | 'text'>,
): void {
  const route = routes.find(
    (candidate) =>
      candidate.method === method &&
      new RegExp(`^${candidate.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  const answer = route?.responses[status];
  // What goes wrong before a route is found, or on every route, is not said by each.
  if (!route || (answer && !answer.schema)) return;
  const schema = answer?.schema ?? (status >= 400 ? errorSchema : undefined);
  const parsed = schema?.safeParse(JSON.parse(text));
  if (!parsed?.success)
    throw new Error(
      `${method} ${path} → ${status} is not as described: ${parsed?.error.message ?? 'no such status'}`,
    );
}
