import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

describe('long answers', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());
  const get = (path: string, encoding: string) =>
    ask(
      supertest(api.app)
        .get(path)
        .set('Authorization', `Bearer ${api.tokens.admin}`)
        .set('Accept-Encoding', encoding),
    );

  it('are packed for those who take it, and say the same', async () => {
    const [packed, plain] = [await get('/api/coverage', 'gzip'), await get('/api/coverage', 'identity')];
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers['vary']).toContain('Accept-Encoding');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.body).toEqual(plain.body);
  });

  it('alone are packed: short ones, and those with the token of a session, are sent as they are', async () => {
    for (const path of ['/api/silences', '/api/me'])
      expect((await get(path, 'gzip')).headers['content-encoding']).toBeUndefined();
  });
});
