import type { FieldError } from '../errors.js';
import type { BusinessEvent } from './business-event.js';
import type { EventLimits } from './event-limits.js';
import { findDuplicateKeys } from './find-duplicate-keys.js';
import { scanJson } from './scan-json.js';
import type { Slice } from './scan-json.js';
import { idOf, shortenErrors, validateEvent } from './validate-event.js';

interface Parsed {
  readonly id?: string | undefined;
  /** undefined: it is not JSON. */
  readonly result: { readonly event: BusinessEvent } | { readonly errors: FieldError[] } | undefined;
}

/**
 * Parses and judges one event of a body. Nesting is measured before anything is built; what is too deep is not parsed.
 *
 * @param attributes binary mode: the attributes from the headers, the bytes being `data`
 */
export function parseEvent(
  body: Buffer,
  slice: Slice,
  { receivedAt, limits }: { readonly receivedAt: number; readonly limits: EventLimits },
  attributes?: Readonly<Record<string, string>>,
): Parsed {
  const shape = scanJson(body, slice);
  const depth = shape.depth + (attributes ? 1 : 0);
  if (depth > limits.maxDepth) {
    const message = `is nested ${depth} levels deep; at most ${limits.maxDepth} are accepted`;
    return { id: idOf(attributes), result: { errors: [{ path: '', message }] } };
  }
  const text = body.toString('utf8', slice.from, slice.to);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { result: undefined };
  }
  const candidate = attributes ? { ...attributes, data: parsed } : parsed;
  const validation = validateEvent(candidate, receivedAt, limits);
  const id = idOf(candidate);
  // Fewer keys than colons: JSON.parse has dropped repeated ones.
  const expected = shape.keys + (attributes ? Object.keys(attributes).length + 1 : 0);
  if (validation.keys >= expected || validation.keys > limits.maxKeys) return { id, result: validation };
  const repeated = findDuplicateKeys(text).map((error) =>
    attributes
      ? { ...error, path: error.path.startsWith('[') ? `data${error.path}` : `data.${error.path}` }
      : error,
  );
  if (repeated.length === 0) return { id, result: validation };
  const others = 'errors' in validation ? validation.errors : [];
  return { id, result: { errors: shortenErrors([...repeated, ...others]) } };
}
