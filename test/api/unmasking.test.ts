import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES } from '../../src/access/principal.js';
import { makeAlert } from './support/make-alert.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const SIGNER = 'signature.signer(document=申请表,role=customer)';

describe('personal data in answers', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
    await api.alertStore.write([{ alert: makeAlert({ id: 'a1', title: '张三丰未签字' }), isNew: true }]);
  });
  afterAll(() => api.close());
  const auditRows = () => api.audit.list(1000);

  it.each(ROLES.filter((role) => role !== 'integrator'))('is masked for %s, in lists and single answers', async (role) => {
    for (const path of ['/api/alerts', '/api/alerts/a1', '/api/alerts/a1?unmask=false']) {
      const { text, status } = await api.get(path, role);
      expect(status).toBe(200);
      expect(text).toContain('张**');
      expect(text).not.toContain('张三丰');
    }
    expect(await auditRows()).toEqual([]);
  }); // prettier-ignore

  it.each(['inspector', 'author'] as const)('stays masked for %s, who may not unmask', async (role) => {
    const { status, body } = await api.get('/api/alerts/a1?unmask=true&reason=curious', role);
    expect(status).toBe(403);
    expect(body).toMatchObject({
      error: { message: `Personal data is shown to admin, supervisor, auditor only; this token is ${role}.` },
    });
    expect(await auditRows()).toEqual([]);
  });

  it.each(['', '&reason=', '&reason=%20%20%20%20%20', '&reason=abc'])(
    'is refused without a real reason (%s)',
    async (reason) => {
      const { status, body, text } = await api.get(`/api/alerts/a1?unmask=true${reason}`, 'supervisor');
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: { details: [{ path: 'reason' }] } });
      expect(text).not.toContain('张三丰');
      expect(await auditRows()).toEqual([]);
    },
  );

  it('cannot be unmasked in a list', async () => {
    expect((await api.get('/api/alerts?unmask=true&reason=all of them')).status).toBe(400);
  });

  it('is shown with a reason, and who, what, when and why is on record', async () => {
    const { body, headers } = await api.get('/api/alerts/a1?unmask=true&reason=客户投诉核查', 'auditor');
    expect(body).toMatchObject({ title: '张三丰未签字', facts: { [SIGNER]: '张三丰' } });
    const rows = await auditRows();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      at: new Date(NOW),
      action: 'unmask',
      who: { name: 'test-auditor', tokenId: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
      object: { type: 'alert', id: 'a1' },
      reason: '客户投诉核查',
      requestId: headers['x-request-id'] as unknown,
    });
  });

  it('is not shown when it cannot be put on record', async () => {
    const broken = await openTestApi(() => ({
      audit: {
        record: () => Promise.reject(Object.assign(new Error('gone'), { name: 'MongoServerSelectionError' })),
        page: () => Promise.resolve([]),
        inTurn: (_key, work) => work(),
      },
    }));
    await broken.alertStore.write([{ alert: makeAlert({ id: 'a2' }), isNew: true }]);
    const { status, text, headers } = await broken.get(
      '/api/alerts/a2?unmask=true&reason=customer complaint',
    );
    await broken.close();
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(text).not.toContain('张三丰');
  });

  it('of an inspection task is masked and unmasked alike; its work orders, seed and hash stay as they are', async () => {
    const path = `/api/inspections/${encodeURIComponent('archive|HZ|2026-11-02')}`;
    const masked = await api.get(path);
    expect(masked.body).toMatchObject({
      items: [{ text: '回访客户 138****5678' }],
      samples: [{ workOrder: '330102199001011234' }],
      draw: { seed: 'a13812345678b', populationHash: 'f13812345679f' },
    });
    expect((await api.get(`${path}?unmask=true&reason=call back`)).text).toContain('客户 13812345678');
  });
});
