import type { BusinessEvent, EventData } from '../../src/events/business-event.js';

let serial = 0;

/** An event of work order WO1 at a time with offset; `type` is short. */
export function eventAt(
  type: string,
  time: string,
  data: EventData = {},
  more: Partial<Omit<BusinessEvent, 'type' | 'at' | 'data' | 'key'>> = {},
): BusinessEvent {
  const id = more.id ?? `e${String((serial += 1)).padStart(6, '0')}`;
  const source = more.source ?? '/sales/test';
  const at = Date.parse(time);
  if (Number.isNaN(at)) throw new Error(`not a time: ${time}`);
  return {
    subject: 'WO1',
    receivedAt: at + 1000,
    ...more,
    key: `${source} ${id}`,
    id,
    source,
    type: `yxzy.${type}`,
    at,
    data,
  };
}
