import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Grant } from '../../src/access/user.js';
import { makeStatement, type Statement } from '../../src/reconciliation/statement.js';
import { addPerson } from '../support/people.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const DATE = '2026-11-02';
const HALF_HOUR_MS = 1_800_000;
const OF = { params: { unit: 'HZ-XH', date: DATE } };

describe('reconciliation statements', () => {
  let api: TestApi;
  let people: Record<'foreman' | 'archivist' | 'ningbo' | 'auditor', Client>;
  beforeAll(async () => {
    api = await openTestApi();
    const add = async (id: string, grant: Grant) => api.as(await addPerson(api, id, { grants: [grant] }));
    people = {
      foreman: await add('foreman', { role: 'supervisor', orgUnit: 'HZ-XH' }),
      archivist: await add('archivist', { role: 'inspector', orgUnit: 'HZ-XH' }),
      ningbo: await add('ningbo', { role: 'supervisor', orgUnit: 'NB' }),
      auditor: await add('auditor', { role: 'auditor' }),
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
  it('are listed and read by those of the unit, with names masked', async () => {
    const { items } = await api.as('supervisor').listReconciliations({ query: { from: DATE } });
    expect(items.map(({ orgUnit }) => orgUnit)).toEqual(['NB', 'HZ-XH']);
    const mine = await people.ningbo.listReconciliations({ query: { limit: 1 } });
    expect(mine).toMatchObject({ items: [{ orgUnit: 'NB' }], nextCursor: null });
    expect(await statusesOf(people.ningbo.getReconciliation(OF))).toEqual([404]);
    const read = await api.as('inspector').getReconciliation(OF);
    expect(read).toMatchObject({
      version: 1,
      counts: { completed: 1, handedOver: 1, receiverSigned: 0, differences: 1 },
      rows: [
        { workOrder: 'WO<1>', giver: '张**', differences: [{ code: 'receiver-unsigned', alert: 'alert-1' }] },
      ],
      signed: [],
    });
    expect(JSON.stringify(read)).not.toContain('张三丰');
  });

  it('are printed as a page that runs and loads nothing, escaped, masked unless that is asked for with a reason', async () => {
    const text = await people.archivist.printReconciliation(OF);
    const { headers } = api.last();
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(`default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'`); // prettier-ignore
    expect(text).toContain('WO&lt;1&gt;');
    expect(text).toContain('移交方签字：');
    expect(text).toContain('缺接收人签字');
    expect(text).not.toMatch(/<b>|<script|张三丰|李四光/);
    const unmasked = { ...OF, query: { unmask: true, reason: '打印后双方签字' } };
    expect(await people.foreman.printReconciliation(unmasked)).toContain('&lt;b&gt;李四光&lt;/b&gt;');
    expect((await api.audit.list(1))[0]).toMatchObject({ action: 'unmask', object: { type: 'reconciliation', id: `HZ-XH|${DATE}` } }); // prettier-ignore
    expect(await statusesOf(people.archivist.printReconciliation(unmasked))).toEqual([403]);
  });

  it('are signed by giver and receiver, two persons, each once, at the version they saw', async () => {
    const { foreman, archivist, ningbo, auditor } = people;
    const sign = (client: Client, side: 'giver' | 'receiver', version: number) =>
      client.signReconciliation({ ...OF, body: { side, version, note: '件数相符' } });
    expect(
      await statusesOf(sign(ningbo, 'giver', 1), sign(auditor, 'giver', 1), sign(foreman, 'giver', 2)),
    ).toEqual([404, 403, 412]);
    expect(await sign(foreman, 'giver', 1)).toMatchObject({
      signed: [{ side: 'giver', by: 'foreman', note: '件数相符' }],
    });
    expect(await statusesOf(sign(archivist, 'giver', 1), sign(foreman, 'receiver', 1))).toEqual([409, 403]);
    expect(await sign(archivist, 'receiver', 1)).toMatchObject({
      signed: [{ side: 'giver' }, { side: 'receiver', by: 'archivist' }],
    });
    expect((await api.audit.list(1))[0]).toMatchObject({
      action: 'reconciliation.sign',
      who: { name: 'archivist' },
    });

    await api.reports.statements.put(made('HZ-XH', DATE, true));
    const changed = await foreman.getReconciliation(OF);
    expect(changed).toMatchObject({ version: 2, signed: [], counts: { differences: 0 } });
    expect(changed.signatures).toHaveLength(2);
    expect(await sign(foreman, 'receiver', 2)).toMatchObject({
      signed: [{ side: 'receiver', by: 'foreman' }],
    });
  });

  it('close the alert that they are unsigned with the second signature, in the same breath', async () => {
    const { foreman, archivist } = people;
    const of = { params: { unit: 'HZ-XH', date: '2026-11-01' } };
    const alertOf = async () => (await api.alertStore.loadByRecords(['signing:HZ-XH@2026-11-01']))[0];
    expect(await foreman.getReconciliation(of)).toMatchObject({
      signDueAt: new Date(NOW + HALF_HOUR_MS).toISOString(),
    });
    expect((await foreman.listReconciliations()).items[0]).toMatchObject({ signDueAt: expect.anything() });
    expect(await foreman.printReconciliation(of)).toContain('签认时限 2026-11-02 10:30');

    api.clock.at = NOW + HALF_HOUR_MS;
    await api.reports.signing.followStatements();
    expect(await alertOf()).toMatchObject({ rule: { id: 'statement-unsigned' }, open: true });
    await foreman.signReconciliation({ ...of, body: { side: 'giver', version: 1 } });
    expect(await alertOf()).toMatchObject({ open: true });
    await archivist.signReconciliation({ ...of, body: { side: 'receiver', version: 1 } });
    expect(await alertOf()).toMatchObject({ status: 'auto_closed', open: false });
    api.clock.at = NOW;
  });
});
