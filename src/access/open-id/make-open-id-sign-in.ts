import { randomBytes } from 'node:crypto';
import { AppError, InvalidRequestError } from '../../errors.js';
import type { AuditStore } from '../audit-store.js';
import { hashToken } from '../hash-token.js';
import type { Sessions, StartedSession } from '../make-sessions.js';
import type { UserStore } from '../user-store.js';
import { findAccount, type FoundAccount, groupsOf } from './find-account.js';
import { type Identity, makeNewChecks, type OpenIdProvider } from './open-id-provider.js';
import { consoleUrlOf, type OpenIdSettings } from './open-id-settings.js';
import type { PendingSignIns } from './pending-sign-ins.js';

export interface OpenIdSignInDeps {
  readonly settings: OpenIdSettings;
  readonly provider: OpenIdProvider;
  readonly pending: PendingSignIns;
  readonly users: Pick<UserStore, 'get' | 'findByIdentity' | 'change'>;
  readonly sessions: Pick<Sessions, 'signInAs'>;
  readonly audit: Pick<AuditStore, 'record'>;
  readonly now: () => number;
}

/** How long a person may take at the provider. */
export const SIGN_IN_MS = 10 * 60_000;
const SECRET = /^[\w-]{43}$/;
/** In audit rows, for somebody whose account is not known (yet). */
const NOBODY = 'openid';

const WHY: Readonly<Record<Extract<FoundAccount, { refused: string }>['refused'], string>> = {
  unknown: 'You are known to the identity provider, but have no account here. Ask an admin for one.',
  disabled: 'Your account here is disabled. Ask an admin.',
  'has-password':
    'Your account here signs in by password and is not linked to the identity provider. Ask an admin to link it.',
  'linked-to-another': 'Your account here is linked to another identity. Ask an admin.',
};

/** Signing in by an OpenID provider: authorization code with PKCE, state, nonce, and a cookie that binds it to the browser. */
export function makeOpenIdSignIn(deps: OpenIdSignInDeps) {
  const { settings, provider, pending, users, sessions, audit, now } = deps;
  const consoleUrl = consoleUrlOf(settings);

  const record = (action: string, user: string | undefined, reason: string, id: string, requestId: string) =>
    audit.record({
      at: new Date(now()),
      action,
      who: { name: user ?? NOBODY },
      object: { type: 'user', id },
      reason,
      requestId,
    });

  /** The account, linked to the identity if it was not yet. @throws AppError 401 when there is none that may come in */
  async function accountOf(identity: Identity, requestId: string): Promise<string> {
    const found = await findAccount(identity, settings.userClaim, users);
    if ('refused' in found) {
      const { refused, user } = found;
      await record('session.refused', user, refused, user ?? shortOf(identity), requestId);
      throw new AppError('no_account', 401, WHY[refused], {
        details: { issuer: identity.issuer, subject: identity.subject },
      });
    }
    const { user, isNew } = found;
    if (isNew) {
      const { issuer, subject } = identity;
      await record('user.link', user._id, 'first sign-in by OpenID', user._id, requestId);
      // Changed meanwhile: perhaps it may no longer be linked.
      if (!(await users.change(user._id, { identity: { issuer, subject } }, user.version)))
        throw expired('Your account was changed just now.');
    }
    return user._id;
  }

  return {
    /** @param browserSecret of a sign-in in another tab, if the browser has one */
    async start(
      to: string,
      browserSecret: string | undefined,
    ): Promise<{ location: string; secret: string }> {
      const checks = makeNewChecks();
      const location = await provider.authorizationUrl(checks);
      const secret = browserSecret && SECRET.test(browserSecret) ? browserSecret : makeSecret();
      await pending.add(checks, secret, to, new Date(now() + SIGN_IN_MS));
      return { location, secret };
    },

    /**
     * @param answer the query the provider sent the person back with
     * @throws AppError that says why he is not signed in
     */
    async finish(
      answer: Readonly<Record<string, string>>,
      browserSecret: string | undefined,
      requestId: string,
    ): Promise<StartedSession & { readonly location: string }> {
      const { state } = answer;
      if (state === undefined || state.length > 200 || !browserSecret || !SECRET.test(browserSecret))
        throw expired();
      const begun = await pending.take(state, browserSecret, new Date(now()));
      if (!begun) throw expired();
      const checks = { state, nonce: begun.nonce, verifier: begun.verifier };
      const identity = await provider.identify(answer, checks).catch(async (error: unknown) => {
        await record('session.refused', undefined, reasonOf(error), NOBODY, requestId);
        throw error;
      });
      const user = await accountOf(identity, requestId);
      const groups = groupsOf(identity.claims, settings.groupsClaim);
      const started = await sessions.signInAs(user, groups, requestId);
      return { ...started, location: new URL(consoleUrl).pathname.replace(/\/$/, '') + begun.to };
    },

    /** Where to sign out of the provider too. */
    signOutUrl: () => provider.endSessionUrl(),
    /** Cookies may then go over TLS only. */
    isSecure: settings.redirectUrl.startsWith('https:'),
    removeEnded: () => pending.removeEnded(new Date(now())),
  };
}
export type OpenIdSignIn = ReturnType<typeof makeOpenIdSignIn>;

/**
 * A path of the console to go on to after signing in: on this host, and no address of the API.
 * @throws InvalidRequestError for anything else
 */
export function assertConsolePath(to: string): string {
  const isOwn = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(to) && !/^\/(api|metrics)(?![\w-])/i.test(to);
  if (isOwn && to.length <= 500 && new URL(to, 'http://console.invalid').host === 'console.invalid')
    return to;
  throw new InvalidRequestError('Query parameter to must be a path of the console, such as /alerts.', {
    fields: [{ path: 'to', message: 'must be a path of the console, such as /alerts' }],
  });
}

function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

function expired(
  why = 'This sign-in is not known: it took too long, was used, or began in another browser.',
) {
  return new AppError('sign_in_expired', 400, `${why} Sign in again.`);
}

/** A subject may be a name or an address: audit rows name it by the start of its hash. */
function shortOf({ issuer, subject }: Identity): string {
  return `${NOBODY}:${hashToken(`${issuer} ${subject}`).slice(0, 12)}`;
}

/** In a word or two: the provider's own code where it has one. */
function reasonOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown; error?: unknown } };
  const inner = [cause?.error, cause?.code].find((part) => typeof part === 'string');
  return [code, inner]
    .filter((part) => typeof part === 'string')
    .join(': ')
    .slice(0, 100);
}
