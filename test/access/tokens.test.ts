import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ensureAdminToken } from '../../src/access/ensure-admin-token.js';
import { generateToken } from '../../src/access/generate-token.js';
import { hashToken } from '../../src/access/hash-token.js';
import { makeAuthenticate } from '../../src/access/make-authenticate.js';
import { hasRole, ownsSource, type Principal, type Role, ROLES } from '../../src/access/principal.js';
import { makeTokenStore, type StoredToken, type TokenStore } from '../../src/access/token-store.js';
import { openTestMongo } from '../support/services.js';

const NOW = Date.UTC(2026, 10, 2);
const LONG = 'a-long-enough-admin-token';

let mongo: Awaited<ReturnType<typeof openTestMongo>>;
let store: TokenStore;
beforeAll(async () => {
  mongo = await openTestMongo();
  store = makeTokenStore(mongo.connection);
  await store.init();
});
beforeEach(async () => {
  await mongo.connection.collection('tokens').deleteMany({});
});
afterAll(() => mongo.close());

function tokenOf(token: string, changes: Partial<StoredToken> = {}): StoredToken {
  const _id = hashToken(token);
  return { _id, name: 'n', roles: ['supervisor'], origin: 'command', createdAt: new Date(NOW), ...changes };
}

describe('tokens', () => {
  it('are 256 random bits with a prefix that scanners can find', () => {
    const tokens = Array.from({ length: 100 }, generateToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^yxr_[\w-]{43}$/);
  });

  it('are stored as a hash only', async () => {
    const token = generateToken();
    await store.add(tokenOf(token));
    const raw = JSON.stringify(await mongo.connection.collection('tokens').find({}).toArray());
    expect(raw).not.toContain(token.slice(4));
    expect(raw).toContain(hashToken(token));
  });

  it('tell who asks, until they are revoked', async () => {
    const authenticate = makeAuthenticate({ tokens: store });
    await store.add(tokenOf('right', { orgUnit: 'HZ', sources: ['/sales'] }));
    expect(await authenticate('right')).toEqual({
      tokenId: hashToken('right'),
      name: 'n',
      roles: ['supervisor'],
      orgUnit: 'HZ',
      sources: ['/sales'],
    });
    expect(await store.revoke(hashToken('right'), new Date(NOW))).toBe(true);
    expect(await store.revoke(hashToken('right'), new Date(NOW + 1))).toBe(false);
    expect(await authenticate('right')).toBeUndefined();
    expect((await store.get(hashToken('right')))?.revokedAt).toEqual(new Date(NOW));
  });

  it('are asked for once a second where they come often; a revoked one works no longer than that', async () => {
    let time = 0;
    let asked = 0;
    const get: TokenStore['get'] = (id) => {
      asked += 1;
      return store.get(id);
    };
    const authenticate = makeAuthenticate({ tokens: { get }, keepMs: 1_000, now: () => time });
    await store.add(tokenOf('often'));
    for (const at of [0, 1, 999]) {
      time = at;
      expect(await authenticate('often')).toMatchObject({ tokenId: hashToken('often') });
    }
    expect(asked).toBe(1);
    await store.revoke(hashToken('often'), new Date(NOW));
    time = 1_000;
    for (const _ of [1, 2]) expect(await authenticate('often')).toBeUndefined();
    // Neither that it is revoked nor that one is wrong is kept: a token works as soon as it is made.
    expect(asked).toBe(3);
    expect(await authenticate('made-later')).toBeUndefined();
    await store.add(tokenOf('made-later'));
    expect(await authenticate('made-later')).toBeDefined();
  });

  it.each(['', 'wrong', hashToken('right'), 'right ', 'RIGHT', '{"$ne":""}', 'x'.repeat(513)])(
    'are nobody’s when wrong: %s',
    async (token) => {
      await store.add(tokenOf('right'));
      expect(await makeAuthenticate({ tokens: store })(token)).toBeUndefined();
    },
  );

  it('stay as they are when added again', async () => {
    await store.add(tokenOf('t', { roles: ['inspector'] }));
    expect((await store.add(tokenOf('t', { roles: ['admin'] }))).roles).toEqual(['inspector']);
  });
});

describe('the first admin token', () => {
  const ensure = (adminToken?: string) =>
    ensureAdminToken({
      store,
      now: () => NOW,
      generate: () => 'yxr_made',
      ...(adminToken && { adminToken }),
    });
  const liveAdmins = async () =>
    (await store.list()).filter((token) => !token.revokedAt).map(({ _id }) => _id);

  it('is made once and answered once, to be printed', async () => {
    expect(await ensure()).toBe('yxr_made');
    expect(await ensure()).toBeUndefined();
    expect(await liveAdmins()).toEqual([hashToken('yxr_made')]);
  });

  it('is made anew when all admins are revoked, so that nobody is locked out', async () => {
    await store.add(tokenOf('old', { roles: ['admin'], revokedAt: new Date(NOW) }));
    await store.add(tokenOf('reader'));
    expect(await ensure()).toBe('yxr_made');
  });

  it('is the one of ADMIN_TOKEN where that is set, and another value retires the one before', async () => {
    expect(await ensure(LONG)).toBeUndefined();
    expect(await ensure(LONG)).toBeUndefined();
    expect(await liveAdmins()).toEqual([hashToken(LONG)]);
    await store.add(tokenOf('by-hand', { roles: ['admin'] }));
    await ensure(`${LONG}-2`);
    expect((await liveAdmins()).sort()).toEqual([hashToken(`${LONG}-2`), hashToken('by-hand')].sort());
  });

  it('is refused where ADMIN_TOKEN can be guessed or was revoked', async () => {
    await expect(ensure('short')).rejects.toThrow('ADMIN_TOKEN has 5 characters; it needs at least 16');
    await ensure(LONG);
    await store.revoke(hashToken(LONG), new Date(NOW));
    await expect(ensure(LONG)).rejects.toThrow(/was revoked at 2026-11-02T00:00:00.000Z; set another one/);
    expect(await liveAdmins()).toEqual([]);
  });
});

describe('what a token may', () => {
  const principal = (changes: Partial<Principal>): Principal => ({
    tokenId: '',
    name: '',
    roles: [],
    ...changes,
  });

  it('is what its roles may, and everything for admin', () => {
    fc.assert(
      fc.property(fc.subarray([...ROLES]), fc.subarray([...ROLES]), (own: Role[], needed: Role[]) => {
        const expected = own.includes('admin') || own.some((role) => needed.includes(role));
        expect(hasRole(principal({ roles: own }), needed)).toBe(expected);
      }),
    );
  });

  it.each([
    ['/sales/zj', true],
    ['/sales/zj/hz', true],
    ['/sales/zjx', false],
    ['/sales', false],
    ['', false],
  ])('posts events of its own sources and those below: %s → %s', (source, may) => {
    expect(ownsSource(principal({ roles: ['integrator'], sources: ['/sales/zj'] }), source)).toBe(may);
    expect(ownsSource(principal({ roles: ['integrator'], sources: ['/sales/zj/'] }), `${source}/x`)).toBe(
      may,
    );
    expect(ownsSource(principal({ roles: ['integrator'] }), source)).toBe(true);
    expect(ownsSource(principal({ roles: ['admin'], sources: ['/sales/zj'] }), source)).toBe(true);
  });
});
