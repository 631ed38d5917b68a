import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/engine/work-order-record.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeEvent } from '../work-orders/make-event.js';
import { makeAlert } from './support/make-alert.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const HOUR = 3_600_000;

interface Page {
  readonly items: { readonly no: string; readonly recordId: string }[];
  readonly nextCursor: string | null;
}

describe('reading work orders', () => {
  let api: TestApi;

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

  const listed = async (query: string, token = api.tokens.supervisor) => {
    const { status, body } = await api.getWith(`/api/work-orders${encodeURI(query)}`, token);
    expect({ status, body }).toMatchObject({ status: 200 });
    return (body as Page).items.map(({ no }) => no);
  };

  it.each([
    ['', ['WO-1', 'WO-2', 'WO-3']],
    ['?status=closed', ['WO-2']],
    ['?status=open,cancelled', ['WO-1', 'WO-3']],
    ['?process=低压新装', ['WO-2', 'WO-3']],
    ['?orgUnit=HZ', ['WO-1']],
    ['?orgUnit=NB', ['WO-1', 'WO-2']],
    ['?customerNo=3300001234', ['WO-1']],
    ['?subjectType=hall', []],
    ['?process={"$ne":null}', []],
  ])('lists %s', async (query, numbers) => {
    expect(await listed(query)).toEqual(numbers);
  });

  it('pages in the order of numbers', async () => {
    const first = (await api.get('/api/work-orders?limit=2')).body as Page;
    expect(first.items.map(({ no }) => no)).toEqual(['WO-1', 'WO-2']);
    const second = (await api.get(`/api/work-orders?limit=2&cursor=${first.nextCursor}`)).body as Page;
    expect(second).toMatchObject({ items: [{ no: 'WO-3' }], nextCursor: null });
  });

  it('shows one with every event in order, its clocks and alerts, all times readable and no name', async () => {
    const { status, body, text } = await api.get('/api/work-orders/WO-1', 'inspector');
    expect(status).toBe(200);
    expect(body).toMatchObject({
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
    expect(text).not.toMatch(/张三丰|王小明/);
    const unmasked = await api.get('/api/work-orders/WO-1?unmask=true&reason=核对客户签字', 'supervisor');
    expect(unmasked.body).toMatchObject({ workOrder: { signatures: [{ signer: '张三丰' }] } });
    expect(await api.audit.list(10)).toMatchObject([{ object: { type: 'workOrder', id: 'WO-1' } }]);
  }); // prettier-ignore

  it('shows a token of one org unit what that unit handles or manages, with its own alerts', async () => {
    const token = await api.addToken(['supervisor'], { orgUnit: 'NB' });
    expect(await listed('', token)).toEqual(['WO-1', 'WO-2']);
    expect(await listed('?orgUnit=HZ', token)).toEqual(['WO-1']);
    const { body } = await api.getWith('/api/work-orders/WO-1', token);
    expect(body).toMatchObject({ alerts: [{ id: 'alert-NB' }] });
    expect((await api.getWith('/api/work-orders/WO-3', token)).status).toBe(404);
    const hangzhou = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
    expect((await api.getWith('/api/work-orders/WO-2', hangzhou)).status).toBe(404);
  });

  describe('the due list', () => {
    const due = async (query: string, token = api.tokens.supervisor) => {
      const { status, body } = await api.getWith(`/api/deadlines${encodeURI(query)}`, token);
      expect({ status, body }).toMatchObject({ status: 200 });
      return (body as { items: { id: string }[] }).items.map(({ id }) => id);
    };
    it.each([
      ['?due=overdue', ['WO-1|paper-late|业务受理#1']],
      ['?due=soon', ['WO-1|soon|业务受理#1']],
      ['?due=soon&hours=1', []],
      ['?due=overdue&process=低压新装', []],
      ['?due=overdue&orgUnit=HZ&rule=paper-late', ['WO-1|paper-late|业务受理#1']],
    ])('%s', async (query, ids) => {
      expect(await due(query)).toEqual(ids);
    });
    it('names the open alert that a deadline led to', async () => {
      const { body } = await api.get('/api/deadlines?due=overdue');
      expect(body).toMatchObject({
        items: [{ recordId: 'WO-1', alertId: expect.stringMatching(/^alert-/) as unknown }],
      });
      const soon = (await api.get('/api/deadlines?due=soon')).body as { items: object[] };
      expect(soon.items[0]).not.toHaveProperty('alertId');
    });
    it('is that of the token’s org unit', async () => {
      expect(await due('?due=overdue', await api.addToken(['supervisor'], { orgUnit: 'NB' }))).toEqual([]);
    });
  });
});
