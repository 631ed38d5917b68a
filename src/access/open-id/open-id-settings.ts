/** How people sign in by an OpenID provider; the settings OIDC_… */
export interface OpenIdSettings {
  /** As the provider's discovery document spells it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, held by PKCE alone. */
  readonly clientSecret?: string;
  /** Our callback as the provider has it registered; it ends in `OPEN_ID_CALLBACK`. */
  readonly redirectUrl: string;
  /** `openid` and others, separated by blanks. */
  readonly scopes: string;
  /** The claim that says whose account it is, at the first sign-in. */
  readonly userClaim: string;
  /** The claim that lists groups; absent = groups are given here only. */
  readonly groupsClaim?: string;
}

/** Where the provider sends people back to, below the address of the console. */
export const OPEN_ID_CALLBACK = '/api/session/oidc/callback';

/** The address of the console, without a slash at its end. */
export function consoleUrlOf({ redirectUrl }: Pick<OpenIdSettings, 'redirectUrl'>): string {
  return redirectUrl.slice(0, -OPEN_ID_CALLBACK.length);
}
