import type { User } from '../user.js';
import { USER_ID_PATTERN } from '../user.js';
import type { UserStore } from '../user-store.js';
import type { Identity } from './open-id-provider.js';

/** Whose account an identity is, or why it is nobody's. */
export type FoundAccount =
  | { readonly user: User; readonly isNew: boolean }
  | {
      readonly refused: 'unknown' | 'disabled' | 'has-password' | 'linked-to-another';
      readonly user?: string;
    };

/**
 * The account linked to the provider's subject. At the first sign-in it is the one whose id the claim names, if an admin
 * made it for OpenID (without a password): whoever may choose names at the provider cannot take over a local account.
 */
export async function findAccount(
  { issuer, subject, claims }: Identity,
  userClaim: string,
  users: Pick<UserStore, 'get' | 'findByIdentity'>,
): Promise<FoundAccount> {
  const linked = await users.findByIdentity({ issuer, subject });
  if (linked)
    return linked.disabled ? { refused: 'disabled', user: linked._id } : { user: linked, isNew: false };
  const id = nameOf(claims, userClaim);
  const user = id === undefined ? undefined : await users.get(id);
  if (!user) return { refused: 'unknown' };
  if (user.disabled) return { refused: 'disabled', user: user._id };
  if (user.identity) return { refused: 'linked-to-another', user: user._id };
  if (user.passwordHash !== undefined) return { refused: 'has-password', user: user._id };
  return { user, isNew: true };
}

/** Group ids of the claim: a list of texts, or one. What can be no group of ours is left out. */
export function groupsOf(claims: Identity['claims'], groupsClaim: string | undefined): string[] {
  if (groupsClaim === undefined || !Object.hasOwn(claims, groupsClaim)) return [];
  const given = claims[groupsClaim];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const ids = list.filter((id): id is string => typeof id === 'string' && USER_ID_PATTERN.test(id));
  return [...new Set(ids)].slice(0, MAX_GROUPS);
}
const MAX_GROUPS = 200;

function nameOf(claims: Identity['claims'], userClaim: string): string | undefined {
  if (!Object.hasOwn(claims, userClaim)) return undefined;
  // An address that nobody has confirmed may be anybody's.
  if (userClaim === 'email' && claims['email_verified'] !== true) return undefined;
  const value = claims[userClaim];
  const id = typeof value === 'string' ? value.toLowerCase() : '';
  return USER_ID_PATTERN.test(id) ? id : undefined;
}
