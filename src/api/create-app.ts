import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { NotFoundError } from '../errors.js';
import { authenticateRequest, limitByAddress, limitRequests } from './authenticate-request.js';
import type { ApiDeps } from './deps.js';
import { handleErrors } from './handle-errors.js';
import { logRequests } from './log-requests.js';
import { measureRequests } from './measure-requests.js';
import { mountMethodNotAllowed, mountRoute } from './mount-route.js';
import { buildOpenApi, type OpenApiDocument } from './openapi.js';
import { giveRequestId } from './request-id.js';
import type { ApiRoute } from './route.js';
import { makeAlertSummaryRoutes } from './routes/alert-summary.js';
import { makeAlertStreamRoutes } from './routes/alert-stream.js';
import { makeAlertEvidenceRoutes } from './routes/alert-evidence.js';
import { makeAlertStepRoutes } from './routes/alert-steps.js';
import { makeAlertRoutes } from './routes/alerts.js';
import { makeAssessmentRoutes } from './routes/assessments.js';
import { makeAuditRoutes } from './routes/audit.js';
import { makeBacktestRoutes } from './routes/backtests.js';
import { makeCalendarRoutes } from './routes/calendar.js';
import { makeCoverageRoutes } from './routes/coverage.js';
import { makeDeadLetterRoutes } from './routes/dead-letters.js';
import { makeDeadlineRoutes } from './routes/deadlines.js';
import { makeEventRoutes } from './routes/events.js';
import { makeFeedRoutes } from './routes/feeds.js';
import { makeHallRoutes } from './routes/halls.js';
import { makeInspectionRoutes } from './routes/inspections.js';
import { makeJobRoutes } from './routes/jobs.js';
import { makeOpenIdRoutes } from './routes/open-id.js';
import { makeOrgUnitRoutes } from './routes/org-units.js';
import { makeMyNotificationRoutes } from './routes/my-notifications.js';
import { makeNotificationRoutes } from './routes/notifications.js';
import { makePageRoutes } from './routes/pages.js';
import { makeProbeRoutes } from './routes/probes.js';
import { makeRuleExplanationRoutes } from './routes/rule-explanations.js';
import { makeReconciliationRoutes } from './routes/reconciliations.js';
import { makeReportRoutes } from './routes/reports.js';
import { makeRuleHealthRoutes } from './routes/rule-health.js';
import { makeRuleProposalRoutes } from './routes/rule-proposals.js';
import { makeRulePublishingRoutes } from './routes/rule-publishing.js';
import { makeRuleRoutes } from './routes/rules.js';
import { makeSilenceRoutes } from './routes/silences.js';
import { makeSessionRoutes } from './routes/session.js';
import { makeUserRoutes } from './routes/users.js';
import { makeWorkOrderRoutes } from './routes/work-orders.js';
import { makeQueueBoardRoutes } from './routes/queue-board.js';
import { serveConsole } from './serve-console.js';
import { QUEUE_BOARD, readBoardCookie, serveQueueBoard } from './serve-queue-board.js';

