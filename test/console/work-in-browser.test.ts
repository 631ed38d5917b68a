import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole, SHOTS, unsignedAcceptance, violations } from './open-console.js';

jest.setTimeout(120_000);

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

describe(`work in the console${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  beforeAll(async () => {
    if (hasBrowser) open = await openConsole({ SAMPLE_DAY: 'on' });
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
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
      await page.getByRole('button', { name: '保 存' }).click();
      await page.getByText('内容已存在本机').waitFor();

      await page.context().setOffline(false);
      await page.reload();
      await places.first().waitFor();
      expect(await places.nth(0).locator('textarea').inputValue()).toBe('移交记录簿缺接收人签字');
      await places.nth(0).locator('.photo').waitFor();
      await page.getByRole('button', { name: '提 交' }).click();
      await page.getByText(/项没有填完/).waitFor();
      for (let index = 1; index < task.items.length; index += 1)
        await places.nth(index).getByText('合格', { exact: true }).click();
      await page.screenshot({ path: join(SHOTS, 'inspection-375.png'), fullPage: true });
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
      ).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: '提 交' }).click();
      await page.locator('.ant-modal-confirm-btns .ant-btn-primary').click();
      await page.locator('.page-title .chip', { hasText: '已完成' }).waitFor();

      const done = (await open.api(`/api/inspections/${encodeURIComponent(task.id)}`)) as Task;
      expect(done.status).toBe('done');
      expect(done.results?.map(({ result }) => result)).toEqual([
        'fail',
        ...task.items.slice(1).map(() => 'pass'),
      ]);
      expect(done.results?.[0]).toMatchObject({ finding: '移交记录簿缺接收人签字' });
      expect(done.results?.[0]?.attachments).toHaveLength(1);
      // The photo is shown from the service now, and the device keeps nothing.
      await places.nth(0).locator('.photo').waitFor();
      expect(
        await page.evaluate(`Object.keys(localStorage).filter((key) => key.startsWith('yxrisk.draft'))`),
      ).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: join(SHOTS, 'inspection-print.png'), fullPage: true });
      await page.context().close();
    },
  );

  inBrowser('many alerts are taken at once; a view is kept by its name; a acknowledges what is marked', async () => {
    await open.postEvents(['MANY-1', 'MANY-2', 'MANY-3'].flatMap((no) => unsignedAcceptance(no)));
    const page = await open.openPage();
    await open.signIn(page, '/alerts?subject=MANY-1,MANY-2,MANY-3&status=open,acknowledged');
    const rows = page.locator('.ant-table-row');
    await eventually(() => rows.count(), (count) => count >= 3, 30_000);
    const total = await rows.count();
    await page.getByRole('button', { name: '保存为视图' }).click();
    await page.getByLabel('视图名称').fill('三件新装');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '待复核' }).click();
    await page.getByRole('link', { name: '三件新装' }).click();
    await rows.nth(2).waitFor();

    await page.keyboard.press('a');
    await page.locator('.ant-table-row .chip', { hasText: '已签收' }).waitFor();
    await page.locator('.ant-table-header .ant-checkbox-input').check();
    await page.locator('.bulk-bar').getByRole('button', { name: '签 收' }).click();
    await page.locator('.ant-modal textarea').fill('一并核实');
    await page.screenshot({ path: join(SHOTS, 'alerts-bulk.png') });
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    // The one that was acknowledged before is refused, and said so.
    await page.getByText('1 条没有办成').waitFor();
    await eventually(() => page.locator('.ant-table-row .chip', { hasText: '已签收' }).count(), (count) => count === total, 20_000);
    expect(await page.locator('.ant-table-row .chip', { hasText: '已签收' }).count()).toBe(total);
    await page.context().close();
  }); // prettier-ignore
});
