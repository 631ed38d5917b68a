import { hashToken } from './hash-token.js';
import type { Principal } from './principal.js';
import type { TokenStore } from './token-store.js';

/** Tells who a bearer token belongs to; undefined for an unknown or revoked one. Rejects when the store cannot say. */
export type Authenticate = (token: string) => Promise<Principal | undefined>;

/** A longer string is no token of ours and is not worth hashing. */
const MAX_TOKEN_LENGTH = 512;

/** Looks a token up in the store on every call, so that a revoked one stops working at once. */
export function makeAuthenticate({ tokens }: { readonly tokens: Pick<TokenStore, 'get'> }): Authenticate {
  return async (token) => {
    if (token === '' || token.length > MAX_TOKEN_LENGTH) return undefined;
    const stored = await tokens.get(hashToken(token));
    if (!stored || stored.revokedAt) return undefined;
    return {
      tokenId: stored._id,
      name: stored.name,
      roles: stored.roles,
      ...(stored.orgUnit === undefined ? {} : { orgUnit: stored.orgUnit }),
      ...(stored.sources === undefined ? {} : { sources: stored.sources }),
    };
  };
}
