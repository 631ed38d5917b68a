import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RESPONSE_EXAMPLES } from '../../src/api/response-examples.js';
import { type Client, makeClient } from '../../src/client/make-client.js';
import type { Schemas } from '../../src/client/operations.js';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole, SHOTS, unsignedAcceptance, violations } from './open-console.js';

// A browser on a busy machine takes its time.
jest.setTimeout(300_000);

describe(`statements and reports in the console${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  beforeAll(async () => {
    if (hasBrowser) open = await openConsole();
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
  });

  const clientOf = (token?: string) =>
    makeClient({ baseUrl: open.service.address, ...(token !== undefined && { token }) });

  inBrowser('show what was confirmed as cases, with what to do, and lead to the alert', async () => {
    const admin = clientOf(open.token);
    await open.postEvents(unsignedAcceptance('CASE-1'));
    const { items } = await eventually(
      () => admin.listAlerts({ query: { subject: ['CASE-1'] } }),
      (page) => page.items.length > 0,
      60_000,
    );
    const [alert] = items;
    if (!alert) throw new Error('no alert was raised');
    await confirm(admin, alert.id);

    for (const { width, dark } of [
      { width: 1440, dark: false },
      { width: 375, dark: true },
    ]) {
      const page = await open.openPage({ width, dark });
      await open.signIn(page, '/assessments?view=report');
      const shown = page.locator('.case');
      await shown.getByText('查实 1 件').waitFor();
      await page.waitForTimeout(600);
      expect(await shown.innerText()).toContain(alert.advice);
      await page.screenshot({ path: join(SHOTS, `report-cases-${width}.png`), fullPage: true });
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
      ).toBeLessThanOrEqual(0);
      await shown.getByRole('link', { name: alert.title }).click();
      await page.waitForURL((url) => decodeURIComponent(url.pathname) === `/alerts/${alert.id}`);
      await page.context().close();
    }
  });

  /** As an admin and another person: nobody closes what he has put right himself. */
  async function confirm(admin: Client, id: string): Promise<void> {
    const params = { id };
    await admin.dispatchAlert({ params, body: { to: { orgUnit: '334010101' } } });
    await admin.rectifyAlert({ params, body: { note: '已补签' } });
    const { user, password } = await open.makeOwnedAccount({
      id: 'reviewer.he', displayName: '何审', grants: [{ role: 'supervisor' }],
    }); // prettier-ignore
    const reviewer = clientOf();
    await reviewer.signIn({ body: { user, password } });
    await reviewer.closeAlert({ params, body: { outcome: { result: 'confirmed', reason: '缺签字属实' } } });
  }

  inBrowser('show by when a statement is to be signed, in red where that is over', async () => {
    // Statements are made at night, which no test waits for: what the API answered elsewhere, with times of our own.
    const example = RESPONSE_EXAMPLES['listReconciliations']?.body as { items: Schemas['StatementHead'][] };
    const { signatures: _, ...statement } = example.items[0] as Schemas['StatementHead'];
    const of = (id: string, signDueAt?: string) => ({
      ...statement, id, signatures: [], signed: [], ...(signDueAt !== undefined && { signDueAt }),
    }); // prettier-ignore
    const items = [of('late', '2026-01-05T02:00:00.000Z'), of('in-time', '2150-01-05T02:00:00.000Z'), of('nobody')]; // prettier-ignore
    const page = await open.openPage();
    await page.route('**/api/reconciliations?*', (route) =>
      route.fulfill({ json: { items, nextCursor: null } }),
    );
    await open.signIn(page, '/assessments');
    const dueOf = (id: string) => page.locator(`[data-row-key="${id}"] td`).last();
    await dueOf('late').getByText('2026-01-05 10:00').waitFor();
    await page.waitForTimeout(600);
    expect(await page.locator('time.late').allInnerTexts()).toEqual(['2026-01-05 10:00']);
    expect(await dueOf('in-time').innerText()).toBe('2150-01-05 10:00');
    expect(await dueOf('nobody').innerText()).toBe('—');
    await page.screenshot({ path: join(SHOTS, 'statements-due.png') });
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  inBrowser('never complain in the browser’s own console', () => {
    expect(open.complaints).toEqual([]);
  });
});
