import type { z } from 'zod';
import type { Alert } from '../../alerts/alert.js';
import type { Step, StepKind } from '../../alerts/take-step.js';
import { forRoles, hasRole } from '../../access/principal.js';
import { AppError, ForbiddenError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { etagOf, readIdempotencyKey, readIfMatch } from '../if-match.js';
import { isInScope, scopeOf } from '../org-scope.js';
import { type ApiRoute, defineRoute, type RouteInput } from '../route.js';
import { alertSchema } from '../schemas/alert-schema.js';
import {
  acknowledgeBody,
  bulkAnswerSchema,
  bulkBody,
  closeBody,
  commentBody,
  dispatchBody,
  rectifyBody,
  reopenBody,
} from '../schemas/alert-step-schema.js';
import { errorSchema, idParams } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';
import { viewAlert } from '../view-alert.js';
import { actorOf, STEP_ROLES } from './alert-actor.js';

const SUMMARIES: Readonly<Record<StepKind, string>> = {
  acknowledge: 'Take an alert on (确认)',
  dispatch: 'Tell somebody to put it right (派单), or send it back after review',
  rectify: 'Report that it was put right (整改反馈)',
  close: 'Review and close it with its outcome (复核销号)',
  reopen: 'Open it again',
  comment: 'Add a note or evidence',
};

/** What people do with alerts: one route a step, and one for many alerts at once. */
export function makeAlertStepRoutes(deps: ApiDeps): ApiRoute[] {
  const take = async (input: StepInput, id: string, step: Step, version: number | undefined) => {
    const { principal, requestId } = input;
    if (!hasRole(principal, STEP_ROLES[step.kind]))
      throw new ForbiddenError(
        `${step.kind} needs one of the roles ${['admin', ...STEP_ROLES[step.kind]].join(', ')}; you have ${principal.roles.join(', ')}.`,
      );
    const scope = scopeOf(forRoles(principal, STEP_ROLES[step.kind]), deps.subtreeOf);
    const alert: Alert = await deps.stepAlert({
      id,
      step,
      actor: actorOf(principal),
      by: { who: { name: principal.name, tokenId: principal.tokenId }, requestId },
      isVisible: ({ orgUnit }) => isInScope(scope, orgUnit),
      ...(version !== undefined && { version }),
    });
    return viewAlert(alert);
  };

  const stepRoute = <Body extends z.ZodObject>(kind: StepKind, body: Body) =>
    defineRoute({
      method: 'post',
      path: `/api/alerts/{id}/${kind}`,
      name: `${kind}Alert`,
      tag: 'alerts',
      summary: SUMMARIES[kind],
      description:
        'Send `If-Match` with the ETag you read to act only on what you saw (412 when it changed), and `Idempotency-Key` to repeat the request safely.',
      roles: STEP_ROLES[kind],
      scope: 'object',
      headers: ['If-Match', 'Idempotency-Key'],
      params: idParams,
      body,
      responses: {
        200: { description: 'The alert after the step', schema: alertSchema },
        409: { description: 'The alert is not at that point', schema: errorSchema },
        412: { description: 'Changed since it was read (`If-Match`)', schema: errorSchema },
      },
      async handle(input) {
        const key = readIdempotencyKey(input.headers);
        const step = toStep(kind, input.body, key);
        const alert = await take(input, input.params.id, step, readIfMatch(input.headers));
        return { json: alert, headers: etagOf(alert) };
      },
    });

  return [
    defineRoute({
      method: 'post',
      path: '/api/alerts/bulk',
      name: 'stepAlerts',
      tag: 'alerts',
      summary: 'The same step on up to 100 alerts; each is taken or refused on its own',
      roles: ['supervisor', 'inspector', 'auditor'],
      scope: 'object',
      headers: ['Idempotency-Key'],
      body: bulkBody,
      responses: { 200: { description: 'What became of each, in order', schema: bulkAnswerSchema } },
      async handle(input) {
        const key = readIdempotencyKey(input.headers);
        const { step: kind, alerts, ...rest } = input.body;
        const step = toStep(kind, rest, key);
        const results: object[] = [];
        for (const { id, version } of alerts)
          results.push(
            await take(input, id, step, version).then(
              (alert) => ({ id, ok: true, alert }),
              (error: unknown) => ({ id, ok: false, error: describe(error) }),
            ),
          );
        return { json: { results } };
      },
    }),
    stepRoute('acknowledge', acknowledgeBody),
    stepRoute('dispatch', dispatchBody),
    stepRoute('rectify', rectifyBody),
    stepRoute('close', closeBody),
    stepRoute('reopen', reopenBody),
    stepRoute('comment', commentBody),
  ];
}

type StepInput = Pick<RouteInput, 'principal' | 'requestId'>;

/** The body of a step is the step, but for its kind and key. */
function toStep(kind: StepKind, body: object, key: string | undefined): Step {
  return withoutUndefined({ ...body, kind, key }) as unknown as Step;
}

/** What refuses one alert; what fails for all of them is thrown on. */
function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof AppError) || error.status >= 500) throw error;
  const { code, message } = error;
  return { code, message };
}
