import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { makeMuteAlerts } from '../../src/silences/mute-alerts.js';
import { findMuting } from '../../src/silences/find-muting.js';
import type { InputOf } from '../../src/client/make-client.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { makeAlert } from '../api/support/make-alert.js';
import { ask, NOW, openTestApi, orgUnits, type TestApi } from '../api/support/open-test-api.js';

const inhibitions = [
  {
    name: '整单覆盖环节',
    source: { wholeOrder: true, severity: ['critical' as const] },
    target: { wholeOrder: false },
  },
];
const whole = (changes: Partial<Alert> = {}): Alert => {
  const { stage: _, ...alert } = makeAlert({ severity: 'critical', ...changes });
  return alert;
};

describe('an alert on a whole order', () => {
  const mutingOf = (alert: Alert, ...others: Alert[]) =>
    findMuting(alert, [alert, ...others], {
      silences: [],
      inhibitions,
      subtreeOf: (unit) => orgUnits.subtreeOf(unit),
      now: NOW,
    });
  it('covers those of its stages while it is open, and never itself or other orders', () => {
    const part = makeAlert();
    const top = whole();
    expect(mutingOf(part, top)).toEqual({ silences: [], inhibitedBy: top.id });
    expect(mutingOf(top, part)).toBeUndefined();
    expect(mutingOf(part, whole({ open: false, status: 'closed' }))).toBeUndefined();
    expect(mutingOf(part, whole({ recordId: 'WO-2' }))).toBeUndefined();
    expect(mutingOf(part, whole({ severity: 'low' }))).toBeUndefined();
    expect(mutingOf(part, whole({ shadow: true }))).toBeUndefined();
  });
});

describe('an alert on a whole order, in the store', () => {
  let api: TestApi;
  let muteAlerts: ReturnType<typeof makeMuteAlerts>['muteAlerts'];
  beforeAll(async () => {
    api = await openTestApi();
    const { alertStore, silences, changeFeed, planner } = api;
    const subtreeOf = (unit: string) => orgUnits.subtreeOf(unit);
    ({ muteAlerts } = makeMuteAlerts({ alertStore, silences, changeFeed, inhibitions, subtreeOf, plan: planner.plan, now: () => NOW }));
  }); // prettier-ignore
  afterAll(() => api.close());

  const put = (alert: Alert, isNew = true) => api.alertStore.write([{ alert, isNew }]);
  const read = async ({ id }: Alert) => (await api.alertStore.loadByIds([id]))[0];

  it('keeps those of its stages quiet while it is open, those that come later too, and no other order’s', async () => {
    const part = makeAlert({ recordId: 'WO-9' });
    const elsewhere = makeAlert({ recordId: 'WO-8' });
    await put(part);
    await put(elsewhere);
    await muteAlerts();
    expect((await read(part))?.muted).toBeUndefined();

    const top = whole({ recordId: 'WO-9' });
    await put(top);
    expect(await muteAlerts()).toMatchObject({ changed: 1 });
    expect(await read(part)).toMatchObject({
      status: 'silenced',
      muted: { silences: [], inhibitedBy: top.id },
    });
    expect((await read(part))?.history.at(-1)).toMatchObject({
      what: 'silenced',
      note: `被预警 ${top.id} 覆盖`,
    });
    expect((await read(top))?.muted).toBeUndefined();
    expect((await read(elsewhere))?.muted).toBeUndefined();
    const later = makeAlert({ recordId: 'WO-9' });
    await put(later);
    expect(await muteAlerts()).toMatchObject({ changed: 1 });
    expect((await read(later))?.muted?.inhibitedBy).toBe(top.id);
    // A pass that was repeated, as after a crash, adds nothing.
    expect(await muteAlerts()).toMatchObject({ changed: 0 });

    await put({ ...top, open: false, status: 'closed', closedAt: new Date(NOW), version: 2 }, false);
    expect(await muteAlerts()).toMatchObject({ changed: 2 });
    expect(await read(part)).toMatchObject({ status: 'open' });
    expect((await read(part))?.history.map(({ what }) => what)).toEqual(['raised', 'silenced', 'unsilenced']);
    expect((await read(later))?.muted).toBeUndefined();
  });
});

