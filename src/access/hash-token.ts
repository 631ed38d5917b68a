import { createHash } from 'node:crypto';

/**
 * SHA-256 of a token, hex. Tokens are looked up by it, so that the store holds no token, and so that the time of a
 * look-up tells nothing about how much of a guessed token is right.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
