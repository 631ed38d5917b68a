import fc from 'fast-check';
import type { BusinessEvent } from '../../src/events/business-event.js';

/** A Monday, so that its evening's sweep and the limits that run on overnight are among it. */
export const START = Date.parse('2026-01-05T14:00:00+08:00');
/** The morning after. */
export const END = Date.parse('2026-01-06T10:30:00+08:00');
const MINUTE = 60_000;
const MINUTES = (END - START) / MINUTE;

const stage = fc.constantFrom('业务受理', '现场勘查', '审批');
const operator = fc.constantFrom('u1', 'u2').map((id) => ({ id }));
const told = fc.oneof(
  of('stage.arrived', fc.record({ stage, operator })),
  of('stage.completed', fc.record({ stage, operator })),
  of('stage.completed', fc.record({ stage, operator })),
  of('flow.sent', fc.record({ stage, nextStage: stage, operator })),
  of('flow.returned', fc.record({ stage, nextStage: stage, reason: fc.constant('资料有误') })),
  of('document.received', fc.record({ document: fc.constant('身份证明'), stage })),
  of('record.entered', fc.record({ form: fc.constant('申请信息'), fields: fc.constant({}), operator })),
  of('contactcard.issued', fc.record({ fields: fc.constant({ applicationNo: 'A1' }) })),
  of('workorder.suspended', fc.record({ side: fc.constantFrom('customer', 'utility') })),
  of('workorder.resumed', fc.record({})),
  of('workorder.closed', fc.record({})),
);

/** How long an event takes to become known, minutes: mostly none, at times until the next morning. */
const delay = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: 90 }) },
  { weight: 1, arbitrary: fc.nat({ max: 18 * 60 }) },
);

function of(type: string, data: fc.Arbitrary<object>) {
  return fc.record({ type: fc.constant(type), data });
}

/**
 * Events of some work orders with a feed, and of the feed's heartbeats, which stop for a while. None becomes known at a
 * whole minute: whether a pass of that very instant sees it is for nobody to say.
 */
export function streams(workOrders: number, eventsEach: number): fc.Arbitrary<BusinessEvent[]> {
  const event = fc.record({
    told,
    workOrder: fc.nat({ max: workOrders - 1 }),
    minute: fc.nat({ max: MINUTES - 2 }),
    second: fc.integer({ min: 5, max: 30 }),
    delay,
    lag: fc.integer({ min: 0, max: 25 }),
  });
  const silence = fc.tuple(fc.nat({ max: MINUTES / 2 }), fc.integer({ min: 20, max: 240 }));
  return fc
    .tuple(
      fc.array(event, { minLength: workOrders, maxLength: eventsEach * workOrders, size: 'max' }),
      silence,
    )
    .map(([events, [silentFrom, silentFor]]) => [
      ...openings(workOrders),
      ...heartbeats(silentFrom, silentFrom + silentFor),
      ...events.map(({ told: { type, data }, workOrder, minute, second, delay: late, lag }, index) => {
        const at = START + minute * MINUTE + second * 1000;
        const knownAt = Math.min(at + late * MINUTE + lag * 1000, END - MINUTE + 31_000);
        return toEvent(`e${String(index).padStart(4, '0')}`, type, `W${workOrder}`, at, knownAt, data);
      }),
    ]);
}

function openings(workOrders: number): BusinessEvent[] {
  return Array.from({ length: workOrders }, (_, index) => {
    const data = { process: '高压新装', orgUnit: `33401010${(index % 3) + 1}`, ...(index % 2 === 0 && { feed: 'f1' }) };
    return toEvent(`open${index}`, 'workorder.opened', `W${index}`, START + 1000, START + 2000, data);
  }); // prettier-ignore
}

function heartbeats(silentFrom: number, silentTo: number): BusinessEvent[] {
  const beats: BusinessEvent[] = [];
  for (let minute = 0; minute < MINUTES; minute += 5) {
    if (minute >= silentFrom && minute < silentTo) continue;
    const at = START + minute * MINUTE + 3_000;
    beats.push(toEvent(`beat${minute}`, 'feed.heartbeat', 'f1', at, at + 500, { feed: 'f1' }));
  }
  return beats;
}

function toEvent(
  id: string,
  type: string,
  subject: string,
  at: number,
  receivedAt: number,
  data: object,
): BusinessEvent {
  const source = '/sales/test';
  return {
    key: `${source} ${id}`,
    id,
    source,
    type: `yxzy.${type}`,
    subject,
    at,
    receivedAt,
    data: data as BusinessEvent['data'],
  };
}
