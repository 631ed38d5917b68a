import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/alerts/alert.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import { openTestService, type TestService } from '../support/open-test-service.js';

const NOW = Date.parse('2026-11-30T18:00:00+08:00');
const FROM = Date.parse('2026-11-16T08:30:00+08:00');
// 1,000 work orders and more: ORDER_RUNS=200 npm test -- test/e2e/order
const RUNS = Number(process.env['ORDER_RUNS'] ?? 20);
/** Work orders told side by side in one run. */
const WORK_ORDERS = 25;

let test: TestService;
beforeAll(async () => {
  test = await openTestService({ now: () => NOW });
});
afterAll(async () => {
  await test?.close();
});

interface Told {
  readonly type: string;
  /** Minutes after FROM; several events may fall on one minute. */
  readonly minute: number;
  readonly data: object;
}

const STAGES = ['业务受理', '现场勘查', '拟定供电方案', '审批'];
const stage = fc.constantFrom(...STAGES);
const person = fc.constantFrom('u1', 'u2', 'u3').map((id) => ({ id }));
const document = fc.constantFrom('用电申请登记表', '身份证明', '受理单', '用电大项目前期咨询受理单');

/** What may happen to a work order, in any senseless order: the pipeline must be sure of itself, not of the input. */
const told: fc.Arbitrary<Told> = fc.oneof(
  of(
    'workorder.opened',
    fc.record({ process: fc.constantFrom('高压新装', '用电大项目前期咨询'), sameCity: fc.boolean() }),
  ),
  of('stage.arrived', fc.record({ stage, operator: person })),
  of('stage.completed', fc.record({ stage, operator: person })),
  of('flow.sent', fc.record({ stage, nextStage: stage, operator: person })),
  of('flow.returned', fc.record({ stage, nextStage: stage, reason: fc.constant('资料有误') })),
  of('document.received', fc.record({ document, stage })),
  of(
    'document.shortfall.notified',
    fc.record({
      documents: fc.array(document, { minLength: 1, maxLength: 2 }),
      agreedDate: fc.constant('2026-11-24'),
    }),
  ),
  of(
    'signature.recorded',
    fc.record({
      document,
      role: fc.constantFrom('customer', 'handler', 'utilitySeal', 'giver', 'receiver'),
      signer: fc.constantFrom('u1', 'u2'),
    }),
  ),
  of(
    'handover.recorded',
    fc.record({
      toStage: stage,
      documents: fc.array(document, { maxLength: 2 }),
      giver: fc.constant('u1'),
      receiver: fc.constant('u2'),
      giverSigned: fc.boolean(),
      receiverSigned: fc.boolean(),
    }),
  ),
  of(
    'record.entered',
    fc.record({
      form: fc.constant('申请信息'),
      fields: fc.constant({ 联系方式: '0571-12345678' }),
      operator: person,
    }),
  ),
  of(
    'record.checked',
    fc.record({
      form: fc.constant('申请信息'),
      checker: fc.constantFrom('u1', 'u2'),
      mismatches: fc.constantFrom([], ['用电地址']),
    }),
  ),
  of('contactcard.issued', fc.record({ fields: fc.constant({ applicationNo: 'A1' }) })),
  of('acceptance.offline', fc.record({ incident: fc.constant('系统故障'), contact: fc.constant('u3') })),
  of('acceptance.backfilled', fc.record({})),
  of('paper.delivered', fc.record({ toUnit: fc.constant('334010101') })),
  of(
    'workorder.suspended',
    fc.record({ side: fc.constantFrom('customer', 'utility'), reason: fc.constant('客户原因') }),
  ),
  of('workorder.resumed', fc.record({})),
  of('archive.filed', fc.record({})),
  of('workorder.closed', fc.record({})),
);
function of(type: string, data: fc.Arbitrary<object>): fc.Arbitrary<Told> {
  return fc.record({ type: fc.constant(type), minute: fc.nat({ max: 11 * 24 * 60 }), data });
}

/** A story, and a way to tell it: shuffled, some told twice, cut into chunks, with passes of the clock in between. */
const telling = fc.array(told, { minLength: 1, maxLength: 14 }).chain((events) => {
  const places = events.map((_, index) => index);
  return fc.record({
    events: fc.constant(events),
    order: fc
      .tuple(fc.shuffledSubarray(places, { minLength: places.length }), fc.subarray(places))
      .map(([all, again]) => [...all, ...again]),
    cuts: fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
    passes: fc.array(fc.boolean(), { maxLength: 6 }),
  });
});

