import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { makeManageUsers } from '../../src/access/manage-users.js';
import {
  assertConsolePath,
  makeOpenIdSignIn,
  SIGN_IN_MS,
} from '../../src/access/open-id/make-open-id-sign-in.js';
import { makeOpenIdProvider } from '../../src/access/open-id/open-id-provider.js';
import { makePendingSignIns } from '../../src/access/open-id/pending-sign-ins.js';
import { makeAlert } from '../api/support/make-alert.js';
import { type Answer, ask, NOW, openTestApi, orgUnits, type TestApi } from '../api/support/open-test-api.js';
import { openOpenIdProvider, type OpenIdTestProvider, type TestPerson } from '../support/open-id-provider.js';

const REDIRECT = 'https://risk.test/console/api/session/oidc/callback';
const CLIENT = {
  clientId: 'yxrisk',
  clientSecret: 'the secret of the client',
  redirectUrl: REDIRECT,
  signedOutUrl: 'https://risk.test/console/',
};

/** The cookies of one browser, at the provider and here. */
type Jar = Map<string, string>;
const emptyJar = (): Jar => new Map();

describe('people who sign in by an OpenID provider', () => {
  let provider: OpenIdTestProvider;
  let api: TestApi;
  let admin: ReturnType<typeof makeManageUsers>;
  const by = { who: { name: 'test' } };
  beforeAll(async () => {
    provider = await openOpenIdProvider(CLIENT);
    api = await openApi(provider.issuer);
    admin = manageOf(api);
    await admin.putGroup({ id: 'hz-all', displayName: '杭州', grants: [{ role: 'supervisor', orgUnit: 'HZ' }] }, by);
    await api.alertStore.write(['HZ', 'HZ-XH', 'NB'].map((orgUnit) => ({ alert: makeAlert({ id: `at-${orgUnit}`, orgUnit }), isNew: true })));
  }); // prettier-ignore
  afterAll(async () => {
    await api.close();
    await provider.close();
  });

  it('get the account that an admin made for them, with their groups, and are led on to where they wanted', async () => {
    await addPerson('wang.fang', { grants: [{ role: 'inspector', orgUnit: 'NB' }] });
    const browser: Jar = new Map();
    const begun = await begin(browser, '/alerts/a-1?tab=history');
    const place = new URL(begun);
    expect(place.origin).toBe(provider.issuer);
    expect(Object.fromEntries(place.searchParams)).toMatchObject({
      client_id: 'yxrisk',
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'openid profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      state: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    });
    const answer = await finish(browser, await signInThere(begun, person('s-1', 'Wang.Fang', ['hz-all', 'not a group of ours', 7])));
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/console/alerts/a-1?tab=history');
    expect(cookiesOf(answer)).toEqual([
      expect.stringMatching(/^yxrisk_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/),
      'yxrisk_sign_in=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    ]);
    const me = await meOf(browser);
    expect(me.body).toMatchObject({ id: 'wang.fang', kind: 'user', roles: ['inspector', 'supervisor'], units: ['NB', 'HZ', 'HZ-XH'] });
    expect((await api.users.get('wang.fang'))?.identity).toEqual({ issuer: provider.issuer, subject: 's-1' });
    expect(await actionsOf('wang.fang')).toEqual(['session.start', 'user.link', 'user.create']);
    const stored = JSON.stringify(await api.connection.collection('pending_sign_ins').find({}).toArray());
    expect(stored).toBe('[]');
  }); // prettier-ignore

  it('are told by their subject from then on, whatever the provider calls them', async () => {
    await addPerson('renamed');
    await signIn(person('s-renamed', 'renamed'));
    const browser: Jar = new Map();
    const answer = await signIn(person('s-renamed', 'somebody.else'), browser);
    expect(answer.status).toBe(303);
    expect((await meOf(browser)).body).toMatchObject({ id: 'renamed' });
    expect(await actionsOf('renamed')).toEqual([
      'session.start',
      'session.start',
      'user.link',
      'user.create',
    ]);
  });

  it('lose what an exclusion takes away, whatever their groups give', async () => {
    await addPerson('excluded', { exclusions: [{ orgUnit: 'HZ-XH' }] });
    const browser: Jar = new Map();
    await signIn(person('s-excluded', 'excluded', ['hz-all']), browser);
    const { body } = await ask(supertest(api.app).get('/api/alerts').set('Cookie', cookieHeader(browser)));
    expect((body as { items: { orgUnit: string }[] }).items.map(({ orgUnit }) => orgUnit)).toEqual(['HZ']);
    // Groups of a sign-in are gone with its session.
    const again: Jar = new Map();
    await signIn(person('s-excluded', 'excluded', []), again);
    expect((await meOf(again)).body).toMatchObject({ roles: [] });
  });

  it('may sign in from two tabs of one browser at once', async () => {
    await addPerson('two.tabs');
    const browser: Jar = new Map();
    const [first, second] = [await begin(browser, '/a'), await begin(browser, '/b')];
    const who = person('s-tabs', 'two.tabs');
    expect((await finish(browser, await signInThere(first, who))).headers['location']).toBe('/console/a');
    const secret = new Map([...browser, ['yxrisk_sign_in', signInCookies.at(-1) ?? '']]);
    expect((await finish(secret, await signInThere(second, who))).headers['location']).toBe('/console/b');
  });

  describe('are refused, on record, and told why in a page or in JSON', () => {
    it('when they have no account', async () => {
      const subject = 's-unknown';
      const browser: Jar = new Map();
      const back = await signInThere(await begin(browser), person(subject, 'nobody.here'));
      const answer = await finish(browser, back);
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ error: { code: 'no_account', details: { subject } } });
      const page = await finish2(person(subject, 'nobody.here'), 'text/html');
      expect(page.status).toBe(401);
      expect(page.text).toContain('您在本系统没有可用的账号');
      expect(page.text).not.toContain(subject);
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
      const rows = (await api.audit.list(2)).map(({ action, who, object, reason }) => ({ action, who, id: object.id, reason }));
      expect(rows).toEqual(Array(2).fill({ action: 'session.refused', who: { name: 'openid' }, id: expect.stringMatching(/^openid:[0-9a-f]{12}$/) as unknown, reason: 'unknown' }));
      expect(JSON.stringify(rows) + api.lines.join('')).not.toContain('nobody.here');
    }); // prettier-ignore

    it.each([
      ['their account is disabled before the first sign-in', 'off.early', async (id: string) => void (await admin.change(id, { disabled: true }, by)), 'disabled'],
      ['their account signs in by password', 'local', async (id: string) => void (await admin.resetPassword(id, by)), 'has-password'],
      ['their account is linked to another identity', 'taken', async (id: string) => void (await admin.change(id, { identity: { issuer: 'https://other.test', subject: 's-taken' } }, by)), 'linked-to-another'],
    ])('when %s', async (_why, id, prepare, reason) => {
      await addPerson(id);
      await prepare(id);
      const answer = await signIn(person(`s-${id}`, id));
      expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 401, body: { error: { code: 'no_account' } } });
      expect(await api.audit.list(1)).toMatchObject([{ action: 'session.refused', object: { id }, reason }]);
    }); // prettier-ignore

    it('when their account is disabled later: at once, and at the next sign-in', async () => {
      await addPerson('off.later');
      const browser: Jar = new Map();
      const who = person('s-off', 'off.later');
      await signIn(who, browser);
      await admin.change('off.later', { disabled: true }, by);
      expect((await meOf(browser)).status).toBe(401);
      expect((await signIn(who)).status).toBe(401);
    });

    it('when an admin has linked their account to somebody else', async () => {
      await addPerson('moved');
      const browser: Jar = new Map();
      await signIn(person('s-moved', 'moved'), browser);
      const identity = { issuer: provider.issuer, subject: 's-new' };
      await admin.change('moved', { identity }, by);
      expect((await meOf(browser)).status).toBe(401);
      expect((await signIn(person('s-moved', 'moved'))).status).toBe(401);
      expect((await signIn(person('s-new', 'whatever'))).status).toBe(303);
      await addPerson('second');
      await expect(admin.change('second', { identity }, by)).rejects.toThrow(
        /linked to this identity already/,
      );
    });

    it('when they say no at the provider', async () => {
      const browser: Jar = new Map();
      const answer = await finish(browser, await signInThere(await begin(browser), undefined));
      expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 401, body: { error: { code: 'sign_in_failed' } } });
      expect(await api.audit.list(1)).toMatchObject([{ reason: 'sign_in_failed: access_denied' }]);
    }); // prettier-ignore

    it.each([
      ['the state is another', (back: URL) => back.searchParams.set('state', 'x'.repeat(43)), 400],
      ['there is no state', (back: URL) => back.searchParams.delete('state'), 400],
      ['the state is of megabytes', (back: URL) => back.searchParams.set('state', 'x'.repeat(6_000)), 400],
      [
        'the answer is of another issuer',
        (back: URL) => back.searchParams.set('iss', 'https://evil.test'),
        401,
      ],
      ['the answer does not say whose it is', (back: URL) => back.searchParams.delete('iss'), 401],
      ['the code is another', (back: URL) => back.searchParams.set('code', 'x'.repeat(43)), 401],
      ['there is no code', (back: URL) => back.searchParams.delete('code'), 401],
      ['the answer is given as a token', (back: URL) => back.searchParams.set('response', 'x.y.z'), 401],
    ])('when %s', async (_why, change, status) => {
      const browser: Jar = new Map();
      const back = new URL(await signInThere(await begin(browser), person('s-1', 'wang.fang')));
      change(back);
      const answer = await finish(browser, back.href);
      expect({ status: answer.status, cookies: sessionCookiesOf(answer) }).toEqual({ status, cookies: [] });
    });

    it('when the nonce is another', async () => {
      const browser: Jar = new Map();
      const begun = new URL(await begin(browser));
      begun.searchParams.set('nonce', 'n'.repeat(43));
      const answer = await finish(browser, await signInThere(begun.href, person('s-1', 'wang.fang')));
      expect(answer.status).toBe(401);
      expect((await api.audit.list(1))[0]?.reason).toMatch(/^sign_in_failed: /);
    });

    it('when the code was asked for without our PKCE challenge', async () => {
      const browser: Jar = new Map();
      const begun = new URL(await begin(browser));
      begun.searchParams.set('code_challenge', 'c'.repeat(43));
      expect((await finish(browser, await signInThere(begun.href, person('s-1', 'wang.fang')))).status).toBe(
        401,
      );
    });

    it('when the same answer comes twice, or in another browser', async () => {
      const browser: Jar = new Map();
      const back = await signInThere(await begin(browser), person('s-1', 'wang.fang'));
      const stranger: Jar = new Map();
      await begin(stranger);
      expect((await finish(stranger, back)).body).toMatchObject({ error: { code: 'sign_in_expired' } });
      expect((await finish(emptyJar(), back)).status).toBe(400);
      const before = new Map(browser);
      expect((await finish(browser, back)).status).toBe(303);
      expect((await finish(before, back)).status).toBe(400);
    });

    it('when they take too long', async () => {
      const browser: Jar = new Map();
      const back = await signInThere(await begin(browser), person('s-1', 'wang.fang'));
      api.clock.at = NOW + SIGN_IN_MS;
      expect((await finish(browser, back)).status).toBe(400);
      await begin(emptyJar());
      api.clock.at = NOW + 2 * SIGN_IN_MS + 1;
      expect(await api.deps.openId?.removeEnded()).toBeGreaterThan(0);
      api.clock.at = NOW;
    });
  });

  it('are refused when the code has expired', async () => {
    const hasty = await openOpenIdProvider({ ...CLIENT, codeSeconds: 1 });
    const other = await openApi(hasty.issuer);
    const browser: Jar = new Map();
    const begun = await begin(browser, '/', other);
    hasty.people.current = person('s-1', 'wang.fang');
    const back = await follow(begun);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const answer = await finish(browser, back, 'application/json', other);
    expect(answer.status).toBe(401);
    expect(await other.audit.list(1)).toMatchObject([{ reason: 'sign_in_failed: invalid_grant' }]);
    await other.close();
    await hasty.close();
  });

  it('go nowhere but to a path of the console afterwards', async () => {
    for (const to of ['https://evil.test', '//evil.test', '/\\evil.test', '/a\\b', '\t/a', '/a b', 'alerts', '', '/api', '/api/users', '/API/users', '/metrics', '/%00\u0000', `/${'x'.repeat(500)}`])
      expect({ to, status: (await ask(supertest(api.app).get('/api/session/oidc').query({ to }))).status }).toEqual({ to, status: 400 });
    for (const to of ['/', '/alerts?status=open&x=%2F#a', '/apiary', '/rules//x', '/@x'])
      expect(assertConsolePath(to)).toBe(to);
  }); // prettier-ignore

  it('sign out here, and are told where to sign out of the provider', async () => {
    await addPerson('leaving');
    const browser: Jar = new Map();
    await signIn(person('s-leaving', 'leaving'), browser);
    const { csrfToken } = (await meOf(browser)).body as { csrfToken: string };
    const { body } = await ask(
      supertest(api.app).post('/api/session/end').set('Cookie', cookieHeader(browser)).set('X-CSRF-Token', csrfToken),
    );
    expect(body).toMatchObject({ ended: true });
    const goOnTo = new URL((body as { goOnTo: string }).goOnTo);
    expect(goOnTo.href.startsWith(`${provider.issuer}/session/end?`)).toBe(true);
    expect(goOnTo.searchParams.get('post_logout_redirect_uri')).toBe('https://risk.test/console/');
    expect((await fetch(goOnTo)).status).toBe(200);
    expect((await meOf(browser)).status).toBe(401);
  }); // prettier-ignore

  it('are told so while the provider cannot be reached, and can sign in when it is back', async () => {
    const gone = await openOpenIdProvider(CLIENT);
    const other = await openApi(gone.issuer);
    await gone.close();
    const answer = await ask(supertest(other.app).get('/api/session/oidc'));
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 503, body: { error: { code: 'identity_provider_unavailable' } } });
    expect(answer.headers['retry-after']).toBeDefined();
    const back = await openOpenIdProvider({ ...CLIENT, port: gone.port });
    expect((await ask(supertest(other.app).get('/api/session/oidc'))).status).toBe(302);
    await other.close();
    await back.close();
  }); // prettier-ignore

  it('see that there is no such way where no provider is set up', async () => {
    const other = await openTestApi();
    expect((await ask(supertest(other.app).get('/api/session/methods'))).body).toEqual({ password: true, openId: null });
    expect((await ask(supertest(other.app).get('/api/session/oidc'))).status).toBe(404);
    await other.close();
    expect((await ask(supertest(api.app).get('/api/session/methods'))).body).toEqual({ password: true, openId: '/api/session/oidc' });
  }); // prettier-ignore

  /** Every sign-in cookie that was set, in order. */
  const signInCookies: string[] = [];

  function openApi(issuer: string): Promise<TestApi> {
    return openTestApi((deps, { connection, clock }) => {
      const now = () => clock.at;
      const settings = { ...CLIENT, issuer, scopes: 'openid profile', userClaim: 'preferred_username', groupsClaim: 'groups' };
      const { users, sessions, audit } = deps;
      const pending = makePendingSignIns(connection);
      return { openId: makeOpenIdSignIn({ settings, provider: makeOpenIdProvider({ settings, now }), pending, users, sessions, audit, now }) };
    });
  } // prettier-ignore

  function manageOf({ users, audit, sessions }: TestApi) {
    return makeManageUsers({
      users,
      audit,
      endSessions: (id) => sessions.endAll(id),
      orgUnits,
      now: () => NOW,
    });
  }

  async function addPerson(id: string, more: object = {}): Promise<void> {
    const rights = { operatorIds: [], grants: [], groups: [], exclusions: [], ...more };
    await admin.create({ id, displayName: '某', withPassword: false, ...rights }, by);
  }

  function person(subject: string, name: string, groups: unknown[] = []): TestPerson {
    return { subject, claims: { preferred_username: name, groups } };
  }

  /** Where the provider sends the person to sign in. */
  async function begin(browser: Jar, to = '/', at = api): Promise<string> {
    const answer = await ask(supertest(at.app).get('/api/session/oidc').query({ to }).set('Cookie', cookieHeader(browser)));
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 302 });
    keep(browser, answer);
    signInCookies.push(browser.get('yxrisk_sign_in') ?? '');
    return String(answer.headers['location']);
  } // prettier-ignore

  /** What the provider sends the person back to. */
  function signInThere(begun: string, who: TestPerson | undefined): Promise<string> {
    provider.people.current = who;
    return follow(begun);
  }

  async function finish(browser: Jar, back: string, accept = 'application/json', at = api): Promise<Answer> {
    expect(back.startsWith(`${REDIRECT}?`)).toBe(true);
    const request = supertest(at.app).get(`/api/session/oidc/callback${new URL(back).search}`);
    const answer = await ask(request.set('Cookie', cookieHeader(browser)).set('Accept', accept));
    keep(browser, answer);
    return answer;
  }

  async function signIn(who: TestPerson, browser: Jar = new Map()): Promise<Answer> {
    return finish(browser, await signInThere(await begin(browser), who));
  }
  async function finish2(who: TestPerson, accept: string): Promise<Answer> {
    const browser: Jar = new Map();
    return finish(browser, await signInThere(await begin(browser), who), accept);
  }

  const meOf = (browser: Jar) => ask(supertest(api.app).get('/api/me').set('Cookie', cookieHeader(browser)));

  async function actionsOf(user: string): Promise<string[]> {
    return (await api.audit.list(1000))
      .filter(({ object }) => object.id === user)
      .map(({ action }) => action);
  }
});

