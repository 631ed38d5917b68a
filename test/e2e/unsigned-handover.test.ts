import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import { startNotifier } from '../../jobs/run-notifier.js';
import { hashToken } from '../../src/access/hash-token.js';
import { composeTestApi } from '../support/compose-test-api.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { openContent } from '../../src/open-content.js';
import { event, makeClock } from '../jobs/open-job-service.js';
import { waitUntil } from '../queue/wait-until.js';
import { type HttpReceiver, json, openHttpReceiver } from '../support/http-receiver.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { addPerson } from '../support/people.js';
import { openSmtpReceiver, type SmtpReceiver } from '../support/smtp-receiver.js';
import { type Client, type Clients, openClients, statusesOf } from '../support/typed-client.js';

const HALL = '334010101';
const COUNTY = '3340101';
const CITY = '33401';
const DAY = '2026-11-23';
const MONTH = '2026-11';
const INTAKE = 'yxr_intake_of_the_sales_system';
const JPEG = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'the register, signed']);
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
  let clients: Clients;
  let people: Record<
    'clerk' | 'colleague' | 'foreman' | 'fixer' | 'reviewer' | 'judge' | 'boss' | 'auditor' | 'stranger',
    Client
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
    const app = composeTestApi(test, { bodyBytes: 1_000_000, requestsPerMinute: 100_000 });
    clients = await openClients(app);
    closers.push(() => clients.close());
    const add = async (id: string, role?: 'supervisor' | 'inspector' | 'auditor', orgUnit?: string, operatorIds: string[] = []) =>
      clients.as(await addPerson(test.service, id, { grants: role ? [{ role, ...(orgUnit !== undefined && { orgUnit }) }] : [], operatorIds }));
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

  const minute = (job: string) => run(test.crontab.minute[job]);
  const dated = (job: string, date: string) =>
    run((context) => test.crontab.dated[job]?.(date, context) ?? Promise.resolve());
  const run = async (job: ((context: { now: () => number; attempt: number; signal: AbortSignal }) => Promise<unknown>) | undefined) =>
    job?.({ now: clock.now, attempt: 1, signal: new AbortController().signal }); // prettier-ignore
  const alert = (person: Client) => person.getAlert({ params: { id: alertId } });
  const refused = async (status: number, ...calls: Promise<unknown>[]) =>
    expect(await statusesOf(...calls)).toEqual(calls.map(() => status));

  it('is posted by the sales system, which may do nothing else', async () => {
    const events = [
      event('workorder.opened', 'WO-1', `${DAY}T09:00:00+08:00`, { process: '高压新装', orgUnit: HALL }),
      event('stage.completed', 'WO-1', `${DAY}T10:00:00+08:00`, { stage: '业务受理', orgUnit: HALL, operator: { id: 'E1001', name: '张三丰' } }),
      event('handover.recorded', 'WO-1', `${DAY}T11:00:00+08:00`, {
        stage: '业务受理', toStage: '现场勘查', documents: ['用电申请表'], giver: '张三丰', receiver: '李四光', giverSigned: true, receiverSigned: false,
      }),
    ]; // prettier-ignore
    const intake = clients.as(INTAKE);
    const raw = { contentType: 'application/cloudevents-batch+json' as const, body: events };
    expect(await intake.postEvents({ raw })).toMatchObject({ accepted: 3, rejected: [] });
    await refused(401, clients.as('yxr_wrong').postEvents({ raw }));
    await refused(403, intake.listAlerts());
    await test.drain();
    expect((await people.foreman.listAlerts()).items).toEqual([]);
  });

  it('is found when the day ends, and told by mail and robot, once, without names', async () => {
    clock.set(`${DAY}T17:00:01+08:00`);
    await dated('end-of-day', DAY);
    const { items } = await people.foreman.listAlerts();
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
    const params = { unit: HALL, date: DAY };
    expect(await people.foreman.getReconciliation({ params })).toMatchObject({
      counts: { completed: 1, handedOver: 1, giverSigned: 1, receiverSigned: 0, differences: 1 },
      rows: [
        { workOrder: 'WO-1', receiver: '李**', differences: [{ code: 'receiver-unsigned', alert: alertId }] },
      ],
    });
    await refused(404, people.stranger.getReconciliation({ params }));
    await refused(403, people.clerk.getReconciliation({ params }));
  });

  it('is acknowledged and dispatched by the foreman, by nobody else', async () => {
    const { clerk, fixer, foreman, reviewer, auditor, stranger } = people;
    const acknowledge = (person: Client) =>
      person.acknowledgeAlert({ params: { id: alertId }, body: { note: '正在核实' } });
    await refused(404, alert(stranger), acknowledge(stranger));
    await refused(403, alert(clerk), acknowledge(clerk), acknowledge(fixer), acknowledge(auditor));
    await acknowledge(foreman);
    expect(await alert(reviewer)).toMatchObject({
      status: 'acknowledged',
      history: [{}, { who: 'wang.wu' }],
    });
    const body = { to: { user: 'zhao.liu' }, note: '请接收人补签字' };
    await refused(403, fixer.dispatchAlert({ params: { id: alertId }, body }));
    await foreman.dispatchAlert({ params: { id: alertId }, body });
    expect(await alert(fixer)).toMatchObject({ status: 'dispatched', assignee: { user: 'zhao.liu' } });
  });

  it('is put right, with a photo, by the one it was dispatched to', async () => {
    const { fixer, colleague, foreman, reviewer, stranger } = people;
    const params = { id: alertId };
    const upload = (person: Client) =>
      person.addAlertEvidence({
        params,
        query: { fileName: '记录簿.jpg' },
        raw: { contentType: 'image/jpeg', body: JPEG },
      });
    await refused(404, upload(stranger));
    const { id } = await upload(fixer);
    const body = { note: '接收人已补签', attachments: [id] };
    await refused(403, colleague.rectifyAlert({ params, body }));
    await fixer.rectifyAlert({ params, body });
    expect((await alert(reviewer)).history.at(-1)).toMatchObject({ what: 'rectified', who: 'zhao.liu', attachments: [id] }); // prettier-ignore
    const photo = await foreman.getAlertEvidence({ params: { id: alertId, file: id } });
    expect(await photo.arrayBuffer()).toEqual(await JPEG.arrayBuffer());
  });

  it('is reviewed and closed as 查实 by a supervisor who did not put it right', async () => {
    clock.set('2026-11-24T09:00:00+08:00');
    const { clerk, fixer, reviewer, auditor, stranger } = people;
    const outcome = { result: 'confirmed', reason: '移交时接收人未签字属实' } as const;
    const close = (person: Client) => person.closeAlert({ params: { id: alertId }, body: { outcome } });
    await refused(404, close(stranger));
    await refused(403, close(clerk), close(fixer));
    await close(reviewer);
    expect(await alert(auditor)).toMatchObject({ status: 'closed', outcome });
  });

  let own = '';
  const entryOf = (person: Client) => person.getAssessment({ params: { id: own } });
  it('is charged to the clerk and the team within a minute, and shown to them and their superiors alone', async () => {
    const { clerk, colleague, foreman, judge, stranger } = people;
    await minute('assessments');
    await minute('assessments');
    const list = async (person: Client) => (await person.listAssessments()).items;
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
    await refused(404, entryOf(colleague), entryOf(stranger));
  });

  it('is appealed against by the clerk, and decided by one who neither confirmed it nor is charged', async () => {
    const { clerk, colleague, foreman, reviewer, judge } = people;
    const params = { id: own };
    const appeal = { reason: '当时正在接待客户，接收人随后离开' };
    const decision = { result: 'reduced', reason: '情况属实，责任减半', points: 1, money: 50 } as const;
    const decide = (person: Client) => person.decideAssessment({ params, body: decision });
    await refused(404, colleague.appealAssessment({ params, body: appeal }));
    await refused(409, decide(judge));
    await clerk.appealAssessment({ params, body: appeal });
    expect(await entryOf(foreman)).toMatchObject({
      status: 'appealed',
      appeal: { by: 'zhang.san', ...appeal },
    });
    await refused(403, decide(clerk), decide(reviewer));
    await decide(judge);
    expect(await entryOf(clerk)).toMatchObject({
      status: 'reduced',
      points: 1,
      money: 50,
    });
  });

  it('is frozen with its month when nobody can appeal any more; what is corrected later counts in the next', async () => {
    const { clerk, reviewer, boss } = people;
    const freeze = (person: Client) => person.freezeAssessmentMonth({ params: { month: MONTH } });
    const reverse = (person: Client, reason: string) =>
      person.reverseAssessment({ params: { id: own }, body: { reason } });
    await refused(403, freeze(reviewer));
    await refused(409, freeze(boss));
    clock.set('2026-11-26T09:00:00+08:00');
    // The team may appeal until 1 December.
    await refused(409, freeze(boss));
    clock.set('2026-12-02T09:00:00+08:00');
    expect(await freeze(boss)).toMatchObject({
      month: MONTH,
      by: 'wu.jiu',
      totals: { entries: 2, points: 1.5, money: 50 },
    });
    await refused(403, reverse(clerk, '不应考核'));
    const counter = await reverse(boss, '责任人登记错误');
    expect(counter).toMatchObject({ month: '2026-12', points: -1, money: -50, corrects: own });
    expect(await entryOf(clerk)).toMatchObject({ frozen: true, points: 1, counteredBy: counter.id });
  });

  it('is a row of the month’s Excel file, for those who read the ledger', async () => {
    const { auditor, clerk, stranger } = people;
    const file = (person: Client) => person.exportAssessments({ query: { month: MONTH } });
    const download = async (person: Client) => {
      const sheets = await readXlsxFile(Buffer.from(await (await file(person)).arrayBuffer()));
      return sheets.find(({ sheet }) => sheet === '明细')?.data ?? [];
    };
    const [head = [], ...rows] = await download(auditor);
    const row = rows.find((cells) => cells[head.indexOf('记录编号')] === own) ?? [];
    const cell = (title: string) => row[head.indexOf(title)];
    expect(rows).toHaveLength(2);
    expect(['考核月份', '条款', '对象', '工号或单位编码', '所属单位', '标准扣分', '实际扣分', '实际扣款（元）', '状态', '工单号', '查实人', '复核人'].map(cell)).toEqual([
      MONTH, 'KH-01', '个人', 'E1001', '城区解放路营业厅一班', 2, 1, 50, '申诉减轻', 'WO-1', 'sun.qi', 'zhou.ba',
    ]); // prettier-ignore
    expect(await download(stranger)).toHaveLength(1);
    await refused(403, file(clerk));
  });

  it('counts in the report of the unit, and every step is in the audit log, whose chain is whole', async () => {
    const { reviewer, fixer, auditor } = people;
    const report = (person: Client) =>
      person.getReport({ params: { period: 'month' }, query: { date: DAY, orgUnit: COUNTY } });
    expect(await report(reviewer)).toMatchObject({
      label: MONTH,
      volumes: { opened: 1, stagesCompleted: 1, handovers: 1 },
      alerts: {
        raised: 1,
        byKind: [{ kind: 'missing-signature', raised: 1, confirmed: 1 }],
        rules: [{ rule: 'handover-receiver-unsigned', confirmed: 1, precision: 1 }],
      },
    });
    await refused(403, report(fixer));
    const { items } = await auditor.listAudit({ query: { limit: 100 } });
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
