import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { ruleFile } from '../support/rule-file.js';
import { makeEvent } from '../work-orders/make-event.js';
import type { Role } from '../../src/access/principal.js';
import type { QueryOf } from '../../src/client/make-client.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const PHONE = '13812345678';
let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  for (const [no, orgUnit] of [
    ['WO-1', 'HZ-XH'],
    ['WO-2', 'NB'],
  ] as const) {
    const events = [
      makeEvent('workorder.opened', 0, { process: '高压新装', orgUnit }, { subject: no }),
      makeEvent('contactcard.issued', 5, { fields: { phone: PHONE } }, { subject: no }),
      makeEvent('stage.completed', 9, { stage: '业务受理' }, { subject: no }),
    ];
    await api.eventStore.insertEvents(
      events.map((event) => ({ event, recordId: no, partition: 0, hash: canonicalHash(event) })),
    );
    const workOrder = foldEvents(events);
    const record = { workOrder, clocks: [], findings: [], advancedTo: NOW, calendarHash: 'cal' };
    const queryFields = queryFieldsOf(record, { updatedAt: NOW, ruleSetHash: 'rules' });
    await api.workOrderStore.replaceRecords([{ id: no, expectedRevision: 0, record, queryFields }]);
  }
});
afterAll(() => api.close());

describe('GET /api/rules/{id}/explain', () => {
  const explain = (query: QueryOf<'explainRule'>, client = api.as('admin'), id = 'paper-late') =>
    client.explainRule({ params: { id }, query });

  it('says why the rule fired, with every condition', async () => {
    expect(await explain({ workOrder: 'WO-1' })).toMatchObject({
      rule: { id: 'paper-late', version: 3, trigger: 'event' },
      workOrder: 'WO-1',
      outcome: 'hit',
      steps: [{ conditions: { children: [{ fact: 'workOrder.status', factValue: 'open' }] } }],
    });
  });

  it('knows at a time only what had come by then', async () => {
    expect(await explain({ workOrder: 'WO-1', at: '2026-03-02T01:08:00Z' })).toMatchObject({
      outcome: 'not_triggered',
      events: { used: 2, later: 1 },
    });
  });

  it('tells nothing of work orders of other units, and of what is not there', async () => {
    const county = await api.asNew(['author'], { orgUnit: 'HZ' });
    expect(await explain({ workOrder: 'WO-1' }, county)).toMatchObject({ workOrder: 'WO-1' });
    expect(
      await statusesOf(
        explain({ workOrder: 'WO-2' }, county),
        explain({ workOrder: 'WO-9' }),
        explain({ workOrder: 'WO-1' }, api.as('admin'), 'no-such-rule'),
        explain({ workOrder: 'WO-1' }, api.as('integrator')),
      ),
    ).toEqual([404, 404, 404, 403]);
    expect((await api.get('/api/rules/paper-late/explain')).status).toBe(400);
  });
});

describe('POST /api/rules/try', () => {
  const tryOut = (body: Parameters<Client['tryRule']>[0]['body'], role: Role = 'author') =>
    api.as(role).tryRule({ body });
  const rule = ruleFile({
    id: 'phone-given',
    conditions: {
      all: [{ fact: 'contactCard.field', params: { field: 'phone' }, operator: 'isPresent', value: true }],
    },
    tests: [
      { name: '写了电话', facts: { 'contactCard.field(field=phone)': PHONE }, expect: 'hit' },
      { name: '没有写', facts: {}, expect: 'no_hit' },
    ],
  });

  it('says what the text of a rule would do, and shows no telephone number', async () => {
    const body = await tryOut({ text: JSON.stringify(rule), workOrder: 'WO-1' });
    expect(body).toMatchObject({
      valid: true,
      errors: [],
      cases: [
        { case: '写了电话', passed: true },
        { case: '没有写', passed: true },
      ],
      explanation: { outcome: 'hit', rule: { id: 'phone-given' } },
    });
    expect(JSON.stringify(body)).not.toContain(PHONE);
    expect(JSON.stringify(body)).toContain('138****5678');
  });

  it('answers mistakes with line and column', async () => {
    const text = JSON.stringify({ ...rule, version: 0 }, null, 2);
    expect(await tryOut({ text, workOrder: 'WO-1' })).toMatchObject({
      valid: false,
      explanation: null,
      errors: [{ path: 'version', message: '应至少为 1' }],
    });
    expect(await tryOut({ text: '{', workOrder: 'WO-1' })).toMatchObject({
      valid: false,
      errors: [{ line: 1, column: 2 }],
    });
  });

  it('stores nothing', async () => {
    await tryOut({ text: JSON.stringify(rule), workOrder: 'WO-1' });
    expect(await statusesOf(api.as('admin').getRule({ params: { id: 'phone-given' } }))).toEqual([404]);
    expect(await api.connection.collection('alerts').countDocuments()).toBe(0);
  });

  it('is for those who answer for rules, and for their own work orders', async () => {
    const body = { text: JSON.stringify(rule), workOrder: 'WO-1' };
    expect(await statusesOf(tryOut(body, 'inspector'), tryOut({ ...body, workOrder: 'WO-9' }))).toEqual([
      403, 404,
    ]);
    expect((await ask(api.post('/api/rules/try', 'author').send({ ...body, extra: 1 }))).status).toBe(400);
  });
});
