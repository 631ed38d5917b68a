import type { FieldError } from '../errors.js';

/** HTTP headers as Node gives them: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** True when the request carries a CloudEvent in binary mode. */
export function isBinaryMode(headers: RequestHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith('ce-'));
}

/**
 * The attributes of a binary mode request (CloudEvents HTTP binding 3.1.3): double quotes are undone, then one
 * round of percent-decoding.
 */
export function readBinaryAttributes(headers: RequestHeaders): {
  readonly attributes: Record<string, string>;
  readonly errors: FieldError[];
  /** Bytes of names and values. */
  readonly bytes: number;
} {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || value === undefined) continue;
    const path = name.slice(3);
    bytes += name.length + value.length;
    const decoded = typeof value === 'string' ? decodeHeader(value) : undefined;
    if (decoded === undefined) {
      errors.push({ path, message: `the header ${name} must be one value, percent-encoded UTF-8` });
    } else if (path === 'data' || path === 'datacontenttype') {
      errors.push({
        path,
        message: `the header ${name} is not allowed: data is the body, its type is Content-Type`,
      });
    } else {
      attributes[path] = decoded;
    }
  }
  return { attributes, errors, bytes };
}

function decodeHeader(value: string): string | undefined {
  // Node hands raw UTF-8 bytes out as Latin-1: what is not ASCII here was not encoded, or not as it must be.
  if (!/^[\x20-\x7e]*$/.test(value)) return undefined;
  const quoted = /^"(.*)"$/.exec(value.trim());
  const unquoted = quoted ? (quoted[1] ?? '').replace(/\\(.)/g, '$1') : value.trim();
  try {
    return decodeURIComponent(unquoted);
  } catch {
    return undefined;
  }
}
