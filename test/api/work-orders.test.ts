import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryOf } from '../../src/client/make-client.js';
import type { Clock } from '../../src/engine/work-order-record.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeEvent } from '../work-orders/make-event.js';
import { makeAlert } from './support/make-alert.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const HOUR = 3_600_000;

describe('reading work orders', () => {
  let api: TestApi;
  let supervisor: Client;

  /** A work order opened by one event, with more of them and clocks. */
  async function store(no: string, opened: EventData, more: BusinessEvent[] = [], clocks: Clock[] = []) {
    const events = [makeEvent('workorder.opened', 0, opened), ...more].map((event) => ({
      ...event,
      subject: no,
    }));
    await api.eventStore.insertEvents(
      events.map((event) => ({ event, recordId: no, partition: 0, hash: canonicalHash(event) })),
    );
    const workOrder = foldEvents(events);
    const record = { workOrder, clocks, findings: [], advancedTo: NOW - HOUR, calendarHash: 'cal' };
    const queryFields = queryFieldsOf(record, { updatedAt: NOW, ruleSetHash: 'rules' });
    await api.workOrderStore.replaceRecords([{ id: no, expectedRevision: 0, record, queryFields }]);
    return events;
  }

  function clock(changes: Partial<Clock>): Clock {
    const rule = { id: 'paper-late', version: 3 };
    return { key: `paper-late|业务受理#1`, rule, stage: '业务受理', visit: 1, anchorAt: NOW - 9 * HOUR, warnTimes: [NOW - 2 * HOUR], warned: 1, expired: false, state: 'running', ...changes };
  } // prettier-ignore

  beforeAll(async () => {
    api = await openTestApi();
    supervisor = api.as('supervisor');
    await store(
      'WO-1',
      { process: '高压新装', orgUnit: 'HZ-XH', managingUnit: 'NB', customerNo: '3300001234', attributes: { 户名: '张三丰' } },
      [
        makeEvent('signature.recorded', 20, { document: '申请表', role: 'customer', signer: '张三丰' }),
        makeEvent('stage.arrived', 5, { stage: '业务受理', operator: { id: 'E1', name: '王小明' } }),
      ],
      [clock({ dueAt: NOW - HOUR }), clock({ key: 'soon|业务受理#1', rule: { id: 'soon', version: 1 }, dueAt: NOW + HOUR }), clock({ key: 'idle', state: 'paused' })],
    ); // prettier-ignore
    await store('WO-2', { process: '低压新装', orgUnit: 'NB' }, [makeEvent('workorder.closed', 9)]);
    await store('WO-3', { process: '低压新装' });
    await api.alertStore.write(
      ['HZ-XH', 'NB'].map((orgUnit) => ({
        alert: makeAlert({ orgUnit, id: `alert-${orgUnit}` }),
        isNew: true,
      })),
    );
  });
  afterAll(() => api.close());

  const of = (no: string) => ({ params: { no } });
  const listed = async (query: QueryOf<'listWorkOrders'> = {}, client = supervisor) =>
    (await client.listWorkOrders({ query })).items.map(({ no }) => no);

  it.each<[string, string[], QueryOf<'listWorkOrders'>]>([
    ['', ['WO-1', 'WO-2', 'WO-3'], {}],
    ['?status=closed', ['WO-2'], { status: ['closed'] }],
    ['?status=open,cancelled', ['WO-1', 'WO-3'], { status: ['open', 'cancelled'] }],
    ['?process=低压新装', ['WO-2', 'WO-3'], { process: ['低压新装'] }],
    ['?orgUnit=HZ', ['WO-1'], { orgUnit: ['HZ'] }],
    ['?orgUnit=NB', ['WO-1', 'WO-2'], { orgUnit: ['NB'] }],
    ['?customerNo=3300001234', ['WO-1'], { customerNo: ['3300001234'] }],
    ['?subjectType=hall', [], { subjectType: ['hall'] }],
    ['?process={"$ne":null}', [], { process: ['{"$ne":null}'] }],
  ])('lists %s', async (_title, numbers, query) => {
    expect(await listed(query)).toEqual(numbers);
  });

  it('pages in the order of numbers', async () => {
    const first = await supervisor.listWorkOrders({ query: { limit: 2 } });
    expect(first.items.map(({ no }) => no)).toEqual(['WO-1', 'WO-2']);
    const second = await supervisor.listWorkOrders({ query: { limit: 2, cursor: first.nextCursor } });
    expect(second).toMatchObject({ items: [{ no: 'WO-3' }], nextCursor: null });
  });

  it('shows one with every event in order, its clocks and alerts, all times readable and no name', async () => {
    expect(await api.as('inspector').getWorkOrder(of('WO-1'))).toMatchObject({
      workOrder: {
        no: 'WO-1',
        openedAt: '2026-03-02T01:00:00.000Z',
        stages: [{ stage: '业务受理', arrivedAt: '2026-03-02T01:05:00.000Z', operatorId: 'E1' }],
        signatures: [{ document: '申请表', role: 'customer', signer: '张**', at: '2026-03-02T01:20:00.000Z' }],
        attributes: { 户名: '张**' },
      },
      timeline: [
        { type: 'yxzy.workorder.opened', time: '2026-03-02T01:00:00.000Z' },
        { type: 'yxzy.stage.arrived', data: { operator: { id: 'E1', name: '王**' } } },
        { type: 'yxzy.signature.recorded', data: { signer: '张**' } },
      ],
      clocks: [
        { key: 'paper-late|业务受理#1', dueAt: '2026-11-02T01:00:00.000Z', overdue: true, warnTimes: ['2026-11-02T00:00:00.000Z'] },
        { key: 'soon|业务受理#1', overdue: false },
        { key: 'idle', state: 'paused', overdue: false },
      ],
      alerts: [{ id: 'alert-HZ-XH' }, { id: 'alert-NB' }],
      advancedTo: '2026-11-02T01:00:00.000Z',
      revision: 1,
    });
    expect(api.last().text).not.toMatch(/张三丰|王小明/);
    const unmasked = await supervisor.getWorkOrder({ ...of('WO-1'), query: { unmask: true, reason: '核对客户签字' } });
    expect(unmasked).toMatchObject({ workOrder: { signatures: [{ signer: '张三丰' }] } });
    expect(await api.audit.list(10)).toMatchObject([{ object: { type: 'workOrder', id: 'WO-1' } }]);
  }); // prettier-ignore

  it('shows a token of one org unit what that unit handles or manages, with its own alerts', async () => {
    const ningbo = await api.asNew(['supervisor'], { orgUnit: 'NB' });
    expect(await listed({}, ningbo)).toEqual(['WO-1', 'WO-2']);
    expect(await listed({ orgUnit: ['HZ'] }, ningbo)).toEqual(['WO-1']);
    expect(await ningbo.getWorkOrder(of('WO-1'))).toMatchObject({ alerts: [{ id: 'alert-NB' }] });
    const hangzhou = await api.asNew(['supervisor'], { orgUnit: 'HZ' });
    expect(await statusesOf(ningbo.getWorkOrder(of('WO-3')), hangzhou.getWorkOrder(of('WO-2')))).toEqual([
      404, 404,
    ]);
  });

  describe('the due list', () => {
    const due = async (query: QueryOf<'listDeadlines'>, client = supervisor) =>
      (await client.listDeadlines({ query })).items.map(({ id }) => id);
    it.each<[string, string[], QueryOf<'listDeadlines'>]>([
      ['?due=overdue', ['WO-1|paper-late|业务受理#1'], { due: 'overdue' }],
      ['?due=soon', ['WO-1|soon|业务受理#1'], { due: 'soon' }],
      ['?due=soon&hours=1', [], { due: 'soon', hours: 1 }],
      ['?due=overdue&process=低压新装', [], { due: 'overdue', process: ['低压新装'] }],
      [
        '?due=overdue&orgUnit=HZ&rule=paper-late',
        ['WO-1|paper-late|业务受理#1'],
        { due: 'overdue', orgUnit: ['HZ'], rule: ['paper-late'] },
      ],
    ])('%s', async (_title, ids, query) => {
      expect(await due(query)).toEqual(ids);
    });
    it('names the open alert that a deadline led to', async () => {
      expect(await supervisor.listDeadlines({ query: { due: 'overdue' } })).toMatchObject({
        items: [{ recordId: 'WO-1', alertId: expect.stringMatching(/^alert-/) as unknown }],
      });
      const soon = await supervisor.listDeadlines({ query: { due: 'soon' } });
      expect(soon.items[0]).not.toHaveProperty('alertId');
    });
    it('is that of the token’s org unit', async () => {
      const ningbo = await api.asNew(['supervisor'], { orgUnit: 'NB' });
      expect(await due({ due: 'overdue' }, ningbo)).toEqual([]);
    });
  });
});
