import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole } from './open-console.js';

jest.setTimeout(120_000);

const GRANTS = [{ role: 'supervisor', orgUnit: '3340101' }];

describe(`signing in with an account${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  beforeAll(async () => {
    if (hasBrowser) open = await openConsole();
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
  });

  inBrowser(
    'asks for a password of one’s own first, lasts over a reload, and ends by signing out',
    async () => {
      const account = await open.makeAccount({ id: 'wang.fang', displayName: '王芳', grants: GRANTS });
      const page = await open.openPage();
      await open.signInAs(page, account, '/rules/paper-file-late');
      const set = async (current: string, next: string) => {
        await page.fill('#current', current);
        await page.fill('#next', next);
        await page.fill('#again', next);
        await page.keyboard.press('Enter');
      };
      // What is refused is refused in words of the reader, by the page or by the service.
      await set(account.password, 'too-short');
      await page.locator('.ant-form-item-explain-error', { hasText: '不符合要求' }).waitFor();
      await set('wrong-password-1', 'Own-Password-2026');
      await page.locator('.ant-alert-error', { hasText: '当前密码不对' }).waitFor();
      await set(account.password, 'Own-Password-2026');
      await page.waitForSelector('.file');
      expect(await page.innerText('.who')).toBe('王芳');

      await page.reload();
      await page.waitForSelector('.file');
      // Neither the password nor a token lies where a script could read it.
      expect(
        await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage, c: document.cookie })'),
      ).not.toMatch(/yxr_|Own-Password|yxrisk_session/);

      await page.getByRole('button', { name: '退出' }).click();
      await page.waitForSelector('#user');
      await page.reload();
      await page.waitForSelector('#user');
      // The wrong password is a failed request to the browser.
      expect(open.complaints.filter((text) => !text.includes('/api/me/password'))).toEqual([]);
      open.complaints.splice(0);
      await page.context().close();
    },
  );

  inBrowser(
    'refuses a wrong password in words that do not tell whether there is such an account',
    async () => {
      await open.makeAccount({ id: 'li.ming', displayName: '李明', grants: GRANTS });
      const page = await open.openPage();
      const said: string[] = [];
      for (const user of ['li.ming', 'nobody.here']) {
        await open.signInAs(page, { user, password: 'wrong-password-1' });
        said.push(await page.locator('.ant-alert-error').innerText());
      }
      expect(said[0]).toContain('账号或密码不对');
      expect(said[1]).toBe(said[0]);
      await page.context().close();
    },
  );

  inBrowser('comes back to the same place when the session had ended meanwhile', async () => {
    const account = await open.makeOwnedAccount({ id: 'zhao.lei', displayName: '赵磊', grants: GRANTS });
    const page = await open.openPage();
    await open.signInAs(page, account, '/alerts?severity=high');
    await page.waitForSelector('.filters');
    const { password } = (await open.post('/api/users/zhao.lei/password', {})) as { password: string };
    await page.click('nav a[href="/inspections"]');
    await page.waitForSelector('text=登录已过期');
    expect(new URL(page.url()).pathname).toBe('/inspections');
    await page.fill('#user', account.user);
    await page.fill('#password', password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#current');
    expect(new URL(page.url()).pathname).toBe('/inspections');
    await page.context().close();
  });

  inBrowser('keeps a session through an outage, and says that a page could not be had', async () => {
    const account = await open.makeOwnedAccount({ id: 'qian.duo', displayName: '钱多', grants: GRANTS });
    const page = await open.openPage();
    await open.signInAs(page, account, '/alerts');
    await page.waitForSelector('.filters');
    await page.route('**/api/me', (route) => route.abort());
    await page.reload();
    await page.getByText('读取失败').waitFor();
    await page.unroute('**/api/me');
    await page.getByRole('button', { name: '重试' }).click();
    await page.waitForSelector('.filters');

    // As after an update of the service: what the open page asks for is no longer there.
    await page.route('**/assets/inspections-page*', (route) => route.fulfill({ status: 404 }));
    await page.click('nav a[href="/inspections"]');
    await page.getByText('页面出错，或服务已更新').waitFor();
    await page.unroute('**/assets/inspections-page*');
    await page.getByRole('button', { name: '刷新' }).click();
    await page.getByRole('heading', { name: '巡检任务' }).waitFor();
    await page.context().close();
  });
});
