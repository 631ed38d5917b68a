import { z } from 'zod';
import { ConflictError } from '../../errors.js';
import { DELIVERY_STATUSES, type Delivery } from '../../notify/delivery.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, requireWholeView, scopeOf, unitsToList } from '../org-scope.js';
import { codeField, codeList, enumList, pageFields, timeField } from '../query-fields.js';
import { type ApiRoute, defineRoute, type RouteInput } from '../route.js';
import { idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import { channelSchema, deliverySchema, type DeliveryView } from '../schemas/delivery-schema.js';
import { withoutUndefined } from '../without-undefined.js';

/** Who reads the delivery log. */
const LOG_READERS = ['supervisor', 'auditor'] as const;

/** Channels and the delivery log: who was told what, when, by which channel and why. */
export function makeNotificationRoutes(deps: ApiDeps): ApiRoute[] {
  const { notify, audit, subtreeOf, calendar, now } = deps;
  const record = (
    { principal, requestId }: Pick<RouteInput, 'principal' | 'requestId'>,
    action: string,
    object: { readonly type: string; readonly id: string },
  ) =>
    audit.record({
      at: new Date(now()),
      action,
      who: { name: principal.name, tokenId: principal.tokenId },
      object,
      reason: '',
      requestId,
    });
  return [
    defineRoute({
      method: 'get',
      path: '/api/deliveries',
      name: 'listDeliveries',
      tag: 'notifications',
      summary: 'The delivery log, the latest first',
      roles: LOG_READERS,
      scope: 'list',
      query: z.strictObject({
        status: enumList(DELIVERY_STATUSES, 'Statuses').optional(),
        channel: codeList('Channels').optional(),
        who: codeList('Contacts or users').optional(),
        alert: codeField.optional().meta({ description: 'Id of an alert it told of' }),
        orgUnit: codeList('Org units, with all below them').optional(),
        from: timeField(calendar, 'from').optional(),
        to: timeField(calendar, 'to').optional(),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(deliverySchema) } },
      async handle({ query: { orgUnit, who, ...query }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const page = await notify.deliveries.find(withoutUndefined({ ...query, recipient: who, orgUnits }));
        return { json: toPage({ ...page, items: page.items.map(viewDelivery) }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/deliveries/{id}',
      name: 'getDelivery',
      tag: 'notifications',
      summary: 'One delivery: why it went out and what became of it',
      roles: LOG_READERS,
      scope: 'object',
      params: idParams,
      responses: { 200: { description: 'The delivery', schema: deliverySchema } },
      async handle({ params: { id }, principal }) {
        const scope = scopeOf(principal, subtreeOf);
        const visible = ({ orgUnit }: Delivery) => isInScope(scope, orgUnit);
        const delivery = findVisible(await notify.deliveries.get(id), visible, `delivery ${id}`);
        return { json: viewDelivery(delivery) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/deliveries/{id}/retry',
      name: 'retryDelivery',
      tag: 'notifications',
      summary: 'Send a failed delivery again',
      roles: [],
      scope: 'object',
      params: idParams,
      responses: { 202: { description: 'It will be sent', schema: deliverySchema } },
      async handle({ params: { id }, principal, requestId }) {
        const scope = scopeOf(principal, subtreeOf);
        const visible = ({ orgUnit }: Delivery) => isInScope(scope, orgUnit);
        const delivery = findVisible(await notify.deliveries.get(id), visible, `delivery ${id}`);
        await record({ principal, requestId }, 'delivery.retry', { type: 'delivery', id });
        if (!(await notify.deliveries.tryAgain(id, new Date(now()))))
          throw new ConflictError(`The delivery is ${delivery.status}; only a failed one can be sent again.`);
        const again = (await notify.deliveries.get(id)) ?? delivery;
        return { status: 202, json: viewDelivery(again) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/channels',
      name: 'listChannels',
      tag: 'notifications',
      summary: 'The channels of notification, without their secrets',
      roles: LOG_READERS,
      scope: 'same',
      responses: { 200: { description: 'All', schema: z.strictObject({ items: z.array(channelSchema) }) } },
      async handle() {
        const stopped = new Map((await notify.deliveries.stopped()).map((stop) => [stop.name, stop]));
        const items = [...notify.channels.values()].map(({ name, type, limits }) => {
          const stop = stopped.get(name);
          return { id: name, type, limits, ...(stop && { stopped: { at: stop.at, reason: stop.reason } }) };
        });
        return { json: { items } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/channels/{name}/test',
      name: 'testChannel',
      tag: 'notifications',
      summary: 'Send a test message through a channel, once and at once',
      description:
        'Answers 200 also when the other side refused; `ok` tells. A success starts a stopped channel again.',
      roles: [],
      scope: 'everything',
      params: z.strictObject({ name: codeField }),
      body: z.strictObject({
        to: z
          .email('must be an e-mail address')
          .optional()
          .meta({ description: 'Mailbox; e-mail channels only' }),
      }),
      responses: {
        200: {
          description: 'What came of it',
          schema: z.strictObject({ ok: z.boolean(), error: z.string().optional(), tookMs: z.number() }),
        },
      },
      async handle({ params: { name }, body: { to }, principal, requestId }) {
        requireWholeView(principal, 'Channels are tried');
        if (notify.channels.has(name))
          await record({ principal, requestId }, 'channel.test', { type: 'channel', id: name });
        return { json: await notify.testChannel(name, to) };
      },
    }),
  ];
}

function viewDelivery({ recipient, to, ...delivery }: Delivery): DeliveryView {
  return {
    ...delivery,
    ...(recipient !== undefined && { who: recipient }),
    ...(to !== undefined && { to: shortenMailbox(to) }),
  };
}

/** `wang@example.com` as `w***@example.com`. */
function shortenMailbox(mailbox: string): string {
  return mailbox.replace(/^(.).*(?=@)/, '$1***');
}
