import * as oidc from 'openid-client';
import { AppError } from '../../errors.js';
import { consoleUrlOf, type OpenIdSettings } from './open-id-settings.js';

/** What must be remembered while a person is at the provider. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  /** PKCE's code verifier. */
  readonly verifier: string;
}

/** Whom the provider vouches for. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** Of the ID token, and where that lacks one that is needed, of the userinfo endpoint too. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The OpenID provider, as far as signing in goes. Reads its discovery document at the first use. */
export interface OpenIdProvider {
  /** Where to send a person. @throws AppError 503 when the provider cannot be reached */
  authorizationUrl(checks: SignInChecks): Promise<string>;
  /**
   * Trades the code for an identity: checks state, issuer, nonce, signature, audience and times.
   * @throws AppError 401 when one of them is not as it must be, 503 when the provider cannot be reached
   */
  identify(answer: Readonly<Record<string, string>>, checks: SignInChecks): Promise<Identity>;
  /** Where a person signs out of the provider too; undefined where it has no such place or cannot be reached. */
  endSessionUrl(): Promise<string | undefined>;
}

/** How far the clocks of the provider and of this machine may be apart. */
const CLOCK_TOLERANCE_SECONDS = 30;
const TIMEOUT_SECONDS = 10;
/** The discovery document is read again after so long; keys are fetched anew whenever one is unknown. */
const DISCOVER_AGAIN_MS = 24 * 3_600_000;

export function makeNewChecks(): SignInChecks {
  return {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
  };
}

export function makeOpenIdProvider({
  settings,
  now,
}: {
  readonly settings: OpenIdSettings;
  readonly now: () => number;
}): OpenIdProvider {
  const { issuer, clientId, clientSecret, redirectUrl, scopes } = settings;
  let discovered: { readonly at: number; readonly config: Promise<oidc.Configuration> } | undefined;

  function discover(): Promise<oidc.Configuration> {
    if (discovered && now() - discovered.at < DISCOVER_AGAIN_MS) return discovered.config;
    const config = oidc
      .discovery(
        new URL(issuer),
        clientId,
        { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
        clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
        {
          timeout: TIMEOUT_SECONDS,
          // The setting allows plain HTTP on this machine only.
          ...(issuer.startsWith('http:') && { execute: [oidc.allowInsecureRequests] }),
        },
      )
      .catch((cause: unknown) => {
        // Not kept: the next one who signs in asks again.
        discovered = undefined;
        throw unavailable(cause);
      });
    discovered = { at: now(), config };
    return config;
  }

  return {
    async authorizationUrl({ state, nonce, verifier }) {
      const config = await discover();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: scopes,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },

    async identify(answer, { state, nonce, verifier }) {
      const config = await discover();
      const callback = new URL(redirectUrl);
      callback.search = new URLSearchParams(answer).toString();
      try {
        const tokens = await oidc.authorizationCodeGrant(config, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims) throw new Error('The provider sent no ID token.');
        const needed = [settings.userClaim, settings.groupsClaim];
        const isWhole = needed.every((name) => name === undefined || Object.hasOwn(claims, name));
        const more =
          isWhole || config.serverMetadata().userinfo_endpoint === undefined
            ? {}
            : await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
        return { issuer: claims.iss, subject: claims.sub, claims: { ...more, ...claims } };
      } catch (cause) {
        throw isUnreachable(cause) ? unavailable(cause) : refused(cause);
      }
    },

    async endSessionUrl() {
      const config = await discover().catch(() => undefined);
      if (config?.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(config, {
        post_logout_redirect_uri: `${consoleUrlOf(settings)}/`,
      }).href;
    },
  };
}

function unavailable(cause: unknown): AppError {
  return new AppError(
    'identity_provider_unavailable',
    503,
    'The identity provider cannot be reached; try again later, or sign in by password.',
    { cause },
  );
}

function refused(cause: unknown): AppError {
  return new AppError('sign_in_failed', 401, 'The identity provider’s answer cannot be accepted.', { cause });
}

/** No answer, too late an answer, or a fault of the provider's; anything else is an answer that was judged. */
function isUnreachable(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (code === 'OAUTH_TIMEOUT') return true;
  if (error instanceof TypeError && /fetch failed/.test(error.message)) return true;
  const status =
    (error as { status?: unknown }).status ?? (cause as { status?: unknown } | undefined)?.status;
  if (typeof status === 'number' && status >= 500) return true;
  return cause instanceof Error && isUnreachable(cause);
}
