import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuditStore, makeAuditStore } from '../../src/access/audit-store.js';
import { hashToken } from '../../src/access/hash-token.js';
import { makeTokenStore, type TokenStore } from '../../src/access/token-store.js';
import { runCli } from '../../src/cli/main.js';
import { addTokenCommand } from '../../src/cli/token-command.js';
import { openTestMongo } from '../support/services.js';

const NOW = Date.UTC(2026, 10, 2);

describe('yxrisk token', () => {
  let mongo: Awaited<ReturnType<typeof openTestMongo>>;
  let tokens: TokenStore;
  let audit: AuditStore;
  beforeAll(async () => {
    mongo = await openTestMongo();
    tokens = makeTokenStore(mongo.connection);
    audit = makeAuditStore(mongo.connection);
    await Promise.all([tokens.init(), audit.init()]);
  });
  beforeEach(async () => {
    for (const name of ['tokens', 'audit']) await mongo.connection.collection(name).deleteMany({});
  });
  afterAll(() => mongo.close());

  let serial = 0;
  async function run(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    let closed = 0;
    const code = await runCli(
      ['token', ...args],
      [
        (program) => {
          program.configureOutput({ writeErr: (text) => void err.push(text), writeOut: (text) => void out.push(text) });
          addTokenCommand(program, {
            open: () => Promise.resolve({ tokens, audit, isOrgUnit: (code) => code === 'HZ', close: () => Promise.resolve(void (closed += 1)) }),
            print: (line) => void out.push(line),
            now: () => NOW,
            generate: () => `yxr_${(serial += 1)}`,
            user: 'wang',
          });
        },
      ],
      { version: '1', printError: (text) => void err.push(text) },
    );
    return { code, out: out.join('\n'), err: err.join(''), closed };
  } // prettier-ignore

  it('create prints the token once and stores its hash, roles, unit and sources', async () => {
    const { code, out, closed } = await run('create', '杭州接口', '--role', 'integrator', 'supervisor', '--org-unit', 'HZ', '--source', '/sales/zj'); // prettier-ignore
    expect(code).toBe(0);
    expect(closed).toBe(1);
    const [made = ''] = out.split('\n');
    expect(made).toMatch(/^yxr_\d+$/);
    expect(await tokens.get(hashToken(made))).toEqual({
      _id: hashToken(made),
      name: '杭州接口',
      roles: ['integrator', 'supervisor'],
      orgUnit: 'HZ',
      sources: ['/sales/zj'],
      origin: 'command',
      createdAt: new Date(NOW),
    });
    expect(await audit.list(9)).toMatchObject([
      { action: 'token.create', who: { name: 'cli:wang' }, object: { type: 'token', id: hashToken(made) } },
    ]);
    expect((await run('list')).out).not.toContain(made);
  });

  it('create and list answer programs in JSON', async () => {
    const { out } = await run('create', 'ops', '--role', 'auditor', '--json');
    const made = JSON.parse(out) as { id: string; token: string };
    expect(made).toMatchObject({ id: hashToken(made.token), name: 'ops', roles: ['auditor'] });
    const listed = JSON.parse((await run('list', '--json')).out) as object[];
    expect(listed).toMatchObject([{ id: made.id, name: 'ops' }]);
    expect(JSON.stringify(listed)).not.toContain(made.token);
  });

  it('list shows a table, or how to make the first one', async () => {
    expect((await run('list')).out).toContain('yxrisk token create');
    await run('create', 'ops', '--role', 'auditor');
    expect((await run('list')).out).toMatch(/ops.*auditor.*all.*command.*2026-11-02T00:00Z/);
  });

  it('revoke takes an id or a name, says so when it was done before, and is on record', async () => {
    await run('create', 'ops', '--role', 'auditor');
    expect(await run('revoke', 'ops')).toMatchObject({ code: 0, out: expect.stringContaining('ops is revoked') as unknown });
    expect((await run('revoke', 'ops')).out).toContain('was revoked already at 2026-11-02T00:00:00.000Z');
    await run('create', 'ops', '--role', 'auditor');
    const [live] = (await tokens.list()).filter(({ revokedAt }) => !revokedAt);
    expect((await run('revoke', live?._id.slice(0, 12) ?? '')).code).toBe(0);
    expect((await tokens.list()).every(({ revokedAt }) => revokedAt)).toBe(true);
    expect((await audit.list(9)).filter(({ action }) => action === 'token.revoke')).toHaveLength(2);
  }); // prettier-ignore

  it.each([
    [['create', '--role', 'admin'], /missing required argument 'name'/],
    [['create', 'x'], /required option '--role/],
    [['create', 'x', '--role', 'root'], /Allowed choices are admin, supervisor, inspector, author, auditor, integrator/],
    [['create', '', '--role', 'admin'], /<name> must have 1 to 64 characters/],
    [['create', 'x\ny', '--role', 'admin'], /<name> must have 1 to 64 characters on one line/],
    [['create', 'x', '--role', 'inspector', '--org-unit', 'XX'], /--org-unit XX: there is no such org unit/],
    [['create', 'x', '--role', 'inspector', '--source', '/a'], /--source is for tokens with --role integrator only/],
    [['destroy'], /unknown command 'destroy'/],
    [['revoke'], /missing required argument 'id'/],
  ])('%j is misuse: exit 2, nothing stored', async (args, message) => {
    const { code, err } = await run(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(await tokens.list()).toEqual([]);
    expect(await audit.list(9)).toEqual([]);
  }); // prettier-ignore

  it('revoke of what is not there is exit 1; of what means several, exit 2 with their ids', async () => {
    expect(await run('revoke', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('no token "nobody"') as unknown });
    await run('create', 'twin', '--role', 'auditor');
    await run('create', 'twin', '--role', 'auditor');
    const { code, err } = await run('revoke', 'twin');
    expect(code).toBe(2);
    for (const { _id } of await tokens.list()) expect(err).toContain(_id.slice(0, 12));
  }); // prettier-ignore
});
