import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { Role } from '../../src/access/principal.js';
import type { Alert } from '../../src/alerts/alert.js';
import { alertSchema } from '../../src/api/schemas/alert-schema.js';
import { makeAlert } from './support/make-alert.js';
import { type Answer, ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('photo of a handover book')]);

describe('working on an alert', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  let serial = 0;
  async function newAlert(changes: Partial<Alert> = {}): Promise<string> {
    const id = changes.id ?? `w${(serial += 1)}`;
    await api.alertStore.write([{ alert: makeAlert({ ...changes, id }), isNew: true }]);
    return id;
  }
  async function step(
    id: string,
    name: string,
    body: object,
    {
      token = api.tokens.supervisor,
      headers = {},
    }: { token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    return ask(
      supertest(api.app)
        .post(`/api/alerts/${id}/${name}`)
        .auth(token, { type: 'bearer' })
        .set(headers)
        .send(body),
    );
  }
  const read = async (id: string, role: Role = 'supervisor') =>
    (await api.get(`/api/alerts/${id}`, role)).body as Alert;
  const close = { outcome: { result: 'confirmed', reason: '移交未签字属实' } };

  it('goes from open to closed, each step with who, when and note, and a due time for the next', async () => {
    const id = await newAlert();
    const reviewer = await api.addToken(['supervisor']);
    const inspector = await api.addToken(['inspector']);
    const answers = [
      await step(id, 'acknowledge', { note: '正在核实' }),
      await step(id, 'dispatch', { to: { orgUnit: 'HZ-XH' }, note: '请补签' }),
      await step(id, 'rectify', { note: '已补签' }, { token: inspector }),
      await step(id, 'close', close, { token: reviewer }),
    ];
    for (const { status, body } of answers) {
      expect({ status, body }).toMatchObject({ status: 200 });
      alertSchema.parse(body);
    }
    expect(answers.map(({ body }) => (body as Alert).status)).toEqual([
      'acknowledged',
      'dispatched',
      'rectified',
      'closed',
    ]);
    for (const { body } of answers.slice(0, 3)) expect(body).toHaveProperty('stepDueAt');
    const alert = await read(id);
    expect(alert).toMatchObject({
      open: false,
      closedAt: new Date(NOW).toISOString(),
      outcome: close.outcome,
    });
    expect(alert).not.toHaveProperty('stepDueAt');
    expect(alert.history).toMatchObject([
      { what: 'raised', who: 'system' },
      {
        what: 'acknowledged',
        note: '正在核实',
        who: expect.stringMatching(/^token:[0-9a-f]{12}$/) as unknown,
      },
      { what: 'dispatched', to: 'shift-supervisor@HZ-XH', note: '请补签' },
      { what: 'rectified', note: '已补签' },
      { what: 'closed', outcome: close.outcome, at: new Date(NOW).toISOString() },
    ]);
    const rows = (await api.audit.list(1000)).filter(({ object }) => object.id === id);
    expect(rows.map(({ action }) => action).sort()).toEqual([
      'alert.acknowledge',
      'alert.close',
      'alert.dispatch',
      'alert.rectify',
    ]);
  });

  it.each([
    ['rectify', { note: '已补签' }, /is open; rectify is possible when it is acknowledged, dispatched/],
    ['reopen', { note: '重新核查' }, /is open; reopen is possible when it is closed, auto_closed/],
    ['close', close, /closed as confirmed after it is rectified/],
  ])('refuses %s on an open alert, and says from where it is possible', async (name, body, message) => {
    const id = await newAlert();
    const answer = await step(id, name, body);
    expect(answer.status).toBe(409);
    expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
    expect(await read(id)).toMatchObject({ status: 'open', version: 1 });
  });

  it.each([
    ['dispatch', { to: {} }, /to must name user or orgUnit/],
    ['dispatch', { to: { user: 'u', $ne: 1 } }, /to\.\$ne is not known/],
    ['close', {}, /outcome is missing/],
    ['close', { outcome: { result: 'yes', reason: 'because' } }, /one of confirmed, unconfirmed, invalid/],
    ['close', { outcome: { result: 'invalid' } }, /reason is missing/],
    ['rectify', {}, /note is missing/],
    ['acknowledge', { status: 'closed' }, /status is not known/],
    ['acknowledge', { note: { $gt: '' } }, /note must be a string/],
    ['comment', JSON.parse('{"note":"x","__proto__":{"open":false}}') as object, /__proto__ is not known/],
    ['comment', { note: 'x', attachments: ['507f1f77bcf86cd799439011'] }, /has no evidence 507f1f77bcf86cd799439011/],
  ])('refuses a %s with a bad body (%j)', async (name, body, message) => {
    const id = await newAlert();
    const answer = await ask(
      supertest(api.app)
        .post(`/api/alerts/${id}/${name}`)
        .auth(api.tokens.supervisor, { type: 'bearer' })
        .type('json')
        .send(name === 'comment' && 'attachments' in body === false ? '{"note":"x","__proto__":{"open":false}}' : JSON.stringify(body)),
    );
    expect(answer.status).toBe(400);
    expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
    expect(await read(id)).toMatchObject({ version: 1 });
  }); // prettier-ignore

  it('is not closed by the one who rectified it, nor by the one who is responsible, not even as admin', async () => {
    const id = await newAlert();
    await step(id, 'acknowledge', {});
    await step(id, 'rectify', { note: '已补签' });
    expect((await step(id, 'close', close)).body).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('You rectified') as unknown },
    });
    expect((await read(id)).status).toBe('rectified');
    expect((await api.get(`/api/alerts/${id}`, 'supervisor')).body).toMatchObject({
      steps: ['dispatch', 'comment'],
    });
    expect((await step(id, 'close', close, { token: api.tokens.admin })).status).toBe(200);

    const { body } = await api.get(`/api/alerts/${await newAlert()}`, 'admin');
    const me = (await step((body as Alert).id, 'comment', { note: '谁' }, { token: api.tokens.admin }))
      .body as Alert;
    const own = await newAlert({ responsible: me.history.at(-1)?.who ?? '' });
    const invalid = { outcome: { result: 'invalid', reason: '不是我的错' } };
    expect((await step(own, 'close', invalid, { token: api.tokens.admin })).status).toBe(403);
    expect((await step(own, 'close', invalid)).status).toBe(200);
  });

  it('goes back to the one who has to put it right when the review fails', async () => {
    const id = await newAlert();
    await step(id, 'dispatch', { to: { user: 'E1001' } });
    await step(id, 'rectify', { note: '已补签' });
    const { body } = await step(
      id,
      'dispatch',
      { to: { user: 'E1001' }, note: '照片不清' },
      { token: api.tokens.admin },
    );
    expect(body).toMatchObject({ status: 'dispatched', assignee: { user: 'E1001' } });
    expect((body as Alert).history.at(-1)).toMatchObject({ what: 'returned', to: 'user:E1001' });
  });

  it('lets an inspector rectify only what is dispatched to him or to his unit', async () => {
    const inspector = await api.addToken(['inspector']);
    const id = await newAlert();
    const rectify = () => step(id, 'rectify', { note: '已补签' }, { token: inspector });
    await step(id, 'dispatch', { to: { user: 'E1001' } });
    expect((await rectify()).status).toBe(403);
    await step(id, 'dispatch', { to: { orgUnit: 'HZ-XH' } });
    expect((await rectify()).status).toBe(200);
  });

  it('is opened again, and closes anew', async () => {
    const id = await newAlert();
    await step(id, 'close', { outcome: { result: 'invalid', reason: '误报' } });
    const { body } = await step(id, 'reopen', { note: '复查发现属实' });
    expect(body).toMatchObject({ status: 'open', open: true });
    expect(body).not.toHaveProperty('outcome');
    expect(body).not.toHaveProperty('closedAt');
    expect((await step(id, 'acknowledge', {})).status).toBe(200);
  });

  it('judges what evidence closed after its limit was broken: the breach stays on record', async () => {
    const id = await newAlert({
      status: 'auto_closed',
      open: false,
      phase: 'overdue',
      closedAt: new Date(NOW),
      orgUnit: 'NB',
    });
    const unjudged = async () =>
      ((await api.get('/api/alerts?unjudged=true')).body as { items: Alert[] }).items.map(
        (alert) => alert.id,
      );
    expect(await unjudged()).toEqual([id]);
    const { body } = await step(id, 'close', close);
    expect(body).toMatchObject({ status: 'closed', phase: 'overdue', outcome: { result: 'confirmed' } });
    expect(await unjudged()).toEqual([]);
    const listed = await api.get('/api/alerts?phase=overdue');
    expect((listed.body as { items: Alert[] }).items.map((alert) => alert.id)).toEqual([id]);
  });

  it('does not open or judge what late events took back', async () => {
    const id = await newAlert({
      status: 'auto_closed',
      open: false,
      retracted: true,
      closedAt: new Date(NOW),
    });
    expect((await step(id, 'close', close)).status).toBe(409);
    expect((await step(id, 'reopen', { note: '重新核查' })).status).toBe(409);
  });

  it('cannot be opened beside a later episode of the same finding', async () => {
    const id = await newAlert({ fingerprint: 'same', status: 'closed', open: false });
    const later = await newAlert({ fingerprint: 'same', episode: 2 });
    const { status, body } = await step(id, 'reopen', { note: '重新核查' });
    expect(status).toBe(409);
    expect(body).toMatchObject({ error: { details: { alert: later } } });
  });

  it('acts only on what was seen when If-Match says so', async () => {
    const id = await newAlert();
    const { headers } = await api.get(`/api/alerts/${id}`);
    const etag = String((headers as Record<string, string>)['etag']);
    expect(etag).toBe('"1"');
    const first = await step(id, 'comment', { note: '先到' }, { headers: { 'If-Match': etag } });
    expect(first.status).toBe(200);
    const second = await step(id, 'acknowledge', {}, { headers: { 'If-Match': etag } });
    expect({ status: second.status, body: second.body }).toMatchObject({
      status: 412,
      body: { error: { code: 'changed_meanwhile', details: { version: 2, status: 'open' } } },
    });
    expect((await step(id, 'acknowledge', {}, { headers: { 'If-Match': 'seven' } })).status).toBe(400);
    expect((await step(id, 'acknowledge', {}, { headers: { 'If-Match': '"2"' } })).status).toBe(200);
  });

  it('takes a step once however often the request is sent', async () => {
    const id = await newAlert();
    const headers = { 'Idempotency-Key': 'key-00000001', 'If-Match': '"1"' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => step(id, 'comment', { note: '一次' }, { headers })),
    );
    expect(answers.map(({ status }) => status)).toContain(200);
    expect((await step(id, 'comment', { note: '一次' }, { headers })).status).toBe(200);
    expect((await read(id)).history.filter(({ what }) => what === 'commented')).toHaveLength(1);
    const other = await step(id, 'acknowledge', {}, { headers: { 'Idempotency-Key': 'key-00000001' } });
    expect(other.status).toBe(409);
    expect(JSON.stringify(await read(id))).not.toContain('key-00000001');
  });

  it('loses no step when many act at once', async () => {
    const id = await newAlert();
    const notes = Array.from({ length: 4 }, (_, i) => `备注${i}`);
    const answers = await Promise.all(notes.map((note) => step(id, 'comment', { note })));
    expect(answers.map(({ status }) => status)).toEqual(notes.map(() => 200));
    const history = (await read(id)).history.filter(({ what }) => what === 'commented');
    expect(history.map(({ note }) => note).sort()).toEqual(notes);
  });

  it('takes one step on many alerts, and refuses each on its own', async () => {
    const ids = [await newAlert(), await newAlert(), await newAlert({ status: 'closed', open: false })];
    const answer = await ask(
      api.post('/api/alerts/bulk', 'supervisor').send({
        step: 'acknowledge',
        note: '批量确认',
        alerts: [...ids.map((id) => ({ id })), { id: 'none' }],
      }),
    );
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 200,
      body: {
        results: [
          { id: ids[0], ok: true, alert: { status: 'acknowledged' } },
          { id: ids[1], ok: true },
          { id: ids[2], ok: false, error: { code: 'conflict' } },
          { id: 'none', ok: false, error: { code: 'not_found' } },
        ],
      },
    });
    const inspector = await ask(
      api.post('/api/alerts/bulk', 'inspector').send({ step: 'acknowledge', alerts: [{ id: ids[0] }] }),
    );
    expect(inspector.body).toMatchObject({ results: [{ ok: false, error: { code: 'forbidden' } }] });
  });

  it('shows the other alerts of the same work order that may be seen', async () => {
    const wo = { recordId: 'WO-77', subject: { type: 'workOrder', id: 'WO-77' } } as const;
    const a = await newAlert(wo);
    const b = await newAlert(wo);
    const c = await newAlert({ ...wo, orgUnit: 'NB' });
    const token = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
    const idsOf = ({ body }: Answer) => (body as { items: Alert[] }).items.map((alert) => alert.id);
    expect(idsOf(await api.getWith(`/api/alerts/${a}/related`, token))).toEqual([b]);
    expect(idsOf(await api.get(`/api/alerts/${a}/related`)).sort()).toEqual([b, c].sort());
  });

  it('counts alerts, and tells the precision of a rule by what people found', async () => {
    const rule = { id: 'precise', version: 1, name: 'p' };
    const make = (result?: 'confirmed' | 'invalid', more: Partial<Alert> = {}) =>
      newAlert({
        rule,
        ...(result && { status: 'closed', open: false, outcome: { result, reason: 'r' } }),
        ...more,
      });
    await make('confirmed');
    await make('confirmed');
    await make('invalid');
    await make(undefined, { muted: { silences: ['s'] }, status: 'silenced' });
    await make('confirmed', { retracted: true });
    const { body } = await api.get('/api/alerts/outcomes?rule=precise');
    expect(body).toEqual({
      items: [{ rule: 'precise', raised: 4, confirmed: 2, unconfirmed: 0, invalid: 1, precision: 2 / 3 }],
    });
    expect((await api.get('/api/alerts/counts?rule=precise')).body).toMatchObject({
      total: 5,
      open: 1,
      muted: 1,
      status: { closed: 4, silenced: 1 },
      severity: { high: 5 },
    });
    expect((await api.get('/api/alerts/counts?rule=none')).body).toMatchObject({ total: 0, status: {} });
  });

  it('lists what is dispatched to me, and what is late', async () => {
    const id = await newAlert();
    const me = (await step(id, 'comment', { note: 'x' })).body as Alert;
    const who = me.history.at(-1)?.who ?? '';
    await step(id, 'dispatch', { to: { user: who }, dueAt: new Date(NOW - 1).toISOString() });
    const list = async (query: string) =>
      ((await api.get(`/api/alerts?${query}`, 'supervisor')).body as { items: Alert[] }).items.map(
        (a) => a.id,
      );
    expect(await list('assignee=me')).toEqual([id]);
    expect(await list(`assignee=me&stepDueBefore=${new Date(NOW).toISOString()}`)).toEqual([id]);
    expect(await list(`assignee=me&stepDueBefore=${new Date(NOW - 2).toISOString()}`)).toEqual([]);
  });

  describe('evidence', () => {
    const upload = (id: string, content: Buffer, fileName = '移交簿.jpg', token = api.tokens.supervisor) =>
      ask(
        supertest(api.app)
          .post(`/api/alerts/${id}/evidence?fileName=${encodeURIComponent(fileName)}`)
          .auth(token, { type: 'bearer' })
          .type('application/octet-stream')
          .send(content),
      );
    const download = (id: string, file: string, token: string) =>
      supertest(api.app)
        .get(`/api/alerts/${id}/evidence/${file}`)
        .auth(token, { type: 'bearer' })
        .buffer(true)
        .parse((res, done) => {
          const parts: Buffer[] = [];
          res.on('data', (part: Buffer) => parts.push(part));
          res.on('end', () => done(null, Buffer.concat(parts)));
        });

    it('goes with a step and comes back as it was sent', async () => {
      const id = await newAlert();
      const { status, body } = await upload(id, JPEG);
      expect(status).toBe(201);
      const stored = body as { id: string; fileName: string };
      expect(stored).toMatchObject({ fileName: '移交簿.jpg', type: 'image/jpeg', size: JPEG.length });
      const dispatched = await step(id, 'comment', { note: '见照片', attachments: [stored.id] });
      expect((dispatched.body as Alert).history.at(-1)).toMatchObject({ attachments: [stored.id] });
      expect((await api.get(`/api/alerts/${id}/evidence`)).body).toMatchObject({
        items: [{ id: stored.id }],
      });
      const answer = await download(id, stored.id, api.tokens.inspector);
      expect(answer.body).toEqual(JPEG);
      expect(answer.headers).toMatchObject({
        'content-type': 'image/jpeg',
        'content-disposition': `attachment; filename="___.jpg"; filename*=UTF-8''${encodeURIComponent('移交簿.jpg')}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      });
    });

    it('is stored once, however often it is sent', async () => {
      const id = await newAlert();
      const first = (await upload(id, JPEG)).body as { id: string };
      expect((await upload(id, JPEG, 'other.jpg')).body).toMatchObject({ id: first.id });
    });

    it.each([
      ['a page', Buffer.from('<html><script>alert(1)</script>'), 415],
      ['a picture that can run scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415],
      ['a program', Buffer.from('MZ\x90\x00'), 415],
      ['nothing', Buffer.alloc(0), 400],
      ['too much', Buffer.concat([JPEG, Buffer.alloc(60_000)]), 413],
    ])('refuses %s, whatever its name says', async (_what, content, expected) => {
      const id = await newAlert();
      expect((await upload(id, content)).status).toBe(expected);
      expect((await api.get(`/api/alerts/${id}/evidence`)).body).toEqual({ items: [] });
    });

    it('belongs to its alert and to those who may see that', async () => {
      const id = await newAlert({ orgUnit: 'NB' });
      const other = await newAlert();
      const { id: file } = (await upload(id, JPEG)).body as { id: string };
      const stranger = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
      expect((await download(id, file, stranger)).status).toBe(404);
      expect((await upload(id, JPEG, 'a.jpg', stranger)).status).toBe(404);
      expect((await download(other, file, api.tokens.supervisor)).status).toBe(404);
      expect((await step(other, 'comment', { note: 'x', attachments: [file] })).status).toBe(400);
    });
  });
});