/** Goes where the provider sends a browser until it is sent back to us. */
async function follow(begun: string): Promise<string> {
  const jar: Jar = new Map();
  let at = begun;
  for (let hop = 0; hop < 10; hop += 1) {
    const response = await fetch(at, { redirect: 'manual', headers: { Cookie: cookieHeader(jar) } });
    for (const cookie of response.headers.getSetCookie()) keepCookie(jar, cookie);
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`The provider answers ${response.status}: ${await response.text()}`);
    at = new URL(location, at).href;
    if (at.startsWith(REDIRECT)) return at;
  }
  throw new Error('The provider sends the browser round in circles.');
}

function keep(browser: Jar, answer: Answer): void {
  for (const cookie of cookiesOf(answer)) keepCookie(browser, cookie);
}
function keepCookie(jar: Jar, cookie: string): void {
  const [name = '', value = ''] = (cookie.split(';', 1)[0] ?? '').split(/=(.*)/s);
  if (value === '' || /Max-Age=0|Thu, 01 Jan 1970/i.test(cookie)) jar.delete(name);
  else jar.set(name, value);
}
function cookieHeader(jar: Jar): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}
function cookiesOf({ headers }: Answer): string[] {
  return ((headers as Record<string, unknown>)['set-cookie'] as string[] | undefined) ?? [];
}
function sessionCookiesOf(answer: Answer): string[] {
  return cookiesOf(answer).filter((cookie) => cookie.startsWith('yxrisk_session='));
}
