import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import supertest from 'supertest';
import type { AssessmentEntry } from '../../src/assessment/assessment-entry.js';
import { assessmentSchema } from '../../src/api/schemas/assessment-schema.js';
import { addPerson, type Person, requestAs } from '../support/people.js';
import { type Answer, ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

describe('the assessment ledger', () => {
  let api: TestApi;
  let people: Record<
    'clerk' | 'other' | 'foreman' | 'county' | 'city' | 'ningbo' | 'auditor' | 'inspector',
    Person
  >;
  beforeAll(async () => {
    api = await openTestApi();
    const add = (id: string, role?: 'supervisor' | 'auditor' | 'inspector', orgUnit?: string, operatorIds: string[] = []) =>
      addPerson(api, id, { grants: role ? [{ role, ...(orgUnit !== undefined && { orgUnit }) }] : [], operatorIds });
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
  const as = (person: Person, method: 'get' | 'post', path: string, body?: object): Promise<Answer> => {
    const request = requestAs(api.app, person, method, path);
    return ask(body ? request.send(body) : request);
  };
  const step = (person: Person, id: string, name: string, body: object) =>
    as(person, 'post', `/api/assessments/${id}/${name}`, body);
  const read = async (person: Person, id: string) =>
    (await as(person, 'get', `/api/assessments/${id}`)).body as AssessmentEntry & { steps: string[] };

  it('shows a person what is charged to him, a supervisor and an auditor what is of their units, and nobody else anything', async () => {
    const { person, team } = await charge();
    const seen = async (who: Person) => {
      const { body } = await as(who, 'get', '/api/assessments?limit=200');
      const { items } = body as { items: AssessmentEntry[] };
      for (const item of items) assessmentSchema.parse(item);
      return [person, team].filter((id) => items.some((item) => item.id === id));
    };
    const { clerk, other, foreman, county, city, ningbo, auditor, inspector } = people;
    expect(await seen(clerk)).toEqual([person]);
    for (const who of [foreman, county, city, auditor]) expect(await seen(who)).toEqual([person, team]);
    for (const who of [other, ningbo, inspector]) expect(await seen(who)).toEqual([]);
    expect((await as(clerk, 'get', `/api/assessments/${person}`)).status).toBe(200);
    for (const [who, id] of [[clerk, team], [other, person], [ningbo, person], [inspector, team]] as const)
      expect((await as(who, 'get', `/api/assessments/${id}`)).status).toBe(404);
    const mine = await as(foreman, 'get', '/api/assessments?mine=true');
    expect(mine.body).toEqual({ items: [], nextCursor: null });
  }); // prettier-ignore

  it('filters, and pages without repeating or losing an entry', async () => {
    for (let i = 0; i < 3; i += 1) await charge();
    const all = ((await as(people.city, 'get', '/api/assessments?limit=200')).body as { items: AssessmentEntry[] }).items;
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await as(people.city, 'get', `/api/assessments?limit=2${cursor}`);
      const { items, nextCursor } = body as { items: AssessmentEntry[]; nextCursor: string | null };
      paged.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
    const count = async (query: string) =>
      ((await as(people.city, 'get', `/api/assessments?limit=200&${query}`)).body as { items: [] }).items.length;
    expect(await count('person=E1001')).toBe(all.length / 2);
    expect(await count('orgUnit=HZ')).toBe(all.length);
    expect(await count('orgUnit=NB')).toBe(0);
    expect(await count('month=2026-11&clause=KH-01&status=charged')).toBe(all.length);
    expect(await count('month=2026-12')).toBe(0);
  }); // prettier-ignore

  it('goes through appeal and decision by different persons, refuses those without the right, and says who may what', async () => {
    const { person } = await charge('查实', 'county');
    const { clerk, other, foreman, county, city, ningbo } = people;
    const appeal = { reason: '当日由他人代班' };
    expect((await read(clerk, person)).steps).toEqual(['acknowledge', 'appeal']);
    expect((await step(other, person, 'appeal', appeal)).status).toBe(404);
    expect((await step(clerk, person, 'appeal', appeal)).body).toMatchObject({ status: 'appealed', appeal: { by: 'clerk' } });
    expect((await read(clerk, person)).steps).toEqual([]);
    const decision = { result: 'reduced', reason: '代班属实，管理责任减半', points: 1, money: 50 };
    expect((await step(clerk, person, 'decide', decision)).status).toBe(403);
    expect((await step(ningbo, person, 'decide', decision)).status).toBe(404);
    expect((await step(county, person, 'decide', decision)).body).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('You confirmed') as unknown },
    });
    expect((await read(foreman, person)).steps).toEqual(['decide']);
    const decided = await step(foreman, person, 'decide', decision);
    expect(decided.body).toMatchObject({ status: 'reduced', points: 1, money: 50, initial: { points: 2, money: 100 } });
    assessmentSchema.parse(decided.body);
    expect((await read(city, person)).history.map(({ what, who }) => `${what} ${who}`)).toEqual([
      'charged system', 'appealed clerk', 'reduced foreman',
    ]);
    const rows = (await api.audit.list(1000)).filter(({ object }) => object.id === person);
    expect(rows.map(({ action, who }) => `${action} ${who.name}`)).toEqual(['assessment.decide foreman', 'assessment.appeal clerk']);
  }); // prettier-ignore

  it('has what is charged to a unit decided above that unit', async () => {
    const { team } = await charge();
    const { foreman, county, city } = people;
    expect((await step(foreman, team, 'appeal', { reason: '班组已按规定交接' })).status).toBe(200);
    const decision = { result: 'revoked', reason: '核对无误' };
    expect((await step(county, team, 'decide', decision)).status).toBe(403);
    expect((await step(city, team, 'decide', decision)).body).toMatchObject({ status: 'revoked', points: 0 });
  });

  it('refuses a step at a version that is gone, repeats one under the same key without effect', async () => {
    const { person } = await charge();
    const headers = { 'If-Match': '"7"' };
    const { foreman } = people;
    const acknowledge = () => requestAs(api.app, foreman, 'post', `/api/assessments/${person}/acknowledge`);
    expect((await ask(acknowledge().set(headers).send({}))).status).toBe(412);
    const keyed = () => ask(acknowledge().set('Idempotency-Key', 'ack-00001').send({ note: '认责' }));
    expect([(await keyed()).status, (await keyed()).status]).toEqual([200, 200]);
    expect((await read(foreman, person)).history).toHaveLength(2);
  });

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
    const download = async (person: Person) => {
      const answer = await requestAs(api.app, person, 'get', '/api/assessments/export.xlsx?month=2026-11')
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-disposition']).toContain(encodeURIComponent('考核台账-2026-11.xlsx'));
      return (await readXlsxFile(answer.body as Buffer)).map(({ sheet, data }) => ({ sheet, data }));
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
    expect((await as(people.clerk, 'get', '/api/assessments/export.xlsx?month=2026-11')).status).toBe(403);
    const [row] = await api.audit.list(1);
    expect(row).toMatchObject({
      action: 'assessment.export',
      who: { name: 'ningbo' },
      object: { id: '2026-11' },
    });
  });

  it('is frozen by those for all units only, when the month is over and settled', async () => {
    const { person } = await charge();
    const freeze = (month: string) => ask(api.post(`/api/assessments/months/${month}/freeze`));
    expect((await as(people.city, 'post', '/api/assessments/months/2026-11/freeze')).status).toBe(403);
    expect((await freeze('2026-11')).status).toBe(409);
    api.clock.at = Date.parse('2026-12-10T09:00:00+08:00');
    const open = await ask(supertest(api.app).get('/api/assessments?status=appealed').auth(api.tokens.admin, { type: 'bearer' })); // prettier-ignore
    expect((open.body as { items: [] }).items).toEqual([]);
    const frozen = await freeze('2026-11');
    expect(frozen.body).toMatchObject({ month: '2026-11', by: expect.stringContaining('token:') as unknown, totals: await api.assessments.store.totals('2026-11') });
    const [admin] = [api.tokens.admin];
    const reversed = await ask(api.post(`/api/assessments/${person}/reverse`).send({ reason: '责任人登记错误' }));
    expect(reversed.body).toMatchObject({ status: 'counter', month: '2026-12', corrects: person });
    const { body } = await api.getWith(`/api/assessments/${person}`, admin);
    expect(body).toMatchObject({ frozen: true, counteredBy: (reversed.body as AssessmentEntry).id, steps: [], points: 2 });
    const months = await api.get('/api/assessments/months', 'auditor');
    expect(months.body).toMatchObject({ current: { month: '2026-11', from: '2026-10-26', to: '2026-11-25' }, items: [{ month: '2026-11' }] });
  }); // prettier-ignore
});
