import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runCommandLine } from '../../bin/run-command-line.js';
import { makeAlertReader } from '../../src/alerts/find-alerts.js';
import { openFired } from '../../src/cli/open-explainer.js';
import { openCommandService } from '../../src/cli/open-service.js';
import { readConfig } from '../../src/config.js';
import { readGuide, type GuideStep } from './read-guide.js';

const ROOT = join(import.meta.dirname, '../..');
const LOAN_LOG = process.env['GUIDE_LOAN_LOG'];
const GUIDE = join(ROOT, 'docs/规则编写指南.md');

/** What a new user has: the project folder, and nothing of the guide yet. */
let folder: string;
const home = process.cwd();
const env: Record<string, string | undefined> = { MONGODB_URI: '', REDIS_URL: '', LOG_LEVEL: 'warn' };
const steps: readonly GuideStep[] = readGuide(await readFile(GUIDE, 'utf8'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guide-'));
  await symlink(join(ROOT, 'rules'), join(folder, 'rules'));
  await symlink(join(ROOT, 'examples'), join(folder, 'examples'));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true, force: true });
});

/** Runs one line of a shell block; answers all that it says. */
async function runLine(line: string): Promise<{ code: number; said: string }> {
  const exports = /^export (.+)$/.exec(line)?.[1];
  if (exports !== undefined) {
    for (const pair of exports.split(' ')) env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
    return { code: 0, said: '' };
  }
  const own = /^npm run yxrisk -- (.+)$/.exec(line)?.[1];
  if (own === undefined) return { code: 0, said: execFileSync('bash', ['-ec', line], { encoding: 'utf8' }) };
  let said = '';
  const take = (text: string) => void (said += text);
  const code = await runCommandLine(wordsOf(own), { env, out: take, err: take });
  // Colours come with a terminal, and where the variable CI is set.
  return { code, said: stripVTControlCharacters(said) };
} // prettier-ignore

/** Words of a command line, those in double quotes whole. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

describe('docs/规则编写指南.md, followed to the letter', () => {
  let said = '';
  for (const [index, step] of steps.entries()) {
    const title = `${index + 1}. ${step.section}: ${step.kind === 'file' ? step.path : (step.text.split('\n')[0] ?? '')}`;
    it(title, async () => {
      if (step.kind === 'file') {
        if (!step.broken) expect(() => JSON.parse(step.text) as unknown).not.toThrow();
        await mkdir(dirname(step.path), { recursive: true });
        await writeFile(step.path, `${step.text}\n`);
      } else if (step.kind === 'commands') {
        said = '';
        for (const line of step.text.split('\n')) {
          const { code, said: more } = await runLine(line);
          said += more;
          expect({ line, code, said: code === step.exit ? '' : more }).toEqual({ line, code: step.exit, said: '' });
        }
      } else {
        // As printed, in this order, with anything between.
        let from = 0;
        for (const line of step.text.split('\n')) {
          const at = said.indexOf(line, from);
          if (at < 0) throw new Error(`not said: ${line}\nbut:\n${said.slice(from)}`);
          from = at + line.length;
        }
      }
    }, 180_000);
  } // prettier-ignore

  it('ends with alerts that a person can see', async () => {
    const { connection, close } = await openCommandService(readConfig(env));
    try {
      const { items } = await makeAlertReader(connection).find({ limit: 100 });
      const found = items.filter(({ rule }) => rule.id === 'accepted-and-activated-by-one');
      expect(found.map(({ recordId }) => recordId)).toContain('same-person');
      expect(found.map(({ title }) => title)).toContain('申请 same-person 由 10609 一人受理并放款');
    } finally {
      await close();
    }
  }, 120_000);

  it('leaves stores that tell which rules ever fired', async () => {
    const stores = await openFired(readConfig(env));
    try {
      expect([...(await stores.fired())]).toContain('accepted-and-activated-by-one');
    } finally {
      await stores.close();
    }
  }, 120_000);

  it('needs no line of TypeScript', () => {
    const paths = steps.flatMap((step) => (step.kind === 'file' ? [step.path] : []));
    expect(paths.length).toBeGreaterThan(8);
    expect(paths.filter((path) => !path.endsWith('.json') || !path.startsWith('my-rules/'))).toEqual([]);
  });

  // The real log may not be kept here, and takes five minutes: GUIDE_LOAN_LOG=/path/to/bpic2012.xes.gz npm test -- test/docs
  if (LOAN_LOG !== undefined)
    it('finds in the real log what examples/loan finds there', async () => {
      const sides = '--dir no-rules --rules my-rules --mapping my-rules/_xes-mapping.json';
      const { said: answer } = await runLine(`npm run yxrisk -- rules backtest ${sides} --file ${LOAN_LOG} --json`);
      const { rules } = JSON.parse(answer.slice(answer.indexOf('{\n'))) as { rules: { rule: string; gained: number }[] };
      expect(rules.find(({ rule }) => rule === 'accepted-and-activated-by-one')?.gained).toBe(50);
    }, 600_000); // prettier-ignore
});
