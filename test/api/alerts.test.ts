import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { makeAlert } from './support/make-alert.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const DAY_MS = 86_400_000;

interface Page {
  readonly items: (Alert & { lastAt: string })[];
  readonly nextCursor: string | null;
}

describe('reading alerts', () => {
  let api: TestApi;
  const insert = (...alerts: Alert[]) =>
    api.alertStore.write(alerts.map((alert) => ({ alert, isNew: true })));

  beforeAll(async () => {
    api = await openTestApi();
    await insert(
      makeAlert({ id: 'xh', orgUnit: 'HZ-XH' }),
      makeAlert({ id: 'hz', orgUnit: 'HZ', severity: 'critical', status: 'closed', open: false, lastAt: new Date(NOW - 5 * DAY_MS), assumption: true, basis: [{ document: '项目默认参数', certainty: 'assumption' }] }),
      makeAlert({ id: 'nb', orgUnit: 'NB', process: '低压新装', rule: { id: 'unsigned', version: 1, name: '未签字' }, riskPoint: { kind: 'missing-signature', clauses: [] }, subject: { type: 'workOrder', id: 'WO-2' }, recordId: 'WO-2' }),
      makeAlert({ id: 'hall', orgUnit: 'NB', subject: { type: 'hall', id: 'H1' }, recordId: 'hall:H1@2026-11-02' }),
      makeAlert({ id: 'hall2', orgUnit: 'NB', subject: { type: 'hall', id: 'H12' }, recordId: 'hall:H12@2026-11-02' }),
      makeAlert({ id: 'dark', orgUnit: 'HZ', shadow: true }),
      omitUnit(makeAlert({ id: 'nowhere', rule: { id: 'gone', version: 1, name: '已删除' } })),
    ); // prettier-ignore
  });
  afterAll(() => api.close());

  it('are counted for the first page of the console: open ones of the units one may see, none of shadow rules', async () => {
    const { body } = await api.get('/api/alerts/summary');
    expect(body).toMatchObject({
      open: 5,
      overdue: 0,
      bySeverity: [{ severity: 'high', count: 5 }],
      byStatus: [{ status: 'open', count: 5 }],
      trend: [{ date: '2026-11-02', raised: 6, closed: 0 }],
    });
    const { byKind, byOrgUnit, byAge } = body as { byKind: object[]; byOrgUnit: object[]; byAge: object[] };
    expect(byKind).toHaveLength(2);
    expect(byKind).toContainEqual({ kind: 'timeout', severity: 'high', count: 4 });
    expect(byOrgUnit).toEqual([
      { orgUnit: 'NB', count: 3, high: 3 },
      { orgUnit: '', count: 1, high: 1 },
      { orgUnit: 'HZ-XH', count: 1, high: 1 },
    ]);
    expect(byAge[0]).toEqual({ days: '0', count: 5 });
    const ofUnit = await api.get('/api/alerts/summary?orgUnit=HZ');
    expect(ofUnit.body).toMatchObject({ open: 1, byOrgUnit: [{ orgUnit: 'HZ-XH', count: 1 }] });
    const token = await api.addToken(['supervisor'], { orgUnit: 'NB' });
    expect((await api.getWith('/api/alerts/summary', token)).body).toMatchObject({ open: 3 });
  });

  const idsOf = async (query: string) => {
    const { status, body } = await api.get(`/api/alerts${query}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return (body as Page).items.map(({ id }) => id).sort();
  };
  const ALL = ['hall', 'hall2', 'hz', 'nb', 'nowhere', 'xh'];
  const without = (...ids: string[]) => ALL.filter((id) => !ids.includes(id));

  it.each([
    ['', ALL],
    ['?status=open', without('hz')],
    ['?status=closed,open', ALL],
    ['?status=acknowledged', []],
    ['?severity=critical,low', ['hz']],
    ['?kind=missing-signature', ['nb']],
    ['?rule=unsigned,gone', ['nb', 'nowhere']],
    ['?rule=unsi*', ['nb']],
    // Neither an error of the store nor every rule: capitals are no classes of characters.
    ['?rule=Late*', []],
    ['?rule=S*', []],
    ['?orgUnit=HZ', ['hz', 'xh']],
    ['?orgUnit=HZ-XH,NB', ['hall', 'hall2', 'nb', 'xh']],
    ['?orgUnit=nowhere', []],
    ['?subject=WO-2', ['nb']],
    ['?subject=H1', ['hall']],
    ['?subject=WO-2,H12', ['hall2', 'nb']],
    ['?process=低压新装', ['nb']],
    ['?shadow=only', ['dark']],
    ['?shadow=with', [...ALL, 'dark'].sort()],
    ['?from=2026-11-02', without('hz')],
    ['?to=2026-11-02', ALL],
    ['?to=2026-11-01', ['hz']],
    ['?from=2026-10-28&to=2026-10-28', ['hz']],
    ['?from=2026-11-02T09:00:00%2B08:00', without('hz')],
    ['?from=2026-11-02T09:00:00+08:00', without('hz')],
    ['?from=2026-11-02T09:00:00.001%2B08:00', []],
    ['?to=2026-11-02T01:00:00Z', ['hz']],
    ['?status=open&severity=high&orgUnit=NB&process=低压新装', ['nb']],
  ])('lists %s', async (query, ids) => {
    expect(await idsOf(encodeURI(query).replace('%252B', '%2B'))).toEqual(ids);
  });

  it('takes hostile text in filters for text', async () => {
    for (const value of ['{"$ne":null}', '$ne', '.*', '__proto__', '[object Object]', "' || '1'=='1"])
      for (const filter of ['rule', 'subject', 'process', 'orgUnit'])
        expect(await idsOf(`?${filter}=${encodeURIComponent(value.replaceAll(',', ''))}`)).toEqual([]);
  });

  it('explains an alert by its facts, conditions, rule version and the rule’s basis', async () => {
    const { body } = await api.get('/api/alerts/xh');
    expect(body).toMatchObject({
      id: 'xh',
      lastAt: new Date(NOW - 3_600_000).toISOString(),
      rule: { id: 'paper-late', version: 3, name: '资料未送达' },
      explanation: {
        rule: { id: 'paper-late', version: 3 },
        facts: { 'workOrder.sameCity': true },
        conditions: [{ fact: 'workOrder.sameCity', operator: 'equal', value: true, factValue: true, result: true }],
        basis: [{ document: '测试', certainty: 'assumption' }],
        basisFromVersion: 3,
      },
    });
    expect(body).not.toHaveProperty('sourceRevision');
    expect((await api.get('/api/alerts/hz')).body).toMatchObject({
      assumption: true,
      basis: [{ document: '项目默认参数', certainty: 'assumption' }],
      explanation: { basis: [{ document: '项目默认参数' }], basisFromVersion: 3 },
    });
    expect((await api.get('/api/alerts/nowhere')).body).toMatchObject({ explanation: { basis: null, basisFromVersion: null } });
  }); // prettier-ignore

  describe('for a token of one org unit', () => {
    it('lists that unit and those below it only, whatever is asked for', async () => {
      const token = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
      const listed = async (query: string) =>
        ((await api.getWith(`/api/alerts${query}`, token)).body as Page).items.map(({ id }) => id).sort();
      expect(await listed('')).toEqual(['hz', 'xh']);
      expect(await listed('?orgUnit=ZJ')).toEqual(['hz', 'xh']);
      expect(await listed('?orgUnit=HZ-XH')).toEqual(['xh']);
      expect(await listed('?orgUnit=NB')).toEqual([]);
    });

    it('answers others’ alerts as it answers those that do not exist', async () => {
      const token = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
      expect((await api.getWith('/api/alerts/xh', token)).status).toBe(200);
      for (const id of ['nb', 'nowhere', 'none']) {
        const { status, body } = await api.getWith(
          `/api/alerts/${id}?unmask=true&reason=want to know`,
          token,
        );
        expect({ status, body }).toEqual({
          status: 404,
          body: { error: { code: 'not_found', message: `There is no alert ${id}.` } },
        });
      }
    });
  });
});

describe('paging through alerts', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  it('gives every alert once, in order, while others are inserted before, between and after', async () => {
    const insert = (alerts: Alert[]) => api.alertStore.write(alerts.map((alert) => ({ alert, isNew: true })));
    // Many share one instant: the id decides.
    const first = Array.from({ length: 57 }, (_, i) =>
      makeAlert({ id: `p${String(i).padStart(3, '0')}`, lastAt: new Date(NOW - Math.floor(i / 10) * 1000) }),
    );
    await insert(first);
    const seen: { id: string; lastAt: string }[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page += 1) {
      const inserted = [NOW + 1000, NOW - 2500, NOW - 9_000_000].map((at, i) =>
        makeAlert({ id: `late-${page}-${i}`, lastAt: new Date(at) }),
      );
      const [{ body }] = await Promise.all([
        api.get(`/api/alerts?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`),
        page < 5 ? insert(inserted) : undefined,
      ]);
      const { items, nextCursor } = body as Page;
      expect(items.length).toBeLessThanOrEqual(7);
      seen.push(...items);
      cursor = nextCursor;
    }
    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(first.map(({ id }) => id)));
    const order = seen.map(({ lastAt, id }) => `${lastAt} ${id}`);
    expect(order).toEqual([...order].sort().reverse());
  });

  it('says null on the last page, a full one too', async () => {
    const { body } = await api.get('/api/alerts?limit=200');
    const { items, nextCursor } = body as Page;
    expect(nextCursor).toBeNull();
    const exact = await api.get(`/api/alerts?limit=${items.length}`);
    expect((exact.body as Page).nextCursor).toBeNull();
  });
});

function omitUnit({ orgUnit: _, ...alert }: Alert): Alert {
  return alert;
}