/** Every route of the service, in the order of the document. */
export function makeRoutes(deps: ApiDeps): ApiRoute[] {
  const routes: ApiRoute[] = [
    ...makeEventRoutes(deps),
    ...makeAlertSummaryRoutes(deps),
    // Before /api/alerts/{id}, which would take it for an alert.
    ...makeAlertStreamRoutes(deps),
    ...makeAlertStepRoutes(deps),
    ...makeAlertRoutes(deps),
    ...makeAlertEvidenceRoutes(deps),
    ...makeSilenceRoutes(deps),
    ...makeAuditRoutes(deps),
    ...makeWorkOrderRoutes(deps),
    ...makeDeadlineRoutes(deps),
    ...makeInspectionRoutes(deps),
    ...makeAssessmentRoutes(deps),
    ...makeReconciliationRoutes(deps),
    ...makeReportRoutes(deps),
    ...makeNotificationRoutes(deps),
    // Before /api/rules/{id}, which would take `try` and `backtest` for rules.
    ...makeBacktestRoutes(deps),
    ...makeRuleExplanationRoutes(deps),
    // Before /api/rules/{id}, which would take them for rules.
    ...makeRulePublishingRoutes(deps),
    ...makeRuleProposalRoutes(deps),
    ...makeRuleHealthRoutes(deps),
    ...makeMyNotificationRoutes(deps),
    ...makeRuleRoutes(deps),
    ...makeCoverageRoutes(deps),
    ...makeOrgUnitRoutes(deps),
    ...makeHallRoutes(deps),
    ...makeCalendarRoutes(deps),
    ...makeDeadLetterRoutes(deps),
    ...makeFeedRoutes(deps),
    ...makeJobRoutes(deps),
    ...makeQueueBoardRoutes(deps),
    ...makeSessionRoutes(deps),
    ...makeOpenIdRoutes(deps),
    ...makeUserRoutes(deps),
    ...makeProbeRoutes(deps),
    ...makePageRoutes(() => (document ??= buildOpenApi(routes, deps.version))),
  ];
  let document: OpenApiDocument | undefined;
  return routes;
}

/**
 * The HTTP application: routes, and around them ids, logs, metrics, tokens, limits, and one place for errors. It opens
 * nothing; whoever listens on it closes it.
 */
export function createApp(deps: ApiDeps): Express {
  const { logger, metrics, limits } = deps;
  const routes = makeRoutes(deps);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.set('trust proxy', limits.proxies ?? 0);

  app.use(giveRequestId, logRequests(logger), measureRequests(metrics), secureHeaders());
  const serveBuilt = deps.consoleDir === undefined ? undefined : serveConsole(deps.consoleDir);
  if (serveBuilt) app.use(serveBuilt);
  app.use('/api/session', limitSignIns(limits.badTokensPerMinute));
  for (const route of routes) if (route.roles === 'public') mountRoute(app, route, limits.bodyBytes);
  mountMethodNotAllowed(
    app,
    routes.filter(({ roles }) => roles === 'public'),
  );

  // From here on nobody is answered without a token, not even with a 404.
  const known = [
    noStore,
    packLongAnswers,
    authenticateRequest({
      authenticate: deps.authenticate,
      sessions: deps.sessions,
      badTokensPerMinute: limits.badTokensPerMinute,
    }),
    limitRequests(limits.requestsPerMinute),
  ];
  app.use('/api', ...known);
  app.use(QUEUE_BOARD, readBoardCookie, ...known, ...serveQueueBoard(deps.boardQueues));
  for (const route of routes) if (route.roles !== 'public') mountRoute(app, route, limits.bodyBytes);
  mountMethodNotAllowed(
    app,
    routes.filter(({ roles }) => roles !== 'public'),
  );

  app.use((req) => {
    throw new NotFoundError(
      `There is nothing at ${req.method} ${req.path}; /api/openapi.json lists what there is.`,
    );
  });
  app.use(handleErrors(logger));
  return app;
}

/** No answer of ours is a page that may be framed, or may load anything; pages bring their own policy. */
function secureHeaders(): express.RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/** Guessing passwords from one address is slow, whoever's they are; so is beginning sign-ins, each of which is stored. */
function limitSignIns(limit = 60): express.RequestHandler {
  const count = limitByAddress(limit, 'Too many sign-ins from this address.');
  return (req, res, next) => {
    if ((req.method === 'POST' && req.path === '/') || req.path.startsWith('/oidc'))
      void count(req, res, next);
    else next();
  };
}

/**
 * Long lists and tables are a tenth of their size when packed. A stream is not packed, as it may not wait; nor is an answer
 * that holds a session's token, as what others can add to must not be packed beside a secret.
 */
const packLongAnswers: express.RequestHandler = compression({
  threshold: 8_192,
  filter: (req, res) =>
    /^application\/json\b/.test(String(res.getHeader('Content-Type'))) &&
    !req.originalUrl.startsWith('/api/session') &&
    !req.originalUrl.startsWith('/api/me'),
});

const noStore: express.RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
