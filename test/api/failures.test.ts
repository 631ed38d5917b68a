import { afterEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { StoreUnavailableError } from '../../src/errors.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

const HELD = { bodyBytes: 1000, requestsPerMinute: 3, badTokensPerMinute: 2 };

describe('when things go wrong', () => {
  let api: TestApi;
  afterEach(() => api.close());

  it('answers 503 with Retry-After on every route while MongoDB is gone, and never hangs', async () => {
    api = await openTestApi();
    await api.connection.close();
    const { body } = await ask(supertest(api.app).get('/api/openapi.json'));
    const { paths } = body as { paths: Record<string, Record<string, { security: unknown[] }>> };
    const guarded = Object.entries(paths).filter(([, item]) =>
      Object.values(item).some(({ security }) => security.length > 0),
    );
    expect(guarded.length).toBeGreaterThan(10);
    for (const [path, item] of guarded) {
      for (const method of Object.keys(item) as ('get' | 'post')[]) {
        const response = await supertest(api.app)[method](path.replace(/\{\w+\}/, 'x')).auth('yxr_some', { type: 'bearer' });
        expect({ path, status: response.status }).toEqual({ path, status: 503 });
        expect(response.headers['retry-after']).toBe('5');
        expect(response.body).toMatchObject({ error: { code: 'store_unavailable' } });
      }
    }
    expect((await supertest(api.app).get('/healthz')).status).toBe(200);
    api = await openTestApi();
  }); // prettier-ignore

  it('answers 503 when posting while the store does not confirm', async () => {
    api = await openTestApi(() => ({
      acceptEvents: () => Promise.reject(new StoreUnavailableError(undefined, { retryAfterSeconds: 9 })),
    }));
    const response = await api.post('/api/events', 'integrator').set('Content-Type', 'application/cloudevents+json').send('{}');
    expect(response.status).toBe(503);
    expect(response.headers['retry-after']).toBe('9');
    expect(response.body).toMatchObject({ error: { code: 'store_unavailable', message: expect.stringContaining('nothing was stored') as unknown } });
  }); // prettier-ignore

  it('answers a bug with an id that is in the log, and with nothing of the bug', async () => {
    api = await openTestApi(() => ({
      jobs: { list: () => Promise.reject(new TypeError('secret 13812345678 of /src/x.ts')) },
    }));
    const { status, body, text, headers } = await api.get('/api/jobs');
    const requestId = headers['x-request-id'] ?? '';
    expect(status).toBe(500);
    expect(body).toEqual({
      error: {
        code: 'internal_error',
        message: `Something went wrong here. The log has the reason under request id ${requestId}.`,
        details: { requestId },
      },
    });
    expect(text).not.toContain('secret');
    const logged = api.lines.filter((line) => line.includes(requestId) && line.includes('secret'));
    expect(logged).toHaveLength(1);
  });

  it('answers 429 with Retry-After to the token that asks too often, and to no other', async () => {
    api = await openTestApi(() => ({ limits: HELD }));
    for (let i = 0; i < 3; i += 1) expect((await api.get('/api/rules', 'author')).status).toBe(200);
    const { status, body, headers } = await api.get('/api/rules', 'author');
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(body).toEqual({
      error: { code: 'too_many_requests', message: 'More than 3 requests in a minute with this token.' },
    });
    expect((await api.get('/api/rules', 'auditor')).status).toBe(200);
  });

  it('answers 429 to an address that guesses tokens, but not to a right token from there', async () => {
    api = await openTestApi(() => ({ limits: HELD }));
    const guess = () => supertest(api.app).get('/api/rules').auth('yxr_guess', { type: 'bearer' });
    expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(401);
    const third = await guess();
    expect(third.status).toBe(429);
    expect(third.headers['retry-after']).toBe('60');
    expect((await api.get('/api/rules')).status).toBe(200);
  });

  it('answers 404 as JSON, but to nobody without a token under /api', async () => {
    api = await openTestApi();
    const elsewhere = await supertest(api.app).get('/nothing');
    expect(elsewhere.status).toBe(404);
    expect(elsewhere.body).toMatchObject({ error: { code: 'not_found' } });
    expect((await supertest(api.app).get('/api/nothing')).status).toBe(401);
    expect((await api.get('/api/nothing')).status).toBe(404);
    expect((await api.get('/api/alerts/%E0%A4%A')).body).toMatchObject({ error: { code: 'invalid_request', message: 'The path holds a % that is no percent-encoding.' } });
  }); // prettier-ignore

  it('forgets a token the moment it is revoked', async () => {
    api = await openTestApi();
    expect((await api.get('/api/rules')).status).toBe(200);
    const [stored] = (await api.tokenStore.list()).filter(({ roles }) => roles.includes('admin'));
    await api.tokenStore.revoke(stored?._id ?? '', new Date());
    expect((await api.get('/api/rules')).status).toBe(401);
  });

  it('shows no stack, no server name, and lets nobody frame or sniff an answer', async () => {
    api = await openTestApi();
    const { headers } = await api.get('/api/alerts/none');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('logs neither token nor query nor body nor header, but who and which route', async () => {
    api = await openTestApi();
    await api.post('/api/events?nonsense=13812345678', 'integrator').set({ 'X-Secret': 'header-secret', 'Content-Type': 'application/json' }).send({ body: 'body-secret' });
    await api.get('/api/alerts/a1?unmask=true&reason=reason-secret');
    await supertest(api.app).get('/api/rules').auth('yxr_wrong', { type: 'bearer' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const log = api.lines.join('');
    for (const secret of [...Object.values(api.tokens), 'yxr_wrong', '13812345678', 'header-secret', 'body-secret', 'reason-secret', '127.0.0.1'])
      expect(log).not.toContain(secret);
    const lines = api.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ token: 'test-integrator', route: '/api/events' }),
        expect.objectContaining({ token: 'test-admin', route: '/api/alerts/{id}' }),
      ]),
    );
  }); // prettier-ignore
});
