import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { InvalidRequestError } from '../errors.js';

/** Cost of one hash: 32 MiB and some 60 ms (OWASP's figures for scrypt). */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
export const MIN_PASSWORD_LENGTH = 12;
const MAX_PASSWORD_LENGTH = 128;

/** `scrypt$N$r$p$salt$key`, base64url: the cost stands with the hash, so that it can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST.N, COST.r, COST.p);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Compares in constant time. Without a hash it takes as long and is false: it cannot be seen who has an account. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, n, r, p, salt = '', key = ''] = (hash ?? NOBODY).split('$');
  const expected = Buffer.from(key, 'base64url');
  const given = await derive(password, Buffer.from(salt, 'base64url'), Number(n), Number(r), Number(p));
  return given.length === expected.length && timingSafeEqual(given, expected) && hash !== undefined;
}

/** A password to be told to somebody and changed by him at once. */
export function generatePassword(): string {
  return randomBytes(12).toString('base64url');
}

/** @throws InvalidRequestError that says what a password must be */
export function assertPassword(password: string, userId: string, path = 'password'): void {
  const message =
    password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH
      ? `must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`
      : new Set(password).size < 5
        ? 'must have at least 5 different characters'
        : password.toLowerCase().includes(userId.toLowerCase())
          ? 'must not contain the user id'
          : undefined;
  if (message) throw new InvalidRequestError(`The new password ${message}.`, { fields: [{ path, message }] });
}

const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // What looks the same is typed differently on different keyboards.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
