import type { Express } from 'express';
import { makeAuthenticate } from './access/make-authenticate.js';
import { makeAlertReader } from './alerts/find-alerts.js';
import { makeAlertSummaryReader } from './alerts/summarize-alerts.js';
import { createApp } from './api/create-app.js';
import type { ApiLimits, HealthCheck, RuleExplainer } from './api/deps.js';
import { makeDeadlineReader } from './api/readers/deadline-reader.js';
import { makeWorkOrderReader } from './api/readers/work-order-reader.js';
import type { Service } from './compose.js';
import { makeCoverageReader } from './coverage/make-coverage-reader.js';
import { makeProcessesReader } from './coverage/processes-of-rules.js';
import { readRuleSurroundings } from './engine/load-rules.js';
import { explainContextOf } from './explain/explain-context.js';
import { makeExplain } from './explain/make-explain.js';
import { makeRecallRecord } from './explain/recall-record.js';
import { makeTryRule } from './explain/make-try-rule.js';
import { toProcessCatalogue } from './work-orders/catalogue.js';
import type { Connection } from 'mongoose';

export interface ApiOptions {
  readonly service: Service;
  readonly connection: Connection;
  readonly limits: ApiLimits;
  readonly version: string;
  /** Folder of the built console (web/dist). */
  readonly consoleDir?: string;
  readonly pingMongo: () => Promise<void>;
  /** Parts that run in this process besides the API, e.g. `worker`, `scheduler`. */
  readonly running: () => readonly { readonly name: string; isHealthy(): boolean }[];
}

/** A process that reads a rules folder gives a sign of life every half minute. */
const FOLDER_ALIVE_MS = 120_000;

/** A revoked token works so much longer at most. */
const TOKEN_KEPT_MS = 1_000;

/** Wires the HTTP application over a service. Opens nothing. */
export function composeApi(options: ApiOptions): Express {
  const { service, connection, limits, version, consoleDir } = options;
  const { content, now, inbox, records, inspections } = service;
  const deadlines = makeDeadlineReader({
    connection,
    store: service.deadlines,
    isInForce: (ruleId) => service.ruleSets.current().byId(ruleId) !== undefined,
  });
  return createApp({
    authenticate: makeAuthenticate({ tokens: service.tokens, keepMs: TOKEN_KEPT_MS }),
    sessions: service.sessions,
    ...(service.openId && { openId: service.openId }),
    users: service.users,
    orgTree: content.orgUnits,
    audit: service.audit,
    acceptEvents: service.accept,
    events: inbox,
    alerts: makeAlertReader(connection),
    alertSummary: makeAlertSummaryReader(connection),
    stepAlert: service.stepAlert,
    silences: service.silences,
    applySilence: service.muting.applySilence,
    evidence: service.evidence,
    workOrders: makeWorkOrderReader({ connection, store: records }),
    recallRecord: makeRecallRecord({ inbox, ruleSets: service.ruleSets, calendar: content.calendar }),
    deadlines,
    inspections,
    recordInspection: service.recordInspection,
    assessments: service.assessments,
    statements: service.reports.statements,
    statementSigning: service.reports.signing,
    makeReport: service.reports.makeReport,
    alertStream: service.alertStream,
    notify: service.notify,
    rules: {
      list: () => service.ruleSets.loaded().files.map(({ rule }) => rule.file),
      get: (id) => service.ruleSets.loaded().files.find(({ rule }) => rule.id === id)?.rule.file,
      processesOf: makeProcessesReader({
        catalogue: content.catalogue,
        loaded: () => service.ruleSets.loaded(),
      }),
    },
    coverage: makeCoverageReader({
      dir: content.dir,
      context: content,
      loaded: () => service.ruleSets.loaded(),
    }),
    ruleExplainer: makeRuleExplainer(service),
    backtests: service.backtestDesk,
    publishing: service.publishingReader,
    proposals: service.ruleProposals,
    ruleHealth: async (query) => {
      // What this process counted is in it at once.
      await service.ruleHealth.flush();
      return service.reportRuleHealth(query);
    },
    deadLetters: {
      list: (query) => service.deadLetters.list(query),
      find: (ids) => service.deadLetters.find(ids),
      countByReason: () => service.deadLetters.countByReason(),
      replay: (ids) => service.replayDeadLetters(ids),
    },
    feeds: service.feeds,
    jobs: service.ledger,
    boardQueues: () => service.boardQueues.list(),
    health: { check: () => checkHealth(options) },
    subtreeOf: (code) => content.orgUnits.subtreeOf(code),
    orgUnits: content.orgUnits.list,
    calendar: content.calendar,
    metrics: service.registry,
    logger: service.logger,
    now,
    limits,
    version,
    ...(consoleDir !== undefined && { consoleDir }),
  });
}

