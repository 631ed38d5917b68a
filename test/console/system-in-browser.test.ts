import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Collection } from 'mongodb';
import type { Page } from 'playwright-core';
import { type EventStore, makeEventStore } from '../../src/events/event-store.js';
import { type DeadLetterStore, makeDeadLetterStore } from '../../src/queue/dead-letter-store.js';
import { eventually } from '../infra/start-stores-process.js';
import { type HttpReceiver, json, openHttpReceiver } from '../support/http-receiver.js';
import { openTestMongo, openTestRedis } from '../support/services.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole, SHOTS, unsignedAcceptance, violations } from './open-console.js';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

const UNIT = '334010101';
const TRIES = 5;
/** Runs in the page: posts one event as its sender would, and answers how long it took until its alert was in the list, ms. */
const POST_AND_WAIT = ([token, no]: readonly [string, string]) => `new Promise((done, fail) => {
  const rows = () => document.querySelectorAll('.alert-row').length;
  const before = rows();
  let from;
  const seen = new MutationObserver(() => {
    if (rows() === before) return;
    seen.disconnect();
    done(performance.now() - from);
  });
  seen.observe(document, { childList: true, subtree: true });
  const event = {
    specversion: '1.0', id: 'live-' + ${JSON.stringify(no)}, source: '/sales/test', type: 'yxzy.stage.completed', subject: ${JSON.stringify(no)},
    time: new Date(Date.now() - 60_000).toISOString(), data: { stage: '业务受理', operator: { id: 'u1' } },
  };
  const headers = { Authorization: 'Bearer ' + ${JSON.stringify(token)}, 'Content-Type': 'application/cloudevents+json' };
  from = performance.now();
  fetch('/api/events', { method: 'POST', headers, body: JSON.stringify(event) }).then(({ status }) => status === 202 || fail(status), fail);
})`;

