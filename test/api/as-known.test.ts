import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryOf } from '../../src/client/make-client.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeEvent, minuteAt } from '../work-orders/make-event.js';
import { statusesOf } from '../support/typed-client.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

describe('a work order as it was known', () => {
  let api: TestApi;
  /** The document came at minute 5; the hall entered it at minute 30, and the service was told at minute 40. */
  const late = { recordedAt: minuteAt(30), receivedAt: minuteAt(40) };
  const events: BusinessEvent[] = [
    makeEvent('workorder.opened', 0, { process: '高压新装', orgUnit: 'HZ-XH', managingUnit: 'NB' }),
    makeEvent('stage.arrived', 1, { stage: '业务受理', operator: { id: 'E1', name: '王小明' } }),
    makeEvent('document.received', 5, { document: '申请表', stage: '业务受理' }, late),
    makeEvent('stage.completed', 20, { stage: '业务受理' }),
    makeEvent('workorder.closed', 60),
  ];
  beforeAll(async () => {
    api = await openTestApi();
    await api.eventStore.insertEvents(
      events.map((event) => ({ event, recordId: 'WO-1', partition: 0, hash: canonicalHash(event) })),
    );
    const record = {
      workOrder: foldEvents(events), clocks: [], findings: [], advancedTo: NOW, calendarHash: 'cal',
    }; // prettier-ignore
    const queryFields = queryFieldsOf(record, { updatedAt: NOW, ruleSetHash: 'rules' });
    await api.workOrderStore.replaceRecords([{ id: 'WO-1', expectedRevision: 0, record, queryFields }]);
  });
  afterAll(() => api.close());

  const at = (minute: number) => new Date(minuteAt(minute)).toISOString();
  type Asked = QueryOf<'recallWorkOrder'>;
  const recall = (query: Asked, client = api.as('inspector'), no = 'WO-1') =>
    client.recallWorkOrder({ params: { no }, query });

  it('holds what was received by then: what came late is in it from then on, in its place', async () => {
    const before = await recall({ at: at(39) });
    expect(before.timeline.map(({ type }) => type)).toEqual([
      'yxzy.workorder.opened',
      'yxzy.stage.arrived',
      'yxzy.stage.completed',
    ]);
    expect(before).toMatchObject({ by: 'received', later: 2, workOrder: { status: 'open', documents: [] } });
    const after = await recall({ at: at(40) });
    expect(after.timeline[2]).toMatchObject({ type: 'yxzy.document.received', time: at(5) });
    expect(after).toMatchObject({ later: 1, workOrder: { documents: [{ document: '申请表' }] } });
    expect(await recall({ at: '2026-11-02' })).toMatchObject({ later: 0, workOrder: { status: 'closed' } });
  });

  it('is known up to now: a moment to come is now, however far it is', async () => {
    expect(await recall({ at: '2199-12-31' })).toMatchObject({ at: new Date(NOW).toISOString(), later: 0 });
  });

  it('or what was recorded by then', async () => {
    expect((await recall({ at: at(29), by: 'recorded' })).workOrder.documents).toEqual([]);
    expect((await recall({ at: at(30), by: 'recorded' })).workOrder.documents).toHaveLength(1);
  });

  it('is empty before anything was known', async () => {
    expect(await recall({ at: at(-5) })).toMatchObject({
      timeline: [],
      later: 5,
      workOrder: { no: 'WO-1', stages: [] },
      findings: [],
    });
  });

  it('tells what the rules had found by then, as they stood then', async () => {
    expect((await recall({ at: at(15) })).findings).toEqual([]);
    const { findings } = await recall({ at: at(39) });
    expect(findings).toMatchObject([
      {
        alertId: expect.stringMatching(/-1$/) as unknown,
        rule: { id: 'paper-late', version: 3 },
        severity: 'high',
        openedAt: at(20),
      },
      { rule: { id: 'unsigned' } },
    ]);
    expect(findings[0]).not.toHaveProperty('closedAt');
  });

  it('shows no name, unless for a reason that is put on record', async () => {
    await recall({ at: at(39) });
    expect(api.last().text).toContain('王**');
    expect(api.last().text).not.toContain('王小明');
    await recall({ at: at(39), unmask: true, reason: '核对受理人员' }, api.as('admin'));
    expect(api.last().text).toContain('王小明');
    expect(await api.audit.list(1)).toMatchObject([{ object: { type: 'workOrder', id: 'WO-1' } }]);
  });

  it('is for those who may see the work order', async () => {
    const of = async (orgUnit: string) =>
      recall({ at: at(39) }, await api.asNew(['supervisor'], { orgUnit }));
    for (const unit of ['HZ', 'NB']) expect(await of(unit)).toMatchObject({ workOrder: { no: 'WO-1' } });
    expect(
      await statusesOf(
        recall({ at: '2026-11-02' }, api.as('admin'), 'WO-9'),
        recall({ at: at(39) }, api.as('integrator')),
      ),
    ).toEqual([404, 403]);
  });

  it.each(['', '?at=yesterday', '?at=2026-11-02&by=guess', '?at=2026-11-02&unmask=true'])(
    'refuses %j',
    async (query) => {
      expect((await api.get(`/api/work-orders/WO-1/as-known${query}`)).status).toBe(400);
    },
  );
});
