import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import readXlsxFile from 'read-excel-file/node';
import supertest from 'supertest';
import { startNotifier } from '../../jobs/run-notifier.js';
import { hashToken } from '../../src/access/hash-token.js';
import type { Alert } from '../../src/alerts/alert.js';
import type { AssessmentEntry } from '../../src/assessment/assessment-entry.js';
import { composeApi } from '../../src/compose-api.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { openContent } from '../../src/open-content.js';
import type { Statement } from '../../src/reconciliation/statement.js';
import { event, makeClock } from '../jobs/open-job-service.js';
import { waitUntil } from '../queue/wait-until.js';
import { type HttpReceiver, json, openHttpReceiver } from '../support/http-receiver.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { addPerson, type Person, requestAs } from '../support/people.js';
import { openSmtpReceiver, type SmtpReceiver } from '../support/smtp-receiver.js';

const HALL = '334010101';
const COUNTY = '3340101';
const CITY = '33401';
const DAY = '2026-11-23';
const MONTH = '2026-11';
const INTAKE = 'yxr_intake_of_the_sales_system';
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('the register, signed')]);
const LONG = 90 * 86_400_000;

/**
 * One unsigned handover, from the event to the Excel row, over the routes of the API, a real mail server and a real robot. Each step is taken by
 * the person whose it is, read back by another, and refused to those without the right.
 */
