import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeRemoveOldProof } from '../../jobs/remove-old-proof.js';
import type { Alert } from '../../src/alerts/alert.js';
import { makeEvidenceStore } from '../../src/evidence/evidence-store.js';
import { makeInspectionStore } from '../../src/inspections/inspection-store.js';
import type { Silence } from '../../src/silences/silence.js';
import { makeAlert } from '../api/support/make-alert.js';
import { NOW, openTestApi, type TestApi } from '../api/support/open-test-api.js';

const DAYS = 200;
const ago = (days: number) => new Date(NOW - days * 86_400_000);

describe('proof that is kept for so many days', () => {
  let api: TestApi;
  let remove: ReturnType<typeof makeRemoveOldProof>;
  beforeAll(async () => {
    api = await openTestApi();
    const { audit, silences, evidence, alertStore, connection } = api;
    const inspections = makeInspectionStore(connection);
    remove = makeRemoveOldProof({
      audit, silences, evidence, days: DAYS, now: () => NOW,
      loadAlerts: (ids) => alertStore.loadByIds(ids), getInspection: (id) => inspections.get(id),
    }); // prettier-ignore
  });
  afterAll(() => api.close());

  it('goes with what it belongs to: files of what has been closed for so long, and no others', async () => {
    const closed = (id: string, days: number): Partial<Alert> => ({ id, open: false, status: 'closed', closedAt: ago(days) });
    const alerts = [makeAlert({ id: 'open' }), makeAlert(closed('closed-lately', 10)), makeAlert(closed('closed-long', 201))];
    await api.alertStore.write(alerts.map((alert) => ({ alert, isNew: true })));
    const old = makeEvidenceStore(api.connection, { now: () => ago(300).getTime(), maxBytes: 1_000 });
    const content = (text: string) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(text)]);
    const file = { fileName: 'a.jpg', by: 'wang' };
    for (const id of ['open', 'closed-lately', 'closed-long', 'gone'])
      await old.add({ ...file, owner: { type: 'alert', id }, content: content('old') });
    await api.evidence.add({ ...file, owner: { type: 'alert', id: 'closed-long' }, content: content('new') });
    await old.add({ ...file, owner: { type: 'inspection', id: 'archive|HZ|2026-11-02' }, content: content('task') });
    expect(await remove()).toMatchObject({ files: 2 });
    const left = async (id: string, type: 'alert' | 'inspection' = 'alert') => (await api.evidence.list({ type, id })).length;
    expect(await Promise.all(['open', 'closed-lately', 'closed-long', 'gone'].map((id) => left(id)))).toEqual([1, 1, 1, 0]);
    expect(await left('archive|HZ|2026-11-02', 'inspection')).toBe(1);
    expect(await api.connection.collection('evidence.chunks').countDocuments({})).toBe(4);
    expect(await remove()).toMatchObject({ files: 0 });
  }); // prettier-ignore

  it('goes with silences that have been over for so long', async () => {
    const silence = (id: string, more: Partial<Silence>): Silence => ({
      id, matcher: { subject: id }, reason: '档案室搬迁', by: 'wang', createdAt: ago(400), from: ago(400), ...more,
    }); // prettier-ignore
    for (const one of [
      silence('ended-long', { ended: { at: ago(201), by: 'wang' } }),
      silence('ended-lately', { ended: { at: ago(199), by: 'wang' } }),
      silence('over-long', { until: ago(201) }),
      silence('for-ever', {}),
    ])
      await api.silences.add(one);
    expect(await remove()).toMatchObject({ silences: 2 });
    expect((await api.silences.list({ limit: 10 })).map(({ id }) => id).sort()).toEqual([
      'ended-lately',
      'for-ever',
    ]);
  });

  it('goes with rows of the audit log, whose chain says so and still holds', async () => {
    const row = (id: string, days: number) => ({ at: ago(days), action: 'unmask', who: { name: 'wang' }, object: { type: 'alert', id }, reason: '核查' });
    for (const [id, days] of [['a', 300], ['b', 201], ['c', 199]] as const) await api.audit.record(row(id, days));
    expect(await remove()).toMatchObject({ auditRows: 2 });
    expect((await api.audit.list(10)).map(({ action, object }) => `${action} ${object.id}`)).toEqual(['audit.truncate 2', 'unmask c']);
    expect(await api.audit.verify()).toMatchObject({ removedUpTo: 2, problems: [] });
  }); // prettier-ignore
});
