import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { Channel } from '../../src/notify/channels/channel.js';
import { makeUser, signIn } from '../access/open-world.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

describe('how a person is told', () => {
  let api: TestApi;
  let headers: Record<string, string>;
  beforeAll(async () => {
    api = await openTestApi();
    const channel = (name: string, type: Channel['type']): Channel => ({
      name,
      type,
      limits: [],
      send: () => Promise.resolve(),
    });
    api.channels.set('mail', channel('mail', 'email'));
    api.channels.set('group', channel('group', 'dingtalk'));
    await api.users.add(makeUser('wang'));
    headers = await signIn({ api }, 'wang');
  });
  afterAll(() => api.close());

  const read = () => ask(supertest(api.app).get('/api/me/notifications').set(headers));
  const set = (body: object) => ask(supertest(api.app).post('/api/me/notifications').set(headers).send(body));
  const via = [{ channel: 'mail', to: 'wang@example.com' }];

  it('is set by himself: mailboxes and quiet hours', async () => {
    expect((await read()).body).toEqual({ via: [], quiet: null, channels: ['mail'] });
    const quiet = { from: '21:00', to: '07:30', except: ['critical'] };
    const { status, body } = await set({ via, quiet: { from: '21:00', to: '07:30' } });
    expect({ status, body }).toEqual({ status: 200, body: { via, quiet, channels: ['mail'] } });
    expect((await read()).body).toEqual(body);
    expect((await set({ via })).body).toMatchObject({ via, quiet: null });
    expect((await api.users.get('wang'))?.notifications).toEqual({ via });
  });

  it('is put on record without his address, and shown to nobody else', async () => {
    const rows = (await api.audit.list(10)).filter(({ action }) => action === 'user.notifications');
    expect(rows.map(({ object, reason }) => [object.id, reason])).toEqual([
      ['wang', '1 addresses'],
      ['wang', '1 addresses, quiet 21:00–07:30'],
    ]);
    expect((await api.get('/api/users')).text).not.toContain('wang@example.com');
  });

  it.each([
    ['a group robot, which is not his', { via: [{ channel: 'group', to: 'wang@example.com' }] }, /no e-mail channel; there are mail/],
    ['a channel that is not there', { via: [{ channel: 'smoke', to: 'wang@example.com' }] }, /no e-mail channel/],
    ['an address that is none', { via: [{ channel: 'mail', to: 'wang' }] }, /must be an e-mail address/],
    ['two in one', { via: [{ channel: 'mail', to: 'wang@example.com\nBcc: x@evil.test' }] }, /must be an e-mail address/],
    ['a time that is none', { via, quiet: { from: '25:00', to: '07:00' } }, /time of the day/],
  ])('is not %s', async (_what, body, message) => {
    const { status, body: answer } = await set(body);
    expect(status).toBe(400);
    expect((answer as { error: { message: string } }).error.message).toMatch(message);
  }); // prettier-ignore

  it('is nothing that a token has', async () => {
    expect((await api.get('/api/me/notifications')).status).toBe(409);
  });
});
