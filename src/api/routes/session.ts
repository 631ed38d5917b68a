import { z } from 'zod';
import { assertPassword, hashPassword } from '../../access/password.js';
import { idOf, type Principal, ROLES } from '../../access/principal.js';
import type { Session } from '../../access/session-store.js';
import { ConflictError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { MAX_LIMIT } from '../query-fields.js';
import { scopeOf } from '../org-scope.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { errorSchema } from '../schemas/common-schemas.js';
import { makeCookie, SESSION_COOKIE } from '../session-cookie.js';

const meSchema = z
  .strictObject({
    id: z.string().meta({ description: 'As in histories' }),
    name: z.string().meta({ description: 'User id, or name of the token' }),
    orgUnit: z.string().optional().meta({ description: 'Of a token: sees this unit and those below it' }),
    maxPageSize: z.int(),
    displayName: z.string(),
    kind: z.enum(['user', 'token']),
    roles: z.array(z.enum(ROLES)),
    units: z.array(z.string()).nullable().meta({ description: 'Units that may be seen; null = all' }),
    grants: z
      .array(z.strictObject({ role: z.enum(ROLES), units: z.array(z.string()).nullable() }))
      .meta({ description: 'Where each role holds; null = everywhere' }),
    operatorIds: z.array(z.string()),
    mustChangePassword: z.boolean(),
    csrfToken: z.string().nullable().meta({
      description: 'To be sent in X-CSRF-Token with everything that changes something; null for tokens',
    }),
  })
  .meta({ id: 'Me' });

/** Signing in and out, and who one is. */
export function makeSessionRoutes({ sessions, openId, users, audit, subtreeOf, now }: ApiDeps): ApiRoute[] {
  const viewMe = (principal: Principal, session: Session | undefined): z.input<typeof meSchema> => {
    const { user, name, roles, grants, mustChangePassword } = principal;
    const units = scopeOf(principal, subtreeOf);
    const where = grants ?? roles.map((role) => ({ role, ...(units && { units }) }));
    return {
      id: idOf(principal),
      name,
      ...(principal.orgUnit !== undefined && { orgUnit: principal.orgUnit }),
      maxPageSize: MAX_LIMIT,
      displayName: user?.displayName ?? name,
      kind: user ? 'user' : 'token',
      roles: [...roles],
      units: units ? [...units] : null,
      grants: where.map((grant) => ({ role: grant.role, units: grant.units ? [...grant.units] : null })),
      operatorIds: [...(user?.operatorIds ?? [])],
      mustChangePassword: mustChangePassword === true,
      csrfToken: session?.csrfToken ?? null,
    };
  };

  return [
    defineRoute({
      method: 'post',
      path: '/api/session',
      name: 'signIn',
      tag: 'access',
      summary: 'Sign in with a local account; the answer sets the session cookie',
      roles: 'public',
      masked: false,
      body: z
        .strictObject({ user: z.string().min(1).max(64), password: z.string().min(1).max(200) })
        .meta({ example: { user: 'wang.fang', password: '…' } }),
      responses: {
        200: { description: 'Who signed in', schema: meSchema },
        401: {
          description: 'Wrong user or password, or the account is locked or disabled',
          schema: errorSchema,
        },
        429: { description: 'Too many sign-ins from this address', schema: errorSchema },
      },
      async handle({ body, requestId, secure }) {
        const { secret, session, principal } = await sessions.signIn(
          body.user.toLowerCase(),
          body.password,
          requestId,
        );
        return {
          json: viewMe(principal, session),
          headers: {
            'Set-Cookie': makeCookie(SESSION_COOKIE, secret, { secure }),
            'Cache-Control': 'no-store',
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/session/end',
      name: 'signOut',
      tag: 'access',
      summary: 'End this session',
      roles: 'anyone',
      scope: 'self',
      beforePasswordChange: true,
      responses: {
        200: {
          description: 'Ended',
          schema: z.strictObject({
            ended: z.boolean(),
            goOnTo: z.string().nullable().meta({
              description:
                'Of a session by OpenID: where to send the browser to sign out of the provider too',
            }),
          }),
        },
      },
      async handle({ session, secure }) {
        if (session) await sessions.end(session._id);
        return {
          json: {
            ended: session !== undefined,
            goOnTo: (session?.by === 'oidc' && (await openId?.signOutUrl())) || null,
          },
          headers: { 'Set-Cookie': makeCookie(SESSION_COOKIE, '', { secure, maxAgeMs: 0 }) },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/me',
      name: 'getMe',
      tag: 'access',
      summary: 'Who I am, what I may, and the csrfToken of my session',
      roles: 'anyone',
      scope: 'self',
      beforePasswordChange: true,
      masked: false,
      responses: { 200: { description: 'Me', schema: meSchema } },
      handle: ({ principal, session }) => ({ json: viewMe(principal, session) }),
    }),
    defineRoute({
      method: 'post',
      path: '/api/me/password',
      name: 'changePassword',
      tag: 'access',
      summary: 'Change my password; my other sessions end',
      roles: 'anyone',
      scope: 'self',
      beforePasswordChange: true,
      body: z
        .strictObject({ current: z.string().min(1).max(200), next: z.string().min(1).max(200) })
        .meta({ example: { current: '…', next: '…' } }),
      responses: {
        200: { description: 'Changed', schema: z.strictObject({ changed: z.boolean() }) },
        409: { description: 'There is no password to change: a token, or OpenID', schema: errorSchema },
      },
      async handle({ body, principal, session, requestId }) {
        const user = principal.user && (await users.get(principal.user.id));
        if (!user?.passwordHash) throw new ConflictError('You have no password here.');
        await sessions.confirmPassword(user._id, body.current, requestId);
        assertPassword(body.next, user._id, 'next');
        await audit.record({
          at: new Date(now()),
          action: 'user.password',
          who: { name: user._id, tokenId: principal.tokenId },
          object: { type: 'user', id: user._id },
          reason: 'changed by the person',
          requestId,
        });
        await users.change(user._id, {
          passwordHash: await hashPassword(body.next),
          mustChangePassword: false,
        });
        await sessions.endAll(user._id, session?._id);
        return { json: { changed: true } };
      },
    }),
  ];
}