describe(`the page of the system in a browser${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  let letters: DeadLetterStore;
  let events: EventStore;
  let waiting: Collection<{ _id: string }>;
  let robot: HttpReceiver;
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    if (!hasBrowser) return;
    const mongo = await openTestMongo();
    const redis = await openTestRedis();
    robot = await openHttpReceiver();
    letters = makeDeadLetterStore(mongo.connection, Date.now);
    events = makeEventStore(mongo.connection, Date.now);
    waiting = mongo.connection.collection<{ _id: string }>('events');
    const dir = mkdtempSync(join(tmpdir(), 'yxrisk-console-system-'));
    cpSync('rules', dir, { recursive: true });
    const notify = JSON.parse(readFileSync(join(dir, 'notify.json'), 'utf8')) as object;
    const channels = [{ name: 'robot', type: 'dingtalk', url: robot.url, tokenFrom: 'NOTIFY_SECRET_T' }];
    writeFileSync(join(dir, 'notify.json'), JSON.stringify({ ...notify, channels }));
    open = await openConsole({
      MONGODB_URI: mongo.uri, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix, RULES_DIR: dir, NOTIFY_SECRET_T: 'TOKEN',
    }); // prettier-ignore
    close = async () => {
      await open.close();
      await robot.close();
      await redis.close();
      await mongo.close();
      rmSync(dir, { recursive: true, force: true });
    };
  });
  afterAll(() => close?.());

  const card = (page: Page, title: string) =>
    page.locator('.ant-card', { has: page.locator('.ant-card-head-title', { hasText: title }) });
  const shoot = (page: Page, name: string) =>
    page.screenshot({ path: join(SHOTS, `system-${name}.png`), fullPage: true });
  /** What opens is grown into its place: a click on the way there is lost. */
  const settled = async (page: Page) => {
    await page.waitForTimeout(150);
    const isMoving = `document.getAnimations().some(({ playState, effect }) => playState === 'running' && effect.getComputedTiming().endTime < 5000)`;
    await eventually(() => page.evaluate<boolean>(isMoving), (isSo) => !isSo, 10_000);
    await page.waitForTimeout(250);
  }; // prettier-ignore
  const expectRows = async (rows: ReturnType<Page['locator']>, wanted: number) =>
    expect(await eventually(() => rows.count(), (count) => count === wanted, 30_000)).toBe(wanted); // prettier-ignore
  const confirm = async (page: Page) => {
    await settled(page);
    await page.locator('.ant-popconfirm:visible .ant-btn-primary').click();
  };
  /** What a list says once it says what is expected: it reads by itself. */
  const shows = (page: Page, title: string, text: string | RegExp) =>
    card(page, title).getByText(text).first().waitFor({ timeout: 30_000 });

  inBrowser('names each part once, and says in Chinese what is the matter with it', async () => {
    const { checks } = (await open.api('/readyz')) as {
      checks: { name: string; ok: boolean; message?: string }[];
    };
    const page = await open.openPage();
    await open.signIn(page, '/system');
    const parts = card(page, '部件').locator('.plain-list li');
    await parts.first().waitFor();
    const texts = await parts.allInnerTexts();
    expect(texts).toHaveLength(checks.length);
    expect(new Set(texts).size).toBe(checks.length);
    // Names of files apart, nothing is said in the words of developers.
    for (const text of texts) expect(text).not.toMatch(/[A-Za-z]+ [A-Za-z]+/);
    for (const [index, { ok }] of checks.entries())
      expect(texts[index]).toMatch(ok ? /^正常 / : /^(注意|异常) .+。$/s);
    await page.context().close();
  });

  inBrowser('says that no feed has spoken and nothing is set aside, on a service that is new', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/system');
    await shows(page, '数据源与心跳', '还没有收到数据源的事件或心跳。');
    await shows(page, '搁置的事件', '没有搁置的事件。');
    await page.context().close();
  });

  inBrowser(`shows an alert live within a second of its event, on a service with nothing else to do`, async () => {
    const numbers = Array.from({ length: TRIES }, (_, index) => `SOON-${index}`);
    await open.postEvents(
      numbers.map((subject) => ({
        type: 'yxzy.workorder.opened', subject, minutesAgo: 10, data: { process: '高压新装', orgUnit: UNIT },
      })),
    );
    const page = await open.openPage();
    await open.signIn(page, `/alerts?subject=${numbers.join(',')}&kind=missing-signature`);
    await page.waitForSelector('.stream-live');
    await page.waitForSelector('.ant-empty');
    const took: number[] = [];
    for (const no of numbers) {
      took.push(Math.round(await page.evaluate<number>(POST_AND_WAIT([open.token, no]))));
      await page.waitForTimeout(700);
    }
    expect(await page.locator('.alert-row').count()).toBeGreaterThanOrEqual(TRIES);
    process.stdout.write(`\nFrom posting an event to its alert in the list: ${took.join(', ')} ms\n`);
    expect(Math.min(...took)).toBeLessThanOrEqual(1_000);
    await page.context().close();
  }); // prettier-ignore

  inBrowser(
    'shows each feed with its last sign of life, the silent one first, in words and colour',
    async () => {
      const heartbeat = (subject: string, minutesAgo: number) => ({
      type: 'yxzy.feed.heartbeat', subject, minutesAgo, data: { feed: subject },
    }); // prettier-ignore
      await open.postEvents([
      heartbeat('a-alive', 0),
      heartbeat('b-silent', 200),
      { type: 'yxzy.workorder.opened', subject: 'FED-1', minutesAgo: 5, data: { process: '高压新装', orgUnit: UNIT, feed: 'c-never' } },
    ]); // prettier-ignore
      const page = await open.openPage();
      await open.signIn(page, '/system');
      await shows(page, '数据源与心跳', 'c-never');
      await shows(page, '数据源与心跳', 'b-silent');
      const rows = await card(page, '数据源与心跳').locator('.ant-table-row').allInnerTexts();
      expect(rows.map((row) => row.split(/\s+/).slice(0, 2))).toEqual([
        ['b-silent', '无信号'],
        ['a-alive', '正常'],
        ['c-never', '未发心跳'],
      ]);
      expect(rows[0]).toContain('3 小时 20 分');
      await shows(page, '数据源与心跳', '超过 15 分钟没有信号，即判为「无信号」');
      await page.context().close();
    },
  );

  /** Events that were accepted and could not be processed, as the worker leaves them. */
  async function setAside(numbers: readonly string[], reason: string): Promise<void> {
    await open.postEvents(numbers.flatMap((no) => unsignedAcceptance(no, { operator: { id: 'u1', name: '赵小刚' } })));
    for (const no of numbers) {
      await eventually(() => open.api(`/api/work-orders/${no}`), (body) => JSON.stringify(body).includes('业务受理'), 60_000);
      const found = (await events.loadByRecord(no)).find(({ type }) => type === 'yxzy.stage.completed');
      if (!found) throw new Error(`no event of ${no}`);
      // As if it had never been processed: the store sets aside nothing that was.
      await waiting.updateOne({ _id: found.key }, { $set: { status: 'received' } });
      await events.markDead([found.key], reason);
      await letters.add([{ kind: 'event', eventKey: found.key, recordId: no, reason, error: `${no}: 环节时间早于开立时间`, attempts: 5 }]);
    }
  } // prettier-ignore

  inBrowser('shows dead letters by reason with their masked event, replays those chosen, and says what came of it', async () => {
    await setAside(['DEAD-1', 'DEAD-2', 'DEAD-3'], 'cannot-be-folded');
    await letters.add([
      { kind: 'intake', raw: { id: 'x', customerName: '张三丰', phone: '13812345678' }, reason: 'invalid', error: 'specversion is missing' },
    ]);
    const page = await open.openPage();
    await open.signIn(page, '/system');
    const dead = card(page, '搁置的事件');
    const rows = dead.locator('.ant-table-row');
    await expectRows(rows, 4);
    await dead.scrollIntoViewIfNeeded();
    await shoot(page, 'letters');

    await rows.filter({ hasText: '格式不符' }).getByRole('button', { name: '查看' }).click();
    await page.locator('.ant-drawer .sent').waitFor();
    expect(await page.innerText('.ant-drawer .sent')).toContain('张**');
    expect(await page.innerText('.ant-drawer .sent')).not.toMatch(/张三丰|13812345678/);
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'letter');
    await page.keyboard.press('Escape');
    await page.locator('.ant-drawer .sent').waitFor({ state: 'hidden' });

    // Only the two that are chosen are taken up.
    const chosen = dead.getByRole('button', { name: /重新处理所选/ });
    expect(await chosen.isDisabled()).toBe(true);
    await dead.getByLabel('选中 DEAD-1').check();
    await rows.filter({ hasText: '格式不符' }).getByRole('checkbox').check();
    await chosen.click();
    await dead.locator('.replay-outcome').waitFor();
    const outcome = await dead.locator('.replay-outcome').innerText();
    expect(outcome).toContain('1 条已重新处理，1 条仍不能处理');
    expect(outcome).toContain('格式不符');
    await expectRows(rows, 3);
    expect((await letters.list({ replayed: true })).items.map(({ recordId }) => recordId)).toEqual(['DEAD-1']);
    await shoot(page, 'outcome');

    // What was chosen stays filtered by reason; all that match are taken up, and no other.
    await dead.getByRole('combobox', { name: '原因' }).click();
    await settled(page);
    await page.locator('.ant-select-item-option', { hasText: '无法并入记录（2）' }).click();
    await expectRows(rows, 2);
    await dead.getByRole('button', { name: '重新处理全部符合条件的' }).click();
    await confirm(page);
    await dead.getByText('2 条已重新处理').waitFor();
    expect((await letters.list({ replayed: false })).items.map(({ reason }) => reason)).toEqual(['invalid']);

    // What came of it: the worker has been at it.
    await dead.getByRole('combobox', { name: '状态' }).click();
    await settled(page);
    await page.locator('.ant-select-item-option', { hasText: '已重新处理' }).click();
    await expectRows(rows, 3);
    expect(await dead.locator('.ant-table-row input:enabled').count()).toBe(0);
    await rows.filter({ hasText: 'DEAD-1' }).getByRole('button', { name: '查看' }).click();
    await page.locator('.ant-drawer .chip', { hasText: '已处理' }).waitFor({ timeout: 30_000 });
    expect(await page.innerText('.ant-drawer .sent')).not.toContain('赵小刚');
    await page.context().close();
  }); // prettier-ignore

  inBrowser('lets an auditor look at dead letters, and take none up', async () => {
    const auditor = await open.makeOwnedAccount({ id: 'audit.chen', displayName: '陈审', grants: [{ role: 'auditor' }] });
    const page = await open.openPage();
    await open.signInAs(page, auditor, '/system');
    const dead = card(page, '搁置的事件');
    await dead.locator('.ant-table-row').first().waitFor();
    expect(await dead.getByRole('checkbox').count()).toBe(0);
    expect(await dead.getByRole('button', { name: /重新处理/ }).count()).toBe(0);
    expect(await card(page, '人员与权限').count()).toBe(0);
    expect(await page.getByRole('button', { name: '查看队列' }).count()).toBe(0);
    // Nor by the address.
    const refused = await page.goto(`${open.service.address}/admin/queues`);
    expect(refused?.status()).toBe(403);
    open.complaints.splice(0);
    await page.context().close();
  }); // prettier-ignore

  inBrowser('opens the queues for an admin, by token and by session', async () => {
    const boss = await open.makeOwnedAccount({ id: 'boss.qian', displayName: '钱管', grants: [{ role: 'admin' }] });
    for (const signIn of [(page: Page) => open.signIn(page, '/system'), (page: Page) => open.signInAs(page, boss, '/system')]) {
      const page = await open.openPage();
      await signIn(page);
      await page.getByRole('button', { name: '查看队列' }).click();
      await page.waitForURL('**/admin/queues**');
      await page.getByText('events-0').first().waitFor({ timeout: 30_000 });
      await page.screenshot({ path: join(SHOTS, 'queues.png') });
      await page.context().close();
    }
    open.complaints.splice(0, open.complaints.length, ...open.complaints.filter((text) => !text.includes('/admin/queues')));
  }); // prettier-ignore

  inBrowser('tries a channel, and says whether it came through', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/system');
    robot.answer((response) => json(response, { errcode: 0, errmsg: 'ok' }));
    await card(page, '通知渠道').getByRole('button', { name: '发送测试' }).click();
    await page.getByText(/已送达，用时 \d+ 毫秒/).waitFor();
    expect(robot.received.at(-1)?.url).toBe('/robot/send?access_token=TOKEN');
    robot.answer((response) => json(response, { errcode: 310000, errmsg: 'keywords not in content' }));
    await card(page, '通知渠道').getByRole('button', { name: '发送测试' }).click();
    await page
      .getByText(/refused the message with code 310000/)
      .first()
      .waitFor();
    await page.context().close();
  });

  inBrowser('gives a person roles by unit and takes some back, over what was looked at only', async () => {
    const wang = await open.makeOwnedAccount({ id: 'wang.fang', displayName: '王芳', grants: [{ role: 'inspector', orgUnit: UNIT }] });
    const page = await open.openPage();
    await open.signIn(page, '/system');
    const row = card(page, '人员与权限').locator('.ant-table-row', { hasText: 'wang.fang' });
    await row.getByRole('button', { name: '改角色与范围' }).click();
    await settled(page);
    const grants = page.locator('[data-rights=grants]');
    await grants.getByRole('button', { name: '添加角色' }).click();
    await choose(page, grants.locator('.rights-row').nth(1).getByRole('combobox', { name: '角色' }), '主管');
    const exclusions = page.locator('[data-rights=exclusions]');
    await exclusions.getByRole('button', { name: '添加排除' }).click();
    await exclusions.getByRole('combobox', { name: '单位' }).click();
    await page.keyboard.type('解放路');
    // Until the tree has but what was typed: what is clicked before may go away under the mouse.
    const chooser = page.locator('.ant-select-dropdown:visible');
    await eventually(() => chooser.locator('.ant-select-tree-title').allInnerTexts(), (titles) => titles.at(-1) === '城区解放路营业厅二班', 30_000);
    await page.waitForTimeout(500);
    await chooser.locator('.ant-select-tree-title', { hasText: '解放路营业厅' }).first().click();
    await chooser.waitFor({ state: 'hidden' });
    await page.waitForTimeout(400);
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'rights');
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('.ant-modal').waitFor({ state: 'hidden' });
    const user = (await open.api('/api/users/wang.fang')) as { version: number; exclusions: { orgUnit: string }[] };
    expect(user).toMatchObject({ grants: [{ role: 'inspector', orgUnit: UNIT }, { role: 'supervisor' }], exclusions: [{}] });
    await row.locator('.chip', { hasText: '除外' }).waitFor();
    await shoot(page, 'users');

    // The exclusion wins: not a single alert of there is seen, though a supervisor of everything sees those of elsewhere.
    await open.postEvents(unsignedAcceptance('ELSEWHERE-1').map((event) => ({ ...event, data: { ...event.data, orgUnit: '334020101' } })));
    const atWang = await open.openPage();
    await open.signInAs(atWang, wang, '/alerts?subject=ELSEWHERE-1,DEAD-1');
    await atWang.getByText('ELSEWHERE-1').first().waitFor({ timeout: 30_000 });
    expect(await atWang.getByText('DEAD-1').count()).toBe(0);
    await atWang.context().close();

    // Somebody else changes it while it is open.
    await row.getByRole('button', { name: '改角色与范围' }).click();
    await settled(page);
    await page.locator('[data-rights=grants] .rights-row').first().waitFor();
    await open.post('/api/users/wang.fang', { displayName: '王芳芳' });
    await page.getByLabel('去掉第 2 行').click();
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('.ant-modal [role=alert]', { hasText: 'changed meanwhile' }).waitFor();
    expect(await open.api('/api/users/wang.fang')).toMatchObject({ grants: [{}, {}] });
    await page.context().close();
  }); // prettier-ignore

  async function choose(page: Page, select: ReturnType<Page['locator']>, option: string): Promise<void> {
    await select.click();
    await settled(page);
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click();
  } // prettier-ignore

  inBrowser('does not let the last admin take the role from himself, and says why', async () => {
    const page = await open.openPage();
    await open.signInAs(page, { user: 'boss.qian', password: 'Correct-Horse-7788' }, '/system');
    const row = card(page, '人员与权限').locator('.ant-table-row', { hasText: 'boss.qian' });
    await row.getByRole('button', { name: '停用' }).click();
    await confirm(page);
    await page.getByText('这是最后一个管理全部单位的管理员账号').waitFor();
    await row.getByRole('button', { name: '改角色与范围' }).click();
    await settled(page);
    await page.getByText('这是您自己的账号').waitFor();
    await choose(page, page.locator('[data-rights=grants]').getByRole('combobox', { name: '角色' }), '主管');
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('.ant-modal [role=alert]', { hasText: '最后一个' }).waitFor();
    await shoot(page, 'last-admin');
    expect(await open.api('/api/users/boss.qian')).toMatchObject({ disabled: false, grants: [{ role: 'admin' }] });
    await page.context().close();
  }); // prettier-ignore

  inBrowser('makes an account with its first password, told once, and resets it', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/system');
    await page.getByRole('button', { name: '新增人员' }).click();
    await settled(page);
    const form = page.locator('.ant-modal');
    await form.getByLabel('账号').fill('li.na');
    await form.getByLabel('名称').fill('李娜');
    await choose(page, form.getByRole('combobox', { name: '角色' }), '巡检员');
    await settled(page);
    await form.locator('.ant-modal-footer .ant-btn-primary').click();
    const told = page.locator('.ant-modal-confirm', { hasText: '新密码（只显示这一次）' });
    await told.waitFor();
    const password = (await told.locator('.ant-typography').innerText()).trim();
    await settled(page);
    await told.getByRole('button').last().click();
    const atLi = await open.openPage();
    await open.signInAs(atLi, { user: 'li.na', password }, '/');
    // It is the first one: another must be set before anything else.
    await atLi.waitForSelector('#current');
    await atLi.context().close();
    const row = card(page, '人员与权限').locator('.ant-table-row', { hasText: 'li.na' });
    await row.getByRole('button', { name: '重置密码' }).click();
    await confirm(page);
    await told.waitFor();
    expect((await told.locator('.ant-typography').innerText()).trim()).not.toBe(password);
    await page.context().close();
  });

  inBrowser('finds in the audit log who did what to whom', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/system');
    const audit = card(page, '审计记录');
    await audit.getByRole('searchbox', { name: '动作' }).fill('dead-letters.replay');
    await page.keyboard.press('Enter');
    const rows = audit.locator('.ant-table-row');
    await expectRows(rows, 2);
    await audit.getByRole('searchbox', { name: '动作' }).fill('user.change');
    await page.keyboard.press('Enter');
    await audit.getByRole('searchbox', { name: '对象' }).fill('wang.fang');
    await page.keyboard.press('Enter');
    await eventually(() => rows.allInnerTexts(), (texts) => texts.length > 0 && texts.every((text) => text.includes('wang.fang')), 30_000);
    await audit.getByText(/not: any role of/).first().waitFor();
    await page.context().close();
  }); // prettier-ignore

  inBrowser('never complained in the browser’s own console', () => {
    // What is refused on purpose is a failed request to the browser.
    expect(open.complaints.filter((text) => !/status of 409|status of 412/.test(text))).toEqual([]);
  });
});