describe('silences', () => {
  let api: TestApi;
  let admin: Client;
  let supervisor: Client;
  beforeAll(async () => {
    api = await openTestApi();
    admin = api.as('admin');
    supervisor = api.as('supervisor');
  });
  afterAll(() => api.close());

  async function add(changes: Partial<Alert> = {}): Promise<Alert> {
    const alert = makeAlert(changes);
    await api.alertStore.write([{ alert, isNew: true }]);
    return alert;
  }
  const of = ({ id }: { readonly id: string }) => ({ params: { id } });
  const read = (alert: Alert) => admin.getAlert(of(alert));
  type Wanted = Omit<InputOf<'createSilence'>['body'], 'reason'>;
  const silence = (wanted: Wanted, client = supervisor) =>
    client.createSilence({ body: { reason: '档案室搬迁', ...wanted } });
  const until = new Date(NOW + 3_600_000).toISOString();

  it('keep what they match quiet at once; it stays listed, counted and open to people', async () => {
    const hit = await add({ rule: { id: 'move', version: 1, name: 'm' } });
    const other = await add({ rule: { id: 'stay', version: 1, name: 's' } });
    const made = await silence({ matcher: { rules: ['move'], orgUnit: 'HZ' }, until });
    expect(api.last().status).toBe(201);
    expect(made).toMatchObject({ changed: 1, reason: '档案室搬迁' });
    const { id } = made;
    expect(await read(hit)).toMatchObject({ status: 'silenced', open: true, muted: { silences: [id] } });
    expect(await read(other)).toMatchObject({ status: 'open' });
    const query = { rule: ['move'] };
    expect(await admin.countAlerts({ query })).toMatchObject({ open: 1, muted: 1 });
    expect(await admin.listAlerts({ query: { ...query, muted: true } })).toMatchObject({
      items: [{ id: hit.id }],
    });
    const taken = await supervisor.acknowledgeAlert({ ...of(hit), body: {} });
    expect(taken).toMatchObject({ status: 'acknowledged', muted: { silences: [id] } });
    const ended = await supervisor.endSilence(of(made));
    expect(ended).toMatchObject({ ended: { at: new Date(NOW).toISOString() } });
    const after = await read(hit);
    expect(after).toMatchObject({ status: 'acknowledged' });
    expect(after).not.toHaveProperty('muted');
    expect(await statusesOf(supervisor.endSilence(of(made)))).toEqual([409]);
  });

  it('take in what is raised later, with the next pass', async () => {
    const { id } = await silence({ matcher: { subject: 'WO-LATER' } });
    const alert = await add({ subject: { type: 'workOrder', id: 'WO-LATER' }, recordId: 'WO-LATER' });
    await api.muting.muteAlerts();
    expect(await read(alert)).toMatchObject({
      status: 'silenced',
      muted: { silences: [id] },
    });
    expect((await read(alert)).history.map(({ what }) => what)).toEqual(['raised', 'silenced']);
    await api.muting.muteAlerts();
    expect((await read(alert)).history).toHaveLength(2);
  });

  it('without an end last until what they are for is resolved', async () => {
    const alert = await add();
    const { id } = await silence({ matcher: { alert: alert.id } });
    await api.muting.muteAlerts();
    expect((await api.silences.get(id))?.ended).toBeUndefined();
    const outcome = { result: 'unconfirmed', reason: '核实无误' } as const;
    await supervisor.closeAlert({ ...of(alert), body: { outcome } });
    await api.muting.muteAlerts();
    expect((await api.silences.get(id))?.ended).toMatchObject({ by: 'system' });
  });

  it.each([
    [{ matcher: {}, until }, /matcher must name something/],
    [{ matcher: { rules: ['x'] } }, /until is missing/],
    [{ matcher: { rules: ['x'] }, until: new Date(NOW - 1).toISOString() }, /until must be later/],
    [{ matcher: { rules: ['x'] }, until: new Date(NOW + 91 * 86_400_000).toISOString() }, /at most 90 days/],
    [{ matcher: { rules: { $ne: '' } }, until }, /rules must be an array/],
    [{ matcher: { rules: ['x'], $where: '1' }, until }, /\$where is not known/],
    [{ matcher: { rules: ['x'] }, until, reason: 'x' }, /at least 4 characters/],
  ])('are refused when they say too little or too much (%j)', async (body, message) => {
    const answer = await ask(api.post('/api/silences', 'supervisor').send({ reason: '档案室搬迁', ...body }));
    expect(answer.status).toBe(400);
    expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
  });

  it('reach no further than the one who makes them, and are on record', async () => {
    const alert = await add({ orgUnit: 'NB' });
    const local = await api.asNew(['supervisor'], { orgUnit: 'HZ' });
    const post = (matcher: Wanted['matcher']) => silence({ matcher, until }, local);
    expect(
      await statusesOf(
        post({ rules: ['x'] }),
        post({ rules: ['x'], orgUnit: 'ZJ' }),
        post({ alert: alert.id }),
        post({ rules: ['x'], orgUnit: 'HZ-XH' }),
      ),
    ).toEqual([403, 403, 404, 200]);
    const rows = await api.audit.page({ action: 'silence.create', limit: 100 });
    expect(rows[0]).toMatchObject({ reason: expect.stringContaining('档案室搬迁') as unknown });
  });

  it('are listed to those of their unit, however many others there are since', async () => {
    const local = await api.asNew(['supervisor'], { orgUnit: 'HZ' });
    const own = await silence({ matcher: { rules: ['own'], orgUnit: 'HZ-XH' }, until }, local);
    const elsewhere = await add({ orgUnit: 'NB' });
    for (let n = 0; n < 410; n += 1)
      await api.silences.add({
        id: `other-${n}`,
        matcher: n % 2 ? { rules: ['x'], orgUnit: 'NB' } : { alert: elsewhere.id },
        reason: '别处的',
        by: 'p1',
        createdAt: new Date(NOW + 1 + n),
        from: new Date(NOW),
        until: new Date(until),
      });
    for (const query of [{}, { live: true }]) {
      const { items } = await local.listSilences({ query });
      expect(items.map(({ id }) => id)).toContain(own.id);
      expect(items.filter(({ reason }) => reason === '别处的')).toEqual([]);
      expect((await admin.listSilences({ query })).items).toHaveLength(200);
    }
  });
});
