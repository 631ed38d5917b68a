import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isWorkday } from 'chinese-days';
import type { Page } from 'playwright-core';
import readXlsxFile from 'read-excel-file/node';
import { makeClient } from '../../src/client/make-client.js';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import {
  type Account,
  type OpenConsole,
  openConsole,
  SHOTS,
  type TestEvent,
  violations,
} from './open-console.js';

// A browser on a busy machine takes its time.
jest.setTimeout(300_000);

const HALL = '334010101';
const DAY = 86_400_000;
const shanghaiDate = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);

/** The last day of work that is over. */
function lastWorkday(): string {
  for (let at = Date.now() - DAY; ; at -= DAY) if (isWorkday(shanghaiDate(at))) return shanghaiDate(at);
}

describe(`reconciliation, assessment and reports in the console${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  const date = lastWorkday();
  let open: OpenConsole;
  let people: Record<'giver' | 'receiver' | 'reviewer' | 'clerk' | 'judge' | 'stranger', Account>;
  let alertId = '';

  beforeAll(async () => {
    if (!hasBrowser) return;
    open = await openConsole();
    const account = (id: string, displayName: string, role?: string, orgUnit?: string, operatorIds: string[] = []) =>
      open.makeOwnedAccount({ id, displayName, operatorIds, grants: role === undefined ? [] : [{ role, ...(orgUnit !== undefined && { orgUnit }) }] }); // prettier-ignore
    people = {
      giver: await account('giver.he', '何移交', 'supervisor', HALL),
      receiver: await account('receiver.lv', '吕接收', 'inspector', HALL),
      reviewer: await account('reviewer.shi', '施复核', 'supervisor', '3340101'),
      clerk: await account('clerk.zhang', '张受理', undefined, undefined, ['E1001']),
      judge: await account('judge.kong', '孔裁定', 'supervisor', '33401'),
      stranger: await account('stranger.cao', '曹外', 'supervisor', '3340201'),
    };
    await open.postEvents(unsignedHandover('HAND-1'));
    const admin = makeClient({ baseUrl: open.service.address, token: open.token });
    await eventually(
      () => admin.listWorkOrders(),
      ({ items }) => items.length > 0,
      60_000,
    );
    await open.sweep('end-of-day', date);
    await open.sweep('close-day', date);
    const { items } = await eventually(
      () => admin.listAlerts({ query: { subject: ['HAND-1'], rule: ['handover-receiver-unsigned'] } }),
      (page) => page.items.length > 0,
      60_000,
    );
    alertId = items[0]?.id ?? '';
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
  });

  /** Accepted, completed and handed over on the day, without the receiver's signature. */
  function unsignedHandover(no: string): TestEvent[] {
    const ago = (time: string) => (Date.now() - Date.parse(`${date}T${time}:00+08:00`)) / 60_000;
    return [
      { type: 'yxzy.workorder.opened', subject: no, minutesAgo: ago('09:00'), data: { process: '高压新装', orgUnit: HALL } },
      { type: 'yxzy.stage.completed', subject: no, minutesAgo: ago('10:00'), data: { stage: '业务受理', orgUnit: HALL, operator: { id: 'E1001', name: '张三丰' } } },
      { type: 'yxzy.handover.recorded', subject: no, minutesAgo: ago('11:00'), data: {
        stage: '业务受理', toStage: '现场勘查', documents: ['用电申请表'], giver: '张三丰', receiver: '李四光', giverSigned: true, receiverSigned: false,
      } },
    ]; // prettier-ignore
  }

  const as = async (account: Account, path: string, options?: { width?: number; dark?: boolean }) => {
    const page = await open.openPage(options);
    await open.signInAs(page, account, path);
    return page;
  };
  const openStatement = (page: Page) => page.getByRole('button', { name: date }).click();
  /** It cannot be taken back: one is asked first, and the question names the side. */
  async function confirmSigning(page: Page, side: string): Promise<void> {
    const question = page.locator('.ant-popover:visible', { hasText: `以${side}身份签认？` });
    await question.getByRole('button', { name: `${side}签认` }).click();
    await question.waitFor({ state: 'hidden' });
  }
  /** Saves what a click downloads; its sheets by name. */
  async function download(page: Page, name: string) {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    const sheets = await readXlsxFile(await readFile(await file.path()));
    return { fileName: file.suggestedFilename(), sheets };
  }
  inBrowser('a day’s statement is signed by both sides, not both by one, and its difference leads to the alert', async () => {
    const giver = await as(people.giver, '/assessments');
    await openStatement(giver);
    const sheet = giver.locator('.ant-drawer');
    await sheet.getByText('HAND-1').waitFor();
    await sheet.getByRole('button', { name: '移交方签认' }).click();
    await confirmSigning(giver, '移交方');
    await sheet.getByText(/移交方：giver\.he/).waitFor();
    // Nor does the service take it, asked without the page.
    await sheet.getByText('接收方须由他人签认').waitFor();
    expect(await sheet.getByRole('button', { name: '接收方签认' }).count()).toBe(0);
    const both = await open.postAs(people.giver, `/api/reconciliations/${HALL}/${date}/sign`, { side: 'receiver', version: 1 });
    expect(both).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    await giver.waitForTimeout(600);
    await giver.screenshot({ path: join(SHOTS, 'statement-1440.png') });
    expect(await violations(giver)).toEqual([]);
    const difference = sheet.getByRole('link', { name: '接收方未签' });
    expect(decodeURIComponent((await difference.getAttribute('href')) ?? '')).toBe(`/alerts/${alertId}`);
    await difference.click();
    await giver.waitForURL((url) => decodeURIComponent(url.pathname) === `/alerts/${alertId}`);
    await giver.context().close();

    const receiver = await as(people.receiver, '/assessments', { width: 375, dark: true });
    await openStatement(receiver);
    await receiver.locator('.ant-drawer').getByRole('button', { name: '接收方签认' }).click();
    await confirmSigning(receiver, '接收方');
    await receiver.locator('.ant-drawer').getByText(/接收方：receiver\.lv/).waitFor();
    await receiver.waitForTimeout(600);
    await receiver.screenshot({ path: join(SHOTS, 'statement-375-dark.png') });
    expect(await violations(receiver)).toEqual([]);
    const [paper] = await Promise.all([
      receiver.context().waitForEvent('page'),
      receiver.locator('.ant-drawer').getByRole('button', { name: '打印' }).click(),
    ]);
    await paper.getByText('HAND-1').waitFor();
    await receiver.context().close();

    const stranger = await as(people.stranger, '/assessments');
    await stranger.getByText('还没有对账单').waitFor();
    await stranger.context().close();
  }); // prettier-ignore

  inBrowser('statements are chosen by day, unit and whether anything differs, and the choice stands in the address', async () => {
    const page = await as(people.judge, '/assessments');
    await page.locator('.ant-table-row').first().waitFor();
    const rows = page.locator('.ant-table-row');
    await page.getByRole('switch', { name: '只看有差异的' }).click();
    await page.waitForURL((url) => url.search === '?differences=true');
    // For a moment the list is that of before, then none.
    const chosen = await eventually(
      () => rows.allInnerTexts(),
      (texts) => texts.length === 1 && texts.every((text) => text.includes(date)),
      20_000,
    );
    expect(chosen).toEqual([expect.stringContaining(date)]);
    await open.go(page, '/assessments?date=2026-01-01');
    await page.getByText('没有符合条件的对账单').waitFor();
    await page.context().close();
  }); // prettier-ignore

  inBrowser('what is confirmed is charged; the clerk appeals, another decides, and each sees what is for him', async () => {
    const admin = makeClient({ baseUrl: open.service.address, token: open.token });
    await admin.dispatchAlert({ params: { id: alertId }, body: { to: { orgUnit: HALL } } });
    await admin.rectifyAlert({ params: { id: alertId }, body: { note: '接收人已补签' } });
    const reviewer = makeClient({ baseUrl: open.service.address });
    await reviewer.signIn({ body: people.reviewer });
    const outcome = { result: 'confirmed', reason: '移交时接收人未签字属实' } as const;
    await reviewer.closeAlert({ params: { id: alertId }, body: { outcome } });
    // Charged by the service’s own job, once a minute.
    await eventually(
      () => admin.listAssessments(),
      ({ items }) => items.length === 2,
      150_000,
    );

    const clerk = await as(people.clerk, '/assessments?view=ledger&mine=true', { width: 375 });
    await clerk.locator('.ant-table-row').first().waitFor();
    expect(await clerk.locator('.ant-table-row').count()).toBe(1);
    expect(await clerk.getByRole('button', { name: '下载 Excel' }).count()).toBe(0);
    await clerk.locator('.ant-table-row button').click();
    await clerk.getByText('2 分，100 元').waitFor();
    expect(await clerk.getByRole('button', { name: '裁定' }).count()).toBe(0);
    await clerk.getByRole('button', { name: '申诉' }).click();
    const asked = clerk.locator('.ant-modal');
    await asked.locator('textarea').fill('当时正在接待客户，接收人随后离开');
    await clerk.waitForTimeout(600);
    await clerk.screenshot({ path: join(SHOTS, 'ledger-appeal-375.png') });
    expect(await violations(clerk)).toEqual([]);
    await asked.getByRole('button', { name: '申诉' }).click();
    await clerk.locator('.ant-table-row .chip', { hasText: '申诉中' }).waitFor();
    await clerk.context().close();

    // Who confirmed it does not decide on it.
    const confirmer = await as(people.reviewer, '/assessments?view=ledger');
    await confirmer.locator('.ant-table-row', { hasText: '申诉中' }).locator('button').click();
    await confirmer.getByText('当时正在接待客户').waitFor();
    expect(await confirmer.getByRole('button', { name: '裁定' }).count()).toBe(0);
    await confirmer.context().close();

    const judge = await as(people.judge, '/assessments?view=ledger');
    await judge.locator('.ant-table-row', { hasText: '申诉中' }).locator('button').click();
    await judge.getByRole('button', { name: '裁定' }).click();
    const form = judge.locator('.ant-modal');
    await form.getByRole('combobox').click();
    await judge.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: '减轻' }).click();
    await form.getByLabel('减轻后扣分').fill('1');
    await form.getByLabel('减轻后扣款（元）').fill('50');
    await form.locator('textarea').fill('情况属实，责任减半');
    await form.getByRole('button', { name: '裁定' }).click();
    await judge.locator('.ant-drawer').getByText('1 分，50 元').waitFor();
    await judge.locator('.ant-drawer').getByText('2 分，100 元').waitFor();
    await judge.waitForTimeout(600);
    await judge.screenshot({ path: join(SHOTS, 'ledger-decided-1440.png') });
    expect(await violations(judge)).toEqual([]);
    await judge.context().close();

    const stranger = await as(people.stranger, '/assessments?view=ledger');
    await stranger.getByText('这个月没有考核记录').waitFor();
    await stranger.context().close();
  }); // prettier-ignore

  inBrowser('the ledger is taken out as an Excel file; a month is frozen when nobody can appeal, and says so otherwise', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/assessments?view=ledger');
    await page.locator('.ant-table-row').first().waitFor();
    const { fileName, sheets } = await download(page, '下载 Excel');
    expect(fileName).toMatch(/^考核台账-\d{4}-\d{2}\.xlsx$/);
    const [head = [], ...rows] = sheets.find(({ sheet }) => sheet === '明细')?.data ?? [];
    const of = (title: string) => rows.map((cells) => cells[head.indexOf(title)]);
    expect(of('工单号')).toEqual(['HAND-1', 'HAND-1']);
    expect(of('实际扣款（元）').toSorted()).toEqual([0, 50]);

    const freeze = async () => {
      // The question bears the same words, and goes on doing so while it fades out.
      const question = page.locator('.ant-popover:visible');
      await page.locator('.filters').getByRole('button', { name: '冻结该统计月' }).click();
      await question.getByRole('button', { name: '冻结该统计月' }).click();
      await question.waitFor({ state: 'hidden' });
    };
    await freeze();
    await page.locator('.ant-message-error').first().waitFor();
    expect(await page.locator('.chip', { hasText: '已冻结' }).count()).toBe(0);
    const past = `${Number(date.slice(0, 4)) - 1}-06`;
    await open.go(page, `/assessments?view=ledger&month=${past}`);
    await page.getByText('这个月没有考核记录').waitFor();
    await freeze();
    await page.locator('.chip', { hasText: '已冻结 · 0 条' }).waitFor();
    await page.context().close();
  }); // prettier-ignore

  inBrowser('a report is read, taken out as an Excel file, and printed, by those whose unit it is', async () => {
    const page = await as(people.judge, `/assessments?view=report&date=${date}&orgUnit=${HALL}`);
    const report = page.locator('.report');
    await report.getByRole('heading', { name: new RegExp(date) }).waitFor();
    const volume = report.locator('.figure', { hasText: '移交' }).locator('strong');
    expect(await volume.innerText()).toBe('1');
    const { fileName, sheets } = await download(page, '下载 Excel');
    expect(fileName).toMatch(/\.xlsx$/);
    expect(JSON.stringify(sheets)).toContain('解放路营业厅');
    const [paper] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: '打印' }).click(),
    ]);
    await paper.getByText(new RegExp(date)).first().waitFor();
    await page.context().close();

    // An inspector reads statements, but no reports; a clerk what is charged to him, and nothing else.
    const inspector = await as(people.receiver, '/assessments?view=report');
    await inspector.getByText('对账单', { exact: true }).waitFor();
    expect(await inspector.getByText('报表', { exact: true }).count()).toBe(0);
    await inspector.context().close();
    const clerk = await as(people.clerk, '/alerts');
    await clerk.locator('.ant-table-row').first().waitFor();
    expect(new URL(clerk.url()).pathname).toBe('/assessments');
    expect(await clerk.locator('nav a').allInnerTexts()).toEqual([expect.stringContaining('对账考核')]);
    expect(await clerk.getByText('对账单', { exact: true }).count()).toBe(0);
    expect(await violations(clerk)).toEqual([]);
    await clerk.context().close();
  }); // prettier-ignore

  inBrowser('never complained in the browser’s own console, but of the month that is not over', () => {
    expect(open.complaints.filter((text) => !/status of 409/.test(text))).toEqual([]);
  });
});
