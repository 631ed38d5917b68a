import { z } from 'zod';
import { hasRole, ownsSource, type Principal } from '../../access/principal.js';
import type { AcceptResult } from '../../events/accept-events.js';
import type { StoredEvent } from '../../events/event-document.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { codeField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { idParams, jsonSchema } from '../schemas/common-schemas.js';
import {
  acceptanceSchema,
  cloudEventSchema,
  eventStateSchema,
  refusalSchema,
} from '../schemas/event-schema.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { viewEvent } from '../view-event.js';

/** Posting events, and asking what became of one. */
export function makeEventRoutes(deps: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'post',
      path: '/api/events',
      name: 'postEvents',
      tag: 'events',
      summary: 'Post CloudEvents; a 202 means stored',
      description:
        'CloudEvents 1.0: structured, batched, binary (`ce-*` headers with `application/json`) or newline-delimited JSON. ' +
        'Send the same request again after a 503: what is stored already counts as a duplicate.',
      roles: ['integrator'],
      scope: 'source',
      rawBody: {
        'application/cloudevents+json': cloudEventSchema,
        'application/cloudevents-batch+json': z.array(cloudEventSchema),
        'application/json': jsonSchema.meta({
          description: 'Binary mode: `data`, the attributes are in `ce-*` headers',
        }),
        'application/x-ndjson': z.string().meta({ description: 'One CloudEvent a line' }),
      },
      responses: {
        202: { description: 'Stored, as far as not rejected', schema: acceptanceSchema },
        400: { description: 'The request cannot be read, or every event is refused', schema: refusalSchema },
        409: { description: 'The same source and id with other content', schema: refusalSchema },
        413: { description: 'Too many bytes or too many events' },
        415: { description: 'Another content type' },
      },
      async handle({ rawBody: body, headers, principal }) {
        const mayPost = (source: string) => ownsSource(principal, source);
        const contentType = headers['content-type'];
        const { status, ...answer } = await deps.acceptEvents({ contentType, headers, body }, mayPost);
        return {
          status,
          json: status === 202 ? answer : { error: explainRefusal(status, answer), ...answer },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/events/{id}',
      name: 'getEvent',
      tag: 'events',
      summary: 'One event and what became of it',
      roles: ['integrator', 'supervisor', 'auditor'],
      scope: 'object',
      params: idParams,
      query: unmaskQuery.extend({
        source: codeField.meta({ description: '`source` of the event', example: '/sales/zj/hz' }),
      }),
      responses: { 200: { description: 'The event', schema: eventStateSchema } },
      async handle(input) {
        const { id } = input.params;
        const { source } = input.query;
        const found = await deps.events.findByKey(`${source} ${id}`);
        const units = found ? await unitsOf(deps, found) : [];
        const visible = found !== undefined && mayRead(deps, input.principal, found, units);
        const stored = findVisible(found, () => visible, `event ${id} of source ${source}`);
        const { status, reason, event } = stored;
        const json = { status, ...(reason === undefined ? {} : { reason }), event: viewEvent(event) };
        return { json, unmasked: await unmaskFor(deps, input, { type: 'event', id: event.key, units }) };
      },
    }),
  ];
}

function explainRefusal(status: 400 | 409, { rejected }: Pick<AcceptResult, 'rejected'>) {
  const which = rejected.length === 1 ? 'The event was not' : `None of the ${rejected.length} events was`;
  return status === 409
    ? { code: 'conflict', message: `${which} accepted: stored already with other content.` }
    : { code: 'invalid_request', message: `${which} accepted; \`rejected\` says what is wrong with each.` };
}

/** An integrator reads its own sources; the others what belongs to a record they may see. */
function mayRead(
  { subtreeOf }: ApiDeps,
  principal: Principal,
  { event }: StoredEvent,
  units: readonly (string | undefined)[],
): boolean {
  if (!hasRole(principal, ['supervisor', 'auditor'])) return ownsSource(principal, event.source);
  return isInScope(scopeOf(principal, subtreeOf), ...units);
}

/** The units an event belongs to: its own, and those of its work order. */
async function unitsOf(deps: ApiDeps, { event, recordId }: StoredEvent): Promise<(string | undefined)[]> {
  const workOrder = (await deps.workOrders.get(recordId))?.record.workOrder;
  return [event.data.orgUnit, workOrder?.orgUnit, workOrder?.managingUnit];
}
