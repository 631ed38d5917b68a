import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { runCli } from '../../src/cli/main.js';
import { addSweepCommand } from '../../src/cli/sweep-command.js';
import { ConfigError, readConfig } from '../../src/config.js';
import { InvalidRequestError, NotFoundError } from '../../src/errors.js';
import { MisuseError } from '../../src/import/misuse-error.js';
import { OperatorError } from '../../src/infra/operator-error.js';
import type { RunJobResult } from '../../src/schedule/make-run-job.js';
import { openTestMongo, openTestRedis } from '../support/services.js';

async function run(
  args: readonly string[],
  add: (program: Command, setExitCode: (code: number) => void) => void,
) {
  const said = { out: '', err: '', exitCode: 0 };
  const code = await runCli(args, [(program) => add(program, (given) => (said.exitCode = given))], {
    version: '1.2.3',
    print: (text) => (said.out += text),
    printError: (text) => (said.err += text),
    exitCode: () => said.exitCode,
  });
  return { code, out: said.out, err: said.err };
}
const failing = (error: unknown) => (program: Command) =>
  void program.command('go').action(() => {
    throw error;
  });

describe('what a command throws', () => {
  it.each([
    ['OperatorError', new OperatorError('Start the database.', { cause: new Error('ECONNREFUSED') }), 1],
    ['NotFoundError', new NotFoundError('There is no such token.'), 1],
    ['MisuseError', new MisuseError('Name one file.'), 2],
    ['InvalidRequestError', new InvalidRequestError('That is no date.'), 2],
    ['ConfigError', new ConfigError([{ name: 'PORT', given: '"x"', allowed: 'a number' }]), 2],
  ])('if it is one of %s is its message alone', async (_name, error, code) => {
    expect(await run(['go'], failing(error))).toEqual({ code, out: '', err: `${error.message}\n` });
  });

  it('that nobody foresaw is a bug: it shows where, and is exit code 1', async () => {
    const ran = await run(['go'], failing(new TypeError('x is not a function')));
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/^TypeError: x is not a function\n\s+at .*run-cli\.test/);
    expect(await run(['go'], failing('a text'))).toEqual({ code: 1, out: '', err: 'a text\n' });
  });

  it('nothing leaves the exit code to the command', async () => {
    const findings = (program: Command, setExitCode: (code: number) => void) =>
      void program.command('go').action(() => setExitCode(1));
    expect(await run(['go'], findings)).toEqual({ code: 1, out: '', err: '' });
    expect(await run(['--version'], findings)).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });
});

describe('yxrisk in a pipe', () => {
  it('is not troubled by a reader who stops reading', () => {
    const line = 'set -o pipefail; "$0" --import tsx bin/yxrisk.ts rules facts | true';
    const { status, stderr } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('yxrisk sweep', () => {
  let env: Record<string, string>;
  let close: (() => Promise<void>)[];

  beforeAll(async () => {
    const [mongo, redis] = [await openTestMongo(), await openTestRedis()];
    env = { MONGODB_URI: mongo.uri, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix, LOG_LEVEL: 'silent' };
    close = [mongo.close, redis.close];
  });
  afterAll(async () => {
    for (const closeOne of close) await closeOne();
  });

  const sweep = (result: RunJobResult, ...options: string[]) =>
    run(['sweep', 'tidy', '--date', '2026-11-20', ...options], (program, setExitCode) =>
      addSweepCommand(program, {
        readConfig: () => readConfig(env),
        jobs: ['tidy', 'count'],
        dueAt: () => 0,
        makeRunner: () => ({ runJob: () => Promise.resolve(result) }),
        print: (line) => void program.configureOutput().writeOut?.(`${line}\n`),
        setExitCode,
      }),
    );

  it.each<[RunJobResult, number, string]>([
    [{ status: 'done', result: { looked: 3 } }, 0, 'tidy 2026-11-20: done {"looked":3}\n'],
    [{ status: 'left', because: 'done' }, 0, 'tidy 2026-11-20: was done before; --force runs it again\n'],
    [
      { status: 'left', because: 'running' },
      1,
      'tidy 2026-11-20: left alone (running); another process has it, or it failed for good (--force)\n',
    ],
    [{ status: 'failed', error: new Error('no paper') }, 1, 'tidy 2026-11-20: failed: no paper\n'],
    [{ status: 'released' }, 1, 'tidy 2026-11-20: stopped before it was done; it will be run again\n'],
  ])('says of %j what became of it, and exits %i', async (result, code, said) => {
    const ran = await sweep(result);
    expect(ran).toEqual({ code, out: said, err: '' });
    const json = JSON.parse((await sweep(result, '--json')).out) as Record<string, unknown>;
    expect(json).toMatchObject({ job: 'tidy', date: '2026-11-20', status: result.status });
    if (result.status === 'failed') expect(json['error']).toBe('no paper');
  });
});
