import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addRulesCommand } from '../../src/cli/rules-command.js';
import { calendar, ruleWith } from '../engine/fixtures.js';
import { catalogue, withRuleFolder } from '../engine/rule-folder.js';

const template = await readFile(join(import.meta.dirname, '../../rules/_template.json'), 'utf8');
const NEW = ['new', '--id', 'form-unsigned', '--domain', 'acceptance', '--name', '受理单没有签字', '--kind', 'missing-signature']; // prettier-ignore

async function run(dir: string, args: readonly string[], answers?: string[]) {
  const result = { code: -1, out: '', err: '' };
  const program = new Command().exitOverride();
  addRulesCommand(program, {
    rulesDir: dir,
    loadContext: () => Promise.resolve({ calendar, catalogue }),
    out: (text) => (result.out += text),
    err: (text) => (result.err += text),
    ...(answers && { ask: () => Promise.resolve(answers.shift() ?? '') }),
    setExitCode: (code) => (result.code = code),
    openFired: () => Promise.reject(new Error('no stores')),
    openExplainer: () => Promise.reject(new Error('no stores')),
    now: () => 0,
  });
  await program.parseAsync(['rules', ...args], { from: 'user' });
  return result;
}

describe('yxrisk rules new', () => {
  it('writes a rule that passes validate, and never writes over one', async () => {
    await withRuleFolder({ '_template.json': template }, async (dir) => {
      expect(await run(dir, NEW)).toMatchObject({ code: 0, err: '' });
      const written = JSON.parse(
        await readFile(join(dir, 'acceptance/form-unsigned.json'), 'utf8'),
      ) as object;
      expect(written).toMatchObject({ id: 'form-unsigned', name: '受理单没有签字', status: 'shadow' });
      expect(await run(dir, ['validate'])).toMatchObject({ code: 0 });
      const again = await run(dir, NEW);
      expect(again.code).toBe(2);
      expect(again.err).toContain('已经存在，没有改动');
    });
  });

  it('asks what it is not told, until the answer is right', async () => {
    await withRuleFolder({ '_template.json': template }, async (dir) => {
      const answers = [
        'Form Unsigned',
        'form-unsigned',
        '../etc',
        'acceptance',
        '',
        '受理单没有签字',
        'timeuot',
        'timeout',
      ];
      const { code, err } = await run(dir, ['new'], answers);
      expect(code).toBe(0);
      expect(err.trim().split('\n')).toEqual([
        expect.stringContaining('规则编号 "Form Unsigned" 应为小写字母'),
        expect.stringContaining('领域 "../etc" 应为小写字母'),
        expect.stringContaining('规则名称应为一行文字'),
        expect.stringContaining('没有风险类别 "timeuot"，是不是 "timeout"'),
      ]);
      expect(await run(dir, ['validate'])).toMatchObject({ code: 0 });
    });
  });

  it.each([
    ['nobody to ask', ['new'], /缺少 --id：规则编号/],
    ['a wrong id', ['new', '--id', '../x'], /规则编号 "..\/x" 应为小写字母/],
    [
      'a folder of something else',
      ['new', '--id', 'x', '--domain', 'catalogue'],
      /文件夹 "catalogue" 放的不是规则/,
    ],
    ['an unknown kind', [...NEW.slice(0, -1), 'x'], /没有风险类别 "x"；可用：timeout、/],
  ])('refuses %s with one line and exit code 2', async (_what, args, message) => {
    await withRuleFolder({ '_template.json': template }, async (dir) => {
      const { code, out, err } = await run(dir, args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(message);
      expect(err.trim().split('\n')).toHaveLength(1);
    });
  });

  it('says where a template is missing', async () => {
    await withRuleFolder({}, async (dir) => {
      expect(await run(dir, NEW)).toMatchObject({
        code: 2,
        err: expect.stringContaining('_template.json 读不出来'),
      });
    });
  });
});

describe('yxrisk rules diff', () => {
  const before = { 'a/a-rule.json': ruleWith(), 'a/b-rule.json': ruleWith({ id: 'b-rule' }), 'a/d-rule.json': ruleWith({ id: 'd-rule' }) }; // prettier-ignore
  const after = {
    'b/a-rule.json': ruleWith({ version: 2, status: 'shadow' }),
    'b/c-rule.json': ruleWith({ id: 'c-rule' }),
    'b/d-rule.json': ruleWith({ id: 'd-rule', name: '改了名称' }),
  };

  it('tells what was added, removed and changed, field by field, and exits 1', async () => {
    await withRuleFolder({ ...before, ...after }, async (dir) => {
      const both = [join(dir, 'a'), join(dir, 'b')];
      expect(await run(dir, ['diff', ...both])).toEqual({
        code: 1,
        err: '',
        out: [
          '修改 a-rule', '  version：1 → 2', '  status："active" → "shadow"', '删除 b-rule', '新增 c-rule',
          '修改 d-rule（内容改了，version 没有加 1）', '  name："规则" → "改了名称"', '共 4 处不同。', '',
        ].join('\n'),
      }); // prettier-ignore
      const { code, out } = await run(dir, ['diff', ...both, '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({ same: false, changes: [{ kind: 'changed', id: 'a-rule' }, {}, {}, { sameVersion: true }] }); // prettier-ignore
    });
  });

  it('exits 0 for the same rules, wherever they lie and however they are written', async () => {
    await withRuleFolder(
      { 'a/a-rule.json': ruleWith(), 'b/x/a-rule.json': JSON.stringify(ruleWith()) },
      async (dir) => {
        expect(await run(dir, ['diff', join(dir, 'a'), join(dir, 'b')])).toEqual({ code: 0, err: '', out: '两边的规则完全相同。\n' }); // prettier-ignore
      },
    );
  });

  it('exits 1 where a side is wrong and 2 where it cannot be read', async () => {
    await withRuleFolder({ 'a/a-rule.json': ruleWith(), 'b/a-rule.json': '{' }, async (dir) => {
      const wrong = await run(dir, ['diff', join(dir, 'a'), join(dir, 'b')]);
      expect(wrong.code).toBe(1);
      expect(wrong.err).toContain('a-rule.json:1:2');
      const missing = await run(dir, ['diff', join(dir, 'a'), join(dir, 'none')]);
      expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('读不出来') });
    });
  });
});

describe('yxrisk rules diff --git', () => {
  const git = (dir: string, ...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      stdio: 'pipe',
    });
  const commit = (dir: string) => {
    git(dir, 'add', '-A');
    git(dir, 'commit', '-qm', 'x');
  };

  it('compares two revisions, and neither reads nor changes what lies in the folder now', async () => {
    await withRuleFolder({ 'rules/a-rule.json': ruleWith() }, async (root) => {
      const dir = join(root, 'rules');
      git(root, 'init', '-q');
      commit(root);
      await writeFile(join(dir, 'a-rule.json'), JSON.stringify(ruleWith({ version: 2, name: '新名称' })));
      await writeFile(join(dir, 'b-rule.json'), JSON.stringify(ruleWith({ id: 'b-rule' })));
      commit(root);
      await writeFile(join(dir, 'a-rule.json'), '{');
      expect(await run(dir, ['diff', '--git', 'HEAD~1..HEAD'])).toEqual({
        code: 1,
        err: '',
        out: '修改 a-rule\n  version：1 → 2\n  name："规则" → "新名称"\n新增 b-rule\n共 2 处不同。\n',
      });
      expect((await run(dir, ['diff', '--git', 'HEAD'])).out).toBe('两边的规则完全相同。\n');
      expect(await readFile(join(dir, 'a-rule.json'), 'utf8')).toBe('{');
    });
  });

  it('says what is wrong with a revision', async () => {
    await withRuleFolder({ 'rules/a-rule.json': ruleWith(), 'other/x.txt': 'x' }, async (root) => {
      const dir = join(root, 'rules');
      expect((await run(dir, ['diff', '--git', 'HEAD~1..HEAD'])).err).toContain('没有版本 "HEAD~1"');
      git(root, 'init', '-q');
      commit(root);
      for (const [revisions, message] of [
        ['nope..HEAD', '没有版本 "nope"'],
        ['--help..HEAD', '没有版本 "--help"'],
        ['a..b..c', '--git 应为 旧版本..新版本'],
      ] as const) {
        const { code, err } = await run(dir, ['diff', '--git', revisions]);
        expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
      }
      expect((await run(dir, ['diff', 'only-one'])).err).toContain('diff 需要两个规则文件夹');
      const elsewhere = await run(join(root, 'other'), ['diff', '--git', 'HEAD']);
      expect(elsewhere).toMatchObject({ code: 2, err: expect.stringContaining('没有文件夹') });
    });
  });
});
