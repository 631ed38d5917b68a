import { AppError } from '../errors.js';
import { hashToken } from './hash-token.js';
import type { TokenStore } from './token-store.js';

/** Shorter ones can be guessed. */
export const MIN_ADMIN_TOKEN_LENGTH = 16;

export interface EnsureAdminTokenDeps {
  readonly store: Pick<TokenStore, 'add' | 'list' | 'revoke'>;
  /** The setting ADMIN_TOKEN. */
  readonly adminToken?: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Makes a token, see `generateToken`. */
  readonly generate: () => string;
}

/**
 * Makes sure that somebody can get in. With ADMIN_TOKEN that token is valid, and one set earlier is revoked; without
 * it and without any live admin token, one is made. Answers the new token, to be printed this once and never again,
 * or undefined when there is nothing to print. Rejects with `AppError` when ADMIN_TOKEN is too short or was revoked.
 */
export async function ensureAdminToken(deps: EnsureAdminTokenDeps): Promise<string | undefined> {
  const { store, adminToken } = deps;
  const createdAt = new Date(deps.now());
  const live = (await store.list()).filter((token) => !token.revokedAt);

  if (adminToken !== undefined) {
    if (adminToken.length < MIN_ADMIN_TOKEN_LENGTH)
      throw new AppError(
        'bad_setting',
        500,
        `ADMIN_TOKEN has ${adminToken.length} characters; it needs at least ${MIN_ADMIN_TOKEN_LENGTH}. Unset it to have one made.`,
      );
    const _id = hashToken(adminToken);
    const stored = await store.add({
      _id,
      name: 'ADMIN_TOKEN',
      roles: ['admin'],
      origin: 'config',
      createdAt,
    });
    if (stored.revokedAt)
      throw new AppError(
        'bad_setting',
        500,
        `The token in ADMIN_TOKEN was revoked at ${stored.revokedAt.toISOString()}; set another one.`,
      );
    for (const old of live)
      if (old.origin === 'config' && old._id !== _id) await store.revoke(old._id, createdAt);
    return undefined;
  }

  if (live.some((token) => token.roles.includes('admin'))) return undefined;
  const token = deps.generate();
  await store.add({
    _id: hashToken(token),
    name: 'admin',
    roles: ['admin'],
    origin: 'first-start',
    createdAt,
  });
  return token;
}
