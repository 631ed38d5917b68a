import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Express } from 'express';
import supertest from 'supertest';
import { generateToken } from '../../src/access/generate-token.js';
import { hashToken } from '../../src/access/hash-token.js';
import type { Role } from '../../src/access/principal.js';
import { composeTestApi } from '../support/compose-test-api.js';
import type { Proposal } from '../../src/publishing/proposals/proposal.js';
import { ruleFile } from '../support/rule-file.js';
import { openTestRules, textOf, type TestRules } from './open-test-rules.js';

const rule = (id: string, version: number, name: string) => ruleFile({ id, version, name });

describe('rules proposed over HTTP', () => {
  let test: TestRules;
  let app: Express;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    test = await openTestRules(
      ['a', 'b', 'c', 'd'].map((id) => rule(id, 1, id)),
      '2026-11-20T10:00:00+08:00',
    );
    app = composeTestApi(test);
    await addToken('li', ['author']);
    await addToken('wang', ['author']);
    await addToken('boss', ['admin']);
    await addToken('watcher', ['auditor']);
  });
  afterAll(() => test.close());

  async function addToken(name: string, roles: readonly Role[]) {
    const token = generateToken();
    tokens[name] = token;
    await test.service.tokens.add({
      _id: hashToken(token), name, roles, origin: 'command', createdAt: new Date(test.now()),
    }); // prettier-ignore
  }
  const post = async (who: string, path: string, body?: object) => {
    const request = supertest(app)
      .post(`/api/rules/proposals${path}`)
      .auth(tokens[who] ?? '', { type: 'bearer' });
    const answer = await (body ? request.send(body) : request);
    return {
      status: answer.status,
      body: answer.body as Proposal & {
        error?: { message: string; details: { path: string; message: string }[] };
      },
    };
  };
  const get = async <T>(path: string, who = 'li') =>
    (
      await supertest(app)
        .get(path)
        .auth(tokens[who] ?? '', { type: 'bearer' })
    ).body as T;
  const propose = (changes: object[], who = 'li') => post(who, '', { changes, reason: '按新办法修改' });
  const publish = async () => {
    await test.settle();
    await test.service.ruleProposals.applyApproved();
  };

  it('are published when another approves, and lie in the folder then', async () => {
    const text = textOf(rule('a', 2, '新的名称'));
    const proposed = await propose([{ file: 'acceptance/a.json', text }]);
    expect(proposed).toMatchObject({
      status: 201,
      body: {
        status: 'waiting',
        diff: [{ id: 'a', kind: 'changed', fields: [{ path: 'version' }, { path: 'name' }] }],
      },
    });
    expect(test.service.ruleSets.current().byId('a')?.version).toBe(1);
    const { id } = proposed.body;

    expect(await post('li', `/${id}/approve`, {})).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('A second person') as unknown } },
    });
    expect(await post('wang', `/${id}/approve`, { note: '依据已核对' })).toMatchObject({
      status: 200,
      body: { status: 'approved', decided: { note: '依据已核对' } },
    });
    expect(await post('boss', `/${id}/reject`, { note: '来晚一步' })).toMatchObject({ status: 409 });
    await publish();

    expect(await get<Proposal>(`/api/rules/proposals/${id}`, 'watcher')).toMatchObject({
      status: 'published',
      publication: 2,
    });
    expect(test.service.ruleSets.current().byId('a')?.version).toBe(2);
    expect(await readFile(join(test.folder.dir, 'acceptance/a.json'), 'utf8')).toBe(text);
    // The folder says the same, and takes nothing back.
    test.tick(31_000);
    await test.settle();
    expect(test.service.ruleSets.loaded().publication).toBe(2);

    const { items } = await get<{ items: object[] }>('/api/rules/a/versions');
    expect(items).toMatchObject([
      {
        version: 2, via: 'proposal', proposal: id, publication: 2, source: text,
        by: `token:${hashToken(tokens['li'] ?? '').slice(0, 12)}`,
        approvedBy: `token:${hashToken(tokens['wang'] ?? '').slice(0, 12)}`,
        changes: [{ path: 'name', before: 'a', after: '新的名称' }, { path: 'version', before: 1, after: 2 }],
      },
      { version: 1, via: 'folder', by: 'folder', publication: 1 },
    ]); // prettier-ignore
    const audited = (await test.service.audit.list(20)).map(({ action, object }) => `${action} ${object.id}`);
    expect(audited).toEqual(
      expect.arrayContaining([`rules.propose ${id}`, `rules.approve ${id}`, 'rules.publish 2']),
    );
  });

  it('are refused with file, place and reason when they are wrong', async () => {
    const broken = await propose([
      { file: 'acceptance/b.json', text: textOf(rule('b', 2, 'b')).replace('open', 'opened') },
    ]);
    expect(broken.status).toBe(400);
    expect(broken.body.error?.details[0]?.path).toMatch(/^acceptance\/b\.json:\d+:\d+/);
    const silent = await propose([{ file: 'acceptance/b.json', text: textOf(rule('b', 1, '悄悄改了')) }]);
    expect(silent.body.error?.message).toContain('版本号要加一');
    const nothing = await propose([{ file: 'acceptance/b.json', text: textOf(rule('b', 1, 'b')) }]);
    expect(nothing.body.error?.message).toContain('changes nothing');
  });

  it.each([
    '../outside.json',
    '/etc/rule.json',
    'catalogue/process.json',
    'calendars/2026.json',
    'org-units.json',
    '_retired/a.json',
    '.hidden/a.json',
    'a/../../b.json',
    'acceptance/a.JSON',
    'acceptance\\a.json',
  ])('cannot be written to %s', async (file) => {
    const answer = await propose([{ file, text: textOf(rule('x', 1, 'x')) }]);
    expect(answer.status).toBe(400);
    expect(answer.body.error?.message).toContain('不能写文件');
  });

  it('may take a rule out of use and say what is to become of its alerts', async () => {
    const { body } = await propose([{ retire: 'c', openAlerts: 'keep' }]);
    await post('wang', `/${body.id}/approve`, {});
    await publish();
    expect(test.service.ruleSets.current().byId('c')).toBeUndefined();
    expect(await readdir(join(test.folder.dir, '_retired'))).toEqual(['c.json']);
    expect((await test.service.publications.list(1))[0]?.changes.removed).toEqual([
      { id: 'c', version: 1, openAlerts: 'keep' },
    ]);
  });

  it('bring a rule that was taken out of use back by the text it had, and its history goes on', async () => {
    expect(await get<object>('/api/rules/c/file')).toMatchObject({ error: { code: 'not_found' } });
    const { items } = await get<{ items: { file: string; source: string }[] }>('/api/rules/c/versions');
    const [{ file, source } = { file: '', source: '' }] = items;
    expect(file).toBe('acceptance/c.json');
    const { body } = await propose([{ file, text: source }]);
    await post('wang', `/${body.id}/approve`, {});
    await publish();
    expect(test.service.ruleSets.current().byId('c')?.version).toBe(1);
    expect((await get<{ items: object[] }>('/api/rules/c/versions')).items).toHaveLength(1);
    expect(await get<object>('/api/rules/c/file')).toMatchObject({ file, text: source, version: 1 });
  });

  it('start from the file as it lies there now, which tests may have changed within a version', async () => {
    const text = textOf(ruleFile({ id: 'e-tests', name: 'e', tests: [{ name: '命中', facts: { 'workOrder.status': 'open' }, expect: 'hit' }, { name: '不命中', facts: { 'workOrder.status': 'closed' }, expect: 'no_hit' }] })); // prettier-ignore
    await test.folder.write('acceptance/e-tests.json', text);
    await test.settle();
    const renamed = text.replace('"命中"', '"打开的工单"');
    await test.folder.write('acceptance/e-tests.json', renamed);
    await test.settle();
    const { items } = await get<{ items: { source: string }[] }>('/api/rules/e-tests/versions');
    expect(items.map(({ source }) => source)).toEqual([text]);
    expect(await get<object>('/api/rules/e-tests/file')).toEqual({
      file: 'acceptance/e-tests.json',
      text: renamed,
      version: 1,
      publication: test.service.ruleSets.loaded().publication,
    });
    await test.folder.remove('acceptance/e-tests.json');
    await test.settle();
  });

  it('leave versions behind, any two of which can be compared', async () => {
    for (const version of [2, 3]) {
      await test.folder.put({ ...rule('b', version, `第${version}版`), status: 'shadow' });
      await test.settle();
    }
    const compare = (query: string) => get<{ items: object[] }>(`/api/rules/b/changes?${query}`);
    expect((await compare('from=1&to=3')).items).toEqual([
      { path: 'name', before: 'b', after: '第3版' },
      { path: 'version', before: 1, after: 3 },
    ]);
    expect((await compare('from=3&to=2')).items).toMatchObject([
      { path: 'name', before: '第3版', after: '第2版' },
      { path: 'version' },
    ]);
    expect((await compare('from=2&to=2')).items).toEqual([]);
    expect(await compare('from=1&to=9')).toMatchObject({ error: { code: 'not_found' } });
    await test.folder.put(rule('b', 1, 'b'));
    await test.settle();
  });

  it('do not overwrite what was changed since they were written', async () => {
    const { body } = await propose([{ file: 'acceptance/d.json', text: textOf(rule('d', 2, '甲的改法')) }]);
    await test.folder.put(rule('d', 2, '乙的改法'));
    await test.settle();
    await post('wang', `/${body.id}/approve`, {});
    await publish();
    expect(await get<Proposal>(`/api/rules/proposals/${body.id}`)).toMatchObject({
      status: 'failed',
      failure: expect.stringContaining('提出之后这些文件又改过：acceptance/d.json') as unknown,
    });
    expect(test.service.ruleSets.current().byId('d')?.file.name).toBe('乙的改法');
  });

  it('wait while somebody has broken the folder', async () => {
    const { body } = await propose([{ file: 'acceptance/e.json', text: textOf(rule('e', 1, 'e')) }]);
    await test.folder.write('acceptance/f.json', '{');
    await test.settle();
    await post('wang', `/${body.id}/approve`, {});
    await publish();
    expect(await get<Proposal>(`/api/rules/proposals/${body.id}`)).toMatchObject({ status: 'approved' });
    await test.folder.remove('acceptance/f.json');
    await publish();
    expect(await get<Proposal>(`/api/rules/proposals/${body.id}`)).toMatchObject({ status: 'published' });
  });

  it('can be withdrawn by their author only, and rejected by others', async () => {
    const { body } = await propose([{ retire: 'b' }]);
    expect(await post('wang', `/${body.id}/withdraw`)).toMatchObject({ status: 403 });
    expect(await post('li', `/${body.id}/withdraw`)).toMatchObject({
      status: 200,
      body: { status: 'withdrawn' },
    });
    const second = await propose([{ retire: 'b' }]);
    expect(await post('wang', `/${second.body.id}/reject`, { note: '仍在使用' })).toMatchObject({
      status: 200,
      body: { status: 'rejected', decided: { note: '仍在使用' } },
    });
    expect(test.service.ruleSets.current().byId('b')).toBeDefined();
    const { items } = await get<{ items: Proposal[] }>('/api/rules/proposals?status=withdrawn,rejected');
    expect(items.map(({ id }) => id).sort()).toEqual([body.id, second.body.id].sort());
  });

  it('are decided once when two decide at the same moment, and the log has one decision', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { body } = await propose([{ retire: 'b' }]);
      const decisions = ['wang', 'boss'].map((who) => post(who, `/${body.id}/reject`, { note: '依据不足' }));
      expect((await Promise.all(decisions)).map(({ status }) => status).sort()).toEqual([200, 409]);
      const rows = await test.service.audit.page({ object: body.id, action: 'rules.reject', limit: 10 });
      expect(rows).toHaveLength(1);
    }
  });

  it('are published once by processes that share the folder, and neither takes back what the other wrote', async () => {
    const other = await test.join(test.folder);
    await other.ruleDesk.open({ publishes: true });
    const text = textOf(rule('shared', 1, '两个进程'));
    const { body } = await propose([{ file: 'acceptance/shared.json', text }]);
    expect((await post('wang', `/${body.id}/approve`, {})).status).toBe(200);
    await test.settle();
    await other.ruleDesk.look();
    const before = (await test.service.publications.head())?.number ?? 0;
    await Promise.all([test.service, other].map(({ ruleProposals }) => ruleProposals.applyApproved()));
    expect(await get<Proposal>(`/api/rules/proposals/${body.id}`)).toMatchObject({
      status: 'published',
      publication: before + 1,
    });
    expect(await readFile(join(test.folder.dir, 'acceptance/shared.json'), 'utf8')).toBe(text);
    test.tick(31_000);
    await test.settle();
    await other.ruleDesk.look();
    expect((await test.service.publications.head())?.number).toBe(before + 1);
  });

  it('are published by their folder where somebody publishes it between the writing and the publication', async () => {
    const text = textOf(rule('meanwhile', 1, '别人先发布'));
    const { body } = await propose([{ file: 'acceptance/meanwhile.json', text }]);
    await post('wang', `/${body.id}/approve`, {});
    await test.settle();
    const { publishFolder } = test.service.ruleDesk;
    const publishTwice = jest.spyOn(test.service.ruleDesk, 'publishFolder').mockImplementation(async (by) => {
      await publishFolder({ via: 'command', by: 'somebody' });
      return publishFolder(by);
    });
    await test.service.ruleProposals.applyApproved();
    publishTwice.mockRestore();
    expect(await get<Proposal>(`/api/rules/proposals/${body.id}`)).toMatchObject({ status: 'published' });
    expect(await readFile(join(test.folder.dir, 'acceptance/meanwhile.json'), 'utf8')).toBe(text);
  });

  it('are not approved while nobody can write the folder', async () => {
    const { body } = await propose([{ retire: 'b' }]);
    // The tests may run as root, to whom no folder is read-only: so the folder is one that nobody reads.
    test.tick(10 * 60_000);
    expect(await post('wang', `/${body.id}/approve`, {})).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('No process reads a rules folder') as unknown } },
    });
  });

  it('are on record once for what was decided, and not for what was refused', async () => {
    test.tick(31_000);
    await test.settle();
    const rowsOf = async (id: string) =>
      (await test.service.audit.list(200)).flatMap(({ action, object }) => (object.id === id ? [action] : []));
    for (const [way, body] of [['approve', {}], ['reject', { note: '没有这一份' }], ['withdraw', undefined]] as const)
      expect((await post('wang', `/none/${way}`, body)).status).toBe(404);
    expect(await rowsOf('none')).toEqual([]);

    const { body } = await propose([{ retire: 'b' }]);
    expect((await post('li', `/${body.id}/approve`, {})).status).toBe(403);
    expect((await post('wang', `/${body.id}/withdraw`)).status).toBe(403);
    expect(await rowsOf(body.id)).toEqual(['rules.propose']);
    expect((await post('wang', `/${body.id}/reject`, { note: '仍在使用' })).status).toBe(200);
    expect((await post('wang', `/${body.id}/approve`, {})).status).toBe(409);
    expect((await post('boss', `/${body.id}/reject`, { note: '来晚一步' })).status).toBe(409);
    expect((await post('li', `/${body.id}/withdraw`)).status).toBe(409);
    expect((await rowsOf(body.id)).sort()).toEqual(['rules.propose', 'rules.reject']);
  }); // prettier-ignore

  it('show in the state of publishing, and so do the folder and what is in force', async () => {
    await test.settle();
    expect(await get<object>('/api/rules/publishing')).toMatchObject({
      publication: test.service.ruleSets.loaded().publication,
      rules: test.service.ruleSets.current().rules.length,
      folders: [{ dir: test.folder.dir, state: 'in-force', writable: true, problems: [] }],
    });
    const hash = test.service.ruleSets.current().hash;
    expect(await get<object>(`/api/rules/publications/${hash}`)).toMatchObject({ hash });
    const page = await get<{ items: { number: number }[]; nextCursor: string }>(
      '/api/rules/publications?limit=2',
    );
    const next = await get<{ items: { number: number }[] }>(
      `/api/rules/publications?limit=2&cursor=${page.nextCursor}`,
    );
    expect(next.items[0]?.number).toBe((page.items[1]?.number ?? 0) - 1);
  });
});
