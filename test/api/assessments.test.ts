import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import { assessmentSchema } from '../../src/api/schemas/assessment-schema.js';
import type { QueryOf } from '../../src/client/make-client.js';
import { addPerson } from '../support/people.js';
import { type Client, refusalOf, statusesOf } from '../support/typed-client.js';
import { ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

describe('the assessment ledger', () => {
  let api: TestApi;
  let people: Record<
    'clerk' | 'other' | 'foreman' | 'county' | 'city' | 'ningbo' | 'auditor' | 'inspector',
    Client
  >;
  beforeAll(async () => {
    api = await openTestApi();
    const add = async (id: string, role?: 'supervisor' | 'auditor' | 'inspector', orgUnit?: string, operatorIds: string[] = []) =>
      api.as(await addPerson(api, id, { grants: role ? [{ role, ...(orgUnit !== undefined && { orgUnit }) }] : [], operatorIds }));
    people = {
      clerk: await add('clerk', undefined, undefined, ['E1001']),
      other: await add('other', undefined, undefined, ['E1002']),
      foreman: await add('foreman', 'supervisor', 'HZ-XH', ['E1003']),
      county: await add('county', 'supervisor', 'HZ-XH'),
      city: await add('city', 'supervisor', 'HZ'),
      ningbo: await add('ningbo', 'supervisor', 'NB'),
      auditor: await add('auditor', 'auditor'),
      inspector: await add('inspector', 'inspector', 'HZ-XH'),
    };
  }); // prettier-ignore
  afterAll(() => api.close());

  let serial = 0;
  /** A person's and a team's entry of one finding. */
  async function charge(reason = '移交记录簿确无签字', confirmedBy = 'confirmer') {
    serial += 1;
    const key = `alert|a${serial}|1`;
    const clause = api.assessmentTable.clauses[0]!;
    await api.assessments.chargeFinding({
      finding: {
        key, kind: 'alert', id: `a${serial}`, title: '工单 WO-1 缺签字', workOrder: 'WO-1',
        confirmedAt: new Date(NOW), confirmedBy, reason,
      },
      clause,
      responsible: 'E1001',
      orgUnit: 'HZ-XH',
    }); // prettier-ignore
    const made = await api.assessments.store.ofFinding(key);
    const of = (kind: string) => made.find(({ charged }) => charged.kind === kind)!.id;
    return { person: of('person'), team: of('team') };
  }
  const of = (id: string) => ({ params: { id } });
  const listed = async (who: Client, query: QueryOf<'listAssessments'> = {}) =>
    (await who.listAssessments({ query: { limit: 200, ...query } })).items;

  it('shows a person what is charged to him, a supervisor and an auditor what is of their units, and nobody else anything', async () => {
    const { person, team } = await charge();
    const seen = async (who: Client) => {
      const items = await listed(who);
      for (const item of items) assessmentSchema.parse(item);
      return [person, team].filter((id) => items.some((item) => item.id === id));
    };
    const { clerk, other, foreman, county, city, ningbo, auditor, inspector } = people;
    expect(await seen(clerk)).toEqual([person]);
    for (const who of [foreman, county, city, auditor]) expect(await seen(who)).toEqual([person, team]);
    for (const who of [other, ningbo, inspector]) expect(await seen(who)).toEqual([]);
    expect(await clerk.getAssessment(of(person))).toMatchObject({ id: person });
    for (const [who, id] of [[clerk, team], [other, person], [ningbo, person], [inspector, team]] as const)
      expect(await statusesOf(who.getAssessment(of(id)))).toEqual([404]);
    expect(await foreman.listAssessments({ query: { mine: true } })).toEqual({ items: [], nextCursor: null });
  }); // prettier-ignore

  it('filters, and pages without repeating or losing an entry', async () => {
    for (let i = 0; i < 3; i += 1) await charge();
    const { city } = people;
    const all = await listed(city);
    const paged: string[] = [];
    for await (const { id } of city.each('listAssessments', { query: { limit: 2 } })) paged.push(id);
    expect(paged).toEqual(all.map(({ id }) => id));
    const count = async (query: QueryOf<'listAssessments'>) => (await listed(city, query)).length;
    expect(await count({ person: ['E1001'] })).toBe(all.length / 2);
    expect(await count({ orgUnit: ['HZ'] })).toBe(all.length);
    expect(await count({ orgUnit: ['NB'] })).toBe(0);
    expect(await count({ month: '2026-11', clause: ['KH-01'], status: ['charged'] })).toBe(all.length);
    expect(await count({ month: '2026-12' })).toBe(0);
  });

  it('goes through appeal and decision by different persons, refuses those without the right, and says who may what', async () => {
    const { person } = await charge('查实', 'county');
    const { clerk, other, foreman, county, city, ningbo } = people;
    const appeal = { ...of(person), body: { reason: '当日由他人代班' } };
    expect((await clerk.getAssessment(of(person))).steps).toEqual(['acknowledge', 'appeal']);
    expect(await statusesOf(other.appealAssessment(appeal))).toEqual([404]);
    expect(await clerk.appealAssessment(appeal)).toMatchObject({ status: 'appealed', appeal: { by: 'clerk' } });
    expect((await clerk.getAssessment(of(person))).steps).toEqual([]);
    const decision = { ...of(person), body: { result: 'reduced', reason: '代班属实，管理责任减半', points: 1, money: 50 } } as const;
    expect(await statusesOf(clerk.decideAssessment(decision), ningbo.decideAssessment(decision))).toEqual([403, 404]);
    expect(await refusalOf(county.decideAssessment(decision))).toMatchObject({
      code: 'forbidden', message: expect.stringContaining('You confirmed') as unknown,
    });
    expect((await foreman.getAssessment(of(person))).steps).toEqual(['decide']);
    const decided = await foreman.decideAssessment(decision);
    expect(decided).toMatchObject({ status: 'reduced', points: 1, money: 50, initial: { points: 2, money: 100 } });
    assessmentSchema.parse(decided);
    expect((await city.getAssessment(of(person))).history.map(({ what, who }) => `${what} ${who}`)).toEqual([
      'charged system', 'appealed clerk', 'reduced foreman',
    ]);
    const rows = (await api.audit.list(1000)).filter(({ object }) => object.id === person);
    expect(rows.map(({ action, who }) => `${action} ${who.name}`)).toEqual(['assessment.decide foreman', 'assessment.appeal clerk']);
  }); // prettier-ignore

  it('has what is charged to a unit decided above that unit', async () => {
    const { team } = await charge();
    const { foreman, county, city } = people;
    await foreman.appealAssessment({ ...of(team), body: { reason: '班组已按规定交接' } });
    const decision = { ...of(team), body: { result: 'revoked', reason: '核对无误' } } as const;
    expect(await statusesOf(county.decideAssessment(decision))).toEqual([403]);
    expect(await city.decideAssessment(decision)).toMatchObject({ status: 'revoked', points: 0 });
  });

  it('refuses a step at a version that is gone, repeats one under the same key without effect', async () => {
    const { person } = await charge();
    const { foreman } = people;
    expect(await statusesOf(foreman.acknowledgeAssessment({ ...of(person), body: {}, version: 7 }))).toEqual([412]);
    const keyed = () => foreman.acknowledgeAssessment({ ...of(person), body: { note: '认责' }, key: 'ack-00001' });
    expect([(await keyed()).status, (await keyed()).status]).toEqual(['acknowledged', 'acknowledged']);
    expect((await foreman.getAssessment(of(person))).history).toHaveLength(2);
  }); // prettier-ignore

  it.each([
    ['acknowledge', { status: 'revoked' }, /status is not known/],
    ['appeal', {}, /reason is missing/],
    ['appeal', { reason: { $gt: '' } }, /reason must be a string/],
    ['decide', { result: 'reduced', reason: '减半处理' }, /must name the points or money/],
    ['decide', { result: 'upheld', reason: '维持原判', points: 1 }, /must not name points/],
    ['decide', { result: 'raised', reason: '加倍处罚' }, /one of upheld, reduced, revoked/],
    ['decide', { result: 'reduced', reason: '减半处理', points: -1 }, /points/],
    ['reverse', { reason: 'x' }, /at least 4 characters/],
  ])('refuses a bad body of %s (%j)', async (name, body, message) => {
    const { person } = await charge();
    const answer = await ask(api.post(`/api/assessments/${person}/${name}`).send(body));
    expect(answer.status).toBe(400);
    expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
  });

  it('is exported as Excel, of one’s own units, without formulas and personal data, and that is on record', async () => {
    await charge('=HYPERLINK("http://x","13812345678")');
    const ofMonth = { query: { month: '2026-11' } };
    const download = async (who: Client) => {
      const file = await who.exportAssessments(ofMonth);
      expect(api.last().headers.get('content-disposition')).toContain(
        encodeURIComponent('考核台账-2026-11.xlsx'),
      );
      const sheets = await readXlsxFile(Buffer.from(await file.arrayBuffer()));
      return sheets.map(({ sheet, data }) => ({ sheet, data }));
    };
    const [detail, byUnit, byPerson] = await download(people.city);
    expect([detail?.sheet, byUnit?.sheet, byPerson?.sheet]).toEqual(['明细', '按单位', '按个人']);
    const stored = await api.assessments.store.totals('2026-11');
    expect(detail?.data).toHaveLength(stored.entries + 1);
    expect(byUnit?.data.at(-1)).toEqual(['合计', null, stored.entries, stored.points, stored.money]);
    expect(byUnit?.data[1]).toEqual(['HZ-XH', '西湖', stored.entries, stored.points, stored.money]);
    expect(byPerson?.data[1]?.[0]).toBe('E1001');
    const text = JSON.stringify(detail?.data);
    expect(text).toContain(`'=HYPERLINK(\\"http://x\\",\\"138****5678\\")`);
    expect(text).not.toContain('13812345678');
    expect((await download(people.ningbo))[0]?.data).toHaveLength(1);
    expect(await statusesOf(people.clerk.exportAssessments(ofMonth))).toEqual([403]);
    const [row] = await api.audit.list(1);
    expect(row).toMatchObject({
      action: 'assessment.export',
      who: { name: 'ningbo' },
      object: { id: '2026-11' },
    });
  });

  it('is frozen by those for all units only, when the month is over and settled', async () => {
    const { person } = await charge();
    const freeze = (who: Client) => who.freezeAssessmentMonth({ params: { month: '2026-11' } });
    const admin = api.as('admin');
    expect(await statusesOf(freeze(people.city), freeze(admin))).toEqual([403, 409]);
    api.clock.at = Date.parse('2026-12-10T09:00:00+08:00');
    expect(await listed(admin, { status: ['appealed'] })).toEqual([]);
    expect(await freeze(admin)).toMatchObject({ month: '2026-11', by: expect.stringContaining('token:') as unknown, totals: await api.assessments.store.totals('2026-11') });
    const reversed = await admin.reverseAssessment({ ...of(person), body: { reason: '责任人登记错误' } });
    expect(reversed).toMatchObject({ status: 'counter', month: '2026-12', corrects: person });
    expect(await admin.getAssessment(of(person))).toMatchObject({ frozen: true, counteredBy: reversed.id, steps: [], points: 2 });
    expect(await api.as('auditor').listFrozenMonths()).toMatchObject({ current: { month: '2026-11', from: '2026-10-26', to: '2026-11-25' }, items: [{ month: '2026-11' }] });
  }); // prettier-ignore
});
