import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole, SHOTS, unsignedAcceptance, violations } from './open-console.js';

// A browser on a busy machine takes its time.
jest.setTimeout(120_000);

const VIEWS = [
  { name: 'home', path: '/', shows: '.figures' },
  { name: 'alerts', path: '/alerts', shows: '.ant-table-row, .panel li' },
  { name: 'work-orders', path: '/work-orders', shows: '.ant-table-row' },
  { name: 'inspections', path: '/inspections', shows: '.cards .ant-card' },
  { name: 'rules', path: '/rules', shows: '.ant-table-row' },
  { name: 'rule', path: '/rules/paper-file-late', shows: '.file' },
  { name: 'statements', path: '/assessments', shows: '.ant-table-row, .ant-empty' },
  { name: 'ledger', path: '/assessments?view=ledger', shows: '.ant-table-row, .ant-empty' },
  { name: 'report', path: '/assessments?view=report', shows: '.report' },
  { name: 'coverage', path: '/coverage', shows: '.cell' },
  { name: 'clauses', path: '/coverage?view=clauses', shows: '.ant-table-row' },
  { name: 'system', path: '/system', shows: '.ant-table-row' },
] as const;

describe(`the console in a browser${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;

  beforeAll(async () => {
    if (!hasBrowser) return;
    open = await openConsole({ SAMPLE_DAY: 'on' });
    await untilAlertsAreIn();
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
  });

  async function untilAlertsAreIn(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const { items } = (await open.api('/api/alerts?limit=50')) as { items: unknown[] };
      if (items.length >= 20) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('the sample day raised no alerts');
  }

  inBrowser('leads a first visitor with the token to the alerts in two clicks', async () => {
    const page = await open.openPage();
    await page.goto(`${open.service.address}/`);
    await page.fill('#token', open.token);
    await page.getByRole('button', { name: '进入' }).click();
    await page.click('nav a[href="/alerts"]');
    await page.waitForSelector('.ant-table-row');
    expect(await page.locator('.ant-table-row').count()).toBeGreaterThan(5);
    await page.close();
  });

  inBrowser('refuses a wrong token in words, and keeps the address for after signing in', async () => {
    const page = await open.openPage();
    await page.goto(`${open.service.address}/rules/paper-file-late`);
    await page.fill('#token', 'yxr_wrong');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=令牌无效或已失效');
    await page.fill('#token', open.token);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.file');
    expect(new URL(page.url()).pathname).toBe('/rules/paper-file-late');
    // The wrong token's 401 is what this test is about.
    open.complaints.splice(
      0,
      open.complaints.length,
      ...open.complaints.filter((text) => !text.includes('401')),
    );
    await page.close();
  });

  inBrowser('shows why an alert fired, what it rests on, and the way to its work order', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/alerts?kind=timeout');
    await page.click('.ant-table-row >> nth=0');
    await page.waitForSelector('.detail-title');
    const text = await page.innerText('.ant-drawer');
    for (const heading of ['处理建议', '为什么预警', '依据', '经过']) expect(text).toContain(heading);
    expect(new URL(page.url()).pathname).toMatch(/^\/alerts\/.+/);
    expect(new URL(page.url()).search).toBe('?kind=timeout');
    await page.click('.ant-drawer a[href^="/work-orders/"]');
    await page.waitForSelector('.work-order-chart');
    await page.screenshot({ path: join(SHOTS, 'work-order.png') });
    await page.goBack();
    await page.waitForSelector('.detail-title');
    await page.close();
  });

  inBrowser('is worked by keyboard: j and k move, Enter opens', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/alerts');
    await page.waitForSelector('.ant-table-row');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const marked = await page.innerText('.marked');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.detail-title');
    expect(marked.replaceAll(/\s/g, '')).toContain(
      (await page.innerText('.detail-title')).replaceAll(/\s/g, ''),
    );
    await page.close();
  });

  inBrowser('shows an alert as soon as its event is judged, without being asked again', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/alerts?subject=LIVE-1');
    await page.waitForSelector('.stream-live');
    await page.waitForSelector('.ant-empty');
    await open.postEvents(unsignedAcceptance('LIVE-1'));
    // The list reads by itself once a minute only.
    await page.getByText('LIVE-1').first().waitFor({ timeout: 20_000 });
    await page.close();
  });

  inBrowser('closes the loop: acknowledged, then reviewed and closed with its outcome', async () => {
    await open.postEvents(unsignedAcceptance('LOOP-1'));
    const page = await open.openPage();
    await open.signIn(page, '/alerts?subject=LOOP-1');
    await page.click('.ant-table-row >> nth=0', { timeout: 20_000 });
    await page.getByRole('button', { name: '签收' }).click();
    await page.locator('.ant-modal textarea').fill('正在核实');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.locator('.ant-drawer .chip', { hasText: '已签收' }).waitFor();
    await page.getByRole('button', { name: '复核销号' }).click();
    await page.locator('.ant-modal .ant-select').click();
    await page.getByText('未查实', { exact: true }).last().click();
    await page.locator('.ant-modal textarea').fill('受理单原件已有经办人签字');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.locator('.ant-drawer .chip', { hasText: '已销号' }).waitFor();
    const { pathname } = new URL(page.url());
    expect(await open.api(`/api${pathname}`)).toMatchObject({
      status: 'closed',
      outcome: { result: 'unconfirmed', reason: '受理单原件已有经办人签字' },
    });
    await page.close();
  });

  inBrowser('keeps what outsiders write inert, wherever it is shown', async () => {
    const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    await open.postEvents([
      {
        type: 'yxzy.workorder.opened', subject: 'XSS-1', minutesAgo: 10,
        data: { process: '高压新装', customerNo: hostile, orgUnit: hostile },
      },
      {
        type: 'yxzy.stage.completed', subject: 'XSS-1', minutesAgo: 9,
        data: { stage: '业务受理', process: '高压新装', operator: { id: hostile, name: hostile } },
      },
    ]); // prettier-ignore
    // Shown when the worker has been at it.
    await eventually(
      () => open.api('/api/work-orders/XSS-1'),
      (body) => JSON.stringify(body).includes('业务受理'),
      30_000,
    );
    const page = await open.openPage();
    await open.signIn(page, '/work-orders/XSS-1');
    await page.getByText('<img src=x').first().waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.close();
  });

  inBrowser.each([
    { width: 1440, dark: false },
    { width: 1440, dark: true },
    { width: 375, dark: false },
    { width: 375, dark: true },
  ])(
    'has no accessibility violation at $width px, dark: $dark, and fits the width',
    async ({ width, dark }) => {
      const page = await open.openPage({ width, dark });
      await page.goto(`${open.service.address}/`);
      await page.waitForSelector('#token');
      await page.screenshot({ path: join(SHOTS, `sign-in-${width}${dark ? '-dark' : ''}.png`) });
      const found: string[] = [...(await violations(page)).map((text) => `sign-in: ${text}`)];
      await open.signIn(page);
      for (const { name, path, shows } of VIEWS) {
        await open.go(page, path);
        await page.waitForSelector(shows);
        // Colours are judged when nothing fades in any more.
        await page.waitForTimeout(600);
        await page.screenshot({ path: join(SHOTS, `${name}-${width}${dark ? '-dark' : ''}.png`) });
        found.push(...(await violations(page)).map((text) => `${name}: ${text}`));
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - window.innerWidth',
        );
        if (overflow > 0) found.push(`${name}: ${overflow} px wider than the screen`);
      }
      expect(found).toEqual([]);
      await page.close();
    },
  );

  inBrowser('starts with at most 450 kB of packed script', () => {
    const html = readFileSync(join('web', 'dist', 'index.html'), 'utf8');
    const scripts = [...html.matchAll(/assets\/[\w.-]+\.js/g)].map(([file]) => file);
    const bytes = scripts.reduce((sum, file) => sum + statSync(join('web', 'dist', `${file}.gz`)).size, 0);
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(450_000);
  });

  inBrowser('never complained in the browser’s own console', () => {
    expect(open.complaints).toEqual([]);
  });
});
