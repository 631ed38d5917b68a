import { hashToken } from './hash-token.js';
import type { Principal } from './principal.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** Tells who a bearer token belongs to; undefined for an unknown or revoked one. Rejects when the store cannot say. */
export type Authenticate = (token: string) => Promise<Principal | undefined>;

export interface AuthenticateDeps {
  readonly tokens: Pick<TokenStore, 'get'>;
  /**
   * How long what the store said of a right token holds, ms: so long a revoked one may go on working. Default 0: the store is
   * asked on every call.
   */
  readonly keepMs?: number;
  /** Ms of a clock that never goes back. Default: that of the process. */
  readonly now?: () => number;
}

/** A longer string is no token of ours and is not worth hashing. */
const MAX_TOKEN_LENGTH = 512;
/** More tokens than an installation has. */
const MOST_KEPT = 1_000;

/**
 * Looks a token up in the store. A sales system asks with the same one hundreds of times a second, and the question would
 * cost MongoDB more than storing the event; so the answer for a right token is kept for a moment, that for a wrong one never.
 */
export function makeAuthenticate(deps: AuthenticateDeps): Authenticate {
  const { tokens, keepMs = 0, now = () => performance.now() } = deps;
  const kept = new Map<string, { readonly principal: Principal; readonly until: number }>();

  return async (token) => {
    if (token === '' || token.length > MAX_TOKEN_LENGTH) return undefined;
    const hash = hashToken(token);
    const found = kept.get(hash);
    // From before the question was asked: what is revoked while the store answers does not count as fresh.
    const askedAt = now();
    if (found && askedAt < found.until) return found.principal;
    kept.delete(hash);
    const stored = await tokens.get(hash);
    if (!stored || stored.revokedAt) return undefined;
    const principal = principalOf(stored);
    if (kept.size >= MOST_KEPT) kept.clear();
    if (keepMs > 0) kept.set(hash, { principal, until: askedAt + keepMs });
    return principal;
  };
}

function principalOf({ _id, name, roles, orgUnit, sources }: StoredToken): Principal {
  return {
    tokenId: _id,
    name,
    roles,
    ...(orgUnit === undefined ? {} : { orgUnit }),
    ...(sources === undefined ? {} : { sources }),
  };
}
