import type { BusinessEvent, EventData } from '../../src/events/business-event.js';

let serial = 0;

/** An event at a minute of a made-up day; `type` is short, its id unique unless given. */
export function makeEvent(
  type: string,
  minute: number,
  data: EventData = {},
  more: Partial<Omit<BusinessEvent, 'type' | 'at' | 'data'>> = {},
): BusinessEvent {
  const id = more.id ?? `e${String((serial += 1)).padStart(6, '0')}`;
  const source = more.source ?? '/sales/test';
  const at = Date.UTC(2026, 2, 2, 1, minute);
  return {
    key: `${source} ${id}`,
    subject: 'WO-1',
    receivedAt: at + 1000,
    ...more,
    id,
    source,
    type: type.startsWith('~') ? type.slice(1) : `yxzy.${type}`,
    at,
    data,
  };
}

/** The instant of a minute of the made-up day. */
export function minuteAt(minute: number): number {
  return Date.UTC(2026, 2, 2, 1, minute);
}
