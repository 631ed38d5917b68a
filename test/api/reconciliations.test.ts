import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { makeStatement, type Statement } from '../../src/reconciliation/statement.js';
import { addPerson, type Person, requestAs } from '../support/people.js';
import { type Answer, ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const DATE = '2026-11-02';
const PATH = `/api/reconciliations/HZ-XH/${DATE}`;

describe('reconciliation statements', () => {
  let api: TestApi;
  let people: Record<'foreman' | 'archivist' | 'ningbo' | 'auditor', Person>;
  beforeAll(async () => {
    api = await openTestApi();
    people = {
      foreman: await addPerson(api, 'foreman', { grants: [{ role: 'supervisor', orgUnit: 'HZ-XH' }] }),
      archivist: await addPerson(api, 'archivist', { grants: [{ role: 'inspector', orgUnit: 'HZ-XH' }] }),
      ningbo: await addPerson(api, 'ningbo', { grants: [{ role: 'supervisor', orgUnit: 'NB' }] }),
      auditor: await addPerson(api, 'auditor', { grants: [{ role: 'auditor' }] }),
    };
    for (const [orgUnit, day] of [['HZ-XH', DATE], ['HZ-XH', '2026-11-01'], ['NB', DATE]] as const)
      await api.reports.statements.put(made(orgUnit, day));
  }); // prettier-ignore
  afterAll(() => api.close());

  function made(orgUnit: string, date: string, receiverSigned = false): Statement {
    const row = {
      workOrder: 'WO<1>', stage: '业务受理', visit: 1, completedAt: NOW, operator: 'E1001', handedOverAt: NOW, giver: '张三丰',
      receiver: '<b>李四光</b>', giverSigned: true, receiverSigned, delivered: false, documentsReceived: 2, documentsHanded: 2,
      differences: receiverSigned ? [] : (['receiver-unsigned'] as const),
    }; // prettier-ignore
    const of = { orgUnit, orgUnitName: '西湖', date, now: NOW };
    return makeStatement(of, [{ orgUnit, at: NOW, row }], () => 'alert-1');
  }
  const as = (person: Person, method: 'get' | 'post', path: string, body?: object): Promise<Answer> => {
    const request = requestAs(api.app, person, method, path);
    return ask(body ? request.send(body) : request);
  };

  it('are listed and read by those of the unit, with names masked', async () => {
    const { body } = await api.get('/api/reconciliations?from=2026-11-02', 'supervisor');
    expect((body as { items: Statement[] }).items.map(({ orgUnit }) => orgUnit)).toEqual(['NB', 'HZ-XH']);
    const mine = (await as(people.ningbo, 'get', '/api/reconciliations?limit=1')).body as { items: Statement[]; nextCursor: null }; // prettier-ignore
    expect(mine).toMatchObject({ items: [{ orgUnit: 'NB' }], nextCursor: null });
    expect((await as(people.ningbo, 'get', PATH)).status).toBe(404);
    const read = await api.get(PATH, 'inspector');
    expect(read.body).toMatchObject({
      version: 1,
      counts: { completed: 1, handedOver: 1, receiverSigned: 0, differences: 1 },
      rows: [
        { workOrder: 'WO<1>', giver: '张**', differences: [{ code: 'receiver-unsigned', alert: 'alert-1' }] },
      ],
      signed: [],
    });
    expect(JSON.stringify(read.body)).not.toContain('张三丰');
  });

  it('are printed as a page that runs and loads nothing, escaped, masked unless that is asked for with a reason', async () => {
    const page = await as(people.archivist, 'get', `${PATH}/print`);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const text = page.text;
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page.headers['content-security-policy']).toBe(`default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'`); // prettier-ignore
    expect(text).toContain('WO&lt;1&gt;');
    expect(text).toContain('移交方签字：');
    expect(text).toContain('缺接收人签字');
    expect(text).not.toMatch(/<b>|<script|张三丰|李四光/);
    const reason = encodeURIComponent('打印后双方签字');
    const whole = await as(people.foreman, 'get', `${PATH}/print?unmask=true&reason=${reason}`);
    expect(whole.text).toContain('&lt;b&gt;李四光&lt;/b&gt;');
    expect((await api.audit.list(1))[0]).toMatchObject({ action: 'unmask', object: { type: 'reconciliation', id: `HZ-XH|${DATE}` } }); // prettier-ignore
    expect((await as(people.archivist, 'get', `${PATH}/print?unmask=true&reason=${reason}`)).status).toBe(
      403,
    );
  });

  it('are signed by giver and receiver, two persons, each once, at the version they saw', async () => {
    const { foreman, archivist, ningbo, auditor } = people;
    const sign = (person: Person, side: string, version: number) =>
      as(person, 'post', `${PATH}/sign`, { side, version, note: '件数相符' });
    expect((await sign(ningbo, 'giver', 1)).status).toBe(404);
    expect((await sign(auditor, 'giver', 1)).status).toBe(403);
    expect((await sign(foreman, 'giver', 2)).status).toBe(412);
    expect((await sign(foreman, 'giver', 1)).body).toMatchObject({ signed: [{ side: 'giver', by: 'foreman', note: '件数相符' }] }); // prettier-ignore
    expect((await sign(archivist, 'giver', 1)).status).toBe(409);
    expect((await sign(foreman, 'receiver', 1)).status).toBe(403);
    expect((await sign(archivist, 'receiver', 1)).body).toMatchObject({
      signed: [{ side: 'giver' }, { side: 'receiver', by: 'archivist' }],
    });
    expect((await api.audit.list(1))[0]).toMatchObject({
      action: 'reconciliation.sign',
      who: { name: 'archivist' },
    });

    await api.reports.statements.put(made('HZ-XH', DATE, true));
    const { body } = await as(foreman, 'get', PATH);
    expect(body).toMatchObject({ version: 2, signed: [], counts: { differences: 0 } });
    expect((body as Statement).signatures).toHaveLength(2);
    expect((await sign(foreman, 'receiver', 2)).body).toMatchObject({
      signed: [{ side: 'receiver', by: 'foreman' }],
    });
  });
});
