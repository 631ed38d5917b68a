import type { IncomingHttpHeaders } from 'node:http';
import { InvalidRequestError } from '../errors.js';

/** The version an `If-Match: "7"` asks for; undefined without the header and for `*`. */
export function readIfMatch(headers: IncomingHttpHeaders): number | undefined {
  const given = headers['if-match']?.trim();
  if (given === undefined || given === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(given)?.[1];
  if (version === undefined)
    throw new InvalidRequestError('Header If-Match must be the ETag of an answer, e.g. "7".', {
      fields: [{ path: 'If-Match', message: 'must be the ETag of an answer, e.g. "7"' }],
    });
  return Number(version);
}

/** The name of this request, so that sending it again does nothing more. */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !/^[\w.:-]{8,128}$/.test(given))
    throw new InvalidRequestError(
      'Header Idempotency-Key must have 8 to 128 letters, digits, or one of . _ : -',
      { fields: [{ path: 'Idempotency-Key', message: 'must have 8 to 128 letters, digits, or . _ : -' }] },
    );
  return given;
}

/** The ETag of a version. */
export function etagOf({ version }: { readonly version: number }): { readonly ETag: string } {
  return { ETag: `"${version}"` };
}
