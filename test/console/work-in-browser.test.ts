import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import {
  type Account,
  type OpenConsole,
  openConsole,
  SHOTS,
  unsignedAcceptance,
  violations,
} from './open-console.js';

jest.setTimeout(300_000);

interface Task {
  readonly id: string;
  readonly orgUnit: string;
  readonly status: string;
  readonly items: readonly { readonly id: string; readonly text: string }[];
  readonly results?: readonly {
    readonly result: string;
    readonly finding?: string;
    readonly attachments?: string[];
  }[];
}

/** A red square of 40 by 40, as a camera would not take it. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACgAAAAoCAIAAAADnC86AAAALElEQVR42u3NsQkAAAjAsP7/tD4huASyp6kXicVisVgsFovFYrFYLBaLxXcWqvU6G92VM/sAAAAASUVORK5CYII=',
  'base64',
);

/** Another one, of blue: the same content is kept once. */
const SECOND_PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACgAAAAoCAIAAAADnC86AAAAMElEQVR42u3NQQkAAAgEsItiNKMazRKCn8H+S/W8iFgsFovFYrFYLBaLxWKxWHxnAb6u0Gq4XYCVAAAAAElFTkSuQmCC',
  'base64',
);

/** Its name tries to be markup. */
const RULE = JSON.stringify(
  {
    ...(JSON.parse(readFileSync(join('rules', '_template.json'), 'utf8')) as object),
    id: 'written-in-the-console',
    name: '控制台里写的规则 <img src=x onerror="window.hacked=1">',
  },
  null,
  2,
);