type Telling = typeof telling extends fc.Arbitrary<infer T> ? T : never;
let serial = 0;

/** Tells all stories side by side, chunk by chunk, through the real stores. */
async function tell(tellings: readonly Telling[]): Promise<{ record: unknown; alerts: unknown[] }[]> {
  const subjects = tellings.map(() => `WO-${(serial += 1)}`);
  const chunks: string[][] = [];
  const passes: string[][] = [];
  for (const [place, { events, order, cuts, passes: when }] of tellings.entries()) {
    const subject = subjects[place] ?? '';
    const cloudEvents = events.map((event, index) => toCloudEvent(event, subject, index));
    await test.send(cloudEvents);
    const keys = order.map((index) => `/sales/test ${cloudEvents[index]?.id ?? ''}`);
    const edges = [0, ...cuts.filter((cut) => cut < keys.length).sort((a, b) => a - b), keys.length];
    for (const [index, edge] of edges.slice(1).entries()) {
      (chunks[index] ??= []).push(...keys.slice(edges[index], edge));
      if (when[index]) (passes[index] ??= []).push(subject);
    }
  }
  for (const [index, chunk] of chunks.entries()) {
    await test.service.handleChunk(chunk);
    await test.service.advanceRecords(passes[index] ?? [], index % 2 === 0 ? 'due' : 'sweep');
  }
  await test.service.advanceRecords(subjects, 'due');
  const stored = await test.service.records.loadRecords(subjects);
  const alerts = await test.service.alertStore.loadByRecords(subjects);
  return subjects.map((subject) => {
    const record = stored.get(subject)?.record;
    if (!record) throw new Error(`expected a record of ${subject}`);
    const own = alerts.filter(({ recordId }) => recordId === subject);
    return { record: comparable(record, subject), alerts: standing(own, subject) };
  });
}

function toCloudEvent({ type, minute, data }: Told, subject: string, index: number) {
  return {
    specversion: '1.0',
    id: `${subject}/${String(index).padStart(3, '0')}`,
    source: '/sales/test',
    type: `yxzy.${type}`,
    subject,
    time: new Date(FROM + minute * 60_000).toISOString(),
    data: { ...data, feed: 'sales' },
  };
}

/** Without the work order number, which differs between the two tellings, and without traces of the telling itself. */
function comparable(record: WorkOrderRecord, subject: string): unknown {
  const { advancedTo: _, ...rest } = record;
  return JSON.parse(JSON.stringify(rest).replaceAll(subject, 'WO')) as unknown;
}
/** Alerts that stand; one that was taken back is, by definition, one that the ordered telling never had. */
function standing(alerts: readonly Alert[], subject: string): unknown[] {
  const rows = alerts
    .filter(({ retracted }) => !retracted)
    .map(
      ({
        history: _h,
        raisedAt: _r,
        sourceRevision: _s,
        version: _v,
        outbox: _o,
        stepDueAt: _d,
        nextLookAt: _l,
        id: _i,
        ...alert
      }) => alert,
    )
    .sort((a, b) => (a.fingerprint + a.episode < b.fingerprint + b.episode ? -1 : 1));
  return JSON.parse(JSON.stringify(rows).replaceAll(subject, 'WO')) as unknown[];
}

describe('work orders, clocks, findings and alerts', () => {
  it(
    'are the same for any order, any duplication and any chunking of the same events',
    async () => {
      let alerts = 0;
      let workOrders = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(telling, { minLength: 1, maxLength: WORK_ORDERS, size: 'max' }),
          async (tellings) => {
            const inOrder = await tell(
              tellings.map(({ events }) => ({
                events,
                order: events.map((_, index) => index),
                cuts: [],
                passes: [],
              })),
            );
            workOrders += inOrder.length;
            alerts += inOrder.flatMap((workOrder) => workOrder.alerts).length;
            expect(await tell(tellings)).toEqual(inOrder);
          },
        ),
        { numRuns: RUNS, interruptAfterTimeLimit: 5_000 * RUNS, markInterruptAsFailure: true },
      );
      // The rules must have had something to say, or the comparison proves nothing.
      expect(alerts).toBeGreaterThan(10 * RUNS);
      expect(workOrders).toBeGreaterThan(5 * RUNS);
    },
    6_000 * RUNS,
  );
});
