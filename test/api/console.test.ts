import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { openTestApi, type TestApi } from './support/open-test-api.js';

describe('the console as files', () => {
  let api: TestApi;
  const folder = mkdtempSync(join(tmpdir(), 'yxrisk-console-'));
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
    writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'export const a = 1;');
    writeFileSync(join(folder, 'assets', 'main-1a2b.js.gz'), gzipSync('export const a = 1;'));
    writeFileSync(join(folder, '.stamp'), 'not for readers');
    api = await openTestApi(() => ({ consoleDir: folder }));
  });
  afterAll(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['/', '/alerts', '/alerts/abc-1', '/work-orders/2026', '/rules', '/system', '/sign-in'])(
    'is one page, which %s gets, with a policy that runs no inline script',
    async (path) => {
      const response = await supertest(api.app).get(path);
      expect(response.status).toBe(200);
      expect(response.text).toContain('<title>console</title>');
      expect(response.headers['content-security-policy']).toContain("script-src 'self';");
      expect(response.headers['cache-control']).toBe('no-cache');
    },
  );

  it('sends assets packed to browsers that unpack them, to be kept for a year', async () => {
    const packed = await supertest(api.app).get('/assets/main-1a2b.js').set('Accept-Encoding', 'gzip');
    expect(packed.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(packed.headers['cache-control']).toContain('immutable');
    expect(packed.text).toBe('export const a = 1;');
    const plain = await supertest(api.app).get('/assets/main-1a2b.js').set('Accept-Encoding', 'identity');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.text).toBe('export const a = 1;');
  });

  it.each([
    '/.stamp',
    '/assets/../.stamp',
    '/assets/%2e%2e/.stamp',
    '/assets/none.js',
    '/assets/',
    '/index.html.gz',
  ])('has nothing at %s', async (path) => {
    expect((await supertest(api.app).get(path)).status).toBe(404);
  });

  it('leaves the API as it is', async () => {
    expect((await supertest(api.app).get('/api/alerts')).status).toBe(401);
    expect((await supertest(api.app).post('/alerts')).status).toBe(404);
  });
});
