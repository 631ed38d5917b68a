import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addRulesCommand } from '../../src/cli/rules-command.js';
import { calendar, ruleWith } from '../engine/fixtures.js';
import { catalogue, withRuleFolder } from '../engine/rule-folder.js';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `yxrisk rules …` on a folder, without a process of its own. */
async function run(dir: string, ...args: string[]): Promise<Run> {
  const result = { code: -1, out: '', err: '' };
  const program = new Command().exitOverride();
  addRulesCommand(program, {
    rulesDir: dir,
    loadContext: () => Promise.resolve({ calendar, catalogue }),
    out: (text) => (result.out += text),
    err: (text) => (result.err += text),
    setExitCode: (code) => (result.code = code),
    openFired: () => Promise.reject(new Error('no stores')),
    openExplainer: () => Promise.reject(new Error('no stores')),
    now: () => 0,
  });
  await program.parseAsync(['rules', ...args], { from: 'user' });
  return result;
}

const good = ruleWith();
const failing = ruleWith({
  id: 'b-rule',
  tests: [...good.tests, { name: '反例', facts: { 'workOrder.sameCity': false }, expect: 'hit' }],
});

describe('yxrisk rules validate', () => {
  it('says how many rules and tests are right, and exits 0', async () => {
    await withRuleFolder({ 'a-rule.json': good }, async (dir) => {
      expect(await run(dir, 'validate')).toEqual({
        code: 0,
        out: '1 条规则全部正确，2 个用例全部通过。\n',
        err: '',
      });
    });
  });

  it('lists every offender with file, line and column on stderr, and exits 1', async () => {
    await withRuleFolder(
      { 'a-rule.json': { ...good, version: 0 }, 'b-rule.json': failing, 'c-rule.json': '{' },
      async (dir) => {
        const { code, out, err } = await run(dir, 'validate');
        expect({ code, out }).toEqual({ code: 1, out: '' });
        const lines = err.trim().split('\n');
        expect(lines).toHaveLength(4);
        expect(lines[0]).toContain('a-rule.json:3:14 version：应至少为 1');
        expect(lines[1]).toMatch(/b-rule.json:\d+:\d+ tests\[2\]：用例 "反例" 未通过/);
        expect(lines[2]).toContain('c-rule.json:1:2：');
        expect(lines[3]).toBe('3 个文件，共 3 处错误。');
      },
    );
  });

  it('gives programs the same as JSON', async () => {
    await withRuleFolder({ 'a-rule.json': { ...good, version: 0 } }, async (dir) => {
      const { code, out, err } = await run(dir, 'validate', '--json');
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(JSON.parse(out)).toEqual({
        valid: false,
        rules: 0,
        errors: [{ file: 'a-rule.json', line: 3, column: 14, path: 'version', message: '应至少为 1' }],
        warnings: [],
      });
      expect(JSON.parse((await run(dir, 'facts', '--json')).out)).toBeInstanceOf(Array);
    });
  });

  it('warns without failing', async () => {
    const rule = ruleWith({ trigger: { on: 'event', types: ['stage.complete'] } });
    await withRuleFolder({ 'a-rule.json': rule }, async (dir) => {
      const { code, err } = await run(dir, 'validate');
      expect(code).toBe(0);
      expect(err).toContain('是不是 "stage.completed"');
    });
  });

  it('exits 2 for a folder that is not there', async () => {
    const { code, err } = await run('/no/such/folder', 'validate');
    expect(code).toBe(2);
    expect(err).toMatch(/^规则文件夹 "\/no\/such\/folder" 读不出来/);
  });

  it('takes another folder by --dir', async () => {
    await withRuleFolder({ 'a-rule.json': good }, async (dir) => {
      expect((await run('/no/such/folder', 'validate', '--dir', dir)).code).toBe(0);
    });
  });
});

