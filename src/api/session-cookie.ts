import type { IncomingHttpHeaders } from 'node:http';

export const SESSION_COOKIE = 'yxrisk_session';

/** The secret of the session a request comes with. */
export function readSessionCookie(headers: IncomingHttpHeaders): string | undefined {
  return readCookie(headers, SESSION_COOKIE);
}

/** The value as it was given to `makeCookie`; undefined also for one that nobody here made. */
export function readCookie({ cookie }: IncomingHttpHeaders, name: string): string | undefined {
  if (cookie === undefined || cookie.length > 8_192) return undefined;
  for (const part of cookie.split(';')) {
    const at = part.indexOf('=');
    if (at >= 0 && part.slice(0, at).trim() === name) return decode(part.slice(at + 1).trim());
  }
  return undefined;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/**
 * A cookie for this host alone that no script can read and no other site can send along; `lax`: that comes along when
 * another site sends the person here; `path`: that is sent to nothing else. Without `maxAgeMs` it ends with the browser; 0 removes it.
 */
export function makeCookie(
  name: string,
  value: string,
  {
    secure,
    maxAgeMs,
    lax = false,
    path = '/',
  }: { secure: boolean; maxAgeMs?: number; lax?: boolean; path?: string },
): string {
  return [
    `${name}=${encodeURIComponent(value)}`,
    `Path=${path}`,
    'HttpOnly',
    `SameSite=${lax ? 'Lax' : 'Strict'}`,
    ...(secure ? ['Secure'] : []),
    ...(maxAgeMs === undefined ? [] : [`Max-Age=${Math.floor(maxAgeMs / 1000)}`]),
  ].join('; ');
}
