import { z } from 'zod';
import { SEVERITIES } from '../../engine/rule-file.js';
import { findTimeOfDay } from '../../calendar/civil-date.js';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../errors.js';
import type { Principal } from '../../access/principal.js';
import type { User } from '../../access/user.js';
import type { ApiDeps } from '../deps.js';
import { codeField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { errorSchema } from '../schemas/common-schemas.js';

const timeOfDay = z
  .string()
  .refine((text) => findTimeOfDay(text) !== undefined, 'must be a time of the day, HH:mm')
  .meta({ example: '21:00' });
const settings = {
  via: z
    .array(
      z.strictObject({
        channel: codeField.meta({ description: 'An e-mail channel', example: 'mail' }),
        to: z.email('must be an e-mail address').max(254).meta({ example: 'wang.fang@example.com' }),
      }),
    )
    .max(5, 'must hold at most 5')
    .meta({ description: 'Empty: told by the contacts of notify.json only' }),
  quiet: z
    .strictObject({
      from: timeOfDay,
      to: timeOfDay,
      except: z
        .array(z.enum(SEVERITIES))
        .max(SEVERITIES.length)
        .default(['critical'])
        .meta({ description: 'Severities that come through all the same' }),
    })
    .nullable()
    .meta({ description: 'Messages wait for its end; may pass midnight; null = none' }),
};
const settingsBody = z.strictObject({ via: settings.via, quiet: settings.quiet.default(null) }).meta({
  example: {
    via: [{ channel: 'mail', to: 'wang.fang@example.com' }],
    quiet: { from: '21:00', to: '07:30', except: ['critical'] },
  },
});
const settingsSchema = z
  .strictObject({
    ...settings,
    channels: z.array(z.string()).meta({ description: 'E-mail channels that there are' }),
  })
  .meta({ id: 'MyNotifications' });

/** How a person wants to be told of alerts. Group robots and webhooks are set for everybody in notify.json. */
export function makeMyNotificationRoutes({ users, notify, audit, now }: ApiDeps): ApiRoute[] {
  const channels = () =>
    [...notify.channels.values()].filter(({ type }) => type === 'email').map(({ name }) => name);
  const view = ({ notifications }: Pick<User, 'notifications'>): z.input<typeof settingsSchema> => ({
    via: (notifications?.via ?? []).map(({ channel, to }) => ({ channel, to })),
    quiet: notifications?.quiet ? { ...notifications.quiet, except: [...notifications.quiet.except] } : null,
    channels: channels(),
  });
  const idOfPerson = ({ user }: Principal): string => {
    if (!user) throw new ConflictError('A token is no person: nobody is told by it.');
    return user.id;
  };
  const mine = {
    path: '/api/me/notifications',
    tag: 'notifications',
    roles: 'anyone',
    scope: 'self',
    // One's own address is no secret to oneself.
    masked: false,
  } as const;
  const noPerson = { description: 'Asked with a token', schema: errorSchema };

  return [
    defineRoute({
      ...mine,
      method: 'get',
      name: 'getMyNotifications',
      summary: 'How I am told of alerts',
      responses: { 200: { description: 'My settings', schema: settingsSchema }, 409: noPerson },
      async handle({ principal }) {
        const user = await users.get(idOfPerson(principal));
        return { json: view(user ?? {}) };
      },
    }),
    defineRoute({
      ...mine,
      method: 'post',
      name: 'setMyNotifications',
      summary: 'Set how I am told of alerts: mailboxes and quiet hours',
      body: settingsBody,
      responses: { 200: { description: 'My settings', schema: settingsSchema }, 409: noPerson },
      async handle({ body, principal, requestId }) {
        const id = idOfPerson(principal);
        const known = channels();
        const unknown = body.via.flatMap(({ channel }, index) =>
          known.includes(channel)
            ? []
            : [{ path: `via[${index}].channel`, message: 'is no e-mail channel', allowed: known }],
        );
        if (unknown.length > 0)
          throw new InvalidRequestError(
            `Body field ${unknown.map(({ path }) => path).join(', ')} is no e-mail channel; there are ${known.join(', ') || 'none'}.`,
            { fields: unknown },
          );
        await audit.record({
          at: new Date(now()),
          action: 'user.notifications',
          who: { name: principal.name, tokenId: principal.tokenId },
          object: { type: 'user', id },
          reason: `${body.via.length} addresses${body.quiet ? `, quiet ${body.quiet.from}–${body.quiet.to}` : ''}`,
          requestId,
        });
        const { via, quiet } = body;
        const user = await users.change(id, { notifications: { via, ...(quiet && { quiet }) } });
        if (!user) throw new NotFoundError(`There is no user ${id}.`);
        return { json: view(user) };
      },
    }),
  ];
}
