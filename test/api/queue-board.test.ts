import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { BOARD_COOKIE } from '../../src/api/serve-queue-board.js';
import { makeCookie, readCookie } from '../../src/api/session-cookie.js';
import { makeBoardQueues } from '../../src/queue/board-queues.js';
import { eventually } from '../infra/start-stores-process.js';
import { addPerson, requestAs } from '../support/people.js';
import { openTestRedis } from '../support/services.js';
import { openTestApi, type TestApi } from './support/open-test-api.js';

describe('the page that shows the queues', () => {
  let api: TestApi;
  let close: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const redis = await openTestRedis();
    const queues = makeBoardQueues({ redisUrl: redis.url, prefix: redis.prefix, partitions: 2 });
    api = await openTestApi(() => ({ boardQueues: () => queues.list() }));
    const [first] = queues.list();
    const add = async () => (await first?.add('chunk', { keys: ['/sales e-1'] }))?.id !== undefined;
    // Refused until its connection stands.
    await eventually(
      () => add().catch(() => false),
      (isAdded) => isAdded,
      20_000,
    );
    close = async () => {
      await api.close();
      await queues.close();
      await redis.close();
    };
  });
  afterAll(() => close?.());

  const get = (path: string, token = api.tokens.admin) =>
    request(api.app).get(path).set('Authorization', `Bearer ${token}`);

  it('is for admins of all org units, by token, by the cookie that a token opens it with, or by session', async () => {
    expect((await get('/admin/queues/')).status).toBe(200);
    expect((await request(api.app).get('/admin/queues/')).status).toBe(401);
    for (const path of ['/admin/queues/', '/admin/queues/api/queues', '/admin/queues/static/favicon.ico'])
      expect((await get(path, api.tokens.supervisor)).status).toBe(403);

    const opened = await request(api.app)
      .post('/api/queue-board')
      .set('Authorization', `Bearer ${api.tokens.admin}`);
    expect(opened.body).toEqual({ address: '/admin/queues' });
    const [cookie = ''] = opened.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/; Path=\/admin\/queues; HttpOnly; SameSite=Strict; Max-Age=900$/);
    const sent = cookie.split(';')[0] ?? '';
    expect((await request(api.app).get('/admin/queues/').set('Cookie', sent)).status).toBe(200);
    // It opens nothing else.
    expect((await request(api.app).get('/api/users').set('Cookie', sent)).status).toBe(401);
  });

  it('opens for a token of any printable characters, as ADMIN_TOKEN may be one', () => {
    const token = 'abc;d=EF, "gh"%41+/xyz==';
    const header = makeCookie(BOARD_COOKIE, token, { secure: false });
    expect(readCookie({ cookie: `other=1; ${header.split(';')[0] ?? ''}` }, BOARD_COOKIE)).toBe(token);
    expect(readCookie({ cookie: `${BOARD_COOKIE}=%E4%A` }, BOARD_COOKIE)).toBeUndefined();
  });

  it('is not for an admin of one unit, whatever else he may see everywhere', async () => {
    const person = await addPerson(api, 'mixed', {
      grants: [{ role: 'admin', orgUnit: 'HZ' }, { role: 'auditor' }],
    });
    expect((await requestAs(api.app, person, 'get', '/admin/queues/')).status).toBe(403);
  });

  it('shows the queues, and what waits in them', async () => {
    const { body } = (await get("/admin/queues/api/queues?page=1")) as { body: unknown };
    const { queues } = body as { queues: { name: string; readOnlyMode: boolean; counts: { waiting: number } }[] };
    expect(queues.map(({ name }) => name.replace(/^test-\w+-/, ''))).toEqual(['events-0', 'events-1', 'schedule', 'schedule-minute']);
    expect(queues.map(({ counts }) => counts.waiting)).toEqual([1, 0, 0, 0]);
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
  }); // prettier-ignore

  it('is to be looked at only', async () => {
    for (const path of ['/admin/queues/api/queues/pause', '/admin/queues/api/queues/x/clean/failed']) {
      const refused = await request(api.app).put(path).set('Authorization', `Bearer ${api.tokens.admin}`);
      expect(refused.status).toBe(405);
    }
  });

  it('runs nothing inline, asks no other host for anything, and leaves the policy of other pages alone', async () => {
    const { text, headers } = await get('/admin/queues/');
    expect(headers['content-security-policy']).toMatch(/script-src 'self';.*base-uri 'self'/);
    expect(text).not.toMatch(/https?:\/\//);
    expect(text.match(/<script(?![^>]*(?:src=|application\/json))/)).toBeNull();
    expect((await get('/api/jobs')).headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });
});
