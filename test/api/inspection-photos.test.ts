import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('photo of a handover book')]);
const path = (unit: string) => `/api/inspections/${encodeURIComponent(`archive|${unit}|2026-11-02`)}`;

describe('photos of an inspection', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  const upload = (unit: string) =>
    ask(api.post(`${path(unit)}/evidence?fileName=${encodeURIComponent('记录簿.jpg')}`, 'inspector').type('image/jpeg').send(JPEG)); // prettier-ignore
  const record = (unit: string, attachments: string[]) =>
    ask(api.post(`${path(unit)}/results`, 'inspector').send({ results: [{ item: 'i1', result: 'fail', finding: '缺签字', responsible: 'E1001', attachments }] })); // prettier-ignore

  it('are uploaded to the task and named in the result they show', async () => {
    const { status, body } = await upload('HZ');
    expect(status).toBe(201);
    const { id } = body as { id: string };
    expect((await record('HZ', [id])).body).toMatchObject({
      results: [{ item: 'i1', responsible: 'E1001', attachments: [id] }],
    });
    expect((await api.get(`${path('HZ')}/evidence`, 'auditor')).body).toMatchObject({ items: [{ id, fileName: '记录簿.jpg' }] }); // prettier-ignore
    const request = supertest(api.app).get(`${path('HZ')}/evidence/${id}`);
    const file = await ask(request.auth(api.tokens.supervisor, { type: 'bearer' }));
    expect(file.headers['content-type']).toBe('image/jpeg');
  });

  it('of another task are refused, and so is a task of another unit', async () => {
    const { id } = (await upload('NB')).body as { id: string };
    const refused = await record('HZ', [id]);
    expect(refused.status).toBe(400);
    expect((refused.body as { error: { message: string } }).error.message).toContain(`has no evidence ${id}`);
    const local = await api.addToken(['inspector'], { orgUnit: 'NB' });
    expect((await api.getWith(`${path('HZ')}/evidence`, local)).status).toBe(404);
  });

  it('are on record, as the results are', async () => {
    const rows = await api.audit.page({ object: 'archive|HZ|2026-11-02', limit: 10 });
    expect(
      rows
        .map(({ action, who, reason }) => [action, who.name, reason])
        .reverse()
        .slice(0, 2),
    ).toEqual([
      ['evidence.add', 'test-inspector', `${JPEG.length} bytes`],
      ['inspection.record', 'test-inspector', '1 results'],
    ]);
  });
});