function makeRuleExplainer({ content, ruleSets, inbox, windows }: Service): RuleExplainer {
  const checked = { ...content, catalogue: toProcessCatalogue(content.catalogue) };
  const explain = makeExplain({
    context: () => explainContextOf(checked, ruleSets.current().parameters),
    inbox,
    windows,
  });
  const tryText = makeTryRule({
    checkContext: () => checked,
    surroundings: (errors) => readRuleSurroundings(content.dir, errors),
    explain,
  });
  return {
    tryText,
    async explain(ruleId, recordId, at) {
      const found = ruleSets.loaded().files.find(({ rule }) => rule.id === ruleId);
      return found && explain(found.rule, recordId, at);
    },
  };
}

/** Rules with problems keep nobody from working: the rules in force stay. */
async function checkRules({ ruleSets, ruleDesk, folders, now }: Service): Promise<HealthCheck> {
  const { ruleSet, publication } = ruleSets.loaded();
  const { cannotAdopt } = ruleDesk.state();
  const seen = await folders.list(new Date(now() - FOLDER_ALIVE_MS)).catch(() => []);
  const refused = seen.filter(({ state }) => state === 'refused');
  const restartFor = [...new Set(seen.flatMap((folder) => folder.restartFor))];
  const [first] = refused.flatMap(({ problems }) => problems);
  const messages = [
    ...(cannotAdopt === undefined
      ? []
      : ['This process cannot take over the rules that were published last; its log says why.']),
    ...(refused.length > 0
      ? [
          'The rules folder has problems and was not published; the rules in force stay. GET /api/rules/publishing lists them.',
        ]
      : []),
    ...(restartFor.length > 0 ? [`Restart to take up what changed in ${restartFor.join(', ')}.`] : []),
  ];
  return {
    name: 'rules',
    ok: messages.length === 0,
    required: false,
    ...(messages.length > 0 && { message: messages.join(' ') }),
    details: {
      loaded: ruleSet.rules.length,
      hash: ruleSet.hash,
      publication: publication ?? null,
      cannotAdopt: cannotAdopt !== undefined,
      restartFor,
      folderProblems: refused.reduce((sum, { problemCount }) => sum + problemCount, 0),
      ...(first && { firstProblem: `${first.file}:${first.line}:${first.column}` }),
    },
  };
}

async function checkHealth({ service, pingMongo, running }: ApiOptions): Promise<HealthCheck[]> {
  const { content, queues, deadlines, now } = service;
  const mongo: HealthCheck = await pingMongo().then(
    () => ({ name: 'mongodb', ok: true }),
    (error: unknown) => {
      // Anybody may ask; addresses and driver messages are for the log.
      service.logger.warn({ err: error }, 'readiness: MongoDB does not answer');
      return {
        name: 'mongodb',
        ok: false,
        message: 'MongoDB does not answer: nothing can be stored or read.',
      };
    },
  );
  const redis: HealthCheck = queues.isReady()
    ? { name: 'redis', ok: true }
    : // Events are stored all the same; the reconciler brings them to the queue when Redis is back.
      {
        name: 'redis',
        ok: false,
        required: false,
        message: 'Redis does not answer: events are stored but wait.',
      };
  const rules = await checkRules(service);
  const year = Number(content.calendar.dateOf(now()).slice(0, 4));
  const uncovered = await deadlines.countUncovered().catch(() => []);
  const missing = [year, year + 1].filter((y) => !content.calendar.isCovered(y));
  const calendar: HealthCheck = {
    name: 'calendar',
    ok: missing.length === 0 && uncovered.length === 0,
    required: false,
    ...(missing.length > 0 && {
      message: `No official working days are known for ${missing.join(', ')}: limits that reach there are flagged and not decided. Add the year to a file in the calendars folder of RULES_DIR.`,
    }),
    details: {
      missingYears: missing,
      deadlinesWithoutDueTime: uncovered.map(({ year: y, deadlines: n }) => ({ year: y, deadlines: n })),
    },
  };
  const parts = running().map((part): HealthCheck => {
    const { name } = part;
    if (part.isHealthy()) return { name, ok: true };
    return { name, ok: false, message: `The ${name} of this process is not working; its log says why.` };
  });
  return [mongo, redis, rules, calendar, ...parts];
}
