import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import { reportSchema } from '../../src/api/schemas/report-schema.js';
import { addPerson, type Person, requestAs } from '../support/people.js';
import { makeAlert } from './support/make-alert.js';
import { ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

describe('reports', () => {
  let api: TestApi;
  let city: Person;
  beforeAll(async () => {
    api = await openTestApi();
    city = await addPerson(api, 'city', { grants: [{ role: 'supervisor', orgUnit: 'HZ' }] });
    const raisedAt = new Date(NOW);
    await api.alertStore.write(
      ['HZ', 'HZ-XH', 'NB'].map((orgUnit) => ({ alert: makeAlert({ orgUnit, raisedAt }), isNew: true })),
    );
  });
  afterAll(() => api.close());
  const get = (path: string) => requestAs(api.app, city, 'get', path);

  it('are of the units one may see, as JSON', async () => {
    const { status, body } = await ask(get('/api/reports/day?date=2026-11-02'));
    expect(status).toBe(200);
    const own = reportSchema.parse(body);
    expect(own).toMatchObject({ orgUnitName: '杭州', alerts: { raised: 2 }, uncountedDates: ['2026-11-02'] });
    const one = (await ask(get('/api/reports/day?orgUnit=HZ-XH'))).body;
    expect(one).toMatchObject({ orgUnit: 'HZ-XH', orgUnitName: '西湖', alerts: { raised: 1 } });
    expect((await ask(get('/api/reports/day?orgUnit=NB'))).status).toBe(404);
    expect((await api.get('/api/reports/day', 'auditor')).body).toMatchObject({
      orgUnitName: '全部单位',
      alerts: { raised: 3, byKind: [{ kind: 'timeout', raised: 3, open: 3 }] },
    });
    expect((await ask(get('/api/reports/year'))).status).toBe(400);
  });

  it('are Excel files with a sheet a table', async () => {
    const answer = await get('/api/reports/month?date=2026-11-02&format=xlsx')
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toContain(encodeURIComponent('杭州 风险管控月报 2026-11.xlsx'));
    const sheets = await readXlsxFile(answer.body as Buffer);
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      '概况', '受理业务', '及时率', '预警与结果', '未关闭预警天数', '多次查实', '案例汇编', '规则准确率',
    ]);
    expect(sheets[0]?.data).toContainEqual(['新增预警', 2]);
    expect(sheets[3]?.data[1]).toEqual(['timeout', 2, 2, 0, 0, 0, 0]);
  }); // prettier-ignore

  it('show no phone number that a rule put into a title, on paper and in files neither', async () => {
    const confirmed = {
      orgUnit: 'HZ', status: 'closed', open: false, closedAt: new Date(NOW), title: '未回访 13812345678',
      outcome: { result: 'confirmed', reason: '属实' },
    } as const; // prettier-ignore
    await api.alertStore.write([{ alert: makeAlert(confirmed), isNew: true }]);
    const page = await ask(get('/api/reports/day?date=2026-11-02&format=html'));
    expect(page.text).toContain('未回访 138****5678');
    expect(page.text).not.toContain('13812345678');
  });

  it('are pages to print, without script', async () => {
    const page = await ask(get('/api/reports/week?date=2026-11-02&format=html'));
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.text).toContain('<h1>杭州 风险管控周报 2026-11-02</h1>');
    expect(page.text).not.toContain('<script');
  });
});