describe('yxrisk rules test', () => {
  it('shows each test of the named rules and exits 1 when one fails', async () => {
    await withRuleFolder({ 'a-rule.json': good, 'b-rule.json': failing }, async (dir) => {
      const all = await run(dir, 'test');
      expect(all.code).toBe(1);
      expect(all.out).toContain('2 条规则，5 个用例，1 个未通过。');
      const one = await run(dir, 'test', 'a-rule');
      expect(one.code).toBe(0);
      expect(one.out).toContain('1 条规则，2 个用例，0 个未通过。');
      expect(one.out).not.toContain('b-rule');
      const json = JSON.parse((await run(dir, 'test', 'b-rule', '--json')).out) as {
        passed: boolean;
        rules: unknown[];
      };
      expect(json).toMatchObject({
        passed: false,
        rules: [
          {
            file: 'b-rule.json',
            rule: 'b-rule@1',
            tests: [{}, {}, { name: '反例', outcome: 'no_hit', passed: false }],
          },
        ],
      });
    });
  });

  it('exits 2 for a rule nobody knows, with the one that was meant', async () => {
    await withRuleFolder({ 'a-rule.json': good }, async (dir) => {
      expect(await run(dir, 'test', 'a-rul')).toEqual({
        code: 2,
        out: '',
        err: '没有规则 "a-rul"，是不是 "a-rule"？\n',
      });
    });
  });

  it('exits 1 with the mistakes when a file is wrong', async () => {
    await withRuleFolder({ 'a-rule.json': '{' }, async (dir) => {
      const { code, err } = await run(dir, 'test');
      expect(code).toBe(1);
      expect(err).toContain('a-rule.json:1:2');
    });
  });
});

describe('yxrisk rules facts, operators, schema', () => {
  it('look facts up by words of either language', async () => {
    const { out } = await run('.', 'facts', '签章');
    expect(out).toContain('signature.present');
    expect(out).not.toContain('workOrder.process');
    expect((await run('.', 'facts', 'handed', 'over')).out).toContain('handover.documents');
  });

  it('show every character of their tables, however narrow the columns', async () => {
    const { out } = await run('.', 'facts', 'signature.missing');
    const cells = out.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const params = cells.map((line) => line[3] ?? '').join('');
    expect(params).toContain('应有的签章：customer、handler、checker、utilitySeal、giver、receiver');
    expect(out).not.toContain('…');
  });

  it('list operators', async () => {
    expect((await run('.', 'operators')).out).toContain('isWorkingDay');
    expect(JSON.parse((await run('.', 'operators', '--json')).out)).toContainEqual(
      expect.objectContaining({ name: 'in', value: 'sameList', valueFact: true }),
    );
  });

  it('write the schema to where rules point at, as it is printed', async () => {
    await withRuleFolder({}, async (dir) => {
      expect((await run(dir, 'schema', '--write')).code).toBe(0);
      expect(await readFile(join(dir, 'rule.schema.json'), 'utf8')).toBe((await run(dir, 'schema')).out);
    });
  });

  it('put their tables between the marks of a document, and refuse one without marks', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'rules-'));
    try {
      const file = join(dir, 'x.md');
      await writeFile(file, 'a\n<!-- facts:begin -->old<!-- facts:end -->\nb\n');
      expect((await run('.', 'facts', '--write', file)).code).toBe(0);
      const text = await readFile(file, 'utf8');
      expect(text).toMatch(
        /^a\n<!-- facts:begin -->\n\n#### event[\s\S]*`feed.silentMinutes`[\s\S]*<!-- facts:end -->\nb\n$/,
      );
      expect(text).not.toContain('old');
      const refused = await run('.', 'operators', '--write', file);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain('中没有 <!-- operators:begin -->');
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});

describe('docs/rules.md', () => {
  it('holds the tables as the code makes them (rules facts|operators --write docs/rules.md)', async () => {
    const file = new URL('../../docs/rules.md', import.meta.url);
    const before = await readFile(file, 'utf8');
    const dir = await mkdtemp(join(tmpdir(), 'rules-'));
    try {
      const copy = join(dir, 'rules.md');
      await writeFile(copy, before);
      await run('.', 'facts', '--write', copy);
      await run('.', 'operators', '--write', copy);
      expect(await readFile(copy, 'utf8')).toBe(before);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('shows only examples that load', async () => {
    const text = await readFile(new URL('../../docs/rules.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```json\n(\{\n {2}"\$schema"[\s\S]*?\n\})\n```/g)].map(
      (match) => match[1] ?? '',
    );
    expect(examples.length).toBeGreaterThanOrEqual(3);
    const files = Object.fromEntries(
      examples.map((example) => [`${(JSON.parse(example) as { id: string }).id}.json`, example]),
    );
    await withRuleFolder(files, async (dir) => {
      expect(await run(dir, 'validate')).toMatchObject({ code: 0, err: '' });
    });
  });
});
