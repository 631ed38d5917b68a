import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const TASK = `/api/inspections/${encodeURIComponent('archive|HZ|2026-11-02')}`;
const OTHER = `/api/inspections/${encodeURIComponent('archive|NB|2026-11-02')}`;

describe('photos of an inspection', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  const upload = (task: string) =>
    ask(
      api.post(`${task}/evidence?fileName=a.jpg`, 'inspector').set('Content-Type', 'image/jpeg').send(JPEG),
    );
  const record = (attachments: readonly string[], more: object = {}) =>
    ask(
      api.post(`${TASK}/results`, 'inspector').send({
        results: [{ item: 'i1', result: 'fail', finding: '缺签字，联系13812345678', attachments, ...more }],
      }),
    );

  it('go with the result they show, and only with one of the same task', async () => {
    const own = await upload(TASK);
    const foreign = await upload(OTHER);
    expect([own.status, foreign.status]).toEqual([201, 201]);
    const [ownId = '', foreignId = ''] = [own, foreign].map(({ body }) => (body as { id: string }).id);
    expect(await record([foreignId])).toMatchObject({
      status: 400,
      body: {
        error: { details: [{ path: 'results[0].attachments', message: /is no evidence of this task/ }] },
      },
    });
    expect(await record([ownId])).toMatchObject({
      status: 200,
      body: { results: [{ attachments: [ownId] }] },
    });
    const download = (id: string) =>
      supertest(api.app).get(`${TASK}/evidence/${id}`).auth(api.tokens.inspector, { type: 'bearer' });
    expect((await download(ownId)).status).toBe(200);
    expect((await download(foreignId)).status).toBe(404);
  });

  it('are added to a finding without sending its words back, which are read masked', async () => {
    const read = await record([], { finding: undefined });
    expect(read).toMatchObject({ status: 200, body: { results: [{ finding: '缺签字，联系138****5678' }] } });
    const whole = await api.get(`${TASK}?unmask=true&reason=${encodeURIComponent('核对整改')}`);
    expect(whole.body).toMatchObject({ results: [{ finding: '缺签字，联系13812345678' }] });
  });
});
