import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../src/notify/delivery.js';
import { ChannelError, type Outgoing } from '../../src/notify/channels/channel.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

let api: TestApi;
let admin: Client;
let supervisor: Client;
const sent: Outgoing[] = [];
let failing = false;
beforeAll(async () => {
  api = await openTestApi();
  admin = api.as('admin');
  supervisor = api.as('supervisor');
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

const of = (id: string) => ({ params: { id } });

describe('the delivery log', () => {
  beforeAll(async () => {
    const rows = [delivery('d1'), delivery('d2', { orgUnit: 'NB', status: 'sent' })];
    await api.connection.collection<Document>('notify_deliveries').insertMany(rows);
  });

  it('says why each message went out, with mailboxes shortened', async () => {
    expect(await admin.listDeliveries({ query: { status: ['failed'], alert: 'a1' } })).toMatchObject({
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
    expect(await admin.getDelivery(of('d1'))).toMatchObject({ id: 'd1' });
  });

  it('shows each only the messages of his units', async () => {
    const local = await api.asNew(['supervisor'], { orgUnit: 'HZ' });
    expect((await local.listDeliveries()).items.map(({ id }) => id)).toEqual(['d1']);
    expect(await statusesOf(local.getDelivery(of('d2')))).toEqual([404]);
  });

  it('lets an admin send again what failed, and only that', async () => {
    expect(await statusesOf(supervisor.retryDelivery(of('d1')))).toEqual([403]);
    const again = await admin.retryDelivery(of('d1'));
    expect(api.last().status).toBe(202);
    expect(again).toMatchObject({ status: 'pending', attempts: [] });
    expect(await statusesOf(admin.retryDelivery(of('d1')), admin.retryDelivery(of('nosuch')))).toEqual([
      409, 404,
    ]);
  });
});

describe('a channel', () => {
  const test = (body: { readonly to?: string }, name = 'mail', client = admin) =>
    client.testChannel({ params: { name }, body });

  it('is tried by its test button, once, and tells what came of it', async () => {
    expect(await test({ to: 'li@example.com' })).toMatchObject({ ok: true });
    expect(sent).toMatchObject([{ to: 'li@example.com', content: { kind: 'test' } }]);
    failing = true;
    expect(await test({ to: 'li@example.com' })).toMatchObject({
      ok: false,
      error: 'smtp.example answered 451 to RCPT',
    });
    failing = false;
    expect(
      await statusesOf(
        test({}),
        test({ to: 'no mailbox' }),
        test({}, 'nosuch'),
        test({}, 'mail', supervisor),
      ),
    ).toEqual([400, 400, 404, 403]);
  });

  it('that is gone for good is shown as stopped until a test succeeds', async () => {
    await api.deliveries.stopChannel('mail', new Date(NOW), 'answered 410 Gone');
    expect(await admin.listChannels()).toMatchObject({
      items: [{ id: 'mail', type: 'email', stopped: { reason: 'answered 410 Gone' } }],
    });
    await test({ to: 'li@example.com' });
    expect(await admin.listChannels()).toEqual({
      items: [{ id: 'mail', type: 'email', limits: [] }],
    });
  });
});