describe('an unsigned handover', () => {
  const clock = makeClock(`${DAY}T16:00:00+08:00`);
  const closers: (() => Promise<void>)[] = [];
  let smtp: SmtpReceiver;
  let robot: HttpReceiver;
  let test: TestService;
  let app: Express;
  let people: Record<
    'clerk' | 'colleague' | 'foreman' | 'fixer' | 'reviewer' | 'judge' | 'boss' | 'auditor' | 'stranger',
    Person
  >;
  let alertId = '';

  beforeAll(async () => {
    smtp = await openSmtpReceiver();
    closers.push(() => smtp.close());
    robot = await openHttpReceiver();
    closers.push(() => robot.close());
    robot.answer((response) => json(response, { errcode: 0, errmsg: 'ok' }));
    const notify = notifyFileSchema.parse({
      channels: [
        { name: 'mail', type: 'email', host: '127.0.0.1', port: smtp.port, security: 'none', from: 'risk@example.com' },
        { name: 'robot', type: 'dingtalk', url: robot.url, tokenFrom: 'NOTIFY_SECRET_T' },
      ],
      contacts: [
        { id: 'shift', roles: ['shift-supervisor'], orgUnit: HALL, via: [{ channel: 'mail', to: 'hall@example.com' }, { channel: 'robot' }] },
      ],
      routes: [{ id: 'all', groupWait: { value: 30, unit: 'second' } }],
    }); // prettier-ignore
    const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    const rule = content.rules.find(({ rule: { file } }) => file.id === 'handover-receiver-unsigned');
    if (!rule) throw new Error('the shipped rule is gone');
    test = await openTestService({
      now: clock.now,
      content: { ...content, notify, ruleSet: makeRuleSet([rule.rule.file]) },
      notifySecrets: new Map([['NOTIFY_SECRET_T', 'TOKEN']]),
      settings: { sessionIdleMs: LONG, sessionMaxMs: LONG },
    });
    closers.push(() => test.close());
    app = composeApi({
      service: test.service,
      connection: test.connection,
      limits: { bodyBytes: 1_000_000, requestsPerMinute: 100_000 },
      version: 'test',
      pingMongo: () => Promise.resolve(),
      running: () => [],
    });
    const add = (id: string, role?: 'supervisor' | 'inspector' | 'auditor', orgUnit?: string, operatorIds: string[] = []) =>
      addPerson(test.service, id, { grants: role ? [{ role, ...(orgUnit !== undefined && { orgUnit }) }] : [], operatorIds });
    people = {
      clerk: await add('zhang.san', undefined, undefined, ['E1001']),
      colleague: await add('li.si', 'inspector', HALL, ['E1002']),
      foreman: await add('wang.wu', 'supervisor', HALL),
      fixer: await add('zhao.liu', 'inspector', HALL),
      reviewer: await add('sun.qi', 'supervisor', COUNTY),
      judge: await add('zhou.ba', 'supervisor', CITY),
      boss: await add('wu.jiu', 'supervisor'),
      auditor: await add('zheng.shi', 'auditor'),
      stranger: await add('qian.yi', 'supervisor', '3340201'),
    };
    await test.service.tokens.add({
      _id: hashToken(INTAKE),
      name: 'sales',
      roles: ['integrator'],
      origin: 'command',
      createdAt: new Date(clock.now()),
    });
    const notifier = startNotifier(test.service, 20);
    closers.push(() => notifier.close());
    const { store } = test.service.notify;
    await waitUntil('the notifier has its place', async () => (await store.position()) !== undefined);
  }, 180_000); // prettier-ignore
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const get = (person: Person, path: string) => requestAs(app, person, 'get', path);
  const post = (person: Person, path: string, body: object = {}) =>
    requestAs(app, person, 'post', path).send(body);
  const read = async <Body>(person: Person, path: string): Promise<Body> => {
    const answer = await get(person, path);
    expect({ status: answer.status, path, body: answer.body as unknown }).toMatchObject({ status: 200 });
    return answer.body as Body;
  };
  const minute = (job: string) => run(test.crontab.minute[job]);
  const dated = (job: string, date: string) =>
    run((context) => test.crontab.dated[job]?.(date, context) ?? Promise.resolve());
  const run = async (job: ((context: { now: () => number; attempt: number; signal: AbortSignal }) => Promise<unknown>) | undefined) =>
    job?.({ now: clock.now, attempt: 1, signal: new AbortController().signal }); // prettier-ignore
  const alert = (person: Person) => read<Alert & { steps: string[] }>(person, `/api/alerts/${alertId}`);
  const steps = (name: string) => `/api/alerts/${alertId}/${name}`;
  const refused = async (status: number, ...requests: supertest.Test[]) => {
    for (const request of requests) expect((await request).status).toBe(status);
  };

  it('is posted by the sales system, which may do nothing else', async () => {
    const events = [
      event('workorder.opened', 'WO-1', `${DAY}T09:00:00+08:00`, { process: '高压新装', orgUnit: HALL }),
      event('stage.completed', 'WO-1', `${DAY}T10:00:00+08:00`, { stage: '业务受理', orgUnit: HALL, operator: { id: 'E1001', name: '张三丰' } }),
      event('handover.recorded', 'WO-1', `${DAY}T11:00:00+08:00`, {
        stage: '业务受理', toStage: '现场勘查', documents: ['用电申请表'], giver: '张三丰', receiver: '李四光', giverSigned: true, receiverSigned: false,
      }),
    ]; // prettier-ignore
    const send = (token: string) =>
      supertest(app)
        .post('/api/events')
        .auth(token, { type: 'bearer' })
        .type('application/cloudevents-batch+json')
        .send(JSON.stringify(events));
    expect((await send(INTAKE)).body).toMatchObject({ accepted: 3, rejected: [] });
    expect((await send('yxr_wrong')).status).toBe(401);
    await refused(403, supertest(app).get('/api/alerts').auth(INTAKE, { type: 'bearer' }));
    await test.drain();
    expect((await read<{ items: Alert[] }>(people.foreman, '/api/alerts')).items).toEqual([]);
  });

  it('is found when the day ends, and told by mail and robot, once, without names', async () => {
    clock.set(`${DAY}T17:00:01+08:00`);
    await dated('end-of-day', DAY);
    const { items } = await read<{ items: Alert[] }>(people.foreman, '/api/alerts');
    expect(items).toMatchObject([
      { rule: { id: 'handover-receiver-unsigned' }, status: 'open', orgUnit: HALL, responsible: 'E1001' },
    ]);
    alertId = items[0]?.id ?? '';
    await waitUntil(
      'mail and robot have it',
      () => {
        clock.tick(1_000);
        return smtp.mails.length > 0 && robot.received.length > 0;
      },
      60_000,
    );
    expect(smtp.mails).toMatchObject([{ to: ['hall@example.com'] }]);
    const [message] = robot.received;
    expect(message?.url).toBe('/robot/send?access_token=TOKEN');
    expect(message?.body).toContain('WO-1');
    expect(message?.body).not.toMatch(/张三丰|李四光/);
  });

  it('stands in the day’s statement under the rule’s own alert, which both sides have to see', async () => {
    await dated('close-day', DAY);
    const path = `/api/reconciliations/${HALL}/${DAY}`;
    const statement = await read<Statement>(people.foreman, path);
    expect(statement).toMatchObject({
      counts: { completed: 1, handedOver: 1, giverSigned: 1, receiverSigned: 0, differences: 1 },
      rows: [
        { workOrder: 'WO-1', receiver: '李**', differences: [{ code: 'receiver-unsigned', alert: alertId }] },
      ],
    });
    await refused(404, get(people.stranger, path));
    await refused(403, get(people.clerk, path));
  });

  it('is acknowledged and dispatched by the foreman, by nobody else', async () => {
    const { clerk, fixer, foreman, reviewer, auditor, stranger } = people;
    await refused(404, get(stranger, `/api/alerts/${alertId}`), post(stranger, steps('acknowledge')));
    await refused(403, get(clerk, `/api/alerts/${alertId}`), post(clerk, steps('acknowledge')), post(fixer, steps('acknowledge')), post(auditor, steps('acknowledge'))); // prettier-ignore
    await refused(200, post(foreman, steps('acknowledge'), { note: '正在核实' }));
    expect(await alert(reviewer)).toMatchObject({
      status: 'acknowledged',
      history: [{}, { who: 'wang.wu' }],
    });
    const dispatch = { to: { user: 'zhao.liu' }, note: '请接收人补签字' };
    await refused(403, post(fixer, steps('dispatch'), dispatch));
    await refused(200, post(foreman, steps('dispatch'), dispatch));
    expect(await alert(fixer)).toMatchObject({ status: 'dispatched', assignee: { user: 'zhao.liu' } });
  });

  it('is put right, with a photo, by the one it was dispatched to', async () => {
    const { fixer, colleague, foreman, reviewer, stranger } = people;
    const upload = (person: Person) =>
      requestAs(app, person, 'post', `${steps('evidence')}?fileName=${encodeURIComponent('记录簿.jpg')}`).type('image/jpeg').send(JPEG); // prettier-ignore
    await refused(404, upload(stranger));
    const { id } = (await upload(fixer)).body as { id: string };
    const rectify = { note: '接收人已补签', attachments: [id] };
    await refused(403, post(colleague, steps('rectify'), rectify));
    await refused(200, post(fixer, steps('rectify'), rectify));
    expect((await alert(reviewer)).history.at(-1)).toMatchObject({ what: 'rectified', who: 'zhao.liu', attachments: [id] }); // prettier-ignore
    const photo = await get(foreman, steps(`evidence/${id}`));
    expect(Buffer.compare(photo.body as Buffer, JPEG)).toBe(0);
  });

  it('is reviewed and closed as 查实 by a supervisor who did not put it right', async () => {
    clock.set('2026-11-24T09:00:00+08:00');
    const { clerk, fixer, reviewer, auditor, stranger } = people;
    const close = { outcome: { result: 'confirmed', reason: '移交时接收人未签字属实' } };
    await refused(404, post(stranger, steps('close'), close));
    await refused(403, post(clerk, steps('close'), close), post(fixer, steps('close'), close));
    await refused(200, post(reviewer, steps('close'), close));
    expect(await alert(auditor)).toMatchObject({ status: 'closed', outcome: close.outcome });
  });

  let own = '';
  it('is charged to the clerk and the team within a minute, and shown to them and their superiors alone', async () => {
    const { clerk, colleague, foreman, judge, stranger } = people;
    await minute('assessments');
    await minute('assessments');
    const list = async (person: Person) =>
      (await read<{ items: AssessmentEntry[] }>(person, '/api/assessments')).items;
    const [entry, ...others] = await list(clerk);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      clause: { id: 'KH-01' },
      charged: { kind: 'person', id: 'E1001' },
      points: 2,
      money: 100,
      month: MONTH,
      status: 'charged',
      finding: { id: alertId, workOrder: 'WO-1', confirmedBy: 'sun.qi' },
    });
    own = entry?.id ?? '';
    for (const person of [foreman, judge]) expect(await list(person)).toHaveLength(2);
    for (const person of [colleague, stranger]) expect(await list(person)).toEqual([]);
    await refused(404, get(colleague, `/api/assessments/${own}`), get(stranger, `/api/assessments/${own}`));
  });

  it('is appealed against by the clerk, and decided by one who neither confirmed it nor is charged', async () => {
    const { clerk, colleague, foreman, reviewer, judge } = people;
    const path = (name: string) => `/api/assessments/${own}/${name}`;
    const appeal = { reason: '当时正在接待客户，接收人随后离开' };
    const decision = { result: 'reduced', reason: '情况属实，责任减半', points: 1, money: 50 };
    await refused(404, post(colleague, path('appeal'), appeal));
    await refused(409, post(judge, path('decide'), decision));
    await refused(200, post(clerk, path('appeal'), appeal));
    expect(await read(foreman, `/api/assessments/${own}`)).toMatchObject({
      status: 'appealed',
      appeal: { by: 'zhang.san', ...appeal },
    });
    await refused(403, post(clerk, path('decide'), decision), post(reviewer, path('decide'), decision));
    await refused(200, post(judge, path('decide'), decision));
    expect(await read(clerk, `/api/assessments/${own}`)).toMatchObject({
      status: 'reduced',
      points: 1,
      money: 50,
    });
  });

  it('is frozen with its month when nobody can appeal any more; what is corrected later counts in the next', async () => {
    const { clerk, reviewer, boss } = people;
    const freeze = `/api/assessments/months/${MONTH}/freeze`;
    await refused(403, post(reviewer, freeze));
    await refused(409, post(boss, freeze));
    clock.set('2026-11-26T09:00:00+08:00');
    // The team may appeal until 1 December.
    await refused(409, post(boss, freeze));
    clock.set('2026-12-02T09:00:00+08:00');
    const frozen = await post(boss, freeze);
    expect(frozen.body).toMatchObject({
      month: MONTH,
      by: 'wu.jiu',
      totals: { entries: 2, points: 1.5, money: 50 },
    });
    await refused(403, post(clerk, `/api/assessments/${own}/reverse`, { reason: '不应考核' }));
    const counter = await post(boss, `/api/assessments/${own}/reverse`, { reason: '责任人登记错误' });
    expect(counter.body).toMatchObject({ month: '2026-12', points: -1, money: -50, corrects: own });
    expect(await read(clerk, `/api/assessments/${own}`)).toMatchObject({ frozen: true, points: 1, counteredBy: (counter.body as AssessmentEntry).id }); // prettier-ignore
  });

  it('is a row of the month’s Excel file, for those who read the ledger', async () => {
    const { auditor, clerk, stranger } = people;
    const path = `/api/assessments/export.xlsx?month=${MONTH}`;
    const download = async (person: Person) => {
      const answer = await get(person, path).buffer(true).parse(toBuffer);
      expect(answer.status).toBe(200);
      return (await readXlsxFile(answer.body as Buffer)).find(({ sheet }) => sheet === '明细')?.data ?? [];
    };
    const [head = [], ...rows] = await download(auditor);
    const row = rows.find((cells) => cells[head.indexOf('记录编号')] === own) ?? [];
    const cell = (title: string) => row[head.indexOf(title)];
    expect(rows).toHaveLength(2);
    expect(['考核月份', '条款', '对象', '工号或单位编码', '所属单位', '标准扣分', '实际扣分', '实际扣款（元）', '状态', '工单号', '查实人', '复核人'].map(cell)).toEqual([
      MONTH, 'KH-01', '个人', 'E1001', '城区解放路营业厅一班', 2, 1, 50, '申诉减轻', 'WO-1', 'sun.qi', 'zhou.ba',
    ]); // prettier-ignore
    expect(await download(stranger)).toHaveLength(1);
    await refused(403, get(clerk, path));
  });

  it('counts in the report of the unit, and every step is in the audit log, whose chain is whole', async () => {
    const { reviewer, fixer, auditor } = people;
    const path = `/api/reports/month?date=${DAY}&orgUnit=${COUNTY}`;
    expect(await read(reviewer, path)).toMatchObject({
      label: MONTH,
      volumes: { opened: 1, stagesCompleted: 1, handovers: 1 },
      alerts: {
        raised: 1,
        byKind: [{ kind: 'missing-signature', raised: 1, confirmed: 1 }],
        rules: [{ rule: 'handover-receiver-unsigned', confirmed: 1, precision: 1 }],
      },
    });
    await refused(403, get(fixer, path));
    const { items } = await read<{ items: { action: string; who: { id: string } }[] }>(auditor, '/api/audit?limit=100'); // prettier-ignore
    const taken = items
      .map(({ action, who }) => `${action} ${who.id}`)
      .filter((line) => /^(alert|assessment)\./.test(line));
    expect(taken.reverse()).toEqual([
      'alert.acknowledge wang.wu',
      'alert.dispatch wang.wu',
      'alert.rectify zhao.liu',
      'alert.close sun.qi',
      'assessment.appeal zhang.san',
      'assessment.decide zhou.ba',
      'assessment.freeze wu.jiu',
      'assessment.reverse wu.jiu',
      'assessment.export zheng.shi',
      'assessment.export qian.yi',
    ]);
    expect(await test.service.audit.verify()).toMatchObject({ problems: [] });
  });
});

function toBuffer(response: supertest.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}
