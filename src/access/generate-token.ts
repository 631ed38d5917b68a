import { randomBytes } from 'node:crypto';

/** A new token: `yxr_` and 256 random bits, base64url. The prefix lets secret scanners find a leaked one. */
export function generateToken(): string {
  return `yxr_${randomBytes(32).toString('base64url')}`;
}
