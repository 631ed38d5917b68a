import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

const TYPE = 'application/cloudevents+json';

function cloudEvent(id: string, changes: object = {}) {
  return {
    specversion: '1.0',
    id,
    source: '/sales/zj/hz',
    type: 'yxzy.stage.completed',
    subject: 'WO-1',
    time: '2026-11-02T09:00:00+08:00',
    recordedtime: '2026-11-02T09:05:00+08:00',
    data: { stage: '业务受理', orgUnit: 'HZ', operator: { id: 'E1', name: '王小明' } },
    ...changes,
  };
}

describe('posting events', () => {
  let api: TestApi;
  let ours: string;
  beforeAll(async () => {
    api = await openTestApi();
    ours = await api.addToken(['integrator'], { sources: ['/sales/zj'] });
  });
  afterAll(() => api.close());

  const post = (body: unknown, type = TYPE, token = api.tokens.integrator) =>
    ask(
      supertest(api.app)
        .post('/api/events')
        .auth(token, { type: 'bearer' })
        .set('Content-Type', type)
        .send(typeof body === 'string' ? body : JSON.stringify(body)),
    );

  it('stores an event before the 202, and counts a resend as a duplicate', async () => {
    const first = await post(cloudEvent('e1'));
    expect({ status: first.status, body: first.body }).toEqual({
      status: 202,
      body: { accepted: 1, duplicates: 0, rejected: [] },
    });
    expect(await api.eventStore.findByKey('/sales/zj/hz e1')).toMatchObject({ status: 'received' });
    expect((await post(cloudEvent('e1'))).body).toEqual({ accepted: 0, duplicates: 1, rejected: [] });
  });

  it('answers 409 when a stored event comes with other content, and says so as an error too', async () => {
    await post(cloudEvent('c1'));
    const { status, body } = await post(cloudEvent('c1', { subject: 'WO-9' }));
    expect(status).toBe(409);
    expect(body).toMatchObject({
      error: { code: 'conflict', message: 'The event was not accepted: stored already with other content.' },
      accepted: 0,
      rejected: [{ index: 0, id: 'c1', conflict: true }],
    });
  });

  it('answers 400 when no event is fit, and 202 with the rest rejected when some are', async () => {
    const bad = cloudEvent('b1', { time: '2026-02-30T09:00:00+08:00' });
    const all = await post([bad, bad], 'application/cloudevents-batch+json');
    expect(all.status).toBe(400);
    expect(all.body).toMatchObject({
      error: { code: 'invalid_request', message: expect.stringContaining('None of the 2 events') as unknown },
      rejected: [{ index: 0 }, { index: 1 }],
    });
    const some = await post([bad, cloudEvent('b2')], 'application/cloudevents-batch+json');
    expect(some.status).toBe(202);
    expect(some.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, id: 'b1' }] });
  });

  it('takes a compressed body, and measures it uncompressed', async () => {
    const send = (body: Buffer) =>
      supertest(api.app)
        .post('/api/events')
        .auth(api.tokens.integrator, { type: 'bearer' })
        .set({ 'Content-Type': TYPE, 'Content-Encoding': 'gzip' })
        .serialize((data: unknown) => data as string)
        .send(body as never);
    expect((await send(gzipSync(JSON.stringify(cloudEvent('z1'))))).body).toMatchObject({ accepted: 1 });
    const bomb = await send(gzipSync(Buffer.alloc(200_000, ' ')));
    expect(bomb.status).toBe(413);
    const broken = await send(Buffer.from('not gzip'));
    expect(broken.status).toBe(400);
  });

  it.each([
    ['413 to a body beyond the limit', 413, 'too_large', JSON.stringify('x'.repeat(100_001)), TYPE],
    ['415 to another content type', 415, 'unsupported_media_type', '<event/>', 'application/xml'],
    [
      '415 to plain JSON that is no binary-mode event',
      415,
      'unsupported_media_type',
      '{}',
      'application/json',
    ],
    ['400 to what is no JSON', 400, 'invalid_request', '{', TYPE],
    ['400 to an empty body', 400, 'invalid_request', '', TYPE],
  ])('answers %s', async (_case, status, code, body, type) => {
    const response = await post(body, type);
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({ error: { code } });
  });

  it('of a source that is not the token’s is refused', async () => {
    expect((await post(cloudEvent('f1'), TYPE, ours)).status).toBe(202);
    const alone = await post(cloudEvent('f2', { source: '/sales/zjx' }), TYPE, ours);
    expect(alone.status).toBe(403);
    const mixed = [cloudEvent('f3', { source: '/other' }), cloudEvent('f4')];
    const { body } = await post(mixed, 'application/cloudevents-batch+json', ours);
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 0, errors: [{ path: 'source' }] }] });
    expect(await api.eventStore.findByKey('/other f3')).toBeUndefined();
  });

  describe('reading one back', () => {
    const path = (id: string, source = '/sales/zj/hz') => `/api/events/${id}?source=${source}`;
    beforeAll(async () => {
      await post(
        [cloudEvent('r1'), cloudEvent('r2', { source: '/sales/js' })],
        'application/cloudevents-batch+json',
      );
      await api.eventStore.markDead(['/sales/zj/hz r1'], 'cannot-be-folded');
    });

    it('tells what became of it, its three times apart, and no names', async () => {
      const { status, body } = await api.get(path('r1'), 'integrator');
      expect(status).toBe(200);
      expect(body).toEqual({
        status: 'dead',
        reason: 'cannot-be-folded',
        event: {
          specversion: '1.0',
          id: 'r1',
          source: '/sales/zj/hz',
          type: 'yxzy.stage.completed',
          subject: 'WO-1',
          time: '2026-11-02T01:00:00.000Z',
          recordedtime: '2026-11-02T01:05:00.000Z',
          receivedtime: '2026-11-02T02:00:00.000Z',
          data: { stage: '业务受理', orgUnit: 'HZ', operator: { id: 'E1', name: '王**' } },
        },
      });
    });

    it('is for the sources of the token, others’ events do not exist', async () => {
      expect((await api.getWith(path('r1'), ours)).status).toBe(200);
      expect((await api.getWith(path('r2', '/sales/js'), ours)).status).toBe(404);
      expect((await api.get(path('r2', '/sales/js'), 'integrator')).status).toBe(200);
    });

    it('is for the org units of the token', async () => {
      const inside = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
      const outside = await api.addToken(['supervisor'], { orgUnit: 'NB' });
      expect((await api.getWith(path('r1'), inside)).status).toBe(200);
      expect((await api.getWith(path('r1'), outside)).status).toBe(404);
    });

    it('works for ids and sources with any characters', async () => {
      await post(cloudEvent('a/b?c&d', { source: 'urn:x&y' }));
      const { status } = await api.get(`/api/events/${encodeURIComponent('a/b?c&d')}?source=${encodeURIComponent('urn:x&y')}`);
      expect(status).toBe(200);
    }); // prettier-ignore
  });
});
