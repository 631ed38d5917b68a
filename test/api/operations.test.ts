import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReplayAnswer } from '../../src/api/replay-letters.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

interface Letters {
  readonly items: { readonly id: string; readonly reason: string; readonly raw?: unknown }[];
  readonly nextCursor: string | null;
}

describe('operations', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
    await api.letters.add([
      {
        kind: 'event',
        eventKey: '/s e1',
        recordId: 'WO-1',
        reason: 'cannot-be-folded',
        error: 'boom 13812345678',
      },
      { kind: 'event', eventKey: '/s e2', recordId: 'WO-2', reason: 'cannot-be-folded' },
      { kind: 'intake', raw: { data: { customerName: '张三丰' } }, reason: 'invalid', error: 'no id' },
    ]);
  });
  afterAll(() => api.close());

  const letters = async (query = '') =>
    (await api.get(`/api/dead-letters${query}`, 'auditor')).body as Letters;
  const replay = (body: object) => api.post('/api/dead-letters/replay').send(body);

  it('lists dead letters with their reasons, masked, page by page', async () => {
    const { items } = await letters();
    expect(items.map(({ reason }) => reason).sort()).toEqual([
      'cannot-be-folded',
      'cannot-be-folded',
      'invalid',
    ]);
    expect(JSON.stringify(items)).not.toMatch(/13812345678|张三丰/);
    expect(items.find(({ reason }) => reason === 'invalid')?.raw).toEqual({ data: { customerName: '张**' } });
    expect((await letters('?reason=invalid')).items).toHaveLength(1);
    expect((await letters('?kind=intake&replayed=any')).items).toHaveLength(1);
    const first = await letters('?limit=2');
    const second = await letters(`?limit=2&cursor=${first.nextCursor}`);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(3);
    expect(second.nextCursor).toBeNull();
  });

  it('are not for a token of one org unit, for some letters belong to no unit', async () => {
    const auditor = await api.addToken(['auditor'], { orgUnit: 'HZ' });
    expect((await api.getWith('/api/dead-letters', auditor)).status).toBe(403);
  });

  const HOW = /must be {"ids": \["…"\]} with 1 to 1000 ids, or {"all": true, "reason": "…"}/;
  it.each([
    ['nothing', {}, HOW],
    ['no ids', { ids: [] }, /ids must hold 1 to 1000 ids/],
    ['an empty id', { ids: ['a', ''] }, /ids\[1\] must not be empty/],
    ['ids that are no text', { ids: [{ $ne: null }] }, HOW],
    ['ids and all', { ids: ['a'], all: true }, HOW],
    ['all, but not true', { all: false }, HOW],
    ['a reason that is no text', { all: true, reason: { $ne: 'x' } }, HOW],
    ['a prototype', JSON.parse('{"all":true,"__proto__":{"reason":"invalid"}}') as object, /__proto__ is not known/],
    ['a list', ['a'], HOW],
  ])('refuses to replay %s, and says how to ask', async (_case, body, message) => {
    const response = await ask(replay(body));
    expect(response.status).toBe(400);
    expect((response.body as { error: { message: string } }).error.message).toMatch(message);
    expect((await api.audit.list(10)).length).toBe(0);
  }); // prettier-ignore

  it('refuses a body that is no JSON, or not said to be', async () => {
    const send = (type: string, body: string) =>
      api.post('/api/dead-letters/replay').set('Content-Type', type).send(body);
    expect((await send('application/json', '{')).status).toBe(400);
    expect((await send('text/plain', '{"all":true}')).status).toBe(415);
    expect((await send('application/json', `{"ids":["${'x'.repeat(100_000)}"]}`)).status).toBe(413);
  });

  it('replays by id, and puts it on record', async () => {
    const [letter] = (await letters('?reason=cannot-be-folded')).items;
    const { status, body } = await ask(replay({ ids: [letter?.id ?? '', 'event-none'] }));
    expect(status).toBe(200);
    expect(body).toEqual({
      replayed: [letter?.id],
      unchanged: [],
      notFound: ['event-none'],
      refused: [],
      more: false,
    });
    expect(await api.audit.list(1)).toMatchObject([
      { action: 'dead-letters.replay', who: { name: 'test-admin' } },
    ]);
  });

  it('replays all of one reason, then all that wait; what is still bad stays, with the reason', async () => {
    const ofReason = (await replay({ all: true, reason: 'cannot-be-folded' })).body as ReplayAnswer;
    expect(ofReason.replayed).toHaveLength(1);
    const rest = (await replay({ all: true })).body as ReplayAnswer;
    expect(rest).toMatchObject({
      replayed: [],
      refused: [{ reason: 'invalid', error: 'still bad' }],
      more: false,
    });
    expect((await letters()).items.map(({ reason }) => reason)).toEqual(['invalid']);
    expect((await letters('?replayed=true')).items).toHaveLength(2);
  });

  it('lists runs of jobs by job, status and business date', async () => {
    const claimed = await api.jobs.claim('end-of-day', '2026-10-30', 'me', 60_000);
    if (claimed.claimed) await api.jobs.finish(claimed.claim, { looked: 7 });
    await api.jobs.claim('end-of-day', '2026-11-02', 'me', 60_000);
    const runs = async (query: string) =>
      ((await api.get(`/api/jobs${query}`, 'supervisor')).body as { items: object[] }).items;
    expect(await runs('')).toHaveLength(2);
    expect(await runs('?job=retention')).toEqual([]);
    expect(await runs('?from=2026-10-31&to=2026-11-30')).toMatchObject([
      { date: '2026-11-02', status: 'running' },
    ]);
    expect(await runs('?status=done')).toMatchObject([
      { job: 'end-of-day', date: '2026-10-30', result: { looked: 7 }, startedAt: '2026-11-02T02:00:00.000Z' },
    ]);
  });

  it('lists rules with filters, and one whole', async () => {
    expect((await api.get('/api/rules?status=shadow')).body).toMatchObject({
      items: [{ id: 'unsigned', kind: 'missing-signature', severity: 'high', trigger: 'event' }],
      nextCursor: null,
    });
    expect((await api.get('/api/rules?kind=timeout&severity=high,low')).body).toMatchObject({ items: [{ id: 'paper-late' }] });
    expect((await api.get('/api/rules/paper-late')).body).toMatchObject({ version: 3, conditions: { all: [{ fact: 'workOrder.status' }] } });
  }); // prettier-ignore

  it('shows inspection tasks of the token’s org unit only', async () => {
    const token = await api.addToken(['inspector'], { orgUnit: 'HZ' });
    const pathOf = (unit: string) => `/api/inspections/${encodeURIComponent(`archive|${unit}|2026-11-02`)}`;
    const listed = async (query: string) =>
      ((await api.getWith(`/api/inspections${query}`, token)).body as { items: { orgUnit: string }[] }).items;
    expect(await listed('')).toMatchObject([{ orgUnit: 'HZ' }]);
    expect(await listed('?date=2026-11-02&status=planned&orgUnit=ZJ')).toHaveLength(1);
    expect(await listed('?date=2026-11-03')).toEqual([]);
    expect((await api.get('/api/inspections')).body).toMatchObject({ items: [{}, {}] });
    expect((await api.getWith(pathOf('NB'), token)).status).toBe(404);
    expect((await api.getWith(pathOf('HZ'), token)).body).toMatchObject({ plan: { name: '归档资料抽查' } });
  });
});
