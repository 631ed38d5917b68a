import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const RULE = 'paper-file-late';
const RETIRED = 'accept-form-handler-unsigned';

interface Alert {
  readonly id: string;
  readonly status: string;
  readonly retracted?: boolean;
  readonly rule: { readonly id: string };
  readonly history: readonly { readonly what: string; readonly note?: string }[];
}
interface Rule {
  readonly id: string;
  readonly kind: string;
  readonly clauses: readonly string[];
  readonly processes?: readonly string[];
}
interface Health {
  readonly looks: number;
  readonly hits: number;
  readonly alerts: { readonly raised: number; readonly confirmed: number; readonly precision: number | null };
}

describe(`rules in the console${hasBrowser ? '' : ` (${WHY_SKIPPED})`}`, () => {
  const inBrowser = hasBrowser ? it : it.skip;
  let open: OpenConsole;
  let dir: string;
  let authors: readonly Account[];
  beforeAll(async () => {
    if (!hasBrowser) return;
    dir = mkdtempSync(join(tmpdir(), 'yxrisk-console-rules-'));
    cpSync('rules', join(dir, 'rules'), { recursive: true });
    open = await openConsole({ SAMPLE_DAY: 'on', RULES_DIR: join(dir, 'rules') });
    authors = await Promise.all(
      ['author.gu', 'author.he'].map((id) =>
        open.makeOwnedAccount({ id, displayName: id, grants: [{ role: 'author' }] }),
      ),
    );
  });
  afterAll(async () => {
    if (!hasBrowser) return;
    await open.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const itemsOf = async <Item>(path: string) => ((await open.api(path)) as { items: Item[] }).items;
  const ids = async (page: Page) =>
    (await page.locator('.ant-table-row .faint').allInnerTexts()).filter((text) => /^[a-z0-9-]+$/.test(text));
  /** `text`: what is typed, so that the choice is in sight. */
  const choose = async (page: Page, label: string, option: RegExp | string, text?: string) => {
    await page.getByRole('combobox', { name: label }).click();
    if (text !== undefined) await page.getByRole('combobox', { name: label }).fill(text);
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click();
    // An open list would be judged, and clicked, in place of what is under it.
    await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'hidden' });
  }; // prettier-ignore

  inBrowser('every version of a rule is there, and any two are compared by field and by line', async () => {
    const { file } = (await open.api(`/api/rules/${RULE}/file`)) as { file: string };
    const path = join(dir, 'rules', file);
    const before = JSON.parse(readFileSync(path, 'utf8')) as { version: number; event: { params: object } };
    for (const [step, advice] of ['先核对移交记录 <b>簿</b>', '先核对移交记录，再补办'].entries()) {
      const { event } = before;
      const version = before.version + step + 1;
      const params = { ...event.params, advice };
      writeFileSync(path, `${JSON.stringify({ ...before, version, event: { ...event, params } }, null, 2)}\n`);
      await eventually(
        () => itemsOf<{ version: number }>(`/api/rules/${RULE}/versions`),
        (items) => items[0]?.version === version,
        60_000,
      );
    }
    const page = await open.openPage();
    await open.signInAs(page, authors[0] as Account, `/rules/${RULE}`);
    const card = page.locator('#versions');
    await card.locator('.ant-table-row').first().waitFor();
    expect(await card.locator('.ant-table-row').count()).toBe(3);
    expect(await card.locator('.ant-table-row', { hasText: '现行' }).innerText()).toContain(`第 ${before.version + 2} 版`);
    // The two latest, unless others are chosen.
    await card.locator('.diff').waitFor();
    expect(await card.locator('.diff tr', { hasText: 'event.params.advice' }).locator('td').allInnerTexts()).toEqual([
      '先核对移交记录 <b>簿</b>',
      '先核对移交记录，再补办',
    ]);
    // Until the figures above are there, what is chosen from moves under the pointer.
    await page.locator('.rule-figures, .ant-card .ant-empty').first().waitFor();
    await choose(page, '比较：从', `第 ${before.version} 版`);
    await page.waitForURL(`**?from=${before.version}&to=${before.version + 2}`);
    await eventually(() => card.locator('.diff').innerText(), (text) => text !== '' && !text.includes('<b>'), 20_000);

    await card.getByText('逐行', { exact: true }).click();
    await card.locator('.line-diff').waitFor();
    expect(await card.locator('.line-removed, .line-added').count()).toBe(4);
    expect(await card.locator('.line-added', { hasText: '先核对移交记录，再补办' }).innerText()).toContain('加上');
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(SHOTS, 'rule-versions-1440.png'), fullPage: true });
    expect(await violations(page)).toEqual([]);

    // What was compared stands in the address; an old version is where a change may start from.
    await page.reload();
    await card.locator('.diff').waitFor();
    await card.locator('.ant-table-row').last().getByRole('link', { name: '退回这一版' }).click();
    await page.getByRole('heading', { name: new RegExp(`第 ${before.version} 版`) }).waitFor();
    await page.context().close();
  }); // prettier-ignore

  inBrowser('how a rule does is told on its page and in the list as the service counts it', async () => {
    // The sample day is still coming in: late events may take an alert back before it is judged.
    const outcome = { result: 'confirmed', reason: '移交晚于规定' };
    const closed = await eventually(
      async () => {
        const items = await itemsOf<Alert>('/api/alerts?status=auto_closed&limit=50');
        const alert = items.find(({ retracted }) => retracted !== true);
        const path = alert && `/api/alerts/${encodeURIComponent(alert.id)}/close`;
        return path === undefined ? undefined : ((await open.post(path, { outcome })) as Alert);
      },
      (answer) => answer?.status === 'closed',
      60_000,
    );
    if (closed?.status !== 'closed') throw new Error('no alert of the sample day closed itself and stayed');
    const { id } = closed.rule;
    const page = await open.openPage({ width: 375 });
    await open.signIn(page, `/rules/${id}?days=90`);
    const figure = (name: string) => page.locator(`[data-figure=${name}] .figure-value`).innerText();
    await page.locator('[data-figure=precision]').waitFor();
    const sum = async (key: (one: Health) => number) =>
      (await itemsOf<Health>(`/api/rules/health?rule=${id}`)).reduce((all, one) => all + key(one), 0);
    const confirmed = await sum(({ alerts: of }) => of.confirmed);
    const raised = () => sum(({ alerts: of }) => of.raised);
    const [shown, counted, ups, raisedSoFar] = await eventually(
      async () => {
        await page.reload();
        await page.locator('[data-figure=precision]').waitFor();
        return Promise.all([figure('looks'), sum(({ looks }) => looks), figure('raised'), raised()]);
      },
      ([looks, sumOfLooks, up, sumOfRaised]) => looks === String(sumOfLooks) && up.startsWith(`${sumOfRaised}`),
      30_000,
    );
    expect(shown).toBe(String(counted));
    expect(ups).toMatch(new RegExp(`^${raisedSoFar}`));
    expect(confirmed).toBe(1);
    expect((await figure('precision')).replaceAll(/\s+/g, ' ')).toBe('100% 查实 1 / 已判 1');
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(SHOTS, 'rule-health-375.png'), fullPage: true });
    expect(await violations(page)).toEqual([]);
    await page.context().close();

    const list = await open.openPage();
    await open.signIn(list, '/rules');
    await list.locator('.ant-table-row').first().waitFor();
    await choose(list, '提示', '没有触发');
    await eventually(() => Promise.resolve(list.url()), (url) => url.includes('signal=never-hits'), 10_000);
    /** No version of it hit, by the service. */
    const countQuiet = async () => {
      const all = await itemsOf<Health & { rule: string; signals: string[]; status: string }>('/api/rules/health');
      const hitOnce = new Set(all.filter(({ hits }) => hits > 0).map(({ rule }) => rule));
      return all.filter(({ rule, status, signals }) => status !== 'former' && signals.includes('never-hits') && !hitOnce.has(rule)).length;
    };
    // Rules go on being looked at.
    const [told, quiet] = await eventually(
      async () => {
        await list.reload();
        await list.locator('.ant-table-row .signals .chip').first().waitFor();
        return [await list.locator('.filters [role=status]').innerText(), await countQuiet()] as const;
      },
      ([text, count]) => text.startsWith(`${count} / `),
      30_000,
    );
    expect(told).toMatch(new RegExp(`^${quiet} / `));
    expect(await list.locator('.ant-table-row').first().innerText()).toContain('没有触发');
    await list.context().close();
  }); // prettier-ignore

  inBrowser('rules are browsed by clause, process and kind, with how many each choice leaves', async () => {
    const rules = await itemsOf<Rule>('/api/rules');
    const page = await open.openPage();
    await open.signIn(page, '/rules');
    await page.locator('.ant-table-row').first().waitFor();
    const shown = () => page.locator('.filters [role=status]').innerText();
    const are = (wanted: readonly Rule[]) =>
      eventually(shown, (text) => text.startsWith(`${wanted.length} / ${rules.length} `), 10_000);

    const ofProcess = rules.filter(({ processes }) => !processes || processes.includes('高压新装'));
    await choose(page, '业务类型', new RegExp(`^高压新装（${ofProcess.length}）$`), '高压新装');
    await are(ofProcess);
    const ofKind = ofProcess.filter(({ kind }) => kind === 'missing-signature');
    await choose(page, '风险类别', new RegExp(`^缺签字（${ofKind.length}）$`));
    await are(ofKind);
    const clause = ofKind.flatMap(({ clauses }) => clauses)[0] ?? '';
    const ofClause = ofKind.filter(({ clauses }) => clauses.includes(clause));
    await choose(page, '条款', new RegExp(`^${clause}.*（${ofClause.length}）$`), clause);
    await are(ofClause);
    expect((await ids(page)).sort()).toEqual(ofClause.map(({ id }) => id).sort());
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ process: '高压新装', kind: 'missing-signature', clause });
    await page.screenshot({ path: join(SHOTS, 'rules-browsed-1440.png') });
    expect(await violations(page)).toEqual([]);

    // A link is a view: it shows the same to whoever opens it.
    await page.reload();
    await are(ofClause);
    await page.getByRole('button', { name: '清空条件' }).click();
    await are(rules);
    await page.context().close();
  }); // prettier-ignore

  inBrowser('a cell of the coverage leads to the rules behind it, and a rule to its cells', async () => {
    const { matrix } = (await open.api('/api/coverage')) as {
      matrix: { workItem: string; process: string; stage: string; cells: Record<string, { rules: string[] }> }[];
    };
    const row = matrix.find(({ process, stage }) => process === '高压新装' && stage === '业务受理');
    const behind = row?.cells['missing-signature']?.rules ?? [];
    expect(behind.length).toBeGreaterThan(1);
    const page = await open.openPage();
    await open.signIn(page, `/coverage?process=高压新装&text=业务受理`);
    const cell = page.getByRole('button', { name: /高压新装 业务受理 缺签字/ });
    await cell.waitFor();
    await page.getByText('最近触发', { exact: true }).first().click();
    await eventually(() => cell.innerText(), (text) => /\d\d-\d\d|—/.test(text), 20_000);
    await cell.click();
    await page.locator('.cell-detail').waitFor();
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(SHOTS, 'coverage-cell-1440.png') });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: `在规则中查看这 ${behind.length} 条` }).click();
    await page.locator('.filters [role=status]').filter({ hasText: `${behind.length} / ` }).waitFor();
    expect((await ids(page)).sort()).toEqual([...behind].sort());
    expect(await page.getByText(`作业项：${row?.workItem} 高压新装 · 业务受理`).count()).toBe(1);

    await page.getByRole('link').filter({ hasText: /./ }).locator(`xpath=self::a[@href="/rules/${behind[0]}"]`).click();
    await page.getByRole('link', { name: '看哪些作业项' }).click();
    await page.locator('.cell').first().waitFor();
    const watched = matrix.filter(({ cells }) => Object.values(cells).some(({ rules }) => rules.includes(behind[0] ?? '')));
    expect(new URL(page.url()).searchParams.get('rule')).toBe(behind[0]);
    expect(watched.length).toBeGreaterThan(0);
    await page.context().close();
  }); // prettier-ignore

  inBrowser('a rule is taken out of use by one who proposes and another who approves, and so are its alerts', async () => {
    await open.postEvents(unsignedAcceptance('RETIRE-1'));
    const [alert] = await eventually(
      () => itemsOf<Alert>(`/api/alerts?rule=${RETIRED}&subject=RETIRE-1`),
      (items) => items.length > 0,
      60_000,
    );
    const complained = open.complaints.length;
    const page = await open.openPage();
    await open.signInAs(page, authors[0] as Account, `/rules/${RETIRED}`);
    await page.getByRole('button', { name: '提出停用' }).click();
    await page.getByText(/现有未销号的预警 [1-9]\d* 条/).waitFor();
    await page.getByText(/停用后/).first().waitFor();
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.getByText('请写明理由，至少四个字').waitFor();
    await page.getByLabel('停用理由').fill('受理单已改为电子签名');
    await page.getByText('全部自动解除', { exact: true }).click();
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(SHOTS, 'rule-retire-1440.png') });
    expect(await violations(page)).toEqual([]);
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.getByText('须由另一位规则编写人批准').waitFor();
    expect(new URL(page.url()).pathname).toBe('/rules/proposals');
    expect(await page.getByRole('button', { name: '批准发布' }).count()).toBe(0);

    // The service refuses the proposer too, whatever his page shows.
    const [proposal] = await itemsOf<{ id: string; by: string; status: string }>('/api/rules/proposals');
    expect(proposal).toMatchObject({ by: 'author.gu', status: 'waiting' });
    const refused = await open.postAs(authors[0] as Account, `/api/rules/proposals/${proposal?.id}/approve`, {});
    expect(refused).toMatchObject({ status: 403, body: { error: { message: expect.stringContaining('A second person') as unknown } } });
    expect(await open.api(`/api/rules/${RETIRED}`)).toMatchObject({ id: RETIRED });

    const other = await open.openPage();
    await open.signInAs(other, authors[1] as Account, `/rules/${RETIRED}`);
    await other.getByText('author.gu 提出停用，等待批准：受理单已改为电子签名').waitFor();
    await other.getByRole('link', { name: '待发布的修改' }).first().click();
    const card = other.locator('.proposal').first();
    await card.getByText('未销号的预警：全部自动解除').waitFor();
    await other.screenshot({ path: join(SHOTS, 'proposal-retire-1440.png') });
    await card.getByRole('button', { name: '批准发布' }).click();
    await other.locator('.ant-popover:visible').getByRole('button', { name: '批准发布' }).click();
    await other.locator('.chip', { hasText: '已发布' }).waitFor({ timeout: 90_000 });

    // Hot: no rule, no alert of it, and its page says what it was and leads back.
    await eventually(
      () => open.api(`/api/rules/${RETIRED}`),
      (body) => JSON.stringify(body).includes('not_found'),
      60_000,
    );
    const closed = await eventually(
      () => open.api(`/api/alerts/${encodeURIComponent(alert?.id ?? '')}`) as Promise<Alert>,
      ({ status }) => status === 'auto_closed',
      // Alerts follow with the first minute pass that begins 15 s after the publication, or later.
      150_000,
    );
    const closing = { what: 'auto_closed', note: expect.stringContaining('规则已停用') as unknown };
    expect(closed.history.slice(-2)).toMatchObject([{ what: 'raised' }, closing]);
    expect(JSON.parse(readFileSync(join(dir, 'rules', '_retired', `${RETIRED}.json`), 'utf8'))).toMatchObject({ id: RETIRED, openAlerts: 'close' });
    await other.getByRole('link', { name: RETIRED, exact: true }).click();
    await other.getByText('这条规则已不在现行规则中').waitFor();
    expect(await other.locator('#versions .ant-table-row').count()).toBe(1);
    await other.waitForTimeout(600);
    await other.screenshot({ path: join(SHOTS, 'rule-retired-1440.png'), fullPage: true });
    expect(await violations(other)).toEqual([]);
    await other.getByRole('link', { name: '恢复' }).click();
    await other.getByText('提交发布').waitFor();
    // Its own 404 is how the page knows that the rule is gone.
    expect(open.complaints.slice(complained).filter((text) => !text.includes('404'))).toEqual([]);
    for (const one of [page, other]) await one.context().close();
  }); // prettier-ignore
});
