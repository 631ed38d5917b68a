import { z } from 'zod';
import { assertConsolePath } from '../../access/open-id/make-open-id-sign-in.js';
import { OPEN_ID_CALLBACK } from '../../access/open-id/open-id-settings.js';
import { AppError, NotFoundError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { refusedSignInPage } from '../pages.js';
import { type ApiRoute, defineRoute, type ReplyHeaders } from '../route.js';
import { errorSchema } from '../schemas/common-schemas.js';
import { makeCookie, readCookie, SESSION_COOKIE } from '../session-cookie.js';

/** Binds a sign-in that is under way to the browser it began in. */
const SIGN_IN_COOKIE = 'yxrisk_sign_in';
const NO_STORE = { 'Cache-Control': 'no-store' };
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const notSetUp = { description: 'No OpenID provider is set up', schema: errorSchema };

/** Signing in by an OpenID provider. Browsers are led through it; programs get the same refusals as JSON. */
export function makeOpenIdRoutes({ openId, logger }: ApiDeps): ApiRoute[] {
  const provider = () => {
    if (!openId) throw new NotFoundError('No OpenID provider is set up here (OIDC_ISSUER).');
    return openId;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/api/session/methods',
      name: 'listSignInMethods',
      tag: 'access',
      summary: 'How people may sign in here',
      roles: 'public',
      masked: false,
      responses: {
        200: {
          description: 'The ways there are',
          schema: z.strictObject({
            password: z.boolean(),
            openId: z
              .string()
              .nullable()
              .meta({ description: 'Where to send the browser; null = not set up' }),
          }),
        },
      },
      handle: () => ({ json: { password: true, openId: openId ? '/api/session/oidc' : null } }),
    }),
    defineRoute({
      method: 'get',
      path: '/api/session/oidc',
      name: 'startOpenIdSignIn',
      tag: 'access',
      summary: 'Begin to sign in by the OpenID provider: sends the browser there',
      roles: 'public',
      query: z.strictObject({
        to: z
          .string()
          .optional()
          .meta({ description: 'Path of the console to go on to', example: '/alerts' }),
      }),
      responses: {
        302: { description: 'To the provider' },
        404: notSetUp,
        503: { description: 'The provider cannot be reached', schema: errorSchema },
      },
      async handle({ query, headers, secure }) {
        const signIn = provider();
        const to = assertConsolePath(query.to ?? '/');
        const { location, secret } = await signIn.start(to, readCookie(headers, SIGN_IN_COOKIE));
        const safely = { secure: secure || signIn.isSecure };
        // Lax: it must come along when the provider sends the person back.
        return goTo(302, location, [makeCookie(SIGN_IN_COOKIE, secret, { ...safely, lax: true })]);
      },
    }),
    defineRoute({
      method: 'get',
      path: OPEN_ID_CALLBACK,
      name: 'finishOpenIdSignIn',
      tag: 'access',
      summary: 'Where the OpenID provider sends people back to; sets the session cookie',
      roles: 'public',
      // Providers add what they like.
      query: z.looseObject({
        state: z.string().optional(),
        code: z.string().optional(),
        iss: z.string().optional(),
        error: z.string().optional(),
      }),
      responses: {
        303: { description: 'Signed in: on to the console' },
        401: { description: 'Refused, or there is no account here that may come in', schema: errorSchema },
        404: notSetUp,
        503: { description: 'The provider cannot be reached', schema: errorSchema },
      },
      async handle({ query, headers, secure, requestId }) {
        const signIn = provider();
        const safely = { secure: secure || signIn.isSecure };
        try {
          const answer = Object.fromEntries(
            Object.entries(query).flatMap(([name, value]) =>
              typeof value === 'string' ? [[name, value] as const] : [],
            ),
          );
          const { location, secret } = await signIn.finish(
            answer,
            readCookie(headers, SIGN_IN_COOKIE),
            requestId,
          );
          return goTo(303, location, [
            makeCookie(SESSION_COOKIE, secret, safely),
            makeCookie(SIGN_IN_COOKIE, '', { ...safely, lax: true, maxAgeMs: 0 }),
          ]);
        } catch (error) {
          const isPage = /\btext\/html\b/.test(headers.accept ?? '');
          if (!isPage || !(error instanceof AppError) || error.status >= 500) throw error;
          logger.warn({ err: error.cause, requestId, code: error.code }, 'sign-in by OpenID refused');
          return {
            status: error.status,
            text: refusedSignInPage(error.code, requestId),
            type: 'text/html; charset=utf-8',
            headers: { ...NO_STORE, 'Content-Security-Policy': PAGE_POLICY },
          };
        }
      },
    }),
  ];
}

function goTo(status: 302 | 303, location: string, cookies: string[]) {
  const headers: ReplyHeaders = { ...NO_STORE, Location: location, 'Set-Cookie': cookies };
  return { status, text: '', type: 'text/plain; charset=utf-8', headers };
}
