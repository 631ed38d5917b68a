import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../infra/start-stores-process.js';
import { openRulesFolder, textOf, type RulesFolder } from '../publishing/open-test-rules.js';
import { ruleFile } from '../support/rule-file.js';
import { findTestServices } from '../support/services.js';
import { runYxrisk, startYxrisk, type ServiceProcess } from './service-process.js';

/** What is asked for is 5 s on a machine that is free; this one runs other tests at the same time. */
const SOON_MS = 15_000;

describe('rules that change while the service runs', () => {
  let folder: RulesFolder;
  let dataDir: string;
  let env: Record<string, string>;
  let service: ServiceProcess;
  const token = randomBytes(16).toString('hex');
  beforeAll(async () => {
    folder = await openRulesFolder([ruleFile({ id: 'a' }), ruleFile({ id: 'b' })]);
    dataDir = await mkdtemp(join(tmpdir(), 'yxrisk-data-'));
    const { mongoUri, redisUrl } = findTestServices();
    const name = `test-${randomBytes(6).toString('hex')}`;
    env = {
      MONGODB_URI: mongoUri.replace('/yxrisk?', `/${name}?`),
      REDIS_URL: redisUrl,
      REDIS_PREFIX: name,
      RULES_DIR: folder.dir,
      DATA_DIR: dataDir,
      ADMIN_TOKEN: token,
    };
    service = await startYxrisk(env);
  }, 120_000);
  afterAll(async () => {
    service.child.kill('SIGTERM');
    await service.ended;
    await folder.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const get = async <T>(path: string): Promise<T> =>
    (await (
      await fetch(`${service.address}${path}`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as T;
  interface Ready {
    readonly ready: boolean;
    readonly checks: { name: string; ok: boolean; message?: string; details?: Record<string, unknown> }[];
  }
  const rulesCheck = async () => (await get<Ready>('/readyz')).checks.find(({ name }) => name === 'rules');
  const authorsAlerts = async () =>
    (await get<{ items: { status: string; assignTo: string }[] }>('/api/alerts?rule=rules-folder')).items;

  it('are in force some seconds after they were written', async () => {
    await folder.put(ruleFile({ id: 'a', version: 2, name: '新的名称' }));
    const version = () => get<{ version: number }>('/api/rules/a');
    await eventually(version, ({ version: now }) => now === 2, SOON_MS);
    expect(await rulesCheck()).toMatchObject({ ok: true, details: { publication: 2 } });
  });

  it('when broken are told in log, readiness, metrics and by an alert, and the service goes on', async () => {
    await folder.write('acceptance/b.json', '{ "id": "b", ');
    await eventually(authorsAlerts, (alerts) => alerts.length > 0, SOON_MS);
    expect(await authorsAlerts()).toMatchObject([{ status: 'open', assignTo: 'rule-author' }]);
    await eventually(rulesCheck, (check) => check?.ok === false, SOON_MS);
    expect(await get<Ready>('/readyz')).toMatchObject({ ready: true });
    expect(await rulesCheck()).toMatchObject({
      message: expect.stringContaining('GET /api/rules/publishing') as unknown,
      details: { publication: 2, folderProblems: 1, firstProblem: expect.stringMatching(/^acceptance\/b\.json:\d/) as unknown },
    }); // prettier-ignore
    expect(await (await fetch(`${service.address}/metrics`)).text()).toMatch(
      /^yxrisk_rules_folder_problems 1$/m,
    );
    const lines = service
      .out()
      .split('\n')
      .filter((line) => line.includes('was not published'));
    expect(lines.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([40]);
    expect(service.out()).not.toContain('"level":50');
  });

  it('when broken at a restart leave in force what was published', async () => {
    service.child.kill('SIGTERM');
    await service.ended;
    service = await startYxrisk(env);
    expect(await get<object>('/api/rules/a')).toMatchObject({ version: 2 });
    expect(await rulesCheck()).toMatchObject({ ok: false, details: { publication: 2, loaded: 2 } });
  }, 120_000);

  it('when mended are in force, and the alert closes itself', async () => {
    await folder.write('acceptance/b.json', textOf(ruleFile({ id: 'b', version: 2, name: '改好了' })));
    await eventually(authorsAlerts, ([alert]) => alert?.status === 'auto_closed', SOON_MS);
    expect(await get<object>('/api/rules/b')).toMatchObject({ version: 2 });
    await eventually(rulesCheck, (check) => check?.ok === true, SOON_MS);
  });

  it('tell how they do on the command line, and can be published there', async () => {
    const health = await runYxrisk(['rules', 'health', '--json', '--days', '2'], env);
    expect(health.code).toBe(1);
    expect(JSON.parse(health.out)).toMatchObject({
      rules: [
        { rule: 'a', version: 2, looks: 0, signals: ['never-looked'] },
        { rule: 'b', version: 2, signals: ['never-looked'] },
      ],
    });
    const table = await runYxrisk(['rules', 'health'], env);
    expect(table.out).toContain('a@2');
    expect(table.out).toContain('从未触发');
    const publish = await runYxrisk(['rules', 'publish'], env);
    expect(publish).toMatchObject({ code: 0, out: '规则文件夹与已发布的相同，没有发布。\n' });
    const wrong = await runYxrisk(['rules', 'health', '--days', 'many'], env);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('whole number of days');
  }, 120_000);
});
