import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { parseEventRequest } from '../../src/events/parse-event-request.js';
import type { EventRequest, ParsedEvent } from '../../src/events/parse-event-request.js';

/** "Now" of the intake tests. */
export const NOW = Date.parse('2026-11-20T10:00:00+08:00');

/** A good event, with what the test is about put over it. */
export function cloudEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: 'e-1',
    source: '/sales/zj/hz',
    type: 'yxzy.stage.completed',
    subject: '330100000001',
    time: '2026-11-20T09:30:00+08:00',
    data: { process: '高压新装', stage: '业务受理', operator: { id: 'u1' } },
    ...fields,
  };
}

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const NDJSON = 'application/x-ndjson';

export function request(body: unknown, contentType: string | undefined = STRUCTURED): EventRequest {
  return { contentType, headers: {}, body: toBuffer(body) };
}

export function binaryRequest(headers: Record<string, string>, body: unknown): EventRequest {
  return { contentType: 'application/json', headers, body: toBuffer(body) };
}

export function parse(toParse: EventRequest, limits = {}): ParsedEvent[] {
  return parseEventRequest(toParse, NOW, { ...DEFAULT_EVENT_LIMITS, ...limits });
}

/** `path: message` of every error of the one event. */
export function errorsOf(toParse: EventRequest): string[] {
  const [item] = parse(toParse);
  return item && 'errors' in item ? item.errors.map(({ path, message }) => `${path}: ${message}`) : [];
}

function toBuffer(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
