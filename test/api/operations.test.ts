import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryOf } from '../../src/client/make-client.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { makeEvent } from '../work-orders/make-event.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

describe('operations', () => {
  let api: TestApi;
  let admin: Client;
  beforeAll(async () => {
    api = await openTestApi();
    admin = api.as('admin');
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

  const letters = (query: QueryOf<'listDeadLetters'> = {}) => api.as('auditor').listDeadLetters({ query });

  it('lists dead letters with their reasons, masked, page by page', async () => {
    const { items } = await letters();
    expect(items.map(({ reason }) => reason).sort()).toEqual([
      'cannot-be-folded',
      'cannot-be-folded',
      'invalid',
    ]);
    expect(JSON.stringify(items)).not.toMatch(/13812345678|张三丰/);
    expect(items.find(({ reason }) => reason === 'invalid')?.raw).toEqual({ data: { customerName: '张**' } });
    expect((await letters({ reason: 'invalid' })).items).toHaveLength(1);
    expect((await letters({ kind: 'intake', replayed: 'any' })).items).toHaveLength(1);
    const first = await letters({ limit: 2 });
    const second = await letters({ limit: 2, cursor: first.nextCursor });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(3);
    expect(second.nextCursor).toBeNull();
  });

  it('are not for a token of one org unit, for some letters belong to no unit', async () => {
    const auditor = await api.asNew(['auditor'], { orgUnit: 'HZ' });
    expect(await statusesOf(auditor.listDeadLetters())).toEqual([403]);
  });

  it('counts those that wait by reason, most first', async () => {
    expect(await api.as('auditor').countDeadLetters()).toEqual({
      items: [
        { reason: 'cannot-be-folded', count: 2 },
        { reason: 'invalid', count: 1 },
      ],
    });
  });

  it('shows one letter with its event as it is now, masked, and without it where it is gone', async () => {
    const data = { stage: '业务受理', operator: { id: 'E7', name: '张三丰' } };
    const event = makeEvent('stage.completed', 1, data, { subject: 'WO-DEAD' });
    await api.eventStore.insertEvents([
      { event, hash: canonicalHash(event), recordId: 'WO-DEAD', partition: 0 },
    ]);
    await api.letters.add([
      { kind: 'event', eventKey: event.key, recordId: 'WO-DEAD', reason: 'cannot-be-folded' },
    ]);
    const { items } = await letters({ reason: 'cannot-be-folded' });
    const whole = await Promise.all(
      items.map(({ id }) => api.as('auditor').getDeadLetter({ params: { id } })),
    );
    const [shown] = whole.filter((letter) => 'event' in letter);
    expect(shown).toMatchObject({ recordId: 'WO-DEAD', event: { event: { subject: 'WO-DEAD' } } });
    expect(JSON.stringify(shown)).toContain('张**');
    expect(whole.filter((letter) => !('event' in letter))).toHaveLength(2);
    const none = api.as('auditor').getDeadLetter({ params: { id: 'event-none' } });
    expect(await statusesOf(none)).toEqual([404]);
    await api.connection.collection('deadLetters').deleteOne({ eventKey: event.key });
  });

  const HOW = /must be {"ids": \["…"\]} with 1 to 1000 ids, or {"all": true, "reason": "…", "kind": "…"}/;
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
    const response = await ask(api.post('/api/dead-letters/replay').send(body));
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
    const [letter] = (await letters({ reason: 'cannot-be-folded' })).items;
    expect(await admin.replayDeadLetters({ body: { ids: [letter?.id ?? '', 'event-none'] } })).toEqual({
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
    const ofReason = await admin.replayDeadLetters({ body: { all: true, reason: 'cannot-be-folded' } });
    expect(ofReason.replayed).toHaveLength(1);
    const ofKind = await admin.replayDeadLetters({ body: { all: true, kind: 'event' } });
    expect(ofKind).toMatchObject({ replayed: [], refused: [], more: false });
    expect(await admin.replayDeadLetters({ body: { all: true } })).toMatchObject({
      replayed: [],
      refused: [{ reason: 'invalid', error: 'still bad' }],
      more: false,
    });
    expect((await letters()).items.map(({ reason }) => reason)).toEqual(['invalid']);
    expect((await letters({ replayed: 'true' })).items).toHaveLength(2);
  });

  it('lists runs of jobs by job, status and business date', async () => {
    const claimed = await api.jobs.claim('end-of-day', '2026-10-30', 'me', 60_000);
    if (claimed.claimed) await api.jobs.finish(claimed.claim, { looked: 7 });
    await api.jobs.claim('end-of-day', '2026-11-02', 'me', 60_000);
    const runs = async (query: QueryOf<'listJobRuns'> = {}) =>
      (await api.as('supervisor').listJobRuns({ query })).items;
    expect(await runs()).toHaveLength(2);
    expect(await runs({ job: 'retention' })).toEqual([]);
    expect(await runs({ from: '2026-10-31', to: '2026-11-30' })).toMatchObject([
      { date: '2026-11-02', status: 'running' },
    ]);
    expect(await runs({ status: 'done' })).toMatchObject([
      { job: 'end-of-day', date: '2026-10-30', result: { looked: 7 }, startedAt: '2026-11-02T02:00:00.000Z' },
    ]);
  });

  it('lists rules with filters, and one whole', async () => {
    expect(await admin.listRules({ query: { status: ['shadow'] } })).toMatchObject({
      items: [{ id: 'unsigned', kind: 'missing-signature', severity: 'high', trigger: 'event' }],
      nextCursor: null,
    });
    const ids = async (query: QueryOf<'listRules'>) =>
      (await admin.listRules({ query })).items.map(({ id }) => id);
    expect(await ids({ kind: ['timeout'], severity: ['high', 'low'] })).toEqual(['paper-late']);
    expect(await ids({ clause: ['YXZY-YY-145/3/Q1'] })).toEqual(['paper-late']);
    expect(await ids({ clause: ['YXZY-YY-000'] })).toEqual([]);
    expect(await ids({ process: ['高压新装', '销户'] })).toEqual(['paper-late', 'unsigned']);
    expect(await admin.getRule({ params: { id: 'paper-late' } })).toMatchObject({
      version: 3,
      conditions: { all: [{ fact: 'workOrder.status' }] },
    });
  });

  it('shows inspection tasks of the token’s org unit only', async () => {
    const local = await api.asNew(['inspector'], { orgUnit: 'HZ' });
    const of = (unit: string) => ({ params: { id: `archive|${unit}|2026-11-02` } });
    const listed = async (query: QueryOf<'listInspections'> = {}) =>
      (await local.listInspections({ query })).items;
    expect(await listed()).toMatchObject([{ orgUnit: 'HZ' }]);
    expect(await listed({ date: '2026-11-02', status: ['planned'], orgUnit: ['ZJ'] })).toHaveLength(1);
    expect(await listed({ date: '2026-11-03' })).toEqual([]);
    expect(await admin.listInspections()).toMatchObject({ items: [{}, {}] });
    expect(await statusesOf(local.getInspection(of('NB')))).toEqual([404]);
    expect(await local.getInspection(of('HZ'))).toMatchObject({ plan: { name: '归档资料抽查' } });
  });
});