describe(`work in the console${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  let dir: string;
  beforeAll(async () => {
    if (!hasBrowser) return;
    // Publishing a rule writes to the folder.
    dir = mkdtempSync(join(tmpdir(), 'yxrisk-console-rules-'));
    cpSync('rules', join(dir, 'rules'), { recursive: true });
    open = await openConsole({ SAMPLE_DAY: 'on', RULES_DIR: join(dir, 'rules') });
  });
  afterAll(async () => {
    if (!hasBrowser) return;
    await open.close();
    rmSync(dir, { recursive: true, force: true });
  });

  inBrowser(
    'an inspection is done on a phone; what was entered outlives a reload without a network',
    async () => {
      const tasks = await eventually(
        () => open.api('/api/inspections?status=planned&limit=50') as Promise<{ items: Task[] }>,
        ({ items }) => items.some((task) => task.items.length > 1),
        60_000,
      );
      const task = tasks.items.find(({ items }) => items.length > 1);
      if (!task) throw new Error('the sample day planned no checklist');
      const inspector = await open.makeOwnedAccount({
      id: 'inspector.sun', displayName: '孙检', grants: [{ role: 'inspector', orgUnit: task.orgUnit }],
    }); // prettier-ignore
      const page = await open.openPage({ width: 375 });
      await open.signInAs(page, inspector, '/inspections');
      await page.click(`.cards a[href="/inspections/${encodeURIComponent(task.id)}"]`);

      const places = page.locator('.place');
      await places.first().waitFor();
      await page.context().setOffline(true);
      await places.nth(0).getByText('不合格', { exact: true }).click();
      await places.nth(0).locator('textarea').fill('移交记录簿缺接收人签字');
      await places
        .nth(0)
        .locator('input[type=file]')
        .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PHOTO });
      await places.nth(0).locator('.photo').waitFor();
      await page.getByRole('button', { name: '保存' }).click();
      await page.getByText('内容已存在本机').waitFor();

      await page.context().setOffline(false);
      await page.reload();
      await places.first().waitFor();
      expect(await places.nth(0).locator('textarea').inputValue()).toBe('移交记录簿缺接收人签字');
      await places.nth(0).locator('.photo').waitFor();
      const photos = places.nth(0).locator('.photo');
      const takePhoto = async (count: number) => {
        const file = { name: 'b.png', mimeType: 'image/png', buffer: SECOND_PHOTO };
        await places.nth(0).locator('input[type=file]').setInputFiles(file);
        await photos.nth(count - 1).waitFor();
      };
      // A wrong photo is taken away again while it is on the device only.
      await takePhoto(2);
      await places.nth(0).getByRole('button', { name: '删除照片 2' }).click();
      await photos.nth(1).waitFor({ state: 'detached' });
      // Who did the work stays when something is added to a result that the service has already.
      await places
        .nth(0)
        .getByLabel(/责任人员工号/)
        .fill('E1001');
      await page.getByRole('button', { name: '保存' }).click();
      await page.getByText('已保存').first().waitFor();
      await page.getByText('项在本机').waitFor({ state: 'detached' });
      await takePhoto(2);
      await page.getByRole('button', { name: '提交' }).click();
      await page.getByText(/项没有填完/).waitFor();
      for (let index = 1; index < task.items.length; index += 1)
        await places.nth(index).getByText('合格', { exact: true }).click();
      await page.screenshot({ path: join(SHOTS, 'inspection-375.png'), fullPage: true });
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
      ).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: '提交' }).click();
      await page.locator('.ant-modal-confirm-btns .ant-btn-primary').click();
      await page.locator('.page-title .chip', { hasText: '已完成' }).waitFor();

      const done = (await open.api(`/api/inspections/${encodeURIComponent(task.id)}`)) as Task;
      expect(done.status).toBe('done');
      expect(done.results?.map(({ result }) => result)).toEqual([
        'fail',
        ...task.items.slice(1).map(() => 'pass'),
      ]);
      expect(done.results?.[0]).toMatchObject({ finding: '移交记录簿缺接收人签字', responsible: 'E1001' });
      expect(done.results?.[0]?.attachments).toHaveLength(2);
      // The photos are shown from the service now, and the device keeps nothing.
      await photos.nth(1).waitFor();
      expect(
        await page.evaluate(`Object.keys(localStorage).filter((key) => key.startsWith('yxrisk.draft'))`),
      ).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: join(SHOTS, 'inspection-print.png'), fullPage: true });
      await page.context().close();
    },
  );

  inBrowser('an alert goes through the hands of four persons, each of whom sees what is for others', async () => {
    const unit = '334010101';
    const [boss, inspector, reviewer, auditor] = await Promise.all(
      (
        [
          ['boss.wang', '王主管', 'supervisor'],
          ['field.li', '李巡检', 'inspector'],
          ['review.zhou', '周复核', 'supervisor'],
          ['audit.wu', '吴审计', 'auditor'],
        ] as const
      ).map(([id, displayName, role]) =>
        open.makeOwnedAccount({ id, displayName, grants: [{ role, orgUnit: unit }] }),
      ),
    );
    if (!boss || !inspector || !reviewer || !auditor) throw new Error('no accounts');
    await open.postEvents(unsignedAcceptance('FOUR-1'));
    const openAs = async (account: Account): Promise<Page> => {
      const page = await open.openPage();
      await open.signInAs(page, account, '/alerts?subject=FOUR-1&status=open,acknowledged,dispatched,rectified,closed');
      await page.locator('.alert-row a').first().click({ timeout: 30_000 });
      await page.waitForSelector('.alert-steps');
      return page;
    };
    const take = async (page: Page, button: string, fill: () => Promise<void>) => {
      await page.locator('.alert-steps').getByRole('button', { name: button }).click();
      await fill();
      await page.locator('.ant-modal-footer .ant-btn-primary').click();
      await page.locator('.ant-modal').waitFor({ state: 'hidden' });
    };
    const note = (page: Page, text: string) => () => page.locator('.ant-modal textarea').fill(text);
    const status = (page: Page, text: string) => page.locator('.ant-drawer-extra .chip', { hasText: text }).waitFor();

    const atBoss = await openAs(boss);
    await take(atBoss, '签收', note(atBoss, '正在核实'));
    await status(atBoss, '已签收');
    await take(atBoss, '派单', async () => {
      await atBoss.locator('.ant-modal #user').fill('field.li');
      await note(atBoss, '请补签')();
    });
    await status(atBoss, '已派单');

    const atInspector = await openAs(inspector);
    expect(await atInspector.locator('.refused').allInnerTexts()).toEqual(['派单、复核销号：您的角色不能办理']);
    expect(await atInspector.locator('.alert-steps').getByRole('button').allInnerTexts()).toEqual(['整改反馈', '备注']);
    await take(atInspector, '整改反馈', async () => {
      await note(atInspector, '已补签，见照片')();
      await atInspector.locator('#step-files').setInputFiles({ name: '补签.png', mimeType: 'image/png', buffer: PHOTO });
    });
    await status(atInspector, '已整改');
    await atInspector.locator('.evidence .photo').waitFor();
    const [saved] = await Promise.all([
      atInspector.waitForEvent('download'),
      atInspector.locator('.evidence').getByRole('button', { name: '下载' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('补签.png');
    expect(await readFile(await saved.path())).toEqual(PHOTO);

    const atReviewer = await openAs(reviewer);
    await take(atReviewer, '复核销号', async () => {
      await atReviewer.locator('.ant-modal .ant-select').click();
      await atReviewer.getByText('查实', { exact: true }).last().click();
      await note(atReviewer, '原件核对属实，已整改')();
    });
    await status(atReviewer, '已销号');
    await atReviewer.screenshot({ path: join(SHOTS, 'alert-closed.png') });

    const atAuditor = await openAs(auditor);
    expect(await atAuditor.locator('.refused').count()).toBe(0);
    await take(atAuditor, '重新打开', note(atAuditor, '补签日期早于受理日期，重新核查'));
    await status(atAuditor, '待处理');
    expect(await atAuditor.locator('.refused').allInnerTexts()).toEqual(['签收、派单、复核销号：您的角色不能办理']);

    const { items } = (await open.api('/api/alerts?subject=FOUR-1')) as { items: { history: { what: string; who: string }[] }[] };
    expect(items[0]?.history.filter(({ who }) => who !== 'system').map(({ what, who }) => [what, who])).toEqual([
      ['acknowledged', 'boss.wang'], ['dispatched', 'boss.wang'], ['rectified', 'field.li'], ['closed', 'review.zhou'], ['reopened', 'audit.wu'],
    ]);
    for (const page of [atBoss, atInspector, atReviewer, atAuditor]) await page.context().close();
  }); // prettier-ignore

  inBrowser('a supervisor keeps one alert quiet until it is resolved, and all of a unit for a time; others may not', async () => {
    const unit = '334010101';
    const [boss, inspector] = await Promise.all(
      (['supervisor', 'inspector'] as const).map((role) =>
        open.makeOwnedAccount({ id: `quiet.${role}`, displayName: role, grants: [{ role, orgUnit: unit }] }),
      ),
    );
    if (!boss || !inspector) throw new Error('no accounts');
    await open.postEvents(unsignedAcceptance('QUIET-1'));
    const page = await open.openPage();
    await open.signInAs(page, boss, '/alerts?subject=QUIET-1&status=open,silenced');
    const rows = page.locator('.alert-row');
    await rows.locator('a').first().click({ timeout: 30_000 });
    await page.locator('.alert-steps').getByRole('button', { name: '静默' }).click();
    const dialog = page.locator('.ant-modal');
    await dialog.getByText('到问题消除为止').click();
    await dialog.locator('textarea').fill('补签中');
    await dialog.locator('.ant-btn-primary').click();
    await dialog.getByText('请写明原因，至少 4 个字').waitFor();
    await dialog.locator('textarea').fill('客户出差，周五补签');
    await dialog.locator('.ant-btn-primary').click();
    await page.locator('.ant-drawer-extra .chip', { hasText: '已静默' }).waitFor();
    await page.getByText('quiet.supervisor 静默到问题消除为止：客户出差，周五补签').waitFor();
    expect(await page.locator('.alert-steps').getByRole('button', { name: '静默' }).count()).toBe(0);
    await page.locator('.ant-message-notice').waitFor({ state: 'detached' });
    expect(await violations(page)).toEqual([]);

    await page.locator('.ant-drawer').getByRole('link', { name: '静默' }).click();
    const silences = page.locator('.ant-table-row');
    await silences.filter({ hasText: '客户出差，周五补签' }).filter({ hasText: '生效中' }).waitFor();
    await page.getByRole('button', { name: '新建静默' }).click();
    await dialog.locator('#reason').fill('档案室搬迁，明天恢复');
    await dialog.getByRole('combobox', { name: '风险类别' }).click();
    await page.locator('.ant-select-dropdown:visible').getByText('缺签字').click();
    await page.keyboard.press('Escape');
    await dialog.locator('#until').click();
    await page.getByText('1 天后 18:00').click();
    await dialog.locator('.ant-modal-footer .ant-btn-primary').click();
    // Whoever is for one unit only is told to name it.
    await dialog.locator('[role=alert]').waitFor();
    await dialog.getByRole('combobox', { name: '单位' }).click();
    await page.locator('.ant-select-dropdown:visible .ant-select-tree-title').first().click();
    await dialog.locator('.ant-modal-footer .ant-btn-primary').click();
    const ofUnit = silences.filter({ hasText: '档案室搬迁，明天恢复' });
    await ofUnit.filter({ hasText: '缺签字' }).waitFor();
    await page.screenshot({ path: join(SHOTS, 'silences-made.png') });

    await ofUnit.getByRole('button', { name: '结束静默' }).click();
    await page.locator('.ant-popover:visible').getByRole('button', { name: '结束静默' }).click();
    await ofUnit.waitFor({ state: 'detached' });
    await page.getByText('全部', { exact: true }).click();
    await ofUnit.filter({ hasText: '已结束' }).waitFor();

    const other = await open.openPage();
    await open.signInAs(other, inspector, '/silences');
    await other.locator('.ant-table-row').first().waitFor();
    expect(await other.locator('main, #content').getByRole('button').count()).toBe(0);
    for (const one of [page, other]) await one.context().close();
  }); // prettier-ignore

  inBrowser('many alerts are taken at once; a view is kept by its name; a acknowledges what is marked', async () => {
    await open.postEvents(['MANY-1', 'MANY-2', 'MANY-3'].flatMap((no) => unsignedAcceptance(no)));
    const page = await open.openPage();
    await open.signIn(page, '/alerts?subject=MANY-1,MANY-2,MANY-3&status=open,acknowledged');
    const rows = page.locator('.alert-row');
    await eventually(() => rows.count(), (count) => count >= 3, 30_000);
    const total = await rows.count();
    await page.getByRole('button', { name: '保存为视图' }).click();
    await page.getByLabel('视图名称').fill('三件新装');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '待复核' }).click();
    await page.getByRole('link', { name: '三件新装' }).click();
    await rows.nth(2).waitFor();

    await page.keyboard.press('a');
    await page.locator('.alert-row .chip', { hasText: '已签收' }).waitFor();
    await page.getByLabel('全部选中').check();
    await page.locator('.bulk-bar').getByRole('button', { name: '签收' }).click();
    await page.locator('.ant-modal textarea').fill('一并核实');
    await page.screenshot({ path: join(SHOTS, 'alerts-bulk.png') });
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    // The one that was acknowledged before is refused, and said so.
    await page.getByText('1 条没有办成').waitFor();
    await eventually(() => page.locator('.alert-row .chip', { hasText: '已签收' }).count(), (count) => count === total, 20_000);
    expect(await page.locator('.alert-row .chip', { hasText: '已签收' }).count()).toBe(total);
    await page.context().close();
  }); // prettier-ignore

  /** Pasted: what is typed gets brackets and indents of the editor's own. */
  async function paste(page: Page, text: string): Promise<void> {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await page.click('.json-editor .view-lines');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+V');
  }

  inBrowser('a rule is written, tested, backtested and published by two persons', async () => {
    await open.postEvents(unsignedAcceptance('RULE-1'));
    // Tried on once the worker has been at it.
    await eventually(
      () => open.api('/api/work-orders/RULE-1'),
      (body) => JSON.stringify(body).includes('业务受理'),
      60_000,
    );
    const complained = open.complaints.length;
    const [author, second] = await Promise.all(
      ['author.gu', 'author.he'].map((id) =>
        open.makeOwnedAccount({ id, displayName: id, grants: [{ role: 'author' }] }),
      ),
    );
    if (!author || !second) throw new Error('no accounts');
    const page = await open.openPage();
    await open.signInAs(page, author, '/rules');
    await page.getByRole('link', { name: '新建规则' }).click();

    await paste(page, RULE.replace('"severity": "', '"severity": "very-'));
    await page.getByRole('button', { name: '校验并运行用例' }).click();
    await page.getByText(/有 \d+ 处错误/).waitFor();
    await page.locator('.json-editor .squiggly-error').first().waitFor();

    await paste(page, RULE);
    // What was said of the former text is not said of this one.
    await page.getByText('文本已改动，请重新校验').waitFor();
    await page.getByLabel('工单号（可不填，填了就在这张工单上试算）').fill('RULE-1');
    await page.getByRole('button', { name: '校验并运行用例' }).click();
    await page.getByText('校验通过').waitFor();
    await page.locator('.chip', { hasText: '通过' }).nth(1).waitFor();
    await page.locator('.explained').waitFor();

    await page.getByRole('button', { name: '开始回测' }).click();
    await page.locator('.backtest-result').waitFor({ timeout: 240_000 });
    await page.screenshot({ path: join(SHOTS, 'rule-edit-1440.png') });
    expect(await violations(page)).toEqual([]);

    await page.getByLabel('修改理由').fill('补上受理签字的检查');
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByText('须由另一位规则编写人批准').waitFor();
    expect(await page.getByRole('button', { name: '批准发布' }).count()).toBe(0);

    const other = await open.openPage();
    await open.signInAs(other, second, '/rules/proposals');
    await other.locator('.proposal').first().waitFor();
    await other.screenshot({ path: join(SHOTS, 'proposals-1440.png') });
    expect(await violations(other)).toEqual([]);
    await other.getByRole('button', { name: '批准发布' }).click();
    await other.locator('.ant-popover:visible').getByRole('button', { name: '批准发布' }).click();
    await other.locator('.chip', { hasText: '已发布' }).waitFor({ timeout: 90_000 });
    const rule = await eventually(
      () => open.api('/api/rules/written-in-the-console'),
      (body) => JSON.stringify(body).includes('控制台里写的规则'),
      60_000,
    );
    expect(rule).toMatchObject({ id: 'written-in-the-console', version: 1 });
    await open.go(other, '/rules/written-in-the-console');
    await other.getByText('控制台里写的规则').first().waitFor();
    // Markup in a rule's name stays text.
    expect(await other.evaluate('window.hacked')).toBeUndefined();
    expect(open.complaints.slice(complained)).toEqual([]);
    for (const one of [page, other]) await one.context().close();
  });
});
