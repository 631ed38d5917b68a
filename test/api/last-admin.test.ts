import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeUser } from '../access/open-world.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

describe('the last account that may manage accounts', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    for (const name of ['users', 'groups'] as const) await api.connection.collection(name).deleteMany({});
  });

  const add = (id: string, more: object = {}) => api.users.add(makeUser(id, more));
  const change = (id: string, body: object) => ask(api.post(`/api/users/${id}`).send(body));
  const refused = { status: 409, body: { error: { code: 'last_admin' } } };
  const ADMIN = { grants: [{ role: 'admin' }] };

  it.each([
    ['loses the role', { grants: [{ role: 'supervisor' }] }],
    ['keeps the role in one unit only', { grants: [{ role: 'admin', orgUnit: 'HZ' }] }],
    ['is excluded from everything', { exclusions: [{}] }],
    ['is excluded from the role', { exclusions: [{ role: 'admin' }] }],
    ['is excluded from one unit', { exclusions: [{ orgUnit: 'HZ' }] }],
    ['is disabled', { disabled: true }],
  ])('is not changed so that it %s, and nothing is put on record', async (_what, body) => {
    await add('boss', ADMIN);
    await add('here', { grants: [{ role: 'admin', orgUnit: 'HZ' }] });
    await add('gone', { ...ADMIN, disabled: true });
    const before = (await api.audit.list(1))[0]?.seq;
    expect(await change('boss', body)).toMatchObject(refused);
    expect((await api.audit.list(1))[0]?.seq).toBe(before);
    expect(await api.users.get('boss')).toMatchObject({ ...ADMIN, disabled: false, exclusions: [] });
  });

  it('may be changed in all else, and lose the role once another account has it', async () => {
    await add('boss', ADMIN);
    expect((await change('boss', { displayName: '王', exclusions: [{ role: 'author' }] })).status).toBe(200);
    await add('second', ADMIN);
    expect((await change('boss', { grants: [] })).status).toBe(200);
    expect(await change('second', { grants: [] })).toMatchObject(refused);
  });

  it('keeps the group that it has the role by', async () => {
    await api.users.putGroup({ _id: 'admins', displayName: '管理员', grants: [{ role: 'admin' }] });
    await add('boss', { groups: ['admins'] });
    const put = (grants: object[]) =>
      ask(api.post('/api/groups/admins').send({ displayName: '管理员', grants }));
    expect(await put([])).toMatchObject(refused);
    expect(await ask(api.post('/api/groups/admins/remove'))).toMatchObject(refused);
    expect(await change('boss', { groups: [] })).toMatchObject(refused);
    expect((await put([{ role: 'admin' }, { role: 'auditor' }])).status).toBe(200);
    expect((await change('boss', { ...ADMIN, groups: [] })).status).toBe(200);
    expect((await ask(api.post('/api/groups/admins/remove'))).status).toBe(200);
  });

  it('is kept where two take the role from each other at the same moment', async () => {
    await add('one', ADMIN);
    await add('two', ADMIN);
    const answers = await Promise.all(['one', 'two'].map((id) => change(id, { disabled: true })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('need not be there: with the token alone every account may be changed', async () => {
    await add('wang', { grants: [{ role: 'supervisor' }] });
    expect((await change('wang', { disabled: true })).status).toBe(200);
  });
});
