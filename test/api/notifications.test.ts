import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../src/notify/delivery.js';
import { ChannelError, type Outgoing } from '../../src/notify/channels/channel.js';
import { ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

let api: TestApi;
const sent: Outgoing[] = [];
let failing = false;
beforeAll(async () => {
  api = await openTestApi();
  api.channels.set('mail', {
    name: 'mail',
    type: 'email',
    limits: [],
    send: (message) => {
      if (failing) return Promise.reject(new ChannelError('smtp.example answered 451 to RCPT'));
      sent.push(message);
      return Promise.resolve();
    },
  });
});
afterAll(() => api.close());

function delivery(id: string, changes: Partial<Delivery> = {}): Document {
  const at = new Date(NOW);
  const content = {
    kind: 'alerts',
    title: '风险预警',
    severity: 'high',
    lines: [{ text: '工单 WO-1', alertId: 'a1' }],
    more: 0,
    footer: 'f',
    at,
  } as const;
  const why = {
    kind: 'alerts',
    route: 'urgent',
    target: 'shift-supervisor@HZ',
    labels: { rule: 'r' },
    alerts: [{ id: 'a1', what: ['raised'] }],
    muted: 0,
  } as const;
  const { id: _, ...rest } = {
    id, messageId: 'm', channel: 'mail', to: 'wang@example.com', recipient: 'wang', orgUnit: 'HZ', status: 'failed', why, content, createdAt: at, nextAt: at,
    attempts: [{ at, outcome: 'failed', error: 'smtp.example answered 451' }], ...changes,
  } satisfies Delivery; // prettier-ignore
  return { _id: id, ...rest };
}
type Document = Omit<Delivery, 'id'> & { readonly _id: string };

describe('the delivery log', () => {
  beforeAll(async () => {
    const rows = [delivery('d1'), delivery('d2', { orgUnit: 'NB', status: 'sent' })];
    await api.connection.collection<Document>('notify_deliveries').insertMany(rows);
  });

  it('says why each message went out, with mailboxes shortened', async () => {
    const { body } = await api.get('/api/deliveries?status=failed&alert=a1');
    expect(body).toMatchObject({
      items: [
        {
          id: 'd1',
          who: 'wang',
          to: 'w***@example.com',
          why: { route: 'urgent', alerts: [{ id: 'a1', what: ['raised'] }] },
        },
      ],
      nextCursor: null,
    });
    expect((await api.get('/api/deliveries/d1')).status).toBe(200);
  });

  it('shows each only the messages of his units', async () => {
    const token = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
    const { body } = await api.getWith('/api/deliveries', token);
    expect((body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual(['d1']);
    expect((await api.getWith('/api/deliveries/d2', token)).status).toBe(404);
  });

  it('lets an admin send again what failed, and only that', async () => {
    expect((await ask(api.post('/api/deliveries/d1/retry', 'supervisor'))).status).toBe(403);
    const again = await ask(api.post('/api/deliveries/d1/retry'));
    expect([again.status, again.body]).toMatchObject([202, { status: 'pending', attempts: [] }]);
    expect((await ask(api.post('/api/deliveries/d1/retry'))).status).toBe(409);
    expect((await ask(api.post('/api/deliveries/nosuch/retry'))).status).toBe(404);
  });
});

describe('a channel', () => {
  const test = (body: object) => ask(api.post('/api/channels/mail/test').send(body));

  it('is tried by its test button, once, and tells what came of it', async () => {
    expect((await test({ to: 'li@example.com' })).body).toMatchObject({ ok: true });
    expect(sent).toMatchObject([{ to: 'li@example.com', content: { kind: 'test' } }]);
    failing = true;
    expect((await test({ to: 'li@example.com' })).body).toMatchObject({
      ok: false,
      error: 'smtp.example answered 451 to RCPT',
    });
    failing = false;
    expect((await test({})).status).toBe(400);
    expect((await test({ to: 'no mailbox' })).status).toBe(400);
    expect((await ask(api.post('/api/channels/nosuch/test').send({}))).status).toBe(404);
    expect((await ask(api.post('/api/channels/mail/test', 'supervisor').send({}))).status).toBe(403);
  });

  it('that is gone for good is shown as stopped until a test succeeds', async () => {
    await api.deliveries.stopChannel('mail', new Date(NOW), 'answered 410 Gone');
    expect((await api.get('/api/channels')).body).toMatchObject({
      items: [{ id: 'mail', type: 'email', stopped: { reason: 'answered 410 Gone' } }],
    });
    await test({ to: 'li@example.com' });
    expect((await api.get('/api/channels')).body).toEqual({
      items: [{ id: 'mail', type: 'email', limits: [] }],
    });
  });
});
