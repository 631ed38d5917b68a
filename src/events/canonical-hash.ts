import { hash } from 'node:crypto';
import type { JsonValue } from '../json.js';
import type { BusinessEvent } from './business-event.js';

/**
 * What an event says, as a short text: SHA-256 (base64url) over the canonical JSON of its id, source,
 * type, subject, times, sequence and data. Independent of the order of keys, of the way a time is
 * written and of when the event was received, so that a resend is told from another event under the same id.
 */
export function canonicalHash(event: Omit<BusinessEvent, 'key' | 'receivedAt'>): string {
  const { id, source, type, subject, at, recordedAt, sequence, data } = event;
  return hash(
    'sha256',
    canonicalJson([id, source, type, subject, at, recordedAt ?? null, sequence ?? null, data]),
    'base64url',
  );
}

/** JSON with the keys of every object sorted by code unit and no white space. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${parts.join(',')}}`;
}
