import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole, SHOTS, type TestEvent, unsignedAcceptance, violations } from './open-console.js'; // prettier-ignore

// A browser on a busy machine takes its time.
jest.setTimeout(300_000);

const VIEWS = [
  { name: 'home', path: '/', shows: '.chart-card-heat [data-drawn=true] canvas' },
  { name: 'alerts', path: '/alerts', shows: '.alert-row, .panel li' },
  { name: 'alerts-none', path: '/alerts?subject=NOBODY', shows: '.ant-empty' },
  { name: 'alert', path: '/alerts/ALERT', shows: '.detail-title' },
  { name: 'silences', path: '/silences?all=true', shows: '.ant-table-row' },
  { name: 'work-orders', path: '/work-orders', shows: '.ant-table-row' },
  { name: 'deadlines', path: '/work-orders?view=soon', shows: '.ant-table-row, .ant-empty' },
  { name: 'work-order', path: '/work-orders/NO', shows: '[data-shade]' },
  { name: 'work-order-then', path: '/work-orders/NO?by=recorded&knownAt=AT', shows: '.known-past' },
  { name: 'inspections', path: '/inspections', shows: '.cards .ant-card' },
  { name: 'inspection', path: '/inspections/TASK', shows: '.place' },
  { name: 'rules', path: '/rules', shows: '.ant-table-row' },
  { name: 'rule', path: '/rules/paper-file-late', shows: '.file' },
  { name: 'rule-edit', path: '/rules/paper-file-late/edit', shows: '.json-editor .view-line' },
  { name: 'proposals', path: '/rules/proposals', shows: '.proposal .diff' },
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
    await proposeRules();
    await open.post('/api/silences', {
      matcher: { orgUnit: '3340101', kinds: ['missing-signature', 'handover'] },
      until: new Date(Date.now() + 3 * 86_400_000).toISOString(),
      reason: '档案室搬迁，下周一恢复',
    });
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
  });

  /** Somebody else's, so that they can be decided on. */
  async function proposeRules(): Promise<void> {
    const author = await open.makeOwnedAccount({
      id: 'author.gu', displayName: '顾编', grants: [{ role: 'author' }],
    }); // prettier-ignore
    const { file, text, version } = (await open.api('/api/rules/paper-file-late/file')) as {
      file: string;
      text: string;
      version: number;
    };
    const changed = text
      .replace(`"version": ${version}`, `"version": ${version + 1}`)
      .replace(/"severity": "\w+"/, '"severity": "critical"');
    for (const changes of [
      [{ file, text: changed }],
      [{ retire: 'accept-form-seal-missing', openAlerts: 'close' }],
    ]) {
      const { status, body } = await open.postAs(author, '/api/rules/proposals', {
        changes,
        reason: '按新办法修改',
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
    }
  }

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
    await page.waitForSelector('.alert-row');
    expect(await page.locator('.alert-row').count()).toBeGreaterThan(5);
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
    await page.click('.alert-row >> nth=0');
    await page.waitForSelector('.detail-title');
    const text = await page.innerText('.ant-drawer');
    for (const heading of ['处理建议', '为什么预警', '依据', '经过']) expect(text).toContain(heading);
    // What was asked for is said in words.
    expect(text).not.toMatch(/\b(equal|isEmpty|isPresent|greaterThan|onOrAfter)\b/);
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
    await page.waitForSelector('.alert-row');
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

  inBrowser('takes the key a for the alert that is open, wherever the mark is', async () => {
    await open.postEvents(unsignedAcceptance('KEYS-1'));
    const find = () => open.api('/api/alerts?subject=KEYS-1') as Promise<{ items: { id: string }[] }>;
    const { items } = await eventually(find, (found) => found.items.length > 1, 30_000);
    const [, other] = items.map(({ id }) => `/alerts/${encodeURIComponent(id)}?subject=KEYS-1&status=open,acknowledged`);
    const page = await open.openPage();
    await open.signIn(page, other);
    await page.locator('.alert-row').nth(1).waitFor();
    await page.waitForSelector('.detail-title');
    await page.keyboard.press('a');
    await page.locator('.ant-drawer-extra .chip', { hasText: '已签收' }).waitFor();
    await page.close();
  }); // prettier-ignore

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
    await page.click('.alert-row >> nth=0', { timeout: 20_000 });
    await page.getByRole('button', { name: '签收' }).click();
    await page.locator('.ant-modal textarea').fill('正在核实');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.locator('.ant-drawer-extra .chip', { hasText: '已签收' }).waitFor();
    await page.getByRole('button', { name: '复核销号' }).click();
    await page.locator('.ant-modal .ant-select').click();
    await page.getByText('未查实', { exact: true }).last().click();
    await page.locator('.ant-modal textarea').fill('受理单原件已有经办人签字');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.locator('.ant-drawer-extra .chip', { hasText: '已销号' }).waitFor();
    const { pathname } = new URL(page.url());
    expect(await open.api(`/api${pathname}`)).toMatchObject({
      status: 'closed',
      outcome: { result: 'unconfirmed', reason: '受理单原件已有经办人签字' },
    });
    await page.close();
  });

  inBrowser('leads from an alert to the others of its work order, and back to the list it came from', async () => {
    await open.postEvents(unsignedAcceptance('RELATED-1'));
    const { items } = await eventually(
      () => open.api('/api/alerts?subject=RELATED-1') as Promise<{ items: { id: string; title: string }[] }>,
      (page) => page.items.length > 1,
      30_000,
    );
    const [first, second] = items;
    if (!first || !second) throw new Error('one alert alone was raised');
    const page = await open.openPage();
    await open.signIn(page, `/alerts/${encodeURIComponent(first.id)}?subject=RELATED-1`);
    const related = page.locator('.related li');
    await related.first().waitFor();
    const titlesOf = async () => {
      const { items: others } = (await open.api(`/api/alerts/${encodeURIComponent(first.id)}/related`)) as { items: { title: string }[] };
      return others.map(({ title }) => title);
    };
    // Limits that run out meanwhile add to them.
    const [shown, told] = await eventually(
      () => Promise.all([related.locator('a').allInnerTexts(), titlesOf()]),
      ([texts, titles]) => String(texts) === String(titles),
      30_000,
    );
    expect(told.length).toBeGreaterThan(0);
    expect(shown).toEqual(told);
    await related.getByRole('link', { name: second.title }).click();
    await page.waitForURL((url) => decodeURIComponent(url.pathname) === `/alerts/${second.id}`);
    expect(new URL(page.url()).search).toBe('?subject=RELATED-1');
    await page.locator('.detail-title', { hasText: second.title }).waitFor();
    await page.close();
  }); // prettier-ignore

  inBrowser('finds work orders by customer, unit and number, and shows no name in full', async () => {
    const opened = (no: string, customerNo: string, orgUnit: string): TestEvent =>
      ({ type: 'yxzy.workorder.opened', subject: no, minutesAgo: 5, data: { process: '高压新装', customerNo, orgUnit } }); // prettier-ignore
    const signed: TestEvent =
      { type: 'yxzy.signature.recorded', subject: 'FIND-3', minutesAgo: 4, data: { stage: '业务受理', document: '用电申请表', role: 'customer', signer: '欧阳测试' } }; // prettier-ignore
    await open.postEvents([opened('FIND-1', '3340099001', '334010101'), opened('FIND-2', '3340099001', '3340201'), opened('FIND-3', '3340099003', '334010101'), signed]); // prettier-ignore
    await eventually(
      () => open.api('/api/work-orders?customerNo=3340099001') as Promise<{ items: unknown[] }>,
      ({ items }) => items.length === 2,
      30_000,
    );
    const page = await open.openPage();
    await open.signIn(page, '/work-orders');
    const numbers = page.locator('.ant-table-row a');
    const shows = (...wanted: string[]) =>
      eventually(() => numbers.allInnerTexts(), (found) => String(found.toSorted()) === String(wanted), 20_000); // prettier-ignore
    await page.getByRole('textbox', { name: '户号' }).or(page.getByRole('searchbox', { name: '户号' })).first().fill('3340099001'); // prettier-ignore
    await page.keyboard.press('Enter');
    expect((await shows('FIND-1', 'FIND-2')).toSorted()).toEqual(['FIND-1', 'FIND-2']);
    await page.getByRole('combobox', { name: '单位' }).click();
    await page.getByRole('combobox', { name: '单位' }).fill('解放路营业厅一班');
    await page.locator('.ant-select-tree-title', { hasText: '解放路营业厅一班' }).first().click();
    expect(await shows('FIND-1')).toEqual(['FIND-1']);
    expect(new URL(page.url()).search).toBe('?customerNo=3340099001&orgUnit=334010101');
    const find = page.getByRole('textbox', { name: '输入工单号' }).or(page.getByRole('searchbox', { name: '输入工单号' })).first(); // prettier-ignore
    await find.fill('FIND-3');
    await find.press('Enter');
    await page.waitForURL('**/work-orders/FIND-3');
    await page.waitForSelector('.work-order-chart');
    await eventually(() => page.content(), (html) => html.includes('用电申请表'), 20_000);
    const html = await page.content();
    expect(html).toContain('用电申请表');
    expect(html).not.toContain('欧阳测试');
    await page.close();
  }); // prettier-ignore

  inBrowser('speaks English to whom it is told to, also after a reload', async () => {
    const page = await open.openPage();
    await open.signIn(page, '/alerts');
    await page.locator('.alert-row').first().waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Work orders' }).waitFor();
    await page.reload();
    await page.locator('.alert-row').first().waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    // Rules and what they found stay in the language they were written in; the console's own words do not.
    expect(await page.locator('.console-nav').innerText()).not.toMatch(/[\u4e00-\u9fff]/);
    expect(await page.locator('.filters').first().innerText()).not.toMatch(/[\u4e00-\u9fff]/);
    expect(await violations(page)).toEqual([]);
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
      found.push(...(await passwordPage(width, dark)).map((text) => `password: ${text}`));
      await open.signIn(page);
      const { no, at, alert } = await someWorkOrder();
      const task = await someInspection();
      for (const { name, path, shows } of VIEWS) {
        await open.go(
          page,
          path
            .replace(/NO$|NO(?=\?)/, no)
            .replace('AT', at)
            .replace('ALERT', alert)
            .replace('TASK', task),
        );
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

  /** Of one who signs in for the first time. */
  async function passwordPage(width: number, dark: boolean): Promise<string[]> {
    const name = `${width}${dark ? '-dark' : ''}`;
    const page = await open.openPage({ width, dark });
    const account = await open.makeAccount({ id: `new.${name}`, displayName: '新来', grants: [] });
    await open.signInAs(page, account);
    await page.locator('input[autocomplete=new-password]').first().waitFor();
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(SHOTS, `password-${name}.png`) });
    const found = await violations(page);
    await page.context().close();
    return found;
  }

  /** One that an alert was raised on, and a moment when part of it was known. */
  async function someWorkOrder(): Promise<{ no: string; at: string; alert: string }> {
    const { items } = (await open.api('/api/alerts?kind=missing-document&limit=1')) as {
      items: { id: string; recordId: string }[];
    };
    const no = items[0]?.recordId ?? '';
    const { timeline } = (await open.api(`/api/work-orders/${no}`)) as { timeline: { time: string }[] };
    const alert = encodeURIComponent(items[0]?.id ?? '');
    return { no, alert, at: timeline[Math.floor(timeline.length / 2)]?.time ?? '' };
  }

  /** One that is not a checklist alone: with what was drawn by lot, where there is one. */
  async function someInspection(): Promise<string> {
    const { items } = (await open.api('/api/inspections?limit=50')) as {
      items: { id: string; samples?: unknown[] }[];
    };
    return encodeURIComponent((items.find(({ samples = [] }) => samples.length > 0) ?? items[0])?.id ?? '');
  }

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
