import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../infra/start-stores-process.js';
import { hasBrowser, WHY_SKIPPED } from './browser.js';
import { type OpenConsole, openConsole } from './open-console.js';

// A browser on a busy machine takes its time.
jest.setTimeout(300_000);

interface Summary {
  readonly open: number;
  readonly overdue: number;
  readonly bySeverity: readonly { readonly severity: string; readonly count: number }[];
  readonly byKind: readonly { readonly kind: string; readonly severity: string; readonly count: number }[];
  readonly byProcess: readonly { readonly process: string; readonly kind: string; readonly count: number }[];
  readonly byAge: readonly { readonly days: string; readonly count: number }[];
  readonly trend: readonly { readonly raised: number }[];
}
interface Items {
  readonly items: readonly object[];
}
const CHARTS = ['kinds', 'heat', 'ageing', 'trend', 'hall'];

describe(`the first page and work orders in a browser${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  beforeAll(async () => {
    if (!hasBrowser) return;
    open = await openConsole({ SAMPLE_DAY: 'on' });
    // Until nothing more is raised.
    let before = -1;
    await eventually(
      async () => {
        const { open: count } = await summarize();
        const isStill = count === before && count >= 20;
        before = count;
        return isStill;
      },
      (isStill) => isStill,
      90_000,
    );
  });
  afterAll(async () => {
    if (hasBrowser) await open.close();
  });
  const summarize = async (unit?: string) =>
    (await open.api(`/api/alerts/summary${unit ? `?orgUnit=${unit}` : ''}`)) as Summary;
  const figure = (page: Page, name: string) => page.locator(`[data-figure=${name}]`);
  const drawn = (page: Page, name: string) =>
    page.locator(`.chart-card-${name} [data-drawn=true] canvas`).first().waitFor();
  const asTable = (page: Page, name: string) =>
    page.locator(`.chart-card-${name} button[aria-pressed=false]`).click();
  /** Follows a link, and counts the list it leads to, of which at most 200 are shown at once. */
  async function listedBehind(page: Page): Promise<number> {
    const answer = page.waitForResponse((response) => /\/api\/alerts\?.*limit=200/.test(response.url()));
    const { items, nextCursor } = (await (await answer).json()) as Items & { nextCursor: string | null };
    return nextCursor === null ? items.length : Number.NaN;
  }
  async function follow(page: Page, link: ReturnType<Page['locator']>): Promise<number> {
    const [listed] = await Promise.all([listedBehind(page), link.click()]);
    await page.goBack();
    await page.locator('.home-figures').waitFor();
    return listed;
  }

  /** Compares a figure with its list; anew where an alert was raised or closed in between, or a list read before answered late. */
  async function expectSame(
    count: (told: Summary) => number,
    listed: (count: number) => Promise<number>,
    unit?: string,
  ): Promise<void> {
    const seen: string[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      const before = count(await summarize(unit));
      const found = await listed(before);
      if (count(await summarize(unit)) !== before) continue;
      if (found === before) return;
      seen.push(`${before} in the figure, ${found} in its list`);
    }
    throw new Error(`no figure stood still and had a list of as many: ${seen.join('; ')}`);
  }

  inBrowser('shows the figures that the API tells, and each leads to a list of as many', async () => {
    const page = await open.openPage();
    await open.signIn(page);
    const grave = ({ bySeverity }: Summary) =>
      bySeverity
        .filter(({ severity }) => severity === 'high' || severity === 'critical')
        .reduce((sum, { count }) => sum + count, 0);
    for (const [name, count] of [
      ['open', ({ open: all }: Summary) => all],
      ['grave', grave],
      ['overdue', ({ overdue }: Summary) => overdue],
    ] as const)
      await expectSame(count, async (shown) => {
        await figure(page, name).locator('.figure-value', { hasText: String(shown) }).waitFor({ timeout: 90_000 });
        return follow(page, figure(page, name));
      });
    const soon = (await open.api('/api/deadlines?due=soon&hours=24&limit=200')) as Items;
    expect(await figure(page, 'soon').locator('.figure-value').innerText()).toContain(String(soon.items.length));
    await figure(page, 'soon').click();
    await page.locator('[role=search] [aria-label=工单]').waitFor();
    await page.close();
  }); // prettier-ignore

  inBrowser('leads from the cells of the heat map, kinds, ages and days to lists of as many', async () => {
    const page = await open.openPage();
    await open.signIn(page);
    const follows = async (link: ReturnType<Page['locator']>, card: string, shown: number) => {
      await asTable(page, card);
      await link.filter({ hasText: new RegExp(`^${shown}$`) }).waitFor({ timeout: 90_000 });
      return follow(page, link);
    };
    const busiest = ({ byProcess }: Summary) => [...byProcess].sort((a, b) => b.count - a.count)[0];
    await drawn(page, 'heat');
    await expectSame(
      (told) => busiest(told)?.count ?? 0,
      async (shown) => {
        const process = (busiest(await summarize())?.process ?? '') || '营业厅、班组等';
        const row = page.locator('.chart-card-heat tbody tr', { hasText: process }).first();
        const cell = row.getByRole('link', { name: String(shown), exact: true }).first();
        return follows(cell, 'heat', shown);
      },
    );
    const most = ({ byKind }: Summary) => {
      const total = new Map<string, number>();
      for (const { kind, count } of byKind) total.set(kind, (total.get(kind) ?? 0) + count);
      return Math.max(...total.values());
    };
    const rows = (card: string) => page.locator(`.chart-card-${card} tbody tr`);
    await expectSame(most, (shown) => follows(rows('kinds').first().getByRole('link').last(), 'kinds', shown));
    const { byAge } = await summarize();
    for (const index of byAge.keys())
      await expectSame(
        (told) => told.byAge[index]?.count ?? 0,
        (shown) => follows(rows('ageing').nth(index).getByRole('link'), 'ageing', shown),
      );
    await expectSame(
      ({ trend }) => trend.at(-1)?.raised ?? 0,
      (shown) => follows(rows('trend').first().getByRole('link').first(), 'trend', shown),
    );
    await page.close();
  }); // prettier-ignore

  inBrowser('opens the list behind a bar that is clicked', async () => {
    const page = await open.openPage();
    await open.signIn(page);
    await drawn(page, 'ageing');
    await page.waitForTimeout(600);
    const { byAge } = await summarize();
    const at = byAge.findIndex(({ count }) => count === Math.max(...byAge.map((age) => age.count)));
    await expectSame(
      (told) => told.byAge[at]?.count ?? 0,
      async () => {
        const canvas = page.locator('.chart-card-ageing canvas').first();
        await canvas.scrollIntoViewIfNeeded();
        const box = await canvas.boundingBox();
        if (!box) throw new Error('there is no canvas');
        // Five columns beside the axis; the tallest bar reaches far above the middle.
        const x = box.x + 40 + ((box.width - 56) * (at + 0.5)) / 5;
        const [listed] = await Promise.all([
          listedBehind(page),
          page.mouse.click(x, box.y + box.height - 60),
        ]);
        expect(new URL(page.url()).searchParams.get('age')).toBe(byAge[at]?.days);
        await page.goBack();
        await drawn(page, 'ageing');
        await page.waitForTimeout(600);
        return listed;
      },
    );
    await page.close();
  });

  inBrowser('draws every chart at 375 px too, and leads from on-time rates to the alerts of their limits', async () => {
    const page = await open.openPage({ width: 375 });
    await open.signIn(page);
    for (const name of CHARTS) await drawn(page, name);
    const stages = page.locator('.rate');
    await stages.first().waitFor();
    const { onTime } = (await open.api('/api/reports/month')) as { onTime: { name: string }[] };
    expect(await stages.locator('.rate-name').allInnerTexts()).toEqual(onTime.map(({ name }) => name));
    await stages.first().click();
    await page.locator('.filter-tags').waitFor();
    expect(new URL(page.url()).searchParams.get('phase')).toBe('overdue');
    await page.close();
  }); // prettier-ignore

  inBrowser('shows a unit alone, and keeps it in the links', async () => {
    const page = await open.openPage();
    const unit = '3340121';
    await open.signIn(page, `/?orgUnit=${unit}`);
    await expectSame(
      ({ open: all }) => all,
      async (shown) => {
        await figure(page, 'open')
          .locator('.figure-value', { hasText: String(shown) })
          .waitFor({ timeout: 90_000 });
        return follow(page, figure(page, 'open'));
      },
      unit,
    );
    await page.close();
  });

  inBrowser('says what went wrong where a figure cannot be had, and shows the rest', async () => {
    const page = await open.openPage();
    await page.route('**/api/halls/load**', (route) => route.fulfill({ status: 503, json: { error: { code: 'store_unavailable', message: 'x' } } })); // prettier-ignore
    await open.signIn(page);
    await drawn(page, 'kinds');
    await page.locator('.chart-card-hall .ant-alert-error').waitFor({ timeout: 30_000 });
    open.complaints.splice(0);
    await page.close();
  });

  inBrowser('goes back to before a late event: it is gone, and comes again', async () => {
    const opened = { process: '高压新装', orgUnit: '334010101' };
    await open.postEvents([
      { type: 'yxzy.workorder.opened', subject: 'KNOWN-1', minutesAgo: 3000, data: opened },
      { type: 'yxzy.stage.arrived', subject: 'KNOWN-1', minutesAgo: 2990, data: { stage: '业务受理' } },
    ]);
    await untilTold('KNOWN-1', 2);
    await open.postEvents([
      { type: 'yxzy.document.received', subject: 'KNOWN-1', minutesAgo: 2980, data: { document: '补录的申请表' } },
    ]);
    await untilTold('KNOWN-1', 3);
    const page = await open.openPage();
    await open.signIn(page, '/work-orders/KNOWN-1?by=received');
    const late = page.locator('[data-event="yxzy.document.received"]');
    await late.waitFor();
    await page.locator('.shade-closed, .shade-off').first().waitFor();
    const slider = page.getByRole('slider', { name: '当时所知' });
    await slider.focus();
    // Now, then the moment at which the late one came, then the one before.
    await page.keyboard.press('ArrowLeft');
    await page.locator('.known-past').waitFor();
    await late.waitFor();
    await page.keyboard.press('ArrowLeft');
    await late.waitFor({ state: 'detached' });
    await page.getByText('此后又得知 1 条').waitFor();
    expect(await page.locator('[data-event]').count()).toBe(2);
    expect(await page.locator('.ant-descriptions').innerText()).not.toContain('补录的申请表');
    expect(new URL(page.url()).searchParams.get('knownAt')).toMatch(/Z$/);
    await page.getByRole('button', { name: '回到现在' }).click();
    await late.waitFor();
    await page.close();
  }); // prettier-ignore

  async function untilTold(no: string, events: number): Promise<void> {
    await eventually(
      () => open.api(`/api/work-orders/${no}`),
      (body) => (body as { timeline?: object[] }).timeline?.length === events,
      30_000,
    );
  }

  inBrowser('shades days off, and names weekends that are worked', async () => {
    const at = (time: string) => Math.round((Date.now() - Date.parse(time)) / 60_000);
    await open.postEvents([
      { type: 'yxzy.workorder.opened', subject: 'SHADE-1', minutesAgo: at('2026-10-07T09:00:00+08:00'), data: { process: '高压新装', orgUnit: '334010101' } },
      { type: 'yxzy.stage.arrived', subject: 'SHADE-1', minutesAgo: at('2026-10-08T09:00:00+08:00'), data: { stage: '业务受理' } },
      { type: 'yxzy.workorder.closed', subject: 'SHADE-1', minutesAgo: at('2026-10-12T09:00:00+08:00'), data: {} },
    ]); // prettier-ignore
    await untilTold('SHADE-1', 3);
    const page = await open.openPage();
    await open.signIn(page, '/work-orders/SHADE-1');
    // Saturday 10 October 2026 is worked for the holidays.
    await page.locator('[data-worked="2026-10-10"]').waitFor();
    expect(await page.locator('[data-shade=off]').count()).toBe(2);
    expect(await page.locator('[data-shade=closed]').count()).toBeGreaterThan(4);
    await page.close();
  });

  inBrowser('never complained in the browser’s own console', () => {
    expect(open.complaints).toEqual([]);
  });
});
