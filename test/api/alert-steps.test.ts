import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { Alert } from '../../src/alerts/alert.js';
import { alertSchema } from '../../src/api/schemas/alert-schema.js';
import type { QueryOf } from '../../src/client/make-client.js';
import { type Client, refusalOf, statusesOf } from '../support/typed-client.js';
import { makeAlert } from './support/make-alert.js';
import { ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('photo of a handover book')]);

describe('working on an alert', () => {
  let api: TestApi;
  let supervisor: Client;
  let admin: Client;
  beforeAll(async () => {
    api = await openTestApi();
    supervisor = api.as('supervisor');
    admin = api.as('admin');
  });
  afterAll(() => api.close());

  let serial = 0;
  async function newAlert(changes: Partial<Alert> = {}): Promise<string> {
    const id = changes.id ?? `w${(serial += 1)}`;
    await api.alertStore.write([{ alert: makeAlert({ ...changes, id }), isNew: true }]);
    return id;
  }
  const of = (id: string) => ({ params: { id } });
  const read = (id: string) => supervisor.getAlert(of(id));
  const close = { outcome: { result: 'confirmed', reason: '移交未签字属实' } } as const;

  it('goes from open to closed, each step with who, when and note, and a due time for the next', async () => {
    const id = await newAlert();
    const reviewer = await api.asNew(['supervisor']);
    const inspector = await api.asNew(['inspector']);
    const answers = [
      await supervisor.acknowledgeAlert({ ...of(id), body: { note: '正在核实' } }),
      await supervisor.dispatchAlert({ ...of(id), body: { to: { orgUnit: 'HZ-XH' }, note: '请补签' } }),
      await inspector.rectifyAlert({ ...of(id), body: { note: '已补签' } }),
      await reviewer.closeAlert({ ...of(id), body: close }),
    ];
    for (const answer of answers) alertSchema.parse(answer);
    expect(answers.map(({ status }) => status)).toEqual([
      'acknowledged',
      'dispatched',
      'rectified',
      'closed',
    ]);
    for (const answer of answers.slice(0, 3)) expect(answer).toHaveProperty('stepDueAt');
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

  type Step = (id: string) => Promise<unknown>;
  it.each<[string, Step, RegExp]>([
    [
      'rectify',
      (id) => supervisor.rectifyAlert({ ...of(id), body: { note: '已补签' } }),
      /is open; rectify is possible when it is acknowledged, dispatched/,
    ],
    [
      'reopen',
      (id) => supervisor.reopenAlert({ ...of(id), body: { note: '重新核查' } }),
      /is open; reopen is possible when it is closed, auto_closed/,
    ],
    [
      'close',
      (id) => supervisor.closeAlert({ ...of(id), body: close }),
      /closed as confirmed after it is rectified/,
    ],
  ])('refuses %s on an open alert, and says from where it is possible', async (_name, step, message) => {
    const id = await newAlert();
    const { status, message: told } = await refusalOf(step(id));
    expect(status).toBe(409);
    expect(told).toMatch(message);
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
    await supervisor.acknowledgeAlert({ ...of(id), body: {} });
    await supervisor.rectifyAlert({ ...of(id), body: { note: '已补签' } });
    expect(await refusalOf(supervisor.closeAlert({ ...of(id), body: close }))).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('You rectified') as unknown,
    });
    expect(await read(id)).toMatchObject({ status: 'rectified', steps: ['dispatch', 'comment'] });
    expect((await admin.closeAlert({ ...of(id), body: close })).status).toBe('closed');

    const me = await admin.commentAlert({ ...of(await newAlert()), body: { note: '谁' } });
    const own = await newAlert({ responsible: me.history.at(-1)?.who ?? '' });
    const invalid = { ...of(own), body: { outcome: { result: 'invalid', reason: '不是我的错' } } } as const;
    expect(await statusesOf(admin.closeAlert(invalid))).toEqual([403]);
    expect((await supervisor.closeAlert(invalid)).status).toBe('closed');
  });

  it('goes back to the one who has to put it right when the review fails', async () => {
    const id = await newAlert();
    await supervisor.dispatchAlert({ ...of(id), body: { to: { user: 'E1001' } } });
    await supervisor.rectifyAlert({ ...of(id), body: { note: '已补签' } });
    const returned = await admin.dispatchAlert({
      ...of(id),
      body: { to: { user: 'E1001' }, note: '照片不清' },
    });
    expect(returned).toMatchObject({ status: 'dispatched', assignee: { user: 'E1001' } });
    expect(returned.history.at(-1)).toMatchObject({ what: 'returned', to: 'user:E1001' });
  });

  it('lets an inspector rectify only what is dispatched to him or to his unit', async () => {
    const inspector = await api.asNew(['inspector']);
    const id = await newAlert();
    const rectify = () => inspector.rectifyAlert({ ...of(id), body: { note: '已补签' } });
    await supervisor.dispatchAlert({ ...of(id), body: { to: { user: 'E1001' } } });
    expect(await statusesOf(rectify())).toEqual([403]);
    await supervisor.dispatchAlert({ ...of(id), body: { to: { orgUnit: 'HZ-XH' } } });
    expect((await rectify()).status).toBe('rectified');
  });

  it('is opened again, and closes anew', async () => {
    const id = await newAlert();
    await supervisor.closeAlert({ ...of(id), body: { outcome: { result: 'invalid', reason: '误报' } } });
    const reopened = await supervisor.reopenAlert({ ...of(id), body: { note: '复查发现属实' } });
    expect(reopened).toMatchObject({ status: 'open', open: true });
    expect(reopened).not.toHaveProperty('outcome');
    expect(reopened).not.toHaveProperty('closedAt');
    expect((await supervisor.acknowledgeAlert({ ...of(id), body: {} })).status).toBe('acknowledged');
  });

  it('judges what evidence closed after its limit was broken: the breach stays on record', async () => {
    const id = await newAlert({
      status: 'auto_closed',
      open: false,
      phase: 'overdue',
      closedAt: new Date(NOW),
      orgUnit: 'NB',
    });
    const listed = async (query: QueryOf<'listAlerts'>) => idsOf(await admin.listAlerts({ query }));
    expect(await listed({ unjudged: true })).toEqual([id]);
    const closed = await supervisor.closeAlert({ ...of(id), body: close });
    expect(closed).toMatchObject({ status: 'closed', phase: 'overdue', outcome: { result: 'confirmed' } });
    expect(await listed({ unjudged: true })).toEqual([]);
    expect(await listed({ phase: ['overdue'] })).toEqual([id]);
  });

  it('does not open or judge what late events took back', async () => {
    const id = await newAlert({
      status: 'auto_closed',
      open: false,
      retracted: true,
      closedAt: new Date(NOW),
    });
    expect(
      await statusesOf(
        supervisor.closeAlert({ ...of(id), body: close }),
        supervisor.reopenAlert({ ...of(id), body: { note: '重新核查' } }),
      ),
    ).toEqual([409, 409]);
  });

  it('cannot be opened beside a later episode of the same finding', async () => {
    const id = await newAlert({ fingerprint: 'same', status: 'closed', open: false });
    const later = await newAlert({ fingerprint: 'same', episode: 2 });
    expect(await refusalOf(supervisor.reopenAlert({ ...of(id), body: { note: '重新核查' } }))).toMatchObject({
      status: 409,
      details: { alert: later },
    });
  });

  it('acts only on what was seen when If-Match says so', async () => {
    const id = await newAlert();
    const { version } = await read(id);
    expect(api.last().headers.get('etag')).toBe('"1"');
    expect(await supervisor.commentAlert({ ...of(id), body: { note: '先到' }, version })).toMatchObject({
      version: 2,
    });
    const late = supervisor.acknowledgeAlert({ ...of(id), body: {}, version });
    expect(await refusalOf(late)).toMatchObject({
      status: 412,
      code: 'changed_meanwhile',
      details: { version: 2, status: 'open' },
    });
    const garbled = api.post(`/api/alerts/${id}/acknowledge`, 'supervisor').set('If-Match', 'seven');
    expect((await ask(garbled.send({}))).status).toBe(400);
    const again = await supervisor.acknowledgeAlert({ ...of(id), body: {}, version: 2 });
    expect(again.status).toBe('acknowledged');
  });

  it('takes a step once however often the request is sent', async () => {
    const id = await newAlert();
    const key = 'key-00000001';
    const once = () => supervisor.commentAlert({ ...of(id), body: { note: '一次' }, version: 1, key });
    expect(await statusesOf(...Array.from({ length: 5 }, once))).toContain(200);
    await once();
    expect((await read(id)).history.filter(({ what }) => what === 'commented')).toHaveLength(1);
    expect(await statusesOf(supervisor.acknowledgeAlert({ ...of(id), body: {}, key }))).toEqual([409]);
    expect(JSON.stringify(await read(id))).not.toContain(key);
  });

  it('loses no step when many act at once', async () => {
    const id = await newAlert();
    const notes = Array.from({ length: 4 }, (_, i) => `备注${i}`);
    await Promise.all(notes.map((note) => supervisor.commentAlert({ ...of(id), body: { note } })));
    const history = (await read(id)).history.filter(({ what }) => what === 'commented');
    expect(history.map(({ note }) => note).sort()).toEqual(notes);
  });

  it('takes one step on many alerts, and refuses each on its own', async () => {
    const ids = [await newAlert(), await newAlert(), await newAlert({ status: 'closed', open: false })];
    const done = await supervisor.stepAlerts({
      body: { step: 'acknowledge', note: '批量确认', alerts: [...ids.map((id) => ({ id })), { id: 'none' }] },
    });
    expect(done).toMatchObject({
      results: [
        { id: ids[0], ok: true, alert: { status: 'acknowledged' } },
        { id: ids[1], ok: true },
        { id: ids[2], ok: false, error: { code: 'conflict' } },
        { id: 'none', ok: false, error: { code: 'not_found' } },
      ],
    });
    const refused = await api
      .as('inspector')
      .stepAlerts({ body: { step: 'acknowledge', alerts: [{ id: ids[0] ?? '' }] } });
    expect(refused).toMatchObject({ results: [{ ok: false, error: { code: 'forbidden' } }] });
  });

  it('shows the other alerts of the same work order that may be seen', async () => {
    const wo = { recordId: 'WO-77', subject: { type: 'workOrder', id: 'WO-77' } } as const;
    const a = await newAlert(wo);
    const b = await newAlert(wo);
    const c = await newAlert({ ...wo, orgUnit: 'NB' });
    const local = await api.asNew(['supervisor'], { orgUnit: 'HZ' });
    expect(idsOf(await local.listRelatedAlerts(of(a)))).toEqual([b]);
    expect(idsOf(await admin.listRelatedAlerts(of(a))).sort()).toEqual([b, c].sort());
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
    expect(await admin.listOutcomes({ query: { rule: ['precise'] } })).toEqual({
      items: [{ rule: 'precise', raised: 4, confirmed: 2, unconfirmed: 0, invalid: 1, precision: 2 / 3 }],
    });
    expect(await admin.countAlerts({ query: { rule: ['precise'] } })).toMatchObject({
      total: 5,
      open: 1,
      muted: 1,
      status: { closed: 4, silenced: 1 },
      severity: { high: 5 },
    });
    expect(await admin.countAlerts({ query: { rule: ['none'] } })).toMatchObject({ total: 0, status: {} });
  });

  it('lists what is dispatched to me, and what is late', async () => {
    const id = await newAlert();
    const me = await supervisor.commentAlert({ ...of(id), body: { note: 'x' } });
    const to = { user: me.history.at(-1)?.who ?? '' };
    await supervisor.dispatchAlert({ ...of(id), body: { to, dueAt: new Date(NOW - 1).toISOString() } });
    const mine = async (before?: number) =>
      idsOf(
        await supervisor.listAlerts({
          query: {
            assignee: ['me'],
            stepDueBefore: before === undefined ? undefined : new Date(before).toISOString(),
          },
        }),
      );
    expect(await mine()).toEqual([id]);
    expect(await mine(NOW)).toEqual([id]);
    expect(await mine(NOW - 2)).toEqual([]);
  });

  describe('evidence', () => {
    const upload = (id: string, body: Buffer<ArrayBuffer>, fileName = '移交簿.jpg', client = supervisor) =>
      client.addAlertEvidence({
        ...of(id),
        query: { fileName },
        raw: { contentType: 'application/octet-stream', body },
      });
    const download = (id: string, file: string, client = supervisor) =>
      client.getAlertEvidence({ params: { id, file } });

    it('goes with a step and comes back as it was sent', async () => {
      const id = await newAlert();
      const stored = await upload(id, JPEG);
      expect(api.last().status).toBe(201);
      expect(stored).toMatchObject({ fileName: '移交簿.jpg', type: 'image/jpeg', size: JPEG.length });
      const attachments = [stored.id];
      const seen = await supervisor.commentAlert({ ...of(id), body: { note: '见照片', attachments } });
      expect(seen.history.at(-1)).toMatchObject({ attachments });
      expect(await admin.listAlertEvidence(of(id))).toMatchObject({ items: [{ id: stored.id }] });
      const file = await download(id, stored.id, api.as('inspector'));
      expect(Buffer.from(await file.arrayBuffer())).toEqual(JPEG);
      expect(Object.fromEntries(api.last().headers)).toMatchObject({
        'content-type': 'image/jpeg',
        'content-disposition': `attachment; filename="___.jpg"; filename*=UTF-8''${encodeURIComponent('移交簿.jpg')}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      });
    });

    it('is stored once, however often it is sent', async () => {
      const id = await newAlert();
      const first = await upload(id, JPEG);
      expect(await upload(id, JPEG, 'other.jpg')).toMatchObject({ id: first.id });
    });

    it.each([
      ['a page', Buffer.from('<html><script>alert(1)</script>'), 415],
      ['a picture that can run scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415],
      ['a program', Buffer.from('MZ\x90\x00'), 415],
      ['nothing', Buffer.alloc(0), 400],
      ['too much', Buffer.concat([JPEG, Buffer.alloc(60_000)]), 413],
    ])('refuses %s, whatever its name says', async (_what, content, expected) => {
      const id = await newAlert();
      expect(await statusesOf(upload(id, content))).toEqual([expected]);
      expect(await admin.listAlertEvidence(of(id))).toEqual({ items: [] });
    });

    it('belongs to its alert and to those who may see that', async () => {
      const id = await newAlert({ orgUnit: 'NB' });
      const other = await newAlert();
      const { id: file } = await upload(id, JPEG);
      const stranger = await api.asNew(['supervisor'], { orgUnit: 'HZ' });
      expect(
        await statusesOf(
          download(id, file, stranger),
          upload(id, JPEG, 'a.jpg', stranger),
          download(other, file),
          supervisor.commentAlert({ ...of(other), body: { note: 'x', attachments: [file] } }),
        ),
      ).toEqual([404, 404, 404, 400]);
    });
  });
});

function idsOf({ items }: { readonly items: readonly { readonly id: string }[] }): string[] {
  return items.map(({ id }) => id);
}
