import type { JsonObject } from '../../src/json.js';

const SOURCE = '/sales/faults';
export const FEED = 'sales';
export const HALLS = ['334010101', '334010102', '334012101'] as const;

/** A CloudEvent as a sales system sends it. */
export interface CloudEvent extends JsonObject {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: JsonObject;
}

export function eventAt(
  type: string,
  subject: string,
  id: string,
  at: number,
  data: JsonObject,
  recordedAt?: number,
): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type: `yxzy.${type}`,
    subject,
    time: new Date(at).toISOString(),
    ...(recordedAt !== undefined && { recordedtime: new Date(recordedAt).toISOString() }),
    data,
  };
}
