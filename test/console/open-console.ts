import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { runYxrisk, startYxrisk, type ServiceProcess } from '../e2e/service-process.js';
import { makeDataDir } from '../infra/start-stores-process.js';
import { openBrowser } from './browser.js';

/** Where the pictures of every view go; not part of the repository. */
export const SHOTS = join('coverage', 'screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Account {
  readonly user: string;
  readonly password: string;
}
export interface NewAccount {
  readonly id: string;
  readonly displayName: string;
  readonly grants: readonly { readonly role: string; readonly orgUnit?: string }[];
  readonly operatorIds?: readonly string[];
}

/** A running service with its console, and a browser in front of it. */
export interface OpenConsole {
  readonly service: ServiceProcess;
  readonly browser: Browser;
  /** Of the admin. */
  readonly token: string;
  /** Whatever a page complained of. */
  readonly complaints: string[];
  /** Asks the API as the admin. */
  api(path: string, init?: RequestInit): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  /** Asks the API as the owner of an account. */
  postAs(
    account: Account,
    path: string,
    body: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  openPage(options?: { readonly width?: number; readonly dark?: boolean }): Promise<Page>;
  /** With the admin's token. */
  signIn(page: Page, path?: string): Promise<void>;
  signInAs(page: Page, account: Account, path?: string): Promise<void>;
  /** An account as an admin makes it: with a first password, that is to be changed. */
  makeAccount(account: NewAccount): Promise<Account>;
  /** An account whose owner has set a password of his own. */
  makeOwnedAccount(account: NewAccount): Promise<Account>;
  /** Events of work orders, given as type, subject, data, and minutes ago. */
  postEvents(events: readonly TestEvent[]): Promise<void>;
  /** Runs a daily job by hand beside the service, as its operator would. */
  sweep(job: string, date: string): Promise<void>;
  /** Goes on within the console, as a click on a link does. */
  go(page: Page, path: string): Promise<void>;
  close(): Promise<void>;
}
export interface TestEvent {
  readonly type: string;
  readonly subject: string;
  readonly minutesAgo: number;
  readonly data: object;
}

const OWN_PASSWORD = 'Correct-Horse-7788';

/** Builds the console where its sources changed, starts the service (or its API alone) on an empty data folder, opens Chromium. */
export async function openConsole(
  env: Readonly<Record<string, string>> = {},
  only?: 'api',
): Promise<OpenConsole> {
  mkdirSync(SHOTS, { recursive: true });
  execFileSync(process.execPath, ['web/build-console.mjs'], { stdio: 'ignore' });
  const { dataDir, remove } = makeDataDir();
  const service = await startYxrisk({ DATA_DIR: dataDir, ...env }, only);
  const token = service.token ?? '';
  const browser = await openBrowser();
  const complaints: string[] = [];

  const api = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    return (await fetch(`${service.address}${path}`, { ...init, headers })).json();
  };
  const post = (path: string, body: unknown) =>
    api(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const postAs: OpenConsole['postAs'] = async ({ user, password }, path, body) => {
    const json = { 'Content-Type': 'application/json' };
    const signedIn = await fetch(`${service.address}/api/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ user, password }),
    });
    const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
    const Cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const answer = await fetch(`${service.address}${path}`, {
      method: 'POST',
      headers: { ...json, 'X-CSRF-Token': csrfToken, Cookie },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const makeAccount = async (account: NewAccount): Promise<Account> => {
    const made = (await post('/api/users', account)) as { password?: string };
    if (made.password === undefined) throw new Error(`no account: ${JSON.stringify(made)}`);
    return { user: account.id, password: made.password };
  };
  let events = 0;
  return {
    service,
    browser,
    token,
    complaints,
    api,
    post,
    makeAccount,
    postAs,
    async makeOwnedAccount(account) {
      const { user, password } = await makeAccount(account);
      const body = { current: password, next: OWN_PASSWORD };
      const changed = await postAs({ user, password }, '/api/me/password', body);
      if (changed.status >= 300) throw new Error(JSON.stringify(changed.body));
      return { user, password: OWN_PASSWORD };
    },
    async openPage({ width = 1440, dark = false } = {}) {
      // A context of its own: nobody shares a session with the page before.
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      return page;
    },
    async signIn(page, path = '/') {
      await page.goto(`${service.address}${path}`);
      await page.fill('#token', token);
      await page.keyboard.press('Enter');
    },
    async signInAs(page, { user, password }, path = '/') {
      await page.goto(`${service.address}${path}`);
      await page.fill('#user', user);
      await page.fill('#password', password);
      await page.keyboard.press('Enter');
    },
    async postEvents(list) {
      const answer = await api('/api/events', {
        method: 'POST',
        headers: { 'Content-Type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(
          list.map(({ type, subject, minutesAgo, data }) => ({
            specversion: '1.0', id: `console-test-${(events += 1)}`, source: '/sales/test', type, subject,
            time: new Date(Date.now() - minutesAgo * 60_000).toISOString(), data,
          })), // prettier-ignore
        ),
      });
      const { accepted } = answer as { accepted?: number };
      if (accepted !== list.length) throw new Error(`events refused: ${JSON.stringify(answer)}`);
    },
    async sweep(job, date) {
      const { code, err } = await runYxrisk(['sweep', job, '--date', date, '--force'], {
        DATA_DIR: dataDir,
        ...env,
      });
      if (code !== 0) throw new Error(`sweep ${job} of ${date}: ${err}`);
    },
    async go(page, path) {
      await page.evaluate(
        `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
      );
    },
    async close() {
      await browser.close();
      service.child.kill('SIGTERM');
      await service.ended;
      remove();
    },
  };
}

/** A work order whose acceptance was completed without a signature: an alert at once. */
export function unsignedAcceptance(no: string, data: object = {}): TestEvent[] {
  return [
    { type: 'yxzy.workorder.opened', subject: no, minutesAgo: 10, data: { process: '高压新装', orgUnit: '334010101' } },
    { type: 'yxzy.stage.completed', subject: no, minutesAgo: 9, data: { stage: '业务受理', operator: { id: 'u1' }, ...data } },
  ]; // prettier-ignore
}

/** What axe-core finds wrong with a page as it stands, one text each. */
export async function violations(page: Page): Promise<string[]> {
  // Not through the page's own script, which its policy would refuse.
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id} ${html.slice(0, 160)} ${failureSummary}`),
  );
}

/** As axe-core tells it. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}
