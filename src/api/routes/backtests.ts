import { z } from 'zod';
import { idOf, type Principal } from '../../access/principal.js';
import type { BacktestJob } from '../../backtest/jobs/backtest-job.js';
import { withinScope } from '../../backtest/within-scope.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { backtestBody, backtestRowSchema, backtestSchema } from '../schemas/backtest-schema.js';
import { errorSchema, idParams } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';

const MOST = 100;

/** Backtests of changed rules over stored events: jobs that a worker runs beside the events. */
export function makeBacktestRoutes({ backtests, audit, now, subtreeOf }: ApiDeps): ApiRoute[] {
  const record = (principal: Principal, requestId: string, action: string, id: string, reason: string) =>
    audit.record({
      at: new Date(now()),
      action,
      who: { name: principal.name, tokenId: principal.tokenId },
      object: { type: 'backtest', id },
      reason: reason.slice(0, 1000),
      requestId,
    });
  /** The texts of the candidate are known to whoever sent them; the files' names tell the others what was tried. */
  const view = (principal: Principal, { order, result, ...job }: BacktestJob) => {
    const scope = scopeOf(principal, subtreeOf);
    const { changes, ...period } = order;
    return {
      ...job,
      order: {
        ...period,
        files: changes.flatMap((change) => ('file' in change ? [change.file] : [])),
        retired: changes.flatMap((change) => ('retire' in change ? [change.retire] : [])),
      },
      ...(result && { result: withinScope(result, (unit) => isInScope(scope, unit)) }),
    };
  };
  const common = { tag: 'rules', roles: ['author'] as const, scope: 'same' as const };
  const job = { description: 'The job; `result` once it is done', schema: backtestSchema };

  return [
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/rules/backtest',
      name: 'startBacktest',
      summary:
        'Replay stored events with changed rules, and compare the alerts with those of the published ones',
      description:
        'A job: a worker runs it in a process of its own. Each event is replayed as of when it became known; deadlines, sweeps and windows go by a virtual clock. Nothing is stored but the result, and nobody is told.',
      body: backtestBody,
      responses: {
        202: { description: 'The job, waiting', schema: backtestSchema },
        429: { description: 'Enough of them wait', schema: errorSchema },
      },
      async handle({ body, principal, requestId }) {
        const { changes, from, to, knownBy, historyDays } = body;
        const submitted = await backtests.submit(
          {
            changes: changes.map((change) => ('file' in change ? change : withoutUndefined(change))),
            from,
            to,
            knownBy,
            ...(historyDays !== undefined && { historyDays }),
          },
          idOf(principal),
        );
        const period = `${from.toISOString()} – ${to.toISOString()}`;
        await record(principal, requestId, 'rules.backtest', submitted.id, period);
        return { status: 202, json: view(principal, submitted) };
      },
    }),
    defineRoute({
      ...common,
      method: 'get',
      path: '/api/rules/backtest',
      name: 'listBacktests',
      summary: `Backtests, newest first; at most ${MOST}`,
      roles: ['author', 'auditor'],
      responses: {
        200: {
          description: 'Jobs without their results',
          schema: z.strictObject({ items: z.array(backtestRowSchema), nextCursor: z.null() }),
        },
      },
      async handle() {
        return { json: { items: await backtests.list(MOST), nextCursor: null } };
      },
    }),
    defineRoute({
      ...common,
      method: 'get',
      path: '/api/rules/backtest/{id}',
      name: 'getBacktest',
      summary: 'One backtest: how far it is, and its result; rows and examples of the units one is for',
      roles: ['author', 'auditor'],
      params: idParams,
      responses: { 200: job },
      async handle({ params: { id }, principal }) {
        return {
          json: view(
            principal,
            findVisible(await backtests.get(id), () => true, `backtest ${id}`),
          ),
        };
      },
    }),
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/rules/backtest/{id}/cancel',
      name: 'cancelBacktest',
      summary: 'Stop a backtest; one that runs stops within seconds, one that ended stays as it is',
      params: idParams,
      responses: { 200: job },
      async handle({ params: { id }, principal, requestId }) {
        findVisible(await backtests.get(id), () => true, `backtest ${id}`);
        await record(principal, requestId, 'rules.backtest.cancel', id, '');
        return {
          json: view(
            principal,
            findVisible(await backtests.cancel(id), () => true, `backtest ${id}`),
          ),
        };
      },
    }),
  ];
}
