import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { LOCK_MS, MAX_TRIES } from '../../src/access/make-sessions.js';
import type { Alert } from '../../src/alerts/alert.js';
import { makeAlert } from './support/make-alert.js';
import { type Answer, ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

interface Person {
  readonly id: string;
  readonly password: string;
  readonly cookie: string;
  readonly csrf: string;
}

// A password hash is slow on purpose, and slower on a busy machine.
jest.setTimeout(180_000);

describe('people with accounts', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
    await api.alertStore.write(
      ['HZ', 'HZ-XH', 'NB'].map((orgUnit) => ({
        alert: makeAlert({ id: `at-${orgUnit}`, orgUnit }),
        isNew: true,
      })),
    );
  });
  afterAll(() => api.close());

  const admin = (path: string, body: object = {}) => ask(api.post(path).send(body));
  const signIn = (user: string, password: string) =>
    ask(supertest(api.app).post('/api/session').send({ user, password }));
  const cookieOf = ({ headers }: Answer) => String(headers['set-cookie']?.[0]).split(';', 1)[0] ?? '';
  const as = ({ cookie, csrf }: Person, method: 'get' | 'post', path: string, body?: object) => {
    const request = supertest(api.app)[method](path).set('Cookie', cookie).set('X-CSRF-Token', csrf);
    return ask(body ? request.send(body) : request);
  };

  async function signedIn(id: string, password: string): Promise<Person> {
    const answer = await signIn(id, password);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
    return { id, password, cookie: cookieOf(answer), csrf: (answer.body as { csrfToken: string }).csrfToken };
  }
  /** An account whose first password has been changed, signed in. */
  async function newPerson(id: string, more: object = {}): Promise<Person> {
    const made = await admin('/api/users', { id, displayName: `${id} 某`, ...more });
    expect({ status: made.status, body: made.body }).toMatchObject({ status: 201 });
    const first = await signedIn(id, (made.body as { password: string }).password);
    const next = `correct horse ${Buffer.from(id).toString('base64url')}`;
    const changed = await as(first, 'post', '/api/me/password', { current: first.password, next });
    expect({ status: changed.status, body: changed.body }).toMatchObject({ status: 200 });
    return { ...first, password: next };
  }
  const visible = async (person: Person) => {
    const { body } = await as(person, 'get', '/api/alerts');
    return (body as { items: Alert[] }).items.map(({ orgUnit }) => orgUnit).sort();
  };

  it('sign in with a cookie that no script can read and no other site can send', async () => {
    const wang = await newPerson('wang', { grants: [{ role: 'supervisor', orgUnit: 'HZ' }] });
    const { headers } = await signIn('WANG', wang.password);
    const cookie = headers['set-cookie']?.[0];
    expect(cookie).toMatch(/^yxrisk_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await as(wang, 'get', '/api/me')).body).toMatchObject({
      id: 'wang',
      displayName: 'wang 某',
      kind: 'user',
      roles: ['supervisor'],
      units: ['HZ', 'HZ-XH'],
      csrfToken: wang.csrf,
      mustChangePassword: false,
    });
    expect(await visible(wang)).toEqual(['HZ', 'HZ-XH']);
    const stored = JSON.stringify(await api.connection.collection('sessions').find({}).toArray());
    expect(stored).not.toContain(wang.cookie.split('=')[1]);
    const users = JSON.stringify(await api.connection.collection('users').find({}).toArray());
    expect(users).toContain('scrypt$32768$8$1$');
    expect(users).not.toContain(wang.password);
  });

  it('change nothing without the token of their session', async () => {
    const zhao = await newPerson('zhao', { grants: [{ role: 'supervisor' }] });
    const body = { note: '伪造' };
    for (const csrf of ['', 'wrong', `${zhao.csrf}x`])
      expect((await as({ ...zhao, csrf }, 'post', '/api/alerts/at-NB/comment', body)).status).toBe(403);
    expect((await as({ ...zhao, csrf: '' }, 'get', '/api/alerts/at-NB')).status).toBe(200);
    const answer = await as(zhao, 'post', '/api/alerts/at-NB/comment', body);
    expect((answer.body as Alert).history.at(-1)).toMatchObject({ who: 'zhao', note: '伪造' });
  });

  it('can do nothing before they have a password of their own', async () => {
    const made = await admin('/api/users', {
      id: 'neu',
      displayName: '新',
      grants: [{ role: 'supervisor' }],
    });
    const { password } = made.body as { password: string };
    const neu = await signedIn('neu', password);
    expect((await as(neu, 'get', '/api/alerts')).body).toMatchObject({
      error: { code: 'password_change_needed' },
    });
    const change = (next: string, current = password) =>
      as(neu, 'post', '/api/me/password', { current, next });
    expect((await change('short')).body).toMatchObject({ error: { details: [{ path: 'next' }] } });
    expect((await change('aaaaaaaaaaaaaaaa')).status).toBe(400);
    expect((await change('my name is neu, hello')).status).toBe(400);
    expect((await change('correct horse battery', 'not my password')).status).toBe(401);
    const other = await signedIn('neu', password);
    expect((await change('correct horse battery')).status).toBe(200);
    expect((await as(neu, 'get', '/api/alerts')).status).toBe(200);
    expect((await as(other, 'get', '/api/me')).status).toBe(401);
    expect((await signIn('neu', password)).status).toBe(401);
  });

  it('are locked out after too many wrong passwords, for a while, and not told so', async () => {
    const li = await newPerson('li');
    const wrong = await Promise.all(
      Array.from({ length: MAX_TRIES + 3 }, () => signIn('li', 'wrong password')),
    );
    const right = await signIn('li', li.password);
    const unknown = await signIn('nobody', 'wrong password');
    for (const { status, body } of [...wrong, right, unknown])
      expect({ status, body }).toEqual({ status: 401, body: wrong[0]?.body });
    api.clock.at += LOCK_MS + 1;
    expect((await signIn('li', li.password)).status).toBe(200);
    for (let i = 0; i < MAX_TRIES; i += 1) await signIn('li', 'wrong password');
    expect((await signIn('li', li.password)).status).toBe(401);
    expect((await admin('/api/users/li/unlock')).status).toBe(200);
    expect((await signIn('li', li.password)).status).toBe(200);
    api.clock.at = NOW;
    const rows = (await api.audit.list(1000)).filter(({ object }) => object.id === 'li');
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['session.refused', 'session.start', 'user.unlock', 'user.create']),
    );
  });

  it('are locked by wrong guesses at the password of a session that somebody left open, too', async () => {
    const gu = await newPerson('gu');
    const guess = (current: string) =>
      as(gu, 'post', '/api/me/password', { current, next: 'correct horse battery' });
    for (let i = 0; i < MAX_TRIES; i += 1) expect((await guess('wrong password')).status).toBe(401);
    expect((await guess(gu.password)).status).toBe(401);
    expect((await signIn('gu', gu.password)).status).toBe(401);
    const refused = (await api.audit.list(1000)).filter(
      ({ action, object }) => action === 'session.refused' && object.id === 'gu',
    );
    expect(refused).toHaveLength(MAX_TRIES);
    api.clock.at += LOCK_MS + 1;
    expect((await guess(gu.password)).status).toBe(200);
    api.clock.at = NOW;
  });

  it('are signed out when they sign out, do nothing for an hour, or after half a day', async () => {
    const sun = await newPerson('sun');
    const MINUTE = 60_000;
    const isIn = async (person: Person) => (await as(person, 'get', '/api/me')).status === 200;
    api.clock.at = NOW + 59 * MINUTE;
    expect(await isIn(sun)).toBe(true);
    api.clock.at = NOW + 118 * MINUTE;
    expect(await isIn(sun)).toBe(true);
    api.clock.at = NOW + 179 * MINUTE;
    expect(await isIn(sun)).toBe(false);
    api.clock.at = NOW;
    const again = await signedIn('sun', sun.password);
    for (let minute = 50; minute < 720; minute += 50) {
      api.clock.at = NOW + minute * MINUTE;
      expect(await isIn(again)).toBe(true);
    }
    api.clock.at = NOW + 720 * MINUTE;
    expect(await isIn(again)).toBe(false);
    expect(await api.sessions.removeEnded()).toBeGreaterThan(0);
    api.clock.at = NOW;
    const last = await signedIn('sun', sun.password);
    expect((await as(last, 'post', '/api/session/end')).body).toEqual({ ended: true, goOnTo: null });
    expect(await isIn(last)).toBe(false);
  });

  it('have rights by unit and group, and an exclusion wins over every grant', async () => {
    await admin('/api/groups/hz-all', {
      displayName: '杭州',
      grants: [{ role: 'supervisor', orgUnit: 'HZ' }],
    });
    const qian = await newPerson('qian', {
      groups: ['hz-all'],
      grants: [{ role: 'inspector', orgUnit: 'NB' }],
    });
    expect(await visible(qian)).toEqual(['HZ', 'HZ-XH', 'NB']);
    // The role of one unit is none in another.
    expect((await as(qian, 'post', '/api/alerts/at-HZ/acknowledge', {})).status).toBe(200);
    expect((await as(qian, 'post', '/api/alerts/at-NB/acknowledge', {})).status).toBe(404);
    expect((await as(qian, 'get', '/api/alerts/at-HZ?unmask=true&reason=核对客户')).status).toBe(200);
    expect((await as(qian, 'get', '/api/alerts/at-NB?unmask=true&reason=核对客户')).status).toBe(403);
    expect((await as(qian, 'get', '/api/alerts/at-NB')).body).toMatchObject({
      steps: ['comment'],
      refused: [
        { step: 'acknowledge', why: 'role' },
        { step: 'dispatch', why: 'role' },
        { step: 'close', why: 'role' },
      ],
    });
    // At once, without signing in again.
    const exclude = (exclusions: object[]) => admin('/api/users/qian', { exclusions });
    await exclude([{ orgUnit: 'HZ-XH' }]);
    expect(await visible(qian)).toEqual(['HZ', 'NB']);
    await exclude([{ role: 'supervisor' }]);
    expect(await visible(qian)).toEqual(['NB']);
    await exclude([{}]);
    expect((await as(qian, 'get', '/api/alerts')).status).toBe(403);
    await exclude([]);
    await admin('/api/groups/hz-all/remove');
    expect(await visible(qian)).toEqual(['NB']);
  });

  it('lose everything at once when their account is disabled', async () => {
    // The last admin's is not.
    await newPerson('another', { grants: [{ role: 'admin' }] });
    const wu = await newPerson('wu', { grants: [{ role: 'admin' }] });
    expect((await as(wu, 'get', '/api/users')).status).toBe(200);
    expect((await admin('/api/users/wu', { disabled: true })).status).toBe(200);
    expect((await as(wu, 'get', '/api/users')).status).toBe(401);
    expect((await signIn('wu', wu.password)).status).toBe(401);
  });

  it('are managed only by admins of everything, and no field gets in that is not meant to', async () => {
    const local = await newPerson('local', { grants: [{ role: 'admin', orgUnit: 'HZ' }] });
    expect((await as(local, 'get', '/api/users')).status).toBe(403);
    expect((await as(local, 'post', '/api/users/local', { grants: [{ role: 'admin' }] })).status).toBe(403);
    for (const body of [
      { id: 'x1', displayName: 'x', passwordHash: 'scrypt$1' },
      { id: 'x1', displayName: 'x', failed: -100 },
      { id: { $ne: '' }, displayName: 'x' },
      { id: '__proto__', displayName: 'x' },
      { id: 'x1', displayName: 'x', grants: [{ role: 'root' }] },
      { id: 'x1', displayName: 'x', grants: [{ role: 'admin', orgUnit: 'MARS' }] },
      { id: 'x1', displayName: 'x', groups: ['nowhere'] },
    ])
      expect((await admin('/api/users', body)).status).toBe(400);
    expect((await admin('/api/users', { id: 'local', displayName: 'x' })).status).toBe(409);
    expect((await admin('/api/users/local', { version: 1 })).status).toBe(400);
    const { headers, text } = await api.get('/api/users/local');
    expect(text).not.toMatch(/passwordHash|scrypt|failed/);
    const etag = String((headers as Record<string, string>)['etag']);
    const change = (name: string) =>
      ask(api.post('/api/users/local').set('If-Match', etag).send({ displayName: name }));
    expect((await change('一')).status).toBe(200);
    expect((await change('二')).status).toBe(409);
  });

  it('keep their name out of logs and audit rows', async () => {
    const all = api.lines.join('\n') + JSON.stringify(await api.audit.list(1000));
    expect(all).toContain('wang');
    expect(all).not.toContain('wang 某');
  });
});
