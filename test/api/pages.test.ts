import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

describe('probes and pages', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());
  const get = (path: string) => ask(supertest(api.app).get(path));

  it('is alive whatever else is not', async () => {
    expect(await api.as('admin').getHealth()).toEqual({ status: 'ok' });
  });

  it('is ready when every required part is, and says what is wrong when one is not', async () => {
    const late = { name: 'calendar', ok: false, required: false, message: 'No schedule for 2027 yet.' };
    api.checks.push(late);
    expect(await api.as('admin').getReadiness()).toMatchObject({ ready: true });
    expect(api.last().status).toBe(200);
    const down = { name: 'redis', ok: false, message: 'Redis does not answer.', details: { waitedMs: 2000 } };
    api.checks.push(down);
    expect(await api.as('admin').getReadiness()).toEqual({ ready: false, checks: [{ name: 'mongodb', ok: true }, late, down] });
    expect(api.last().status).toBe(503);
  }); // prettier-ignore

  it('measures requests by route pattern, never by path', async () => {
    await api.get('/api/work-orders/WO-13812345678');
    await supertest(api.app).get('/made-up-path');
    const { text, headers } = await get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toContain('yxrisk_http_request_duration_seconds_count{method="GET",route="/api/work-orders/{no}",status="404"} 1');
    expect(text).toMatch(/route="none",status="404"/);
    expect(text).not.toMatch(/13812345678|made-up-path|test-admin/);
  }); // prettier-ignore

  it('greets in Chinese at / and links what is there', async () => {
    const { text, status } = await get('/');
    expect(status).toBe(200);
    expect(text).toContain('营销业务风险监控');
    const links = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links).toContain('/api/docs');
    for (const link of links) expect([200, 503]).toContain((await get(link)).status);
  });

  it('serves the API page without a token, with nothing inline and nothing from elsewhere', async () => {
    const { text, headers } = await get('/api/docs');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(text).not.toMatch(/https?:\/\//);
    const assets = [...text.matchAll(/<(?:script|link)[^>]*(?:src|href)="(\/[^"]*)"/g)].map(([, link]) => link ?? '');
    expect(assets).toHaveLength(3);
    for (const asset of assets) {
      const response = await get(asset);
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toMatch(asset.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
    }
    expect((await get('/api/docs/init.js')).text).toContain('/api/openapi.json');
    expect((await get('/api/docs/package.json')).status).toBe(401);
  }); // prettier-ignore
});
